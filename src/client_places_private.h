/* SPDX-License-Identifier: MIT */
/** @file client_places_private.h The hosts that the settings name: which one is signed, and which
 * one the connection goes to. */
#ifndef PGTASKI_CLIENT_PLACES_PRIVATE_H
#define PGTASKI_CLIENT_PLACES_PRIVATE_H

#include <pgtask/client.h>

#include "text.h"

#include <string.h>

/** @return the proxy; NULL if there is none. A build without proxies has no code for them then */
static inline struct pgtask_proxy const *pgtaski_client_proxy(struct pgtask_client const *client)
{
#if PGTASK_PROXY
    return client->config.proxy.host != NULL ? &client->config.proxy : NULL;
#else
    (void)client;
    return NULL;
#endif
}

/** @return the second endpoint if that is in use, or else NULL */
static inline char const *pgtaski_client_fallback(struct pgtask_client const *client)
{
#if PGTASK_FALLBACK_ENDPOINT
    return client->uses_fallback ? client->config.fallback_endpoint : NULL;
#else
    (void)client;
    return NULL;
#endif
}

/** @return whether the listing may still change to the other endpoint */
static inline bool pgtaski_client_may_change_endpoint(struct pgtask_client const *client)
{
#if PGTASK_FALLBACK_ENDPOINT
    return client->config.fallback_endpoint != NULL && !client->endpoint_changed;
#else
    (void)client;
    return false;
#endif
}

/** A host and its port number. */
struct pgtaski_client_place {
    char const *host;
    uint16_t port_number;
};

/** @return the host that is signed and verified; it may have a dot at its end */
static inline struct pgtaski_client_place
pgtaski_client_endpoint(struct pgtask_client const *client)
{
    struct pgtask_config const *const config = &client->config;

#if PGTASK_FALLBACK_ENDPOINT
    if (pgtaski_client_fallback(client) != NULL) {
        return (struct pgtaski_client_place){config->fallback_endpoint, config->fallback_port};
    }
#endif
    return (struct pgtaski_client_place){config->endpoint, config->endpoint_port};
}

/** @return where the connection goes, beyond any proxy */
static inline struct pgtaski_client_place pgtaski_client_far_end(struct pgtask_client const *client)
{
    struct pgtask_config const *const config = &client->config;

    if (pgtaski_client_fallback(client) != NULL) {
        return pgtaski_client_endpoint(client);
    }
    return (struct pgtaski_client_place){config->connect_host, config->connect_port};
}

/** Adds a host, without the dot that may stand at its end: so it is sent and signed. */
static inline void pgtaski_client_add_host(struct pgtask_text *text, char const *host)
{
    size_t const length = strlen(host);

    pgtaski_text_add_bytes(text, host, length > 0 && host[length - 1] == '.' ? length - 1 : length);
}

#endif
