/* SPDX-License-Identifier: MIT */
/*
 * What the firmware keeps across a reset, over a memory of this test: sessions and a time come back
 * whole or not at all, and the memory is written rarely.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <board.h>
#include <cmocka.h>
#include <keep.h>
#include <pgtask_null.h>

#define START_S (PGTASK_EARLIEST_UNIX_S + 1000)
#define DAY_S   86400

static uint8_t const one_device[DIGEST_BYTES] = {1};
static uint8_t const other_device[DIGEST_BYTES] = {2};
static uint8_t const first_session[] = "the first session";
static uint8_t const second_session[] = "a later session";

/* The board's memory. */
static uint8_t memory[4096];
static size_t memory_length;
static size_t memory_capacity;
static unsigned writes;
static unsigned attempts; /* to write */

size_t board_state_load(uint8_t *bytes, size_t capacity)
{
    size_t const length = memory_length <= capacity ? memory_length : 0;

    memcpy(bytes, memory, length);
    return length;
}

bool board_state_store(uint8_t const *bytes, size_t length)
{
    attempts++;
    if (length > memory_capacity) {
        return false;
    }
    writes++;
    memcpy(memory, bytes, length);
    memory_length = length;
    return true;
}

/* The device: a reset begins it anew and leaves the memory alone. */
static int64_t now_s;
static struct pgtask_port port;
static struct pgtask_client client;
static struct keep keep;
static int64_t time_s;

static bool tell_time(void *context, int64_t *unix_s)
{
    (void)context;
    *unix_s = now_s;
    return now_s != 0;
}

static void reset_with(uint8_t const *settings_digest)
{
    static struct pgtask_root const root = {(uint8_t const *)"0", 1};
    struct pgtask_config config = {.region = "ap-guangzhou",
                                   .credentials = {.secret_id = "id", .secret_key = "key"},
                                   .roots = {.list = &root, .count = 1}};

    pgtask_client_close(&client);
    memset(&client, 0, sizeof client);
    keep_open(&keep, settings_digest);
    time_s = keep_load_time(&keep);
    config.earliest_unix_s = time_s;
    assert_int_equal(pgtask_client_open(&client, &config, &port), PGTASK_OK);
    (void)keep_load_session(&keep, &client);
}

static int set_up(void **state)
{
    (void)state;
    memory_length = 0;
    memory_capacity = sizeof memory;
    writes = 0;
    attempts = 0;
    now_s = START_S;
    pgtask_null_open(&port);
    port.unix_time_s = tell_time;
    reset_with(one_device);
    return 0;
}

static void answer(uint8_t const *session, size_t length)
{
    assert_int_equal(pgtask_client_import_session(&client, session, length), PGTASK_OK);
    keep_save(&keep, &client);
}

static void assert_session(uint8_t const *session, size_t length)
{
    uint8_t bytes[PGTASK_SESSION_BYTES];
    size_t found;

    assert_int_equal(pgtask_client_export_session(&client, bytes, sizeof bytes, &found), PGTASK_OK);
    assert_int_equal(found, length);
    assert_memory_equal(bytes, session, length);
}

static void session_and_time_come_back_after_a_reset(void **state)
{
    (void)state;
    assert_int_equal(time_s, 0);
    answer(first_session, sizeof first_session);
    now_s = START_S + 5;
    reset_with(one_device);
    assert_int_equal(time_s, START_S);
    assert_session(first_session, sizeof first_session);
}

static void no_clock_is_believed_that_says_an_earlier_time(void **state)
{
    int64_t unix_s;

    (void)state;
    answer(first_session, sizeof first_session);
    now_s = START_S - 1;
    reset_with(one_device);
    assert_false(pgtask_client_unix_time_s(&client, &unix_s));
    now_s = START_S;
    assert_true(pgtask_client_unix_time_s(&client, &unix_s));
    assert_int_equal(unix_s, START_S);
}

