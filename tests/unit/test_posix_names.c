/* SPDX-License-Identifier: MIT */
/* Names of the POSIX port: any number of addresses, a look-up that hangs, the program's resolver.
 */
#include <pgtask/client.h>
#include <pgtask_posix.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/prctl.h>
#endif

#include <cmocka.h>

#include "listener.h"

enum { PATIENCE_MS = 20000, MOST_FOUND = 100 };

static struct pgtask_posix posix;
static struct pgtask_port *const port = &posix.port;

/*
 * This program's getaddrinfo() comes before the C library's: the port's child calls it. It finds
 * `found_count` addresses, 127.0.0.1 and those that follow it, or hangs.
 */
static size_t found_count;
static bool is_hanging;

int getaddrinfo(char const *host, char const *service, struct addrinfo const *hints,
                struct addrinfo **found)
{
    static struct sockaddr_in addresses[MOST_FOUND];
    static struct addrinfo list[MOST_FOUND];

    (void)host;
    (void)service;
    (void)hints;
    while (is_hanging) {
        (void)pause();
    }
    for (size_t i = 0; i < found_count; i++) {
        addresses[i].sin_family = AF_INET;
        addresses[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)i);
        list[i] = (struct addrinfo){.ai_family = AF_INET,
                                    .ai_addr = (struct sockaddr *)&addresses[i],
                                    .ai_addrlen = sizeof addresses[i],
                                    .ai_next = i + 1 < found_count ? &list[i + 1] : NULL};
    }
    *found = list;
    return 0;
}

/* A resolver of the program: it answers once it has been asked `answers_at` times. */
static struct {
    size_t count;  /* of addresses */
    size_t claims; /* this count instead, if it is not 0 */
    enum pgtask_error error;
    int answers_at;
    int asked;
    int dropped;
    size_t room;
} own;

static void write_address(struct pgtask_posix_address *address, uint32_t ipv4)
{
    struct sockaddr_in *const storage = (struct sockaddr_in *)&address->storage;

    memset(address, 0, sizeof *address);
    storage->sin_family = AF_INET;
    storage->sin_addr.s_addr = htonl(ipv4);
    address->length = sizeof *storage;
}

static enum pgtask_error look_up(void *context, char const *host,
                                 struct pgtask_posix_address *addresses, size_t *count)
{
    assert_ptr_equal(context, &own);
    assert_string_equal(host, "db.example");
    own.room = *count;
    if (++own.asked < own.answers_at) {
        return PGTASK_WOULD_BLOCK;
    }
    for (size_t i = 0; i < own.count && i < *count; i++) {
        write_address(&addresses[i], INADDR_LOOPBACK + (uint32_t)i);
    }
    *count = own.claims != 0 ? own.claims : own.count;
    return own.error;
}

static void drop(void *context)
{
    assert_ptr_equal(context, &own);
    own.dropped++;
}

static struct pgtask_posix_resolver const resolver = {
    .context = &own, .look_up = look_up, .drop = drop};

static int set_up(void **state)
{
    (void)state;
    found_count = 1;
    is_hanging = false;
    memset(&own, 0, sizeof own);
    pgtask_posix_open(&posix);
    return 0;
}

/* No child may be left. */
static int tear_down(void **state)
{
    (void)state;
    pgtask_posix_close(&posix);
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

static uint32_t ipv4_of(size_t at)
{
    return ntohl(((struct sockaddr_in const *)&posix.addresses[at].storage)->sin_addr.s_addr);
}

/* The first addresses are kept, in the resolver's order, and what follows them stays as it was. */
static void assert_kept(size_t found)
{
    size_t const kept = found < PGTASK_POSIX_ADDRESSES ? found : PGTASK_POSIX_ADDRESSES;

    assert_int_equal(posix.address_count, kept);
    for (size_t i = 0; i < kept; i++) {
        assert_int_equal(ipv4_of(i), INADDR_LOOPBACK + i);
        assert_int_equal(posix.addresses[i].length, sizeof(struct sockaddr_in));
    }
}

static size_t const numbers_found[] = {1, 7, 8, 9, 40, 100};

static void any_number_of_addresses_from_the_system_is_kept_up_to_eight(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof numbers_found / sizeof numbers_found[0]; i++) {
        found_count = numbers_found[i];
        assert_int_equal(resolve("db.example"), PGTASK_OK);
        assert_kept(found_count);
    }
}

