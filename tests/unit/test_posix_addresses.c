/* SPDX-License-Identifier: MIT */
/*
 * Several addresses of one host in the POSIX port: which one is tried, for how long, and what the
 * port remembers. The clock is the test's own. The addresses are 127.0.0.1 and those after it.
 */
#include <pgtask_posix.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "listener.h"

enum { PEERS = 3, WAITING = 3, TURN_MS = 10, TURNS = 2000, MINUTE_MS = 60000 };

/* How a peer behaves: it accepts connections, nobody is there, or its queue is full for ever. */
enum peer_kind { LISTENS, REFUSES, IS_BLACK_HOLE };

static struct pgtask_posix posix;
static struct pgtask_port *const port = &posix.port;
static uint64_t clock_ms;
static uint16_t number;

static struct {
    int listener; /* or -1 */
    int waiting[WAITING];
} peers[PEERS];

/* What the resolver finds next: the numbers of peers. */
static struct {
    size_t count;
    size_t peer[PEERS];
} found;

static uint64_t fake_ms(void *context)
{
    (void)context;
    return clock_ms;
}

static struct sockaddr_in address_of(size_t peer)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons(number),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)peer)};
}

static enum pgtask_error look_up(void *context, char const *host,
                                 struct pgtask_posix_address *addresses, size_t *count)
{
    (void)context;
    (void)host;
    memset(addresses, 0, *count * sizeof *addresses);
    for (size_t i = 0; i < found.count; i++) {
        struct sockaddr_in address = address_of(found.peer[i]);

        address.sin_port = 0;
        memcpy(&addresses[i].storage, &address, sizeof address);
        addresses[i].length = sizeof address;
    }
    *count = found.count;
    return PGTASK_OK;
}

static void find(size_t count, size_t first, size_t second, size_t third)
{
    found.count = count;
    found.peer[0] = first;
    found.peer[1] = second;
    found.peer[2] = third;
}

/* A listener whose queue is full drops further attempts. */
static void fill_queue(size_t peer)
{
    struct sockaddr_in const address = address_of(peer);

    for (size_t i = 0; i < WAITING; i++) {
        peers[peer].waiting[i] = socket(AF_INET, SOCK_STREAM, 0);
        (void)fcntl(peers[peer].waiting[i], F_SETFL, O_NONBLOCK);
        (void)connect(peers[peer].waiting[i], (struct sockaddr const *)&address, sizeof address);
    }
}

static void start_peer(size_t peer, enum peer_kind kind)
{
    struct sockaddr_in const address = address_of(peer);
    int const on = 1;

    if (kind == REFUSES) {
        return;
    }
    peers[peer].listener = socket(AF_INET, SOCK_STREAM, 0);
    (void)setsockopt(peers[peer].listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    assert_int_equal(bind(peers[peer].listener, (struct sockaddr const *)&address, sizeof address),
                     0);
    assert_int_equal(listen(peers[peer].listener, kind == IS_BLACK_HOLE ? 0 : 16), 0);
    if (kind == IS_BLACK_HOLE) {
        fill_queue(peer);
    }
}

static void stop_peer(size_t peer)
{
    for (size_t i = 0; i < WAITING; i++) {
        if (peers[peer].waiting[i] >= 0) {
            (void)close(peers[peer].waiting[i]);
        }
        peers[peer].waiting[i] = -1;
    }
    if (peers[peer].listener >= 0) {
        (void)close(peers[peer].listener);
    }
    peers[peer].listener = -1;
}

static void start_peers(enum peer_kind first, enum peer_kind second, enum peer_kind third)
{
    start_peer(0, first);
    start_peer(1, second);
    start_peer(2, third);
}

/* The number of a port that is free at this moment, for all three addresses. */
static uint16_t free_number(void)
{
    uint16_t free;
    int const listener = listen_on("0.0.0.0", &free);

    (void)close(listener);
    return free;
}

static int set_up(void **state)
{
    static struct pgtask_posix_resolver const resolver = {.look_up = look_up};

    (void)state;
    clock_ms = 1000000;
    number = free_number();
    for (size_t i = 0; i < PEERS; i++) {
        peers[i].listener = -1;
        memset(peers[i].waiting, -1, sizeof peers[i].waiting);
    }
    find(3, 0, 1, 2);
    pgtask_posix_open(&posix);
    pgtask_posix_use_resolver(&posix, &resolver);
    port->monotonic_ms = fake_ms;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pgtask_posix_close(&posix);
    for (size_t i = 0; i < PEERS; i++) {
        stop_peer(i);
    }
    return 0;
}

/* Lets real time pass until the attempt under way ends by itself. A black hole never ends. */
static enum pgtask_error connect_now(void)
{
    enum pgtask_error error = PGTASK_WOULD_BLOCK;

    for (int i = 0; i < TURNS && error == PGTASK_WOULD_BLOCK; i++) {
        struct pollfd attempt = {.fd = pgtask_posix_descriptor(&posix), .events = POLLOUT};

        error = port->connect(port->context, number);
        if (error == PGTASK_WOULD_BLOCK) {
            (void)poll(&attempt, 1, TURN_MS);
        }
    }
    return error;
}

static enum pgtask_error connect_once(void)
{
    return port->connect(port->context, number);
}

static void resolve(void)
{
    assert_int_equal(port->resolve(port->context, "db.example"), PGTASK_OK);
}

/* @return the number of the peer that the port is connected to or tries */
static size_t peer_of_port(void)
{
    struct sockaddr_in const *const address =
        (struct sockaddr_in const *)&posix
            .addresses[(posix.first + posix.attempts - 1) % posix.address_count]
            .storage;

    return ntohl(address->sin_addr.s_addr) - INADDR_LOOPBACK;
}

/* The kernel knows the peer of a connection. */
static size_t peer_of_stream(void)
{
    struct sockaddr_in address;
    socklen_t length = sizeof address;

    assert_int_equal(
        getpeername(pgtask_posix_descriptor(&posix), (struct sockaddr *)&address, &length), 0);
    return ntohl(address.sin_addr.s_addr) - INADDR_LOOPBACK;
}

/* Looks up and connects, as the client does each time. */
static size_t peer_of_next_connection(void)
{
    resolve();
    assert_int_equal(connect_now(), PGTASK_OK);
    return peer_of_stream();
}

static void drop(enum pgtask_error failure)
{
    port->close(port->context, failure);
}

static void connection_that_has_served_is_made_to_the_same_address(void **state)
{
    (void)state;
    start_peers(LISTENS, LISTENS, LISTENS);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(peer_of_next_connection(), 0);
        drop(PGTASK_OK);
    }
    find(3, 2, 0, 1); /* as name servers rotate their answers */
    assert_int_equal(peer_of_next_connection(), 0);
}

