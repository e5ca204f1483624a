/* SPDX-License-Identifier: MIT */
/* The port for AT commands, with a simulated module: the promises of a port, and listings over TLS.
 */
#include <pgtask_at.h>
#include <pgtask_posix.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "port_trial.h"

enum { MODULE_UART = 3 };

/* The module cannot tell it from an end: see pgtask_at.h. */
static char const untold[] = "a broken connection is reset";

static struct {
    pid_t module;
    int uart;
    struct pgtask_posix posix; /* its clocks and random bytes */
    struct pgtask_at at;
} rig;

/* --- A platform whose UART is a socket --- */

static uint64_t monotonic_ms(void *context)
{
    (void)context;
    return rig.posix.port.monotonic_ms(&rig.posix);
}

static bool unix_time_s(void *context, int64_t *unix_s)
{
    (void)context;
    return rig.posix.port.unix_time_s(&rig.posix, unix_s);
}

static bool entropy(void *context, uint8_t *bytes, size_t length)
{
    (void)context;
    return rig.posix.port.entropy(&rig.posix, bytes, length) == PGTASK_OK;
}

static size_t read_uart(void *context, uint8_t *bytes, size_t capacity)
{
    ssize_t const got = recv(rig.uart, bytes, capacity, MSG_DONTWAIT);

    (void)context;
    return got > 0 ? (size_t)got : 0;
}

static size_t write_uart(void *context, uint8_t const *bytes, size_t length)
{
    ssize_t const done = send(rig.uart, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);

    (void)context;
    return done > 0 ? (size_t)done : 0;
}

static void wait_uart(void *context, uint64_t until_ms)
{
    struct pollfd uart = {.fd = rig.uart, .events = POLLIN};
    uint64_t const begin_ms = monotonic_ms(context);

    if (until_ms > begin_ms) {
        (void)poll(&uart, 1, until_ms - begin_ms < 1000 ? (int)(until_ms - begin_ms) : 1000);
    }
}

static struct pgtask_at_platform const platform = {.monotonic_ms = monotonic_ms,
                                                   .unix_time_s = unix_time_s,
                                                   .entropy = entropy,
                                                   .read = read_uart,
                                                   .write = write_uart,
                                                   .wait = wait_uart};

/* --- The module --- */

static void become_module(int uart, char *option)
{
    char route[32];
    char *words[] = {"python3", "tests/port/at_module.py",
                     "--uart",  "3",
                     "--name",  "peer.test=127.0.0.1",
                     "--name",  "postgres.tencentcloudapi.com=127.0.0.1",
                     "--route", route,
                     option,    NULL};

    (void)snprintf(route, sizeof route, "443=%u", (unsigned)trial.simulator.port_number);
    if (dup2(uart, MODULE_UART) != MODULE_UART || fcntl(MODULE_UART, F_SETFD, 0) != 0) {
        _exit(126);
    }
    (void)execvp(words[0], words);
    _exit(127);
}

/* @param option  one more word for it, or NULL */
static void start_module(char *option)
{
    int ends[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFD, FD_CLOEXEC), 0);
    rig.uart = ends[0];
    rig.module = fork();
    if (rig.module == 0) {
        become_module(ends[1], option);
    }
    (void)close(ends[1]);
    pgtask_posix_open(&rig.posix);
    pgtask_at_open(&rig.at, &platform);
}

static void stop_module(void)
{
    int status = 0;

    (void)close(rig.uart);
    while (waitpid(rig.module, &status, 0) < 0 && errno == EINTR) {
    }
    assert_int_equal(status, 0);
}

static int set_up(void **state)
{
    (void)state;
    start_module(NULL);
    return 0;
}

static int set_up_old(void **state)
{
    (void)state;
    start_module("--old");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    stop_module();
    return 0;
}

/* --- The promises of a port --- */

static void port_keeps_every_promise_that_the_module_can(void **state)
{
    (void)state;
    assert_int_equal(port_trial_check(&rig.at.port, NULL, false, untold), 0);
}

static void name_that_is_a_command_is_refused(void **state)
{
    struct pgtask_port const *const port = &rig.at.port;

    (void)state;
    assert_int_equal(port->resolve(port->context, "a\"\r\nAT+RST"), PGTASK_ERROR_RESOLVE);
    assert_int_equal(port->last_failure(port->context), PGTASK_AT_FAILURE_NAME);
    assert_int_equal(port->resolve(port->context, ""), PGTASK_ERROR_RESOLVE);
}

/* --- Listings --- */

static void all_tasks_are_listed_over_verified_tls(void **state)
{
    (void)state;
    port_trial_open(&rig.at.port);
    port_trial_assert_lists();
    port_trial_assert_lists();
    assert_int_equal(pgtask_client_counters(&trial.client)->handshakes_full, 1);
    port_trial_close();
}

static void module_that_restarts_is_set_up_again(void **state)
{
    static char const restart[] = "!restart\r\n";

    (void)state;
    port_trial_open(&rig.at.port);
    port_trial_assert_lists();
    assert_int_equal(send(rig.uart, restart, strlen(restart), 0), strlen(restart));
    port_trial_assert_lists();
    port_trial_close();
}

