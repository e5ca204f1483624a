/* SPDX-License-Identifier: MIT */
/* The null port: each function has the right shape and refuses. Copy this file to begin a port. */
#include "pgtask_null.h"

static uint64_t monotonic_ms(void *context)
{
    (void)context;
    return 0;
}

static bool unix_time_s(void *context, int64_t *unix_s)
{
    (void)context;
    (void)unix_s;
    return false;
}

static enum pgtask_error entropy(void *context, uint8_t *bytes, size_t length)
{
    (void)context;
    (void)bytes;
    (void)length;
    return PGTASK_ERROR_ENTROPY;
}

static enum pgtask_error resolve(void *context, char const *host)
{
    (void)context;
    (void)host;
    return PGTASK_ERROR_PORT;
}

static enum pgtask_error connect_stream(void *context, uint16_t port_number)
{
    (void)context;
    (void)port_number;
    return PGTASK_ERROR_PORT;
}

static enum pgtask_error send_bytes(void *context, uint8_t const *bytes, size_t length,
                                    size_t *sent)
{
    (void)context;
    (void)bytes;
    (void)length;
    (void)sent;
    return PGTASK_ERROR_PORT;
}

static enum pgtask_error receive_bytes(void *context, uint8_t *bytes, size_t capacity,
                                       size_t *received)
{
    (void)context;
    (void)bytes;
    (void)capacity;
    (void)received;
    return PGTASK_ERROR_PORT;
}

static void close_stream(void *context, enum pgtask_error failure)
{
    (void)context;
    (void)failure;
}

static void wait_until(void *context, enum pgtask_interest interest, uint64_t until_ms)
{
    (void)context;
    (void)interest;
    (void)until_ms;
}

static int32_t last_failure(void *context)
{
    (void)context;
    return 0;
}

void pgtask_null_open(struct pgtask_port *port)
{
    *port = (struct pgtask_port){.context = NULL,
                                 .monotonic_ms = monotonic_ms,
                                 .unix_time_s = unix_time_s,
                                 .entropy = entropy,
                                 .resolve = resolve,
                                 .connect = connect_stream,
                                 .send = send_bytes,
                                 .recv = receive_bytes,
                                 .close = close_stream,
                                 .wait = wait_until,
                                 .last_failure = last_failure};
}
