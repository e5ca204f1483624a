/* SPDX-License-Identifier: MIT */
/* The POSIX port: names, connections, clocks, random bytes. */
#include <pgtask_posix.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "listener.h"
#include "loopback.h"

#define PATIENCE_MS 20000

static struct pgtask_posix posix;
static struct pgtask_port *port;

static int next_free_descriptor(void)
{
    int const descriptor = dup(0);

    (void)close(descriptor);
    return descriptor;
}

static int set_up(void **state)
{
    static int before;

    before = next_free_descriptor();
    pgtask_posix_open(&posix);
    port = &posix.port;
    *state = &before;
    return 0;
}

/* Closes twice, and checks that no descriptor and no child is left. */
static int tear_down(void **state)
{
    pgtask_posix_close(&posix);
    pgtask_posix_close(&posix);
    assert_int_equal(pgtask_posix_descriptor(&posix), -1);
    assert_int_equal(next_free_descriptor(), *(int *)*state);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    return 0;
}

static uint64_t now_ms(void)
{
    return port->monotonic_ms(port->context);
}

static enum pgtask_error resolve(char const *host)
{
    uint64_t const until_ms = now_ms() + PATIENCE_MS;
    enum pgtask_error error;

    while ((error = port->resolve(port->context, host)) == PGTASK_WOULD_BLOCK) {
        assert_true(now_ms() < until_ms);
        port->wait(port->context, PGTASK_INTEREST_READ, until_ms);
    }
    return error;
}

static enum pgtask_error connect_to(uint16_t number)
{
    uint64_t const until_ms = now_ms() + PATIENCE_MS;
    enum pgtask_error error;

    while ((error = port->connect(port->context, number)) == PGTASK_WOULD_BLOCK) {
        assert_true(now_ms() < until_ms);
        port->wait(port->context, PGTASK_INTEREST_WRITE, until_ms);
    }
    return error;
}

static enum pgtask_error receive(uint8_t *bytes, size_t capacity, size_t *received)
{
    uint64_t const until_ms = now_ms() + PATIENCE_MS;
    enum pgtask_error error;

    while ((error = port->recv(port->context, bytes, capacity, received)) == PGTASK_WOULD_BLOCK) {
        assert_true(now_ms() < until_ms);
        port->wait(port->context, PGTASK_INTEREST_READ, until_ms);
    }
    return error;
}

/* Connects to a peer that the test plays. Returns the peer's end of the stream. */
static int connect_to_peer(void)
{
    uint16_t number;
    int const listener = listen_on("127.0.0.1", &number);
    int stream;

    assert_int_equal(resolve("127.0.0.1"), PGTASK_OK);
    assert_int_equal(connect_to(number), PGTASK_OK);
    stream = accept_from(listener);
    (void)close(listener);
    return stream;
}

static void literals_need_no_waiting(void **state)
{
    static char const *const literals[] = {"127.0.0.1", "::1", "2001:db8::42", "255.255.255.255"};

    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
        assert_int_equal(port->resolve(port->context, literals[i]), PGTASK_OK);
        assert_int_equal(posix.address_count, 1);
    }
    (void)state;
}

static void name_is_looked_up_without_blocking_and_connected_to(void **state)
{
    uint16_t number;
    int const listener = listen_on("127.0.0.1", &number);

    assert_int_equal(port->resolve(port->context, NAME_OF_LOOPBACK), PGTASK_WOULD_BLOCK);
    assert_true(pgtask_posix_descriptor(&posix) >= 0);
    assert_int_equal(resolve(NAME_OF_LOOPBACK), PGTASK_OK);
    assert_int_equal(connect_to(number), PGTASK_OK);
    (void)close(listener);
    (void)state;
}

static void name_without_address_is_an_error_with_its_reason(void **state)
{
    assert_int_equal(resolve("a name with spaces"), PGTASK_ERROR_RESOLVE);
    assert_true(port->last_failure(port->context) < -1000);
    (void)state;
}

static void look_up_works_where_the_program_ignores_its_children(void **state)
{
    (void)signal(SIGCHLD, SIG_IGN);
    assert_int_equal(resolve(NAME_OF_LOOPBACK), PGTASK_OK);
    assert_int_equal(port->resolve(port->context, NAME_OF_LOOPBACK), PGTASK_WOULD_BLOCK);
    port->close(port->context, PGTASK_OK);
    (void)signal(SIGCHLD, SIG_DFL);
    (void)state;
}

static void look_up_dropped_half_way_leaves_nothing(void **state)
{
    for (int i = 0; i < 20; i++) {
        assert_int_equal(port->resolve(port->context, NAME_OF_LOOPBACK), PGTASK_WOULD_BLOCK);
        port->close(port->context, PGTASK_OK);
        assert_int_equal(pgtask_posix_descriptor(&posix), -1);
    }
    (void)state;
}