static void module_that_is_silent_is_told(void **state)
{
    struct pgtask_query const query = {.limit = 1};
    int const uart = rig.uart;
    int ends[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    rig.uart = ends[0];
    port_trial_open(&rig.at.port);
    assert_int_equal(pgtask_client_list(&trial.client, &query), PGTASK_OK);
    assert_int_equal(pgtask_client_next_blocking(&trial.client, &trial.task), PGTASK_ERROR_PORT);
    assert_int_equal(pgtask_client_failure(&trial.client)->detail, PGTASK_AT_FAILURE_SILENT);
    port_trial_close();
    (void)close(ends[0]);
    (void)close(ends[1]);
    rig.uart = uart;
}

/* --- A module that says anything --- */

static struct {
    uint32_t state; /* of the random numbers (xorshift) */
    uint64_t now_ms;
    char const *text; /* what the module is saying */
    uint8_t byte;
} odd;

static uint32_t draw(uint32_t bound)
{
    odd.state ^= odd.state << 13;
    odd.state ^= odd.state >> 17;
    odd.state ^= odd.state << 5;
    return odd.state % bound;
}

static uint64_t odd_ms(void *context)
{
    (void)context;
    return odd.now_ms += draw(50);
}

/* Words of the module in any order, and any bytes between them. */
static size_t read_odd(void *context, uint8_t *bytes, size_t capacity)
{
    static char const *const words[] = {
        "OK\r\n",
        "ERROR\r\n",
        "SEND OK\r\n",
        "CONNECT\r\n",
        "CLOSED\r\n",
        "+IPD,",
        "+CIPMUX:0\r\n",
        "+CIPRECVDATA:",
        "+CIPDOMAIN:\"127.0.0.1\"\r\n",
        "4294967299,",
        "512,",
        "513,",
        "7,",
        "0,",
        "-1,",
        ">",
        "ready\r\n",
        "busy p...\r\n",
        "\r\n",
        "SEND FAIL\r\n",
        "",
    };
    size_t const wanted = draw(40);
    size_t count = 0;

    (void)context;
    while (count < capacity && count < wanted) {
        if (odd.text == NULL || *odd.text == '\0') {
            odd.text = words[draw(sizeof words / sizeof words[0])];
            bytes[count++] = (uint8_t)draw(256);
            odd.byte ^= bytes[count - 1];
            continue;
        }
        bytes[count++] = (uint8_t)*odd.text++;
    }
    return count;
}

static size_t write_odd(void *context, uint8_t const *bytes, size_t length)
{
    size_t const count = draw(3) == 0 ? 0 : draw((uint32_t)length + 1);

    (void)context;
    for (size_t i = 0; i < count; i++) {
        odd.byte ^= bytes[i];
    }
    return count;
}

static bool is_allowed(enum pgtask_error error)
{
    return error == PGTASK_OK || error == PGTASK_WOULD_BLOCK || error == PGTASK_ERROR_RESOLVE ||
           error == PGTASK_ERROR_PORT || error == PGTASK_ERROR_CONNECT ||
           error == PGTASK_ERROR_RESET || error == PGTASK_ERROR_CLOSED;
}

static enum pgtask_error call_one(struct pgtask_port const *port)
{
    uint8_t bytes[700] = {0};
    size_t const length = 1 + draw(sizeof bytes);
    size_t moved = 0;
    enum pgtask_error error;

    switch (draw(6)) {
    case 0: return port->resolve(port->context, draw(2) == 0 ? "127.0.0.1" : "peer.test");
    case 1: return port->connect(port->context, 443);
    case 2:
        error = port->send(port->context, bytes, length, &moved);
        assert_true(error != PGTASK_OK || (moved > 0 && moved <= length));
        return error;
    case 3:
        error = port->recv(port->context, bytes, length, &moved);
        assert_true(error != PGTASK_OK || (moved > 0 && moved <= length));
        return error;
    case 4: port->wait(port->context, PGTASK_INTEREST_READ, odd.now_ms + draw(100)); break;
    default:
        if (draw(8) == 0) {
            port->close(port->context, PGTASK_OK);
        }
    }
    return PGTASK_OK;
}

static void wait_odd(void *context, uint64_t until_ms)
{
    (void)context;
    (void)until_ms;
}

/* Nothing that the module says leads beyond a buffer, which the sanitizers watch, or to a result
 * that port.h does not allow. */
static void module_may_say_anything(void **state)
{
    static struct pgtask_at_platform const any = {.monotonic_ms = odd_ms,
                                                  .entropy = entropy,
                                                  .read = read_odd,
                                                  .write = write_odd,
                                                  .wait = wait_odd};

    (void)state;
    odd.state = 2463534242u;
    for (int round = 0; round < 200; round++) {
        pgtask_at_open(&rig.at, &any);
        if (round % 2 != 0) {
            rig.at.readiness = PGTASK_AT_READY;
        }
        for (int i = 0; i < 1000; i++) {
            assert_true(is_allowed(call_one(&rig.at.port)));
        }
    }
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup_teardown(port_keeps_every_promise_that_the_module_can, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(name_that_is_a_command_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_tasks_are_listed_over_verified_tls, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_tasks_are_listed_over_verified_tls, set_up_old,
                                        tear_down),
        cmocka_unit_test_setup_teardown(module_that_restarts_is_set_up_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(module_that_is_silent_is_told, set_up, tear_down),
        cmocka_unit_test(module_may_say_anything),
    };

    return cmocka_run_group_tests(tests, port_trial_start, port_trial_stop);
}
