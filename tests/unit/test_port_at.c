/* SPDX-License-Identifier: MIT */
/* The port for AT commands, with a simulated module: the promises of a port, and listings over TLS.
 */
#include <pgtask/client.h>
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

#include "certificates.h"
#include "conformance.h"
#include "port_peer.h"
#include "simulator.h"

enum { TASKS = 30, MODULE_UART = 3 };

/* The module cannot tell it from an end: see pgtask_at.h. */
static char const untold[] = "a broken connection is reset";

static struct {
    struct port_peer peer;
    struct simulator simulator;
    pid_t module;
    int uart;
    struct pgtask_posix posix; /* its clocks and random bytes */
    struct pgtask_at at;
    struct pgtask_client client;
    struct pgtask_task task;
    struct pgtask_posix_roots roots;
    struct pgtask_config config;
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

    (void)snprintf(route, sizeof route, "443=%u", (unsigned)rig.simulator.port_number);
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

static void tell(void *context, char const *promise, char const *broken, int64_t number)
{
    bool const is_known = strcmp(promise, untold) == 0;

    if (broken != NULL && !is_known) {
        (void)fprintf(stderr, "broken: %s: %s (%lld)\n", promise, broken, (long long)number);
    }
    *(unsigned *)context += broken != NULL && !is_known;
}

static void port_keeps_every_promise_that_the_module_can(void **state)
{
    unsigned broken = 0;
    struct port_check_settings const settings = {.port = &rig.at.port,
                                                 .peer_address = "127.0.0.1",
                                                 .peer_name = "peer.test",
                                                 .missing_name = "missing.test",
                                                 .first_port = rig.peer.first_port,
                                                 .call_limit_ms = 300,
                                                 .patience_ms = 20000,
                                                 .report = tell,
                                                 .context = &broken};

    (void)state;
    assert_int_equal(port_conformance(&settings), 1);
    assert_int_equal(broken, 0);
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

static void open_client(void)
{
    char path[600];

    (void)snprintf(path, sizeof path, "%s/ca.pem", test_certificates());
    rig.config = (struct pgtask_config){
        .region = "ap-guangzhou",
        .credentials = {.secret_id = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
                        .secret_key = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"},
    };
    assert_int_equal(pgtask_posix_roots_open(&rig.roots, path, &rig.config.roots), PGTASK_OK);
    assert_int_equal(pgtask_client_open(&rig.client, &rig.config, &rig.at.port), PGTASK_OK);
}

static void close_client(void)
{
    pgtask_client_close(&rig.client);
    pgtask_posix_roots_close(&rig.roots);
}

/* @return how the listing of all tasks ends */
static enum pgtask_error list(unsigned *records)
{
    struct pgtask_query const query = {.limit = 10};
    enum pgtask_error error;

    *records = 0;
    assert_int_equal(pgtask_client_list_all(&rig.client, &query), PGTASK_OK);
    while ((error = pgtask_client_next_blocking(&rig.client, &rig.task)) == PGTASK_OK) {
        ++*records;
    }
    return error;
}

static void all_tasks_are_listed_over_verified_tls(void **state)
{
    unsigned records;

    (void)state;
    open_client();
    for (int round = 0; round < 2; round++) {
        assert_int_equal(list(&records), PGTASK_DONE);
        assert_int_equal(records, TASKS);
    }
    assert_int_equal(pgtask_client_counters(&rig.client)->handshakes_full, 1);
    close_client();
}

static void module_that_restarts_is_set_up_again(void **state)
{
    static char const restart[] = "!restart\r\n";
    unsigned records;

    (void)state;
    open_client();
    assert_int_equal(list(&records), PGTASK_DONE);
    assert_int_equal(send(rig.uart, restart, strlen(restart), 0), strlen(restart));
    assert_int_equal(list(&records), PGTASK_DONE);
    assert_int_equal(records, TASKS);
    close_client();
}

static void module_that_is_silent_is_told(void **state)
{
    struct pgtask_query const query = {.limit = 1};
    int const uart = rig.uart;
    int ends[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    rig.uart = ends[0];
    open_client();
    assert_int_equal(pgtask_client_list(&rig.client, &query), PGTASK_OK);
    assert_int_equal(pgtask_client_next_blocking(&rig.client, &rig.task), PGTASK_ERROR_PORT);
    assert_int_equal(pgtask_client_failure(&rig.client)->detail, PGTASK_AT_FAILURE_SILENT);
    close_client();
    (void)close(ends[0]);
    (void)close(ends[1]);
    rig.uart = uart;
}

static int start_peers(void **state)
{
    (void)state;
    simulator_start(&rig.simulator, test_certificates(), TASKS);
    return port_peer_start(&rig.peer);
}

static int stop_peers(void **state)
{
    (void)state;
    simulator_stop(&rig.simulator);
    return port_peer_stop(&rig.peer);
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
    };

    return cmocka_run_group_tests(tests, start_peers, stop_peers);
}