/* The eighth address of a hundred is the only one where somebody listens. */
static void last_address_that_is_kept_is_tried(void **state)
{
    uint16_t number;
    int const listener = listen_on("127.0.0.8", &number);

    (void)state;
    found_count = 100;
    assert_int_equal(resolve("db.example"), PGTASK_OK);
    assert_int_equal(connect_to(number), PGTASK_OK);
    (void)close(listener);
}

/* As a child does that waits for a lock which a thread held at the moment of the fork. */
static void look_up_that_hangs_blocks_nothing_and_ends_with_close(void **state)
{
    pid_t child;

    (void)state;
    is_hanging = true;
    assert_int_equal(port->resolve(port->context, "db.example"), PGTASK_WOULD_BLOCK);
    child = posix.resolver;
    for (int i = 0; i < 100; i++) {
        port->wait(port->context, PGTASK_INTEREST_READ, now_ms() + 1);
        assert_int_equal(port->resolve(port->context, "db.example"), PGTASK_WOULD_BLOCK);
    }
    assert_int_equal(kill(child, 0), 0);
    port->close(port->context, PGTASK_OK);
    assert_int_equal(kill(child, 0), -1);
    assert_int_equal(errno, ESRCH);
    is_hanging = false;
    assert_int_equal(resolve("db.example"), PGTASK_OK);
}

/* @return the lowest descriptor that is free, so that a lost one shows */
static int lowest_free_descriptor(void)
{
    int const free = dup(0);

    assert_int_equal(close(free), 0);
    return free;
}

/* The roots are never read, because no connection comes about. */
static void look_up_that_hangs_ends_with_the_clients_deadline(void **state)
{
    static struct pgtask_root const root;
    static struct pgtask_client client;
    static struct pgtask_task task;
    struct pgtask_config const config = {.region = "ap-guangzhou",
                                         .credentials = {.secret_id = "id", .secret_key = "key"},
                                         .connect_host = "db.example",
                                         .roots = {.list = &root, .count = 1},
                                         .timeout_ms = 300};
    int const before = lowest_free_descriptor();
    uint64_t start_ms;
    char sentence[200];

    (void)state;
    is_hanging = true;
    assert_int_equal(pgtask_client_open(&client, &config, port), PGTASK_OK);
    for (int i = 0; i < 2; i++) {
        start_ms = now_ms();
        assert_int_equal(pgtask_client_list(&client, &(struct pgtask_query){.limit = 5}),
                         PGTASK_OK);
        assert_int_equal(pgtask_client_next_blocking(&client, &task), PGTASK_ERROR_TIMEOUT);
        assert_in_range(now_ms() - start_ms, 300, PATIENCE_MS);
        (void)pgtask_failure_write(pgtask_client_failure(&client), sentence, sizeof sentence);
        assert_non_null(strstr(sentence, "the deadline has passed"));
        assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
        assert_int_equal(errno, ECHILD);
        assert_int_equal(lowest_free_descriptor(), before);
    }
    pgtask_client_close(&client);
}

#if defined(__linux__)
/* @return the owner of a hanging child's memory in /proc: root, if nobody may read it (proc(5)) */
static uid_t owner_of_childs_memory(bool is_dumpable)
{
    struct stat facts;
    char path[64];

    assert_int_equal(prctl(PR_SET_DUMPABLE, is_dumpable ? 1L : 0L, 0L, 0L, 0L), 0);
    if (port->resolve(port->context, "db.example") != PGTASK_WOULD_BLOCK) {
        return (uid_t)-1;
    }
    (void)snprintf(path, sizeof path, "/proc/%ld/mem", (long)posix.resolver);
    if (stat(path, &facts) != 0) {
        facts.st_uid = (uid_t)-1;
    }
    port->close(port->context, PGTASK_OK);
    return facts.st_uid;
}