static void connection_that_failed_is_followed_by_one_to_the_next_address(void **state)
{
    static enum pgtask_error const failures[] = {PGTASK_ERROR_TLS_UNKNOWN_CA, PGTASK_ERROR_RESET,
                                                 PGTASK_ERROR_STALLED, PGTASK_ERROR_TLS_TRUNCATED,
                                                 PGTASK_ERROR_TIMEOUT};

    (void)state;
    start_peers(LISTENS, LISTENS, LISTENS);
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        assert_int_equal(peer_of_next_connection(), i % PEERS);
        drop(failures[i]);
        drop(failures[i]); /* nothing is left that could fail */
    }
    assert_int_equal(peer_of_next_connection(), 2);
    drop(PGTASK_OK);
    assert_int_equal(peer_of_next_connection(), 2);
}

static void address_that_failed_comes_last_in_another_order_too(void **state)
{
    (void)state;
    start_peers(LISTENS, REFUSES, REFUSES);
    assert_int_equal(peer_of_next_connection(), 0);
    drop(PGTASK_ERROR_TLS_HANDSHAKE);
    find(3, 2, 0, 1);
    resolve();
    (void)connect_once();
    assert_int_equal(connect_now(), PGTASK_OK);
    assert_int_equal(posix.attempts, PEERS);
    assert_int_equal(peer_of_stream(), 0);
}

static void host_with_one_address_is_tried_again(void **state)
{
    (void)state;
    start_peers(LISTENS, LISTENS, LISTENS);
    find(1, 0, 0, 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(peer_of_next_connection(), 0);
        drop(PGTASK_ERROR_RESET);
    }
    find(2, 1, 2, 0); /* the look-up has other addresses now */
    assert_int_equal(peer_of_next_connection(), 1);
}

static void black_hole_costs_a_second_once_and_then_comes_last(void **state)
{
    (void)state;
    start_peers(IS_BLACK_HOLE, LISTENS, LISTENS);
    resolve();
    assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
    assert_int_equal(pgtask_posix_until_ms(&posix), clock_ms + PGTASK_POSIX_CONNECT_MS);
    assert_in_range(PGTASK_POSIX_CONNECT_MS, 250, 1000);
    clock_ms += PGTASK_POSIX_CONNECT_MS - 1;
    assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
    assert_int_equal(peer_of_port(), 0);
    clock_ms++;
    assert_int_equal(connect_now(), PGTASK_OK);
    assert_int_equal(peer_of_stream(), 1);
    for (int minute = 0; minute < 9; minute++) {
        drop(PGTASK_OK);
        clock_ms += MINUTE_MS;
        assert_int_equal(peer_of_next_connection(), 1);
    }
    drop(PGTASK_ERROR_RESET);
    assert_int_equal(peer_of_next_connection(), 2);
}

