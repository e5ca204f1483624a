/* SPDX-License-Identifier: MIT */
/* The port for lwIP, put together: clocks and random bytes of the platform, names and one stream.
 */
#include "lwip_private.h"

#include <string.h>

static uint64_t monotonic_ms(void *context)
{
    return ((struct pgtask_lwip const *)context)->platform.monotonic_ms();
}

static bool unix_time_s(void *context, int64_t *unix_s)
{
    struct pgtask_lwip const *const lwip = context;

    return lwip->platform.unix_time_s != NULL && lwip->platform.unix_time_s(unix_s);
}

static enum pgtask_error entropy(void *context, uint8_t *bytes, size_t length)
{
    struct pgtask_lwip const *const lwip = context;

    return lwip->platform.entropy != NULL && lwip->platform.entropy(bytes, length)
               ? PGTASK_OK
               : PGTASK_ERROR_ENTROPY;
}

static void close_all(void *context, enum pgtask_error failure)
{
    struct pgtask_lwip *const lwip = context;

    if (failure != PGTASK_OK) {
        pgtaski_lwip_prefer_next(lwip);
    }
    pgtaski_lwip_drop(lwip);
    lwip->state = PGTASK_LWIP_IDLE;
    lwip->host = NULL;
}

static void wait_until(void *context, enum pgtask_interest interest, uint64_t until_ms)
{
    struct pgtask_lwip *const lwip = context;
    uint64_t until = until_ms < lwip->attempt_until_ms ? until_ms : lwip->attempt_until_ms;

    if (lwip->platform.turn == NULL) {
        return;
    }
    do {
        lwip->platform.turn(until);
    } while (!pgtaski_lwip_is_ready(lwip, interest) && lwip->platform.monotonic_ms() < until);
}

static int32_t last_failure(void *context)
{
    return ((struct pgtask_lwip const *)context)->failure;
}

#if PGTASK_PULSE
static void pulse(void *context)
{
    ((struct pgtask_lwip const *)context)->platform.pulse();
}
#endif

void pgtask_lwip_open(struct pgtask_lwip *lwip, struct pgtask_lwip_platform const *platform)
{
    static struct pgtask_port const functions = {.monotonic_ms = monotonic_ms,
                                                 .unix_time_s = unix_time_s,
                                                 .entropy = entropy,
                                                 .resolve = pgtaski_lwip_resolve,
                                                 .connect = pgtaski_lwip_connect,
                                                 .send = pgtaski_lwip_send,
                                                 .recv = pgtaski_lwip_receive,
                                                 .close = close_all,
                                                 .wait = wait_until,
                                                 .last_failure = last_failure};

    memset(lwip, 0, sizeof *lwip);
    lwip->platform = *platform;
    lwip->attempt_until_ms = UINT64_MAX;
    lwip->port = functions;
    lwip->port.context = lwip;
#if PGTASK_PULSE
    lwip->port.pulse = platform->pulse != NULL ? pulse : NULL;
#endif
}

void pgtask_lwip_close(struct pgtask_lwip *lwip)
{
    close_all(lwip, PGTASK_OK);
}