/* A process of root's would show nothing, so another user's looks. It shares no memory with us. */
static void child_of_a_program_that_forbids_dumps_may_not_be_dumped_either(void **state)
{
    enum { NOBODY = 65534 };
    pid_t const looker = fork();
    int status;

    (void)state;
    if (looker == 0) {
        bool const is_other = getuid() != 0 || setuid(NOBODY) == 0;

        is_hanging = true;
        _exit(is_other && owner_of_childs_memory(true) == getuid() &&
                      owner_of_childs_memory(false) == 0
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(looker, &status, 0), looker);
    assert_int_equal(status, 0);
}
#endif

static void resolver_of_the_program_is_asked_until_it_answers_and_no_child_runs(void **state)
{
    uint16_t number;
    int const listener = listen_on("127.0.0.2", &number);

    (void)state;
    own.count = 2;
    own.answers_at = 3;
    is_hanging = true; /* a child would hang */
    pgtask_posix_use_resolver(&posix, &resolver);
    assert_int_equal(port->resolve(port->context, "db.example"), PGTASK_WOULD_BLOCK);
    assert_int_equal(pgtask_posix_descriptor(&posix), -1);
    assert_in_range(pgtask_posix_until_ms(&posix), now_ms(), now_ms() + PGTASK_POSIX_ASK_AGAIN_MS);
    assert_int_equal(resolve("db.example"), PGTASK_OK);
    assert_int_equal(own.asked, 3);
    assert_int_equal(own.room, PGTASK_POSIX_ADDRESSES);
    assert_int_equal(pgtask_posix_until_ms(&posix), UINT64_MAX);
    assert_int_equal(connect_to(number), PGTASK_OK);
    assert_int_equal(own.dropped, 0);
    (void)close(listener);
}

/* A wait for the answer alone would last until the deadline. */
static void wait_for_the_programs_resolver_is_short(void **state)
{
    uint64_t const start_ms = now_ms();

    (void)state;
    own.answers_at = 1000000;
    pgtask_posix_use_resolver(&posix, &resolver);
    assert_int_equal(port->resolve(port->context, "db.example"), PGTASK_WOULD_BLOCK);
    port->wait(port->context, PGTASK_INTEREST_READ, start_ms + 10 * PATIENCE_MS);
    assert_true(now_ms() < start_ms + PATIENCE_MS);
}

static void resolver_of_the_program_that_hangs_is_dropped_by_close(void **state)
{
    (void)state;
    own.answers_at = 1000000;
    pgtask_posix_use_resolver(&posix, &resolver);
    assert_int_equal(port->resolve(port->context, "db.example"), PGTASK_WOULD_BLOCK);
    port->close(port->context, PGTASK_OK);
    port->close(port->context, PGTASK_OK);
    assert_int_equal(own.dropped, 1);
    assert_int_equal(pgtask_posix_until_ms(&posix), UINT64_MAX);
}

static void resolver_of_the_program_may_find_none_or_claim_too_many(void **state)
{
    (void)state;
    pgtask_posix_use_resolver(&posix, &resolver);
    assert_int_equal(resolve("db.example"), PGTASK_ERROR_RESOLVE);
    assert_int_not_equal(port->last_failure(port->context), 0);
    own.error = PGTASK_ERROR_RESOLVE;
    assert_int_equal(resolve("db.example"), PGTASK_ERROR_RESOLVE);
    own.error = PGTASK_OK;
    for (size_t i = 0; i < sizeof numbers_found / sizeof numbers_found[0]; i++) {
        own.count = numbers_found[i];
        own.claims = numbers_found[i];
        assert_int_equal(resolve("db.example"), PGTASK_OK);
        assert_kept(own.count);
    }
    assert_int_equal(own.dropped, 0);
}

static void literal_is_no_matter_for_a_resolver(void **state)
{
    (void)state;
    pgtask_posix_use_resolver(&posix, &resolver);
    assert_int_equal(resolve("127.0.0.1"), PGTASK_OK);
    assert_int_equal(own.asked, 0);
    pgtask_posix_use_resolver(&posix, NULL);
    assert_int_equal(resolve("db.example"), PGTASK_OK);
    assert_int_equal(own.asked, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    struct CMUnitTest const tests[] = {
        TEST(any_number_of_addresses_from_the_system_is_kept_up_to_eight),
        TEST(last_address_that_is_kept_is_tried),
        TEST(look_up_that_hangs_blocks_nothing_and_ends_with_close),
        TEST(look_up_that_hangs_ends_with_the_clients_deadline),
#if defined(__linux__)
        TEST(child_of_a_program_that_forbids_dumps_may_not_be_dumped_either),
#endif
        TEST(resolver_of_the_program_is_asked_until_it_answers_and_no_child_runs),
        TEST(wait_for_the_programs_resolver_is_short),
        TEST(resolver_of_the_program_that_hangs_is_dropped_by_close),
        TEST(resolver_of_the_program_may_find_none_or_claim_too_many),
        TEST(literal_is_no_matter_for_a_resolver),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
