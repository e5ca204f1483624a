/* SPDX-License-Identifier: MIT */
/*
 * A fault at every call of the port, and at allocations of mbedTLS. The listing ends well or with
 * the right error, records are whole, and the client can list again.
 *
 * Allocations of mbedTLS pass through __wrap_mbedtls_calloc(): see --wrap in tests/tests.mk.
 */
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"
#include "fault_port.h"
#include "task_run.h"

#define TASKS      11
#define PAGE       4 /* three pages, the last one short */
#define STEPS_MOST 5000
#define TOOK_MS    5000
#define FOREVER    UINT32_MAX

static struct pgtask_client *const client = &rig.client;
static struct fault_port faulty;

/* What the client does while a fault strikes. */
struct scenario {
    char const *name;
    char const *trouble; /* what the service does at first */
    unsigned listings;
    bool all_pages;
    bool reconnect; /* each listing but the first comes after a long pause */
    char const *tls;
};

/* The records that came, and those that come without a fault, for each number of tasks. */
static struct {
    struct pgtask_task tasks[2 * TASKS];
    uint32_t count;
} good, got;

static unsigned long faults;

/* Number of the allocation that fails, from 1; 0: none. */
static uint32_t allocation_at;
static uint32_t allocations;
static bool allocation_failed;

void *__real_mbedtls_calloc(size_t count, size_t size);
void *__wrap_mbedtls_calloc(size_t count, size_t size);

void *__wrap_mbedtls_calloc(size_t count, size_t size)
{
    if (++allocations == allocation_at) {
        allocation_failed = true;
        return NULL;
    }
    return __real_mbedtls_calloc(count, size);
}

static size_t arena_used(void)
{
    struct pgtask_arena_use use;

    pgtask_arena_measure(&use);
    return use.used;
}

static enum pgtask_error start(struct scenario const *scenario)
{
    struct pgtask_query const query = {.limit = PAGE, .order = PGTASK_ORDER_ASC};

    return scenario->all_pages ? pgtask_client_list_all(client, &query)
                               : pgtask_client_list(client, &query);
}

static void assert_waits_for_something(void)
{
    uint64_t until_ms = UINT64_MAX;
    enum pgtask_interest const interest = pgtask_client_wait_for(client, &until_ms);

    assert_in_range(interest, PGTASK_INTEREST_TIME, PGTASK_INTEREST_WRITE);
    assert_true(until_ms <= faulty.port.monotonic_ms(&faulty) + rig.config.timeout_ms);
}

/* Finishes one listing and keeps its records. */
static enum pgtask_error list(struct scenario const *scenario)
{
    enum pgtask_error error = start(scenario);

    assert_int_equal(error, PGTASK_OK);
    for (unsigned steps = 0; error >= 0 && error != PGTASK_DONE; steps++) {
        assert_true(steps < STEPS_MOST);
        error = pgtask_client_next(client, &rig.task);
        if (error == PGTASK_OK) {
            assert_true(got.count < sizeof got.tasks / sizeof got.tasks[0]);
            got.tasks[got.count++] = rig.task;
        } else if (error == PGTASK_WOULD_BLOCK) {
            assert_waits_for_something();
            pgtask_client_sleep(client);
        } else {
            assert_true(error < 0 || error == PGTASK_DONE);
        }
    }
    return error;
}

/* Plays the scenario with a fresh client until something fails. */
static enum pgtask_error play(struct scenario const *scenario)
{
    enum pgtask_error error = PGTASK_DONE;

    got.count = 0;
    client_play(scenario->trouble);
    for (unsigned i = 0; i < scenario->listings && error == PGTASK_DONE; i++) {
        if (scenario->reconnect && i > 0) {
            rig.skew_ms += PGTASK_DEFAULT_KEEP_IDLE_MS;
        }
        error = list(scenario);
    }
    return error;
}

static void assert_records(enum pgtask_error error)
{
    assert_true(got.count <= good.count);
    assert_true(error != PGTASK_DONE || got.count == good.count);
    for (uint32_t i = 0; i < got.count; i++) {
        assert_same_task(&got.tasks[i], &good.tasks[i]);
    }
}

static void open_client(void)
{
    assert_int_equal(pgtask_client_open(client, &rig.config, &faulty.port), PGTASK_OK);
}

/* Asserts that the next listing is good, and that closing gives all of the arena back. */
static void assert_as_good_as_new(size_t base)
{
    struct scenario const clean = {.trouble = "", .listings = 1};

    fault_port_set(&faulty, &(struct fault){.at = 0});
    allocation_at = 0;
    assert_int_equal(play(&clean), PGTASK_DONE);
    assert_int_equal(got.count, PAGE);
    pgtask_client_close(client);
    assert_int_equal(arena_used(), base);
}

static bool is_in(enum pgtask_error error, enum pgtask_error const *errors, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (errors[i] == error) {
            return true;
        }
    }
    return false;
}