static void order_of_the_look_up_counts_again_after_ten_minutes(void **state)
{
    (void)state;
    start_peers(LISTENS, LISTENS, LISTENS);
    assert_int_equal(peer_of_next_connection(), 0);
    drop(PGTASK_ERROR_TLS_HANDSHAKE);
    clock_ms += PGTASK_POSIX_REMEMBER_MS - 1;
    assert_int_equal(peer_of_next_connection(), 1);
    drop(PGTASK_OK);
    clock_ms++;
    assert_int_equal(peer_of_next_connection(), 0);
}

static void black_hole_is_tried_first_again_after_ten_minutes(void **state)
{
    (void)state;
    start_peers(IS_BLACK_HOLE, LISTENS, REFUSES);
    find(2, 0, 1, 0);
    resolve();
    assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
    clock_ms += PGTASK_POSIX_CONNECT_MS;
    assert_int_equal(connect_now(), PGTASK_OK);
    assert_int_equal(peer_of_stream(), 1);
    drop(PGTASK_OK);
    clock_ms += PGTASK_POSIX_REMEMBER_MS;
    resolve();
    assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
    assert_int_equal(peer_of_port(), 0);
    stop_peer(0); /* it has come back */
    start_peer(0, LISTENS);
    drop(PGTASK_OK);
    assert_int_equal(peer_of_next_connection(), 0);
}

static void attempt_that_is_given_up_is_followed_by_the_next_address(void **state)
{
    (void)state;
    start_peers(IS_BLACK_HOLE, LISTENS, LISTENS);
    resolve();
    assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
    drop(PGTASK_OK); /* cancelled: the address had no chance to fail */
    resolve();
    assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
    assert_int_equal(peer_of_port(), 0);
    drop(PGTASK_ERROR_TIMEOUT);
    assert_int_equal(peer_of_next_connection(), 1);
}

/* Each round gives each address twice the time of the one before. */
static void slow_network_gets_more_time_in_two_more_rounds(void **state)
{
    static uint32_t const waits_ms[] = {1000, 1000, 2000, 2000, 4000, 4000};

    (void)state;
    start_peers(IS_BLACK_HOLE, IS_BLACK_HOLE, REFUSES);
    find(2, 0, 1, 0);
    resolve();
    for (size_t i = 0; i < sizeof waits_ms / sizeof waits_ms[0]; i++) {
        assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
        assert_int_equal(peer_of_port(), i % 2);
        assert_int_equal(pgtask_posix_until_ms(&posix), clock_ms + waits_ms[i]);
        clock_ms += waits_ms[i];
    }
    assert_int_equal(connect_once(), PGTASK_ERROR_CONNECT);
    assert_int_equal(port->last_failure(port->context), ETIMEDOUT);
    assert_int_equal(connect_once(), PGTASK_ERROR_CONNECT);
    assert_int_equal(pgtask_posix_descriptor(&posix), -1);
}

static void address_that_answers_late_is_taken_in_the_next_round(void **state)
{
    (void)state;
    start_peers(IS_BLACK_HOLE, IS_BLACK_HOLE, REFUSES);
    find(2, 0, 1, 0);
    resolve();
    assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
    clock_ms += PGTASK_POSIX_CONNECT_MS;
    assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
    assert_int_equal(peer_of_port(), 1);
    stop_peer(0);
    start_peer(0, LISTENS);
    clock_ms += PGTASK_POSIX_CONNECT_MS;
    assert_int_equal(connect_now(), PGTASK_OK);
    assert_int_equal(peer_of_stream(), 0);
}

static void only_address_of_a_host_is_waited_for_without_a_bound(void **state)
{
    (void)state;
    start_peers(IS_BLACK_HOLE, LISTENS, LISTENS);
    find(1, 0, 0, 0);
    resolve();
    assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
    assert_int_equal(pgtask_posix_until_ms(&posix), UINT64_MAX);
    clock_ms += 60 * MINUTE_MS;
    assert_int_equal(connect_once(), PGTASK_WOULD_BLOCK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    struct CMUnitTest const tests[] = {
        TEST(connection_that_has_served_is_made_to_the_same_address),
        TEST(connection_that_failed_is_followed_by_one_to_the_next_address),
        TEST(address_that_failed_comes_last_in_another_order_too),
        TEST(host_with_one_address_is_tried_again),
        TEST(black_hole_costs_a_second_once_and_then_comes_last),
        TEST(order_of_the_look_up_counts_again_after_ten_minutes),
        TEST(black_hole_is_tried_first_again_after_ten_minutes),
        TEST(attempt_that_is_given_up_is_followed_by_the_next_address),
        TEST(slow_network_gets_more_time_in_two_more_rounds),
        TEST(address_that_answers_late_is_taken_in_the_next_round),
        TEST(only_address_of_a_host_is_waited_for_without_a_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