static void other_settings_begin_anew(void **state)
{
    (void)state;
    answer(first_session, sizeof first_session);
    reset_with(other_device);
    assert_int_equal(time_s, 0);
    assert_session(NULL, 0);
    answer(second_session, sizeof second_session);
    reset_with(other_device);
    assert_session(second_session, sizeof second_session);
}

static void any_byte_that_changes_costs_session_and_time_together(void **state)
{
    (void)state;
    answer(first_session, sizeof first_session);
    for (size_t at = 0; at < memory_length; at++) {
        memory[at] ^= 1;
        reset_with(one_device);
        assert_int_equal(time_s, 0);
        assert_session(NULL, 0);
        memory[at] ^= 1;
    }
    for (size_t length = memory_length; memory_length-- > 0;) {
        reset_with(one_device);
        assert_int_equal(time_s, 0);
        assert_session(NULL, 0);
        assert_true(memory_length < length);
    }
}

static void random_memory_after_power_on_is_nothing(void **state)
{
    (void)state;
    srand(7);
    for (size_t length = 0; length < 2 * PGTASK_SESSION_BYTES; length += 13) {
        for (size_t at = 0; at < length; at++) {
            memory[at] = (uint8_t)rand();
        }
        memory_length = length;
        reset_with(one_device);
        assert_int_equal(time_s, 0);
        assert_session(NULL, 0);
    }
}

static void unchanged_session_is_written_once_a_day(void **state)
{
    (void)state;
    for (int64_t second = 0; second < 3 * DAY_S; second += 300) {
        now_s = START_S + second;
        answer(first_session, sizeof first_session);
    }
    assert_int_equal(writes, 3);
}

static void session_that_changes_each_time_is_written_24_times_a_day(void **state)
{
    uint8_t session[16] = {0};

    (void)state;
    for (int64_t second = 0; second < DAY_S; second += 30) {
        now_s = START_S + second;
        memcpy(session, &second, sizeof second);
        answer(session, sizeof session);
    }
    assert_int_equal(writes, 24);
}

static void board_that_is_reset_again_and_again_writes_no_more(void **state)
{
    uint8_t session[16] = {0};

    (void)state;
    for (int64_t second = 0; second < DAY_S; second += 30) {
        now_s = START_S + second;
        memcpy(session, &second, sizeof second);
        reset_with(one_device);
        answer(session, sizeof session);
    }
    assert_int_equal(writes, 24);
}

static void memory_that_takes_nothing_is_asked_once_an_hour(void **state)
{
    (void)state;
    memory_capacity = 0;
    for (int64_t second = 0; second < DAY_S; second += 30) {
        now_s = START_S + second;
        answer(second_session, sizeof second_session);
        answer(first_session, sizeof first_session);
    }
    assert_in_range(attempts, 1, 24);
    reset_with(one_device);
    assert_int_equal(time_s, 0);
    assert_session(NULL, 0);
}

static void without_the_time_nothing_is_written(void **state)
{
    (void)state;
    now_s = 0;
    answer(first_session, sizeof first_session);
    assert_int_equal(writes, 0);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(session_and_time_come_back_after_a_reset, set_up),
        cmocka_unit_test_setup(no_clock_is_believed_that_says_an_earlier_time, set_up),
        cmocka_unit_test_setup(other_settings_begin_anew, set_up),
        cmocka_unit_test_setup(any_byte_that_changes_costs_session_and_time_together, set_up),
        cmocka_unit_test_setup(random_memory_after_power_on_is_nothing, set_up),
        cmocka_unit_test_setup(unchanged_session_is_written_once_a_day, set_up),
        cmocka_unit_test_setup(session_that_changes_each_time_is_written_24_times_a_day, set_up),
        cmocka_unit_test_setup(board_that_is_reset_again_and_again_writes_no_more, set_up),
        cmocka_unit_test_setup(memory_that_takes_nothing_is_asked_once_an_hour, set_up),
        cmocka_unit_test_setup(without_the_time_nothing_is_written, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