static int handled[2];

static void handle(int number)
{
    (void)number;
    (void)!write(handled[1], "x", 1);
}

/* The signal races with the child's reply, so the test tries until the signal wins. */
static void child_that_dies_is_an_error_and_runs_no_handler(void **state)
{
    struct sigaction action = {.sa_handler = handle};
    enum pgtask_error error = PGTASK_OK;
    char byte;

    assert_int_equal(pipe(handled), 0);
    (void)fcntl(handled[0], F_SETFL, O_NONBLOCK);
    assert_int_equal(sigaction(SIGTERM, &action, NULL), 0);
    for (int i = 0; i < 200 && error == PGTASK_OK; i++) {
        assert_int_equal(port->resolve(port->context, NAME_OF_LOOPBACK), PGTASK_WOULD_BLOCK);
        (void)kill(posix.resolver, SIGTERM);
        error = resolve(NAME_OF_LOOPBACK);
    }
    assert_int_equal(error, PGTASK_ERROR_RESOLVE);
    assert_int_equal(read(handled[0], &byte, 1), -1);
    (void)signal(SIGTERM, SIG_DFL);
    (void)close(handled[0]);
    (void)close(handled[1]);
    (void)state;
}

/* Adds an address, as if the resolver had found it too. */
static void add_address(char const *text)
{
    struct pgtask_posix_address *const address = &posix.addresses[posix.address_count++];
    struct sockaddr_in *const ipv4 = (struct sockaddr_in *)&address->storage;

    memset(address, 0, sizeof *address);
    ipv4->sin_family = AF_INET;
    assert_int_equal(inet_pton(AF_INET, text, &ipv4->sin_addr), 1);
    address->length = sizeof *ipv4;
}

static void address_that_refuses_is_passed_over(void **state)
{
    uint16_t number;
    int const listener = listen_on("127.0.0.3", &number);

    assert_int_equal(resolve("127.0.0.2"), PGTASK_OK);
    add_address("127.0.0.3");
    assert_int_equal(connect_to(number), PGTASK_OK);
    (void)close(listener);
    (void)state;
}

static void all_addresses_refusing_is_an_error_with_errno(void **state)
{
    uint16_t number;
    int const listener = listen_on("127.0.0.1", &number);

    (void)close(listener);
    assert_int_equal(resolve("127.0.0.1"), PGTASK_OK);
    add_address("127.0.0.2");
    assert_int_equal(connect_to(number), PGTASK_ERROR_CONNECT);
    assert_int_equal(port->last_failure(port->context), ECONNREFUSED);
    assert_int_equal(pgtask_posix_descriptor(&posix), -1);
    (void)state;
}

static void want_of_descriptors_is_an_error_of_the_port(void **state)
{
    uint16_t number;
    int const listener = listen_on("127.0.0.2", &number);
    struct rlimit before;
    struct rlimit none;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
    assert_int_equal(resolve("127.0.0.1"), PGTASK_OK);
    add_address("127.0.0.2");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    assert_int_equal(connect_to(number), PGTASK_ERROR_PORT);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(port->last_failure(port->context), EMFILE);
    assert_int_equal(pgtask_posix_descriptor(&posix), -1);
    (void)close(listener);
    (void)state;
}

static void bytes_pass_both_ways_and_the_end_is_closed(void **state)
{
    int const stream = connect_to_peer();
    uint8_t bytes[16];
    size_t length = 0;

    assert_int_equal(port->recv(port->context, bytes, sizeof bytes, &length), PGTASK_WOULD_BLOCK);
    assert_int_equal(port->send(port->context, (uint8_t const *)"ping", 4, &length), PGTASK_OK);
    assert_int_equal(length, 4);
    assert_int_equal(read(stream, bytes, sizeof bytes), 4);
    assert_memory_equal(bytes, "ping", 4);
    assert_int_equal(write(stream, "pong!", 5), 5);
    (void)close(stream);
    assert_int_equal(receive(bytes, 3, &length), PGTASK_OK);
    assert_int_equal(length, 3);
    assert_int_equal(receive(bytes + 3, sizeof bytes - 3, &length), PGTASK_OK);
    assert_int_equal(length, 2);
    assert_memory_equal(bytes, "pong!", 5);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(receive(bytes, sizeof bytes, &length), PGTASK_ERROR_CLOSED);
    }
    (void)state;
}

static void stream_that_takes_no_more_is_would_block(void **state)
{
    static uint8_t const zeros[65536];
    int const stream = connect_to_peer();
    enum pgtask_error error = PGTASK_OK;
    size_t length = 0;

    for (int i = 0; i < 10000 && error == PGTASK_OK; i++) {
        error = port->send(port->context, zeros, sizeof zeros, &length);
    }
    assert_int_equal(error, PGTASK_WOULD_BLOCK);
    (void)close(stream);
    (void)state;
}