/* A kind of fault, and the errors that may end the listing instead of PGTASK_DONE; 0: no other. */
struct kind {
    char const *name;
    struct fault fault;
    enum pgtask_error errors[3];
};

static struct kind const kinds[] = {
    {"no address once", {FAULT_RESOLVE, 0, 1, PGTASK_ERROR_RESOLVE, 0}, {0}},
    {"no address", {FAULT_RESOLVE, 0, FOREVER, PGTASK_ERROR_RESOLVE, 0}, {PGTASK_ERROR_RESOLVE}},
    {"resolver fails", {FAULT_RESOLVE, 0, 1, PGTASK_ERROR_PORT, 0}, {PGTASK_ERROR_PORT}},
    {"resolver is slow", {FAULT_RESOLVE, 0, 3, PGTASK_WOULD_BLOCK, 0}, {0}},
    {"refused once", {FAULT_CONNECT, 0, 1, PGTASK_ERROR_CONNECT, 0}, {0}},
    {"refused", {FAULT_CONNECT, 0, FOREVER, PGTASK_ERROR_CONNECT, 0}, {PGTASK_ERROR_CONNECT}},
    {"connecting fails", {FAULT_CONNECT, 0, 1, PGTASK_ERROR_PORT, 0}, {PGTASK_ERROR_PORT}},
    {"connecting is slow", {FAULT_CONNECT, 0, 3, PGTASK_WOULD_BLOCK, 0}, {0}},
    {"reset at send", {FAULT_SEND, 0, 1, PGTASK_ERROR_RESET, 0}, {0}},
    {"resets at send", {FAULT_SEND, 0, FOREVER, PGTASK_ERROR_RESET, 0}, {PGTASK_ERROR_RESET}},
    {"sending fails", {FAULT_SEND, 0, 1, PGTASK_ERROR_PORT, 0}, {PGTASK_ERROR_PORT}},
    {"sending is slow", {FAULT_SEND, 0, 3, PGTASK_WOULD_BLOCK, 0}, {0}},
    {"one byte is sent", {FAULT_SEND, 0, 1, PGTASK_OK, 0}, {0}},
    {"byte by byte is sent", {FAULT_SEND, 0, 40, PGTASK_OK, 0}, {0}},
    {"reset at receive", {FAULT_RECV, 0, 1, PGTASK_ERROR_RESET, 0}, {0}},
    {"resets at receive", {FAULT_RECV, 0, FOREVER, PGTASK_ERROR_RESET, 0}, {PGTASK_ERROR_RESET}},
    {"receiving fails", {FAULT_RECV, 0, 1, PGTASK_ERROR_PORT, 0}, {PGTASK_ERROR_PORT}},
    {"receiving is slow", {FAULT_RECV, 0, 3, PGTASK_WOULD_BLOCK, 0}, {0}},
    {"one byte is received", {FAULT_RECV, 0, 1, PGTASK_OK, 0}, {0}},
    {"byte by byte is received", {FAULT_RECV, 0, 40, PGTASK_OK, 0}, {0}},
    {"closed", {FAULT_RECV, 0, 1, PGTASK_ERROR_CLOSED, 0}, {0}},
    {"closed each time",
     {FAULT_RECV, 0, FOREVER, PGTASK_ERROR_CLOSED, 0},
     {PGTASK_ERROR_TLS_TRUNCATED}},
    {"no entropy once", {FAULT_ENTROPY, 0, 1, PGTASK_ERROR_ENTROPY, 0}, {0}},
    {"no entropy", {FAULT_ENTROPY, 0, FOREVER, PGTASK_ERROR_ENTROPY, 0}, {PGTASK_ERROR_ENTROPY}},
    {"clock jumps a second", {FAULT_CLOCK, 0, 1, PGTASK_OK, 1000}, {0}},
    {"clock jumps past the stall limit", {FAULT_CLOCK, 0, 1, PGTASK_OK, 4000}, {0}},
    {"clock jumps an hour",
     {FAULT_CLOCK, 0, 1, PGTASK_OK, 3600000},
     {PGTASK_ERROR_TIMEOUT, PGTASK_ERROR_SERVICE}}, /* no time is left to wait for a retry */
};

/* @return whether the fault was reached */
static bool try_fault(struct scenario const *scenario, struct kind const *kind, uint32_t at,
                      size_t base)
{
    struct fault fault = kind->fault;
    uint64_t const begin_ms = rig.posix.port.monotonic_ms(&rig.posix);
    enum pgtask_error error;
    bool reached;

    fault.at = at;
    open_client();
    fault_port_set(&faulty, &fault);
    error = play(scenario);
    reached = faulty.injected > 0;
    if ((error != PGTASK_DONE && !is_in(error, kind->errors, 3)) ||
        pgtask_client_failure(client)->error != (error == PGTASK_DONE ? PGTASK_OK : error)) {
        fail_msg("%s, %s at call %u: %d", scenario->name, kind->name, (unsigned)at, (int)error);
    }
    assert_records(error);
    if (rig.posix.port.monotonic_ms(&rig.posix) - begin_ms > TOOK_MS) {
        fail_msg("%s, %s at call %u: a wait that nothing ended", scenario->name, kind->name,
                 (unsigned)at);
    }
    assert_as_good_as_new(base);
    faults += reached;
    return reached;
}

