/* SPDX-License-Identifier: MIT */
/* The options begin as the settings, and the arguments of a test change them. */
#include "options.h"

#include <board.h>

#include <string.h>

enum { NUMBER_BYTES = 12 };

/* @return whether there is such an argument */
static bool read_text(char const *name, char text[OPTIONS_TEXT_BYTES])
{
    board_argument(name, text, OPTIONS_TEXT_BYTES);
    return text[0] != '\0';
}

/* @return 0 if there is no such argument */
static uint32_t read_number(char const *name)
{
    char text[NUMBER_BYTES];
    uint32_t number = 0;

    board_argument(name, text, sizeof text);
    for (char const *digit = text; *digit >= '0' && *digit <= '9'; digit++) {
        number = number * 10 + (uint32_t)(*digit - '0');
    }
    return number;
}

static void read_client_arguments(struct pgtask_config *config)
{
    uint32_t const first = read_number("first_root");
    uint32_t const count = read_number("roots");

    config->timeout_ms = read_number("timeout_ms");
    config->stall_ms = read_number("stall_ms");
    config->request_interval_ms = read_number("interval_ms");
    config->connect_port = (uint16_t)read_number("connect_port");
    if (first < config->roots.count) {
        config->roots.list += first;
        config->roots.count -= first;
    }
    if (count > 0 && count < config->roots.count) {
        config->roots.count = count;
    }
}

static void read_arguments(struct options *options)
{
    struct pgtask_network_settings *const network = &options->network;

    options->poll_ms = read_number("poll_ms");
    options->stale_ms = read_number("stale_ms");
    options->report_polls = read_number("report");
    options->page_size = read_number("list");
    options->quit = read_number("quit") != 0;
    if (read_text("instance", options->instance)) {
        options->instance_id = options->instance;
    }
    read_client_arguments(&options->config);
    if (read_text("connect", options->connect_host)) {
        options->config.connect_host = options->connect_host;
    }
    network->sntp_port = (uint16_t)read_number("sntp_port");
    network->dns_port = (uint16_t)read_number("dns_port");
    if (read_text("network", options->network_host)) {
        network->sntp_server = options->network_host;
        network->dns_server = network->dns_port != 0 ? options->network_host : NULL;
    }
}

bool options_read(struct options *options)
{
    struct settings *const settings = &options->settings;
    size_t length;
    uint8_t const *const page = board_settings(&length);

    memset(options, 0, sizeof *options);
    if (!settings_read(page, length, settings)) {
        return false;
    }
    options->config.region = settings->texts[SETTINGS_REGION];
    options->config.credentials.secret_id = settings->texts[SETTINGS_SECRET_ID];
    options->config.credentials.secret_key = settings->texts[SETTINGS_SECRET_KEY];
    options->config.credentials.token = settings->texts[SETTINGS_TOKEN];
    options->config.roots.list = settings->roots;
    options->config.roots.count = settings->root_count;
    options->config.tls_max_version = settings->tls_max == 2 ? PGTASK_TLS_1_2 : PGTASK_TLS_NEWEST;
#if PGTASK_PROXY
    options->config.proxy.host = settings->proxy.host;
    options->config.proxy.port_number = settings->proxy.port_number;
    options->config.proxy.credentials = settings->proxy.credentials;
#endif
#if PGTASK_FALLBACK_ENDPOINT
    options->config.fallback_endpoint = settings->fallback.host;
    options->config.fallback_port = settings->fallback.port_number;
#endif
    options->network.sntp_server = settings->texts[SETTINGS_SNTP_SERVER];
    options->instance_id = settings->texts[SETTINGS_INSTANCE];
    read_arguments(options);
    return true;
}
