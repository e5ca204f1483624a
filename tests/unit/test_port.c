/* SPDX-License-Identifier: MIT */
/* The conformance test of tests/port: the POSIX port keeps every promise, and a port with a defect
 * is found out. */
#include <pgtask_posix.h>

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "broken_port.h"
#include "conformance.h"
#include "loopback.h"
#include "port_peer.h"

/* Fewer than the connections that one check makes: none may be left open. */
#define DESCRIPTORS 64

static char const pair_name[] = "a name with two addresses";

static struct pgtask_posix posix;
static struct port_peer peer;
#if PGTASK_PULSE
static unsigned pulses;
#endif

static int start_peer(void **state)
{
    struct rlimit const descriptors = {DESCRIPTORS, DESCRIPTORS};

    (void)state;
    return port_peer_start(&peer) == 0 ? setrlimit(RLIMIT_NOFILE, &descriptors) : -1;
}

static int stop_peer(void **state)
{
    (void)state;
    return port_peer_stop(&peer);
}

static void tell(void *context, char const *promise, char const *broken, int64_t number)
{
    if (broken != NULL && *(bool const *)context) {
        (void)fprintf(stderr, "broken: %s: %s (%lld)\n", promise, broken, (long long)number);
    }
}

/* An emulator or a sanitizer on a busy machine takes its time. */
static unsigned check(struct pgtask_port const *port, char const *only, uint32_t patience_ms,
                      bool loud)
{
    bool const has_pair = posix.own.look_up != NULL;
    struct port_check_settings const settings = {.port = port,
                                                 .peer_address = "127.0.0.1",
                                                 .peer_name = NAME_OF_LOOPBACK,
                                                 .missing_name = "a name with spaces",
                                                 .pair_name = has_pair ? pair_name : NULL,
                                                 .first_port = peer.first_port,
                                                 .call_limit_ms = 300,
                                                 .patience_ms = patience_ms,
                                                 .only = only,
                                                 .report = tell,
                                                 .context = &loud};

    return port_conformance(&settings);
}

static void posix_port_keeps_every_promise(void **state)
{
    (void)state;
    pgtask_posix_open(&posix);
    assert_int_equal(check(&posix.port, NULL, 10000, true), 0);
    pgtask_posix_close(&posix);
}

/* A resolver of the program, which knows one name with two addresses. */
static enum pgtask_error look_up_pair(void *context, char const *host,
                                      struct pgtask_posix_address *addresses, size_t *count)
{
    (void)context;
    if (strcmp(host, pair_name) != 0) {
        return PGTASK_ERROR_RESOLVE;
    }
    memset(addresses, 0, 2 * sizeof *addresses);
    for (uint32_t i = 0; i < 2; i++) {
        struct sockaddr_in *const address = (struct sockaddr_in *)&addresses[i].storage;

        address->sin_family = AF_INET;
        address->sin_addr.s_addr = htonl(INADDR_LOOPBACK + i);
        addresses[i].length = sizeof *address;
    }
    *count = 2;
    return PGTASK_OK;
}

static struct pgtask_posix_resolver const pair_resolver = {.look_up = look_up_pair};

static void posix_port_keeps_the_promises_about_several_addresses(void **state)
{
    (void)state;
    pgtask_posix_open(&posix);
    pgtask_posix_use_resolver(&posix, &pair_resolver);
    assert_int_equal(check(&posix.port, "an address that failed is not the next", 10000, true), 0);
    assert_int_equal(check(&posix.port, "an address that served is taken again", 10000, true), 0);
    pgtask_posix_close(&posix);
}

#if PGTASK_PULSE
static void count(void *context)
{
    (void)context;
    pulses++;
}

static void pulse_is_checked_if_the_port_has_one(void **state)
{
    static char const promise[] = "a pulse returns at once and changes nothing";

    (void)state;
    pgtask_posix_open(&posix);
    assert_int_equal(check(&posix.port, promise, 10000, false), 1);
    posix.port.pulse = count;
    assert_int_equal(check(&posix.port, promise, 10000, true), 0);
    assert_true(pulses > 1000);
    pgtask_posix_close(&posix);
}
#endif

static void promise_by_an_unknown_name_is_not_kept(void **state)
{
    (void)state;
    pgtask_posix_open(&posix);
    assert_int_equal(check(&posix.port, "all will be well", 10000, false), 1);
}

static void leak(void *context)
{
    ((struct pgtask_posix *)context)->descriptor = -1;
}

