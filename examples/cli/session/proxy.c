/* SPDX-License-Identifier: MIT */
/* URLs and lists of exceptions, in the form that curl and the vendor's tools take. */
#include "session/proxy.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HTTP "http://"

/* An element of a list of exceptions, without its port. */
struct exception {
    char const *text;
    size_t length;
    uint16_t port; /* 0: any */
};

/* @return the value of a hexadecimal digit; -1 for any other character */
static int digit_of(char c)
{
    static char const digits[] = "0123456789abcdef0123456789ABCDEF";
    char const *const found = c != '\0' ? strchr(digits, c) : NULL;

    return found != NULL ? (int)((found - digits) % 16) : -1;
}

/* Decodes `%41` to `A`. @return whether it fits and has no control character */
static bool decode(char const *text, size_t length, char *decoded, size_t capacity)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == '%' && i + 2 < length && digit_of(text[i + 1]) >= 0 &&
            digit_of(text[i + 2]) >= 0) {
            c = (char)(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2]));
            i += 2;
        }
        if ((uint8_t)c < ' ' || c == '\x7f' || count + 1 >= capacity) {
            return false;
        }
        decoded[count++] = c;
    }
    decoded[count] = '\0';
    return true;
}

/* A user without a password has an empty one, as with curl. */
static char const *read_credentials(char const *text, size_t length, char *credentials)
{
    if (!decode(text, length, credentials, PROXY_CREDENTIALS_BYTES - 1)) {
        return "user and password are longer than 510 characters, or have a control character";
    }
    if (strchr(credentials, ':') == NULL) {
        strcat(credentials, ":");
    }
    return NULL;
}

static char const *read_host(char const *text, struct host_port *host)
{
    char name[HOST_NAME_BYTES + sizeof "[]:65535"];
    size_t const length = strcspn(text, "/");

    if (length >= sizeof name || text[length + (text[length] == '/')] != '\0') {
        return "takes only http://HOST:PORT";
    }
    memcpy(name, text, length);
    name[length] = '\0';
    char const *const wrong = host_port_read(name, host);
    return wrong == NULL && host->port == 0 ? "names no port: write http://HOST:PORT" : wrong;
}

char const *proxy_read(char const *url, struct proxy *proxy)
{
    struct proxy read = {.source = proxy->source};
    char const *rest = url;
    char const *wrong = NULL;

    if (strncasecmp(url, HTTP, strlen(HTTP)) == 0) {
        rest += strlen(HTTP);
    } else if (strstr(url, "://") != NULL) {
        return "is not of a kind that pgtask knows: it takes http://HOST:PORT";
    }
    /* A password may have an '@', but neither it nor a host has a '/' that is not encoded. */
    size_t const authority = strcspn(rest, "/");
    size_t at = authority;
    while (at > 0 && rest[at - 1] != '@') {
        at--;
    }
    if (at > 0) {
        wrong = read_credentials(rest, at - 1, read.credentials);
    }
    if (wrong == NULL) {
        wrong = read_host(rest + at, &read.host);
    }
    if (wrong == NULL) {
        *proxy = read;
    }
    text_wipe(&read, sizeof read);
    return wrong;
}

/* @return whether the exception is this address, or a range such as `10.0.0.0/8` around it */
static bool is_in_network(struct in_addr host, struct exception const *exception)
{
    char address[INET_ADDRSTRLEN + sizeof "/32"] = "";
    uint64_t bits = 32;
    struct in_addr other;

    if (exception->length >= sizeof address) {
        return false;
    }
    memcpy(address, exception->text, exception->length);
    char *const slash = strchr(address, '/');
    if (slash != NULL) {
        *slash = '\0';
        if (!text_to_uint64(slash + 1, &bits) || bits > 32) {
            return false;
        }
    }
    if (inet_pton(AF_INET, address, &other) != 1) {
        return false;
    }
    uint32_t const difference = ntohl(host.s_addr) ^ ntohl(other.s_addr);
    return bits == 0 || difference >> (32 - bits) == 0;
}

static size_t without_dot(char const *text, size_t length)
{
    return length > 0 && text[length - 1] == '.' ? length - 1 : length;
}

/* `example.com` and `.example.com` stand for the domain and all hosts in it. */
static bool is_in_domain(char const *name, struct exception const *exception)
{
    size_t const skipped = exception->length > 0 && exception->text[0] == '.' ? 1 : 0;
    char const *const domain = exception->text + skipped;
    size_t const length = without_dot(domain, exception->length - skipped);
    size_t const name_length = without_dot(name, strlen(name));

    if (length == 0 || length > name_length ||
        strncasecmp(name + (name_length - length), domain, length) != 0) {
        return false;
    }
    return length == name_length || name[name_length - length - 1] == '.';
}

/* A host that is signed has a name or an address of IPv4. */
static bool is_host(char const *name, struct exception const *exception)
{
    struct in_addr address;

    return inet_pton(AF_INET, name, &address) == 1 ? is_in_network(address, exception)
                                                   : is_in_domain(name, exception);
}

/* Reads an element, with or without `:PORT`. */
static struct exception read_exception(char const *text, size_t length)
{
    struct exception read = {.text = text, .length = length};
    char digits[sizeof "65535"] = "";
    char const *const colon = memchr(text, ':', length);
    uint64_t port;

    if (colon == NULL || length - (size_t)(colon + 1 - text) >= sizeof digits) {
        return read;
    }
    memcpy(digits, colon + 1, length - (size_t)(colon + 1 - text));
    if (text_to_uint64(digits, &port) && port > 0 && port <= UINT16_MAX) {
        read.length = (size_t)(colon - text);
        read.port = (uint16_t)port;
    }
    return read;
}

bool proxy_is_bypassed(char const *list, struct host_port const *host)
{
    static char const separators[] = ", \t";
    uint16_t const port = host->port != 0 ? host->port : 443;

    for (char const *at = list + strspn(list, separators); *at != '\0';) {
        size_t const length = strcspn(at, separators);
        struct exception const exception = read_exception(at, length);

        if (length == 1 && *at == '*') {
            return true;
        }
        if ((exception.port == 0 || exception.port == port) && is_host(host->name, &exception)) {
            return true;
        }
        at += length;
        at += strspn(at, separators);
    }
    return false;
}

/* @return the first variable that has a value; NULL if none has */
static char const *find_variable(char const *const *names, size_t count, char const **name)
{
    for (size_t i = 0; i < count; i++) {
        char const *const value = getenv(names[i]);

        if (value != NULL && value[0] != '\0') {
            *name = names[i];
            return value;
        }
    }
    return NULL;
}

char const *proxy_find(struct proxy *proxy, char const *option, struct host_port const *host)
{
    static char const *const variables[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    static char const *const exceptions[] = {"no_proxy", "NO_PROXY"};
    char const *ignored;

    if (option != NULL) {
        proxy->source = "--proxy";
        if (strcmp(option, "none") == 0) {
            return NULL;
        }
        return strchr(option, '@') != NULL
                   ? "takes no user and no password, because other users can see the command line; "
                     "set https_proxy=http://USER:PASSWORD@HOST:PORT instead"
                   : proxy_read(option, proxy);
    }
    char const *const url =
        find_variable(variables, sizeof variables / sizeof *variables, &proxy->source);
    char const *const list =
        find_variable(exceptions, sizeof exceptions / sizeof *exceptions, &ignored);
    if (url == NULL || (list != NULL && proxy_is_bypassed(list, host))) {
        return NULL;
    }
    return proxy_read(url, proxy);
}

void proxy_wipe(struct proxy *proxy)
{
    text_wipe(proxy, sizeof *proxy);
}
