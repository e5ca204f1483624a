/* SPDX-License-Identifier: MIT */
#include "scripted_port.h"

#include <string.h>

static uint64_t monotonic_ms(void *context)
{
    struct scripted_port const *const script = context;

    return script->now_ms;
}

static bool unix_time_s(void *context, int64_t *unix_s)
{
    (void)context;
    *unix_s = INT64_C(1800000000);
    return true;
}

/* Nothing here is secret, so any bytes will do. */
static enum pgtask_error entropy(void *context, uint8_t *bytes, size_t length)
{
    static uint8_t next = 1;

    (void)context;
    for (size_t i = 0; i < length; i++) {
        bytes[i] = next = (uint8_t)(next * 37u + 11u);
    }
    return PGTASK_OK;
}

static bool is_bad(struct scripted_port const *script)
{
    return script->bad_host == NULL || strcmp(script->host, script->bad_host) == 0;
}

static enum pgtask_error resolve(void *context, char const *host)
{
    struct scripted_port *const script = context;
    size_t const length = strlen(host);

    memcpy(script->host, host, length < sizeof script->host ? length + 1 : sizeof script->host);
    return is_bad(script) ? script->resolving : PGTASK_OK;
}

static enum pgtask_error make_connection(void *context, uint16_t port_number)
{
    struct scripted_port *const script = context;

    script->port_number = port_number;
    if (is_bad(script) && script->connecting != PGTASK_OK) {
        return script->connecting;
    }
    script->connections++;
    script->sent_length = 0;
    script->received = 0;
    return PGTASK_OK;
}

static enum pgtask_error send_bytes(void *context, uint8_t const *bytes, size_t length,
                                    size_t *sent)
{
    struct scripted_port *const script = context;

    *sent = script->slice != 0 && script->slice < length ? script->slice : length;
    if (*sent > sizeof script->sent - script->sent_length) {
        return PGTASK_ERROR_RESET;
    }
    memcpy(script->sent + script->sent_length, bytes, *sent);
    script->sent_length += *sent;
    return PGTASK_OK;
}

static enum pgtask_error receive_bytes(void *context, uint8_t *bytes, size_t capacity,
                                       size_t *received)
{
    struct scripted_port *const script = context;
    size_t const length = script->answer != NULL && is_bad(script) ? strlen(script->answer) : 0;
    size_t at = script->received;
    size_t left;

    if (script->repeats && length > 0) {
        at %= length;
    }
    left = length - (at < length ? at : length);
    if (left == 0) {
        return script->after != PGTASK_OK && is_bad(script) ? script->after : PGTASK_WOULD_BLOCK;
    }
    left = left < capacity ? left : capacity;
    *received = script->slice != 0 && script->slice < left ? script->slice : left;
    memcpy(bytes, script->answer + at, *received);
    script->received += *received;
    return PGTASK_OK;
}

static void drop(void *context, enum pgtask_error failure)
{
    (void)context;
    (void)failure;
}

static void wait_until(void *context, enum pgtask_interest interest, uint64_t until_ms)
{
    struct scripted_port *const script = context;

    (void)interest;
    script->now_ms = until_ms > script->now_ms ? until_ms : script->now_ms + 1;
}

void scripted_port_open(struct scripted_port *script)
{
    memset(script, 0, sizeof *script);
    script->now_ms = 1000;
    script->port = (struct pgtask_port){
        .context = script,
        .monotonic_ms = monotonic_ms,
        .unix_time_s = unix_time_s,
        .entropy = entropy,
        .resolve = resolve,
        .connect = make_connection,
        .send = send_bytes,
        .recv = receive_bytes,
        .close = drop,
        .wait = wait_until,
    };
}

char const *scripted_port_text(struct scripted_port *script)
{
    size_t const last = sizeof script->sent - 1;

    script->sent[script->sent_length < last ? script->sent_length : last] = '\0';
    return (char const *)script->sent;
}

bool scripted_port_has_hello(struct scripted_port const *script, size_t at)
{
    static uint8_t const hello[] = {0x16, 0x03}; /* RFC 8446, 5.1: a record of the handshake */

    return script->sent_length > at + sizeof hello &&
           memcmp(script->sent + at, hello, sizeof hello) == 0;
}

struct pgtask_config scripted_port_config(struct pgtask_roots const *roots)
{
    return (struct pgtask_config){
        .region = "ap-guangzhou",
        .credentials = {.secret_id = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
                        .secret_key = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"},
        .roots = *roots,
        .retry = {.attempts = 1, .few_attempts = 1},
    };
}