/* SIGPIPE would end this program. */
static void broken_connection_is_reset_and_no_signal(void **state)
{
    struct linger const abruptly = {.l_onoff = 1, .l_linger = 0};
    int const stream = connect_to_peer();
    uint8_t byte = 0;
    size_t length = 0;

    (void)setsockopt(stream, SOL_SOCKET, SO_LINGER, &abruptly, sizeof abruptly);
    (void)close(stream);
    assert_int_equal(receive(&byte, 1, &length), PGTASK_ERROR_RESET);
    assert_int_equal(port->last_failure(port->context), ECONNRESET);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(port->send(port->context, &byte, 1, &length), PGTASK_ERROR_RESET);
    }
    (void)state;
}

static void stream_is_not_inherited_by_other_programs(void **state)
{
    int const stream = connect_to_peer();

    assert_true(fcntl(pgtask_posix_descriptor(&posix), F_GETFD) & FD_CLOEXEC);
    (void)close(stream);
    assert_int_equal(port->resolve(port->context, NAME_OF_LOOPBACK), PGTASK_WOULD_BLOCK);
    assert_true(fcntl(pgtask_posix_descriptor(&posix), F_GETFD) & FD_CLOEXEC);
    (void)state;
}

static void closed_port_sends_and_receives_nothing(void **state)
{
    uint8_t byte = 0;
    size_t length = 0;

    assert_int_equal(port->send(port->context, &byte, 1, &length), PGTASK_ERROR_PORT);
    assert_int_equal(port->recv(port->context, &byte, 1, &length), PGTASK_ERROR_PORT);
    assert_int_equal(port->connect(port->context, 1), PGTASK_ERROR_CONNECT);
    (void)state;
}

static void waiting_ends_with_the_time_or_with_the_stream(void **state)
{
    int const stream = connect_to_peer();
    uint64_t const start_ms = now_ms();

    port->wait(port->context, PGTASK_INTEREST_READ, 0);
    port->wait(port->context, PGTASK_INTEREST_WRITE, start_ms + PATIENCE_MS);
    assert_int_equal(write(stream, "x", 1), 1);
    port->wait(port->context, PGTASK_INTEREST_READ, start_ms + PATIENCE_MS);
    assert_true(now_ms() < start_ms + PATIENCE_MS);
    port->wait(port->context, PGTASK_INTEREST_TIME, now_ms() + 30);
    assert_true(now_ms() >= start_ms + 29);
    (void)close(stream);
    (void)state;
}

static void clocks_tell_the_time(void **state)
{
    int64_t unix_s = 0;
    int64_t const before_s = (int64_t)time(NULL);
    uint64_t last_ms = now_ms();

    assert_true(port->unix_time_s(port->context, &unix_s));
    assert_in_range(unix_s, before_s, before_s + 5);
    for (int i = 0; i < 10000; i++) {
        uint64_t const next_ms = now_ms();

        assert_true(next_ms >= last_ms);
        last_ms = next_ms;
    }
    (void)state;
}

/* Each of 4,096 bytes staying 0 in eight draws has a chance of 4096 / 2^64. */
static void random_bytes_fill_all_of_the_buffer(void **state)
{
    static uint8_t seen[4096];
    static uint8_t bytes[4096];

    for (int i = 0; i < 8; i++) {
        memset(bytes, 0, sizeof bytes);
        assert_int_equal(port->entropy(port->context, bytes, sizeof bytes), PGTASK_OK);
        for (size_t j = 0; j < sizeof bytes; j++) {
            seen[j] |= bytes[j];
        }
    }
    for (size_t j = 0; j < sizeof seen; j++) {
        assert_int_not_equal(seen[j], 0);
    }
    (void)state;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    struct CMUnitTest const tests[] = {
        TEST(literals_need_no_waiting),
        TEST(name_is_looked_up_without_blocking_and_connected_to),
        TEST(name_without_address_is_an_error_with_its_reason),
        TEST(look_up_works_where_the_program_ignores_its_children),
        TEST(look_up_dropped_half_way_leaves_nothing),
        TEST(child_that_dies_is_an_error_and_runs_no_handler),
        TEST(address_that_refuses_is_passed_over),
        TEST(all_addresses_refusing_is_an_error_with_errno),
        TEST(want_of_descriptors_is_an_error_of_the_port),
        TEST(bytes_pass_both_ways_and_the_end_is_closed),
        TEST(stream_that_takes_no_more_is_would_block),
        TEST(broken_connection_is_reset_and_no_signal),
        TEST(stream_is_not_inherited_by_other_programs),
        TEST(closed_port_sends_and_receives_nothing),
        TEST(waiting_ends_with_the_time_or_with_the_stream),
        TEST(clocks_tell_the_time),
        TEST(random_bytes_fill_all_of_the_buffer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