/* Lists without a fault. @return how much of the arena is in use while no client is open */
static size_t play_well(struct scenario const *scenario)
{
    open_client();
    assert_int_equal(play(scenario), PGTASK_DONE);
    assert_int_equal(got.count, scenario->listings * (scenario->all_pages ? TASKS : PAGE));
    memcpy(&good, &got, sizeof good);
    pgtask_client_close(client);
    return arena_used();
}

static void any_fault_of_the_port_ends_in_the_right_error(void **state)
{
    struct scenario const *const scenario = *state;
    size_t const base = play_well(scenario);

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        uint32_t at = 1;

        while (try_fault(scenario, &kinds[i], at, base)) {
            /* Most readings of the clock do not matter. */
            at += kinds[i].fault.call == FAULT_CLOCK ? 1 + at / 8 : 1;
        }
        assert_true(at > 1);
    }
}

/* Each of the first hundred fails, then fewer and fewer: a handshake makes thousands. */
static void any_failed_allocation_ends_in_the_right_error(void **state)
{
    struct scenario const *const scenario = *state;
    size_t const base = play_well(scenario);
    uint32_t at = 1;

    do {
        enum pgtask_error error;

        open_client();
        allocations = 0;
        allocation_failed = false;
        allocation_at = at;
        error = play(scenario);
        if (error != PGTASK_DONE && pgtask_error_layer(error) != PGTASK_LAYER_TLS) {
            fail_msg("%s, allocation %u fails: %d", scenario->name, (unsigned)at, (int)error);
        }
        assert_records(error);
        assert_as_good_as_new(base);
        faults += allocation_failed;
        at += at < 100 ? 1 : at / 12;
    } while (allocation_failed);
    assert_true(at > 100);
}

static int set_up(void **state)
{
    struct scenario const *const scenario = *state;
    char options[100];

    (void)snprintf(options, sizeof options, "--no-examples --tls %s --tasks %d", scenario->tls,
                   TASKS);
    simulator_start_as(&rig.simulator, rig.certificates, "server", options);
    (void)client_set_up(state);
    pgtask_client_close(client);
    rig.config.retry.attempts = 3;
    rig.config.timeout_ms = 30000;
    rig.config.stall_ms = 3000;
    fault_port_open(&faulty, &rig.port);
    return 0;
}

static int tear_down(void **state)
{
    allocation_at = 0;
    (void)client_tear_down(state);
    simulator_stop(&rig.simulator);
    return 0;
}

static int print_faults(void **state)
{
    (void)state;
    printf("# faults: %lu,%03lu injected\n", faults / 1000, faults % 1000);
    return 0;
}

static struct scenario const page12 = {
    .name = "one page, TLS 1.2", .trouble = "", .listings = 1, .tls = "1.2"};
static struct scenario const page13 = {
    .name = "one page, TLS 1.3", .trouble = "", .listings = 1, .tls = "1.3"};
static struct scenario const pages = {
    .name = "three pages", .trouble = "", .listings = 1, .all_pages = true, .tls = "1.3"};
static struct scenario const retry = {.name = "retry",
                                      .trouble =
                                          "\"error_code\":\"RequestLimitExceeded\",\"times\":1",
                                      .listings = 1,
                                      .tls = "1.3"};
static struct scenario const resumed12 = {
    .name = "resumption, TLS 1.2", .trouble = "", .listings = 2, .reconnect = true, .tls = "1.2"};
static struct scenario const resumed13 = {
    .name = "resumption, TLS 1.3", .trouble = "", .listings = 2, .reconnect = true, .tls = "1.3"};

#define FAULT_TEST(test, scenario)                                                                 \
    {                                                                                              \
        .name = #scenario "_with_a_fault_" #test, .test_func = test, .setup_func = set_up,         \
        .teardown_func = tear_down, .initial_state = (void *)(uintptr_t)&scenario                  \
    }

int main(void)
{
    struct CMUnitTest const tests[] = {
        FAULT_TEST(any_fault_of_the_port_ends_in_the_right_error, page12),
        FAULT_TEST(any_fault_of_the_port_ends_in_the_right_error, page13),
        FAULT_TEST(any_fault_of_the_port_ends_in_the_right_error, pages),
        FAULT_TEST(any_fault_of_the_port_ends_in_the_right_error, retry),
        FAULT_TEST(any_fault_of_the_port_ends_in_the_right_error, resumed12),
        FAULT_TEST(any_fault_of_the_port_ends_in_the_right_error, resumed13),
        FAULT_TEST(any_failed_allocation_ends_in_the_right_error, page12),
        FAULT_TEST(any_failed_allocation_ends_in_the_right_error, resumed13),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, NULL, print_faults);
}