static char const *const promise_that_breaks[DEFECTS] = {
    [DEFECT_CLOCK_STANDS] = "the clock advances and never runs backwards",
    [DEFECT_CLOCK_RUNS_BACKWARDS] = "the clock advances and never runs backwards",
    [DEFECT_CLOCK_COUNTS_TICKS] = "the clock counts milliseconds",
    [DEFECT_UNIX_TIME_OFF] = "Unix time is right or unknown",
    [DEFECT_ENTROPY_SHORT] = "random bytes fill the buffer and no more",
    [DEFECT_ENTROPY_LONG] = "random bytes fill the buffer and no more",
    [DEFECT_ENTROPY_REPEATS] = "random bytes never repeat",
    [DEFECT_ENTROPY_FAILS] = "random bytes never repeat",
    [DEFECT_WAIT_LATE] = "a wait ends when the time has come",
    [DEFECT_WAIT_SPINS] = "a wait sleeps",
    [DEFECT_WAIT_DEAF] = "a wait ends when bytes come",
    [DEFECT_LITERAL_LOOKED_UP] = "an address needs no look-up",
    [DEFECT_NAME_NEVER_FOUND] = "a name is looked up and connected to",
    [DEFECT_NAME_ALWAYS_FOUND] = "a name without an address is an error",
    [DEFECT_NAME_NEVER_ENDS] = "a name is looked up and connected to",
    [DEFECT_CONNECT_BLOCKS] = "sent bytes come back",
    [DEFECT_CONNECT_EARLY] = "an unanswered connection waits and may be dropped",
    [DEFECT_REFUSED_WAITS] = "a refused connection is an error",
    [DEFECT_REFUSED_SILENT] = "a refused connection is an error",
    [DEFECT_SEND_DROPS] = "a slow peer is waited for without loss",
    [DEFECT_SEND_REPEATS] = "a slow peer is waited for without loss",
    [DEFECT_SEND_CLAIMS_ALL] = "a slow peer is waited for without loss",
    [DEFECT_SEND_ZERO] = "a slow peer is waited for without loss",
    [DEFECT_RECV_DROPS] = "every byte comes in order, then the end",
    [DEFECT_RECV_OVERRUNS] = "every byte comes in order, then the end",
    [DEFECT_RECV_ZERO] = "nothing there is would-block",
    [DEFECT_RECV_BLOCKS] = "nothing there is would-block",
    [DEFECT_END_UNSEEN] = "every byte comes in order, then the end",
    [DEFECT_END_EARLY] = "every byte comes in order, then the end",
    [DEFECT_RESET_AS_CLOSED] = "a broken connection is reset",
    [DEFECT_KEEPS_BYTES] = "a dropped stream leaves nothing behind",
    [DEFECT_FAILURE_FORGOTTEN] = "an address that failed is not the next",
    [DEFECT_SERVICE_FORGOTTEN] = "an address that served is taken again",
    [DEFECT_CLOSE_LEAKS] = "a hundred connections leave none open",
    [DEFECT_CLOSE_FORGETS] = "close is harmless when idle",
#if PGTASK_PULSE
    [DEFECT_PULSE_SLEEPS] = "a pulse returns at once and changes nothing",
    [DEFECT_PULSE_RECEIVES] = "a pulse returns at once and changes nothing",
#endif
};

static void every_defect_is_found(void **state)
{
    static struct broken_port broken;

    (void)state;
    for (int defect = DEFECT_NONE + 1; defect < DEFECTS; defect++) {
        assert_non_null(promise_that_breaks[defect]);
        pgtask_posix_open(&posix);
        if (defect == DEFECT_FAILURE_FORGOTTEN || defect == DEFECT_SERVICE_FORGOTTEN) {
            pgtask_posix_use_resolver(&posix, &pair_resolver);
        }
        broken_port_open(&broken, &posix.port, (enum defect)defect);
        broken.leak = leak;
        if (check(&broken.port, promise_that_breaks[defect], 1500, false) != 1) {
            fail_msg("defect %d not found: %s", defect, promise_that_breaks[defect]);
        }
        pgtask_posix_close(&posix);
    }
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(posix_port_keeps_every_promise),
        cmocka_unit_test(posix_port_keeps_the_promises_about_several_addresses),
#if PGTASK_PULSE
        cmocka_unit_test(pulse_is_checked_if_the_port_has_one),
#endif
        cmocka_unit_test(promise_by_an_unknown_name_is_not_kept),
        cmocka_unit_test(every_defect_is_found),
    };

    return cmocka_run_group_tests(tests, start_peer, stop_peer);
}
