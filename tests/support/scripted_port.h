/* SPDX-License-Identifier: MIT */
/**
 * @file scripted_port.h
 * A port without a network. It notes what the client asks it for, and a script says what comes
 * back.
 */
#ifndef PGTASK_TEST_SCRIPTED_PORT_H
#define PGTASK_TEST_SCRIPTED_PORT_H

#include <pgtask/client.h>

#define SCRIPTED_BYTES 8192

struct scripted_port {
    struct pgtask_port port; /**< give this one to the client */
    uint64_t now_ms;         /**< its clock */

    /* The script. All zero: a host that is reached and says nothing. */
    char const *bad_host;         /**< the script is for this host; NULL: for each one */
    enum pgtask_error resolving;  /**< how a look-up ends */
    enum pgtask_error connecting; /**< how an attempt to connect ends */
    char const *answer;           /**< what comes back on a connection; NULL: nothing */
    size_t slice;                 /**< most bytes of it at once; 0: all */
    bool repeats;                 /**< the answer comes again and again */
    enum pgtask_error after;      /**< what comes behind the answer; PGTASK_OK: nothing does */

    /* What happened. */
    char host[256]; /**< the last one that was looked up */
    uint16_t port_number;
    unsigned connections;
    size_t sent_length; /**< on the last connection */
    uint8_t sent[SCRIPTED_BYTES];
    size_t received; /**< bytes, on the last connection */
};

/** Makes ready a port whose script is empty. */
void scripted_port_open(struct scripted_port *script);

/** @return what the client has sent on the last connection, as a string; binary bytes end it */
char const *scripted_port_text(struct scripted_port *script);

/** @return whether the last bytes that were sent, from `at` on, begin a ClientHello */
bool scripted_port_has_hello(struct scripted_port const *script, size_t at);

/** A client with all settings that it needs, over this port. The roots are those of tls_fixture.h,
 *  or any other. */
struct pgtask_config scripted_port_config(struct pgtask_roots const *roots);

#endif
