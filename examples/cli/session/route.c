/* SPDX-License-Identifier: MIT */
/* Each option has a variable, so that the environment file of a service can set it. */
#include "session/route.h"

#include "base/report.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { HTTPS_PORT = 443 };

char const *route_setting(char const *option, char const *flag, char const *variable,
                          char const **source, enum exit_status *status)
{
    char const *const value = option != NULL ? option : getenv(variable);

    *source = option != NULL ? flag : variable;
    if (value != NULL && value[0] == '\0') {
        report_error("%s: this variable is set but empty; give it a value or unset it.", variable);
        *status = EXIT_USAGE;
        return NULL;
    }
    return value;
}

static enum exit_status refuse(char const *source, char const *cause)
{
    report_error("%s %s.", source, writer_text(&writer_error, cause));
    return EXIT_USAGE;
}

/* Takes the host of the option, or else that of the variable. */
static enum exit_status find_host(struct host_port const *option, char const *variable,
                                  struct host_port *host)
{
    enum exit_status status = EXIT_GOOD;
    char const *source;

    if (option->name[0] != '\0') {
        *host = *option;
        return EXIT_GOOD;
    }
    char const *const text = route_setting(NULL, NULL, variable, &source, &status);
    if (text == NULL) {
        return status;
    }
    char const *const wrong = text[0] == '[' ? "must be a host name" : host_port_read(text, host);
    return wrong == NULL ? EXIT_GOOD : refuse(source, wrong);
}

static char const *name_or_null(struct host_port const *host)
{
    return host->name[0] != '\0' ? host->name : NULL;
}

static enum exit_status find_fallback(struct route *route, struct options const *options,
                                      struct pgtask_config *config)
{
    enum exit_status const status =
        find_host(&options->fallback_endpoint, "PGTASK_FALLBACK_ENDPOINT", &route->fallback);

#if PGTASK_FALLBACK_ENDPOINT
    config->fallback_endpoint = name_or_null(&route->fallback);
    config->fallback_port = route->fallback.port;
#else
    (void)config;
    if (status == EXIT_GOOD && name_or_null(&route->fallback) != NULL) {
        return refuse("--fallback-endpoint", "this build has no second endpoint");
    }
#endif
    return status;
}

static enum exit_status find_proxy(struct route *route, char const *option,
                                   struct pgtask_config *config)
{
    struct host_port endpoint = route->endpoint;

    if (endpoint.name[0] == '\0') {
        strcpy(endpoint.name, PGTASK_DEFAULT_ENDPOINT);
    }
    char const *const wrong = proxy_find(&route->proxy, option, &endpoint);
    if (wrong != NULL) {
        return refuse(route->proxy.source, wrong);
    }
#if PGTASK_PROXY
    config->proxy = (struct pgtask_proxy){
        .host = name_or_null(&route->proxy.host),
        .port_number = route->proxy.host.port,
        .credentials = route->proxy.credentials[0] != '\0' ? route->proxy.credentials : NULL,
    };
#else
    (void)config;
    if (name_or_null(&route->proxy.host) != NULL) {
        return refuse(route->proxy.source, "this build cannot use a proxy");
    }
#endif
    return EXIT_GOOD;
}

enum exit_status route_find(struct route *route, struct options const *options,
                            struct pgtask_config *config)
{
    enum exit_status status = find_host(&options->endpoint, "PGTASK_ENDPOINT", &route->endpoint);

    config->endpoint = name_or_null(&route->endpoint);
    config->endpoint_port = route->endpoint.port;
    config->connect_host = name_or_null(&options->connect);
    config->connect_port = options->connect.port;
    if (status == EXIT_GOOD) {
        status = find_fallback(route, options, config);
    }
    return status == EXIT_GOOD ? find_proxy(route, options->proxy, config) : status;
}

/* @return a port as a number; 0 stands for the usual one */
static unsigned port_of(unsigned port)
{
    return port != 0 ? port : (unsigned)HTTPS_PORT;
}

char const *route_where(char text[ADVICE_WHERE_BYTES], struct pgtask_config const *config,
                        struct writer const *reader)
{
    size_t const capacity = ADVICE_WHERE_BYTES;
    char const *const host = config->endpoint != NULL ? config->endpoint : PGTASK_DEFAULT_ENDPOINT;
    unsigned const port = port_of(config->endpoint_port);

    (void)text_print(text, capacity, writer_text(reader, "host %s port %u"), host, port);
    if (config->connect_host != NULL) {
        (void)text_append(text, capacity, writer_text(reader, " at %s port %u"),
                          config->connect_host,
                          config->connect_port != 0 ? config->connect_port : port);
    }
#if PGTASK_FALLBACK_ENDPOINT
    if (config->fallback_endpoint != NULL) {
        (void)text_append(text, capacity, writer_text(reader, ", or host %s port %u"),
                          config->fallback_endpoint, port_of(config->fallback_port));
    }
#endif
#if PGTASK_PROXY
    if (config->proxy.host != NULL) {
        (void)text_append(text, capacity, writer_text(reader, ", by proxy %s port %u"),
                          config->proxy.host, config->proxy.port_number);
    }
#endif
    return text;
}

void route_wipe(struct route *route)
{
    proxy_wipe(&route->proxy);
}
