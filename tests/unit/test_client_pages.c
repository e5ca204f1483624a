/* SPDX-License-Identifier: MIT */
/* Listings of all pages, and what the client keeps between listings: connection and counters. */
#define _DEFAULT_SOURCE
#include <pgtask/client.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "certificates.h"
#include "client_rig.h"

static struct pgtask_client *const client = &rig.client;
static struct pgtask_task *const task = &rig.task;
static struct pgtask_query const all = {.limit = 0};

/* How often each of the first tasks of the service came, and how many other tasks came. */
static struct {
    unsigned times[CLIENT_TASKS + 1];
    unsigned others;
} seen;

static void list_all(struct pgtask_query const *query)
{
    enum pgtask_error error;

    memset(&seen, 0, sizeof seen);
    assert_int_equal(pgtask_client_list_all(client, query), PGTASK_OK);
    while ((error = pgtask_client_next_blocking(client, task)) == PGTASK_OK) {
        if (task->task_id <= CLIENT_TASKS) {
            seen.times[task->task_id]++;
        } else {
            seen.others++;
        }
    }
    assert_int_equal(error, PGTASK_DONE);
}

static void assert_each_came_once(void)
{
    for (size_t id = 1; id <= CLIENT_TASKS; id++) {
        assert_int_equal(seen.times[id], 1);
    }
}

static void each_task_of_all_pages_comes_once(void **state)
{
    static uint32_t const limits[] = {0, 1, 7, 50, 99, 100};

    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct pgtask_query const query = {.limit = limits[i], .order = PGTASK_ORDER_ASC};
        uint32_t const page = limits[i] == 0 ? 100 : limits[i];
        uint32_t const before = pgtask_client_counters(client)->requests;

        list_all(&query);
        assert_each_came_once();
        assert_int_equal(seen.others, 0);
        assert_int_equal(pgtask_client_total_count(client), CLIENT_TASKS);
        assert_int_equal(pgtask_client_counters(client)->requests - before,
                         (CLIENT_TASKS + page - 1) / page);
    }
}

/* Lists five pages, 40 s each. @return the last result */
static enum pgtask_error list_slow_pages(bool restarts)
{
    struct pgtask_query const pages = {.limit = CLIENT_TASKS / 5};
    uint32_t requests = pgtask_client_counters(client)->requests;
    enum pgtask_error error;

    assert_int_equal(pgtask_client_list_all(client, &pages), PGTASK_OK);
    while ((error = pgtask_client_next_blocking(client, task)) == PGTASK_OK) {
        if (pgtask_client_counters(client)->requests == requests) {
            continue;
        }
        requests = pgtask_client_counters(client)->requests;
        if (restarts) {
            pgtask_client_restart_timeout(client);
        }
        client_pass_time(40);
    }
    return error;
}

static void deadline_is_one_for_each_page_if_the_caller_restarts_it(void **state)
{
    (void)state;
    rig.config.timeout_ms = 60000;
    client_open_again();
    pgtask_client_restart_timeout(client); /* there is nothing to restart */
    assert_int_equal(list_slow_pages(false), PGTASK_ERROR_TIMEOUT);
    assert_int_equal(list_slow_pages(true), PGTASK_DONE);
}

static void total_count_is_that_of_the_last_page_that_has_ended(void **state)
{
    struct pgtask_query const pages = {.limit = CLIENT_TASKS / 5};

    (void)state;
    assert_int_equal(pgtask_client_list_all(client, &pages), PGTASK_OK);
    assert_true(pgtask_client_total_count(client) == PGTASK_COUNT_UNKNOWN);
    for (unsigned task_number = 1; task_number <= CLIENT_TASKS; task_number++) {
        assert_int_equal(pgtask_client_next_blocking(client, task), PGTASK_OK);
        if (task_number > pages.limit) {
            assert_int_equal(pgtask_client_total_count(client), CLIENT_TASKS);
        }
    }
    assert_int_equal(pgtask_client_next_blocking(client, task), PGTASK_DONE);
}

static void listing_of_all_pages_begins_at_the_offset(void **state)
{
    struct pgtask_query const query = {.offset = 100, .limit = 60};

    (void)state;
    list_all(&query); /* newest first: ids from 150 down to 1 */
    for (size_t id = 1; id <= CLIENT_TASKS; id++) {
        assert_int_equal(seen.times[id], id <= CLIENT_TASKS - 100 ? 1 : 0);
    }
    assert_int_equal(pgtask_client_total_count(client), CLIENT_TASKS);
}

static void listing_of_nothing_is_done_after_one_page(void **state)
{
    struct pgtask_query const query = {.instance_id = "postgres-nobody"};

    (void)state;
    list_all(&query);
    assert_int_equal(pgtask_client_total_count(client), 0);
    assert_int_equal(pgtask_client_counters(client)->requests, 1);
}

/* Three tasks appear at the front before each page, so that the pages overlap. */
static void task_on_two_pages_comes_once(void **state)
{
    struct pgtask_query const query = {.limit = 20};

    (void)state;
    client_play("\"new_tasks\":3,\"new_tasks_age_s\":60");
    list_all(&query);
    assert_each_came_once();
    assert_true(seen.others >= 3);
    assert_true(pgtask_client_total_count(client) > CLIENT_TASKS);
}

/* Cuts the last request body off `text`. @return that body */
static char *take_last_body(char *text)
{
    static char const mark[] = "\"body\": ";
    char *at = strstr(text, mark);

    assert_non_null(at);
    for (char *next = at; next != NULL; next = strstr(next + 1, mark)) {
        at = next;
    }
    *at = '\0';
    return at + 1;
}

/* @return MaxStartTime of a request, "" if it has none; the last request is number 1 */
static char const *max_start_time_of(unsigned number)
{
    static char const name[] = "MaxStartTime\\\":\\\"";
    static char requests[1 << 20];
    static char value[PGTASK_TIME_TEXT_BYTES];
    char const *body = NULL;
    char const *at;

    simulator_read(&rig.simulator, "/requests", requests, sizeof requests);
    for (; number > 0; number--) {
        body = take_last_body(requests);
    }
    at = body != NULL ? strstr(body, name) : NULL;
    (void)snprintf(value, sizeof value, "%s", at != NULL ? at + strlen(name) : "");
    return value;
}

static void max_start_time_stays_what_it_was_on_the_first_page(void **state)
{
    struct pgtask_query const query = {.limit = 50};
    time_t const begin = time(NULL) + 8 * 3600;
    char first[64];
    char expected[64];
    struct tm parts;
    unsigned pages;

    (void)state;
    rig.unix_step_s = 2; /* each reading of the clock is two seconds later */
    list_all(&query);
    pages = pgtask_client_counters(client)->requests;
    assert_true(pages >= 5);
    (void)strcpy(first, max_start_time_of(pages));
    for (unsigned page = 1; page < pages; page++) {
        assert_string_equal(max_start_time_of(page), first);
    }
    assert_non_null(gmtime_r(&begin, &parts));
    assert_true(strftime(expected, sizeof expected, "%Y-%m-%d %H:%M:%S", &parts) > 0);
    assert_true(strcmp(first, expected) >= 0);
    assert_memory_equal(first, expected, strlen("2026-01-01 00"));
}

static void max_start_time_of_the_query_is_kept(void **state)
{
    struct pgtask_query const query = {.limit = 100, .max_start_time = "2100-01-01 00:00:00"};
    struct pgtask_query const future = {.min_start_time = "2100-01-01 00:00:00"};

    (void)state;
    list_all(&query);
    assert_string_equal(max_start_time_of(1), "2100-01-01 00:00:00");
    list_all(&future);
    assert_string_equal(max_start_time_of(1), "");
    assert_int_equal(pgtask_client_total_count(client), 0);
}

static void listing_of_one_page_leaves_max_start_time_open(void **state)
{
    (void)state;
    list_all(&all);
    client_assert_lists(5);
    assert_string_equal(max_start_time_of(1), "");
}

static void counters_are_those_of_the_service(void **state)
{
    long const requests = client_served("requests");
    long const connections = client_served("connections");
    struct pgtask_counters const *const counters = pgtask_client_counters(client);
    struct pgtask_counters first;

    (void)state;
    assert_int_equal(counters->requests + connections_made(client) + counters->retries, 0);
    assert_true(counters->bytes_sent == 0 && counters->bytes_received == 0);
    client_assert_lists(3);
    first = *counters;
    client_assert_lists(3);
    list_all(&all);
    assert_int_equal(counters->requests, client_served("requests") - requests);
    assert_int_equal(connections_made(client), client_served("connections") - connections);
    assert_int_equal(connections_made(client), 1);
    assert_int_equal(counters->retries, 0);
    assert_true(first.bytes_sent > 600 && first.bytes_sent < 4000);
    assert_true(counters->bytes_sent > first.bytes_sent + 600);
    assert_true(counters->bytes_received > 100000);
    pgtask_client_close(client);
    assert_int_equal(counters->requests, 0);
}

static void connection_is_kept_for_less_than_keep_idle_ms(void **state)
{
    static struct {
        uint32_t keep_idle_ms;
        uint64_t idle_ms;
        uint32_t connections;
    } const cases[] = {{0, 25000, 1}, {0, 30000, 2}, {60000, 55000, 1}, {5000, 5000, 2}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rig.config.keep_idle_ms = cases[i].keep_idle_ms;
        client_open_again();
        client_assert_lists(1);
        rig.skew_ms += cases[i].idle_ms;
        client_assert_lists(1);
        assert_int_equal(connections_made(client), cases[i].connections);
        assert_int_equal(pgtask_client_counters(client)->requests, 2);
        assert_int_equal(pgtask_client_counters(client)->retries, 0);
    }
}

static void connection_that_the_service_does_not_keep_is_not_used_again(void **state)
{
    (void)state;
    client_play("\"keep_alive\":false");
    client_assert_lists(1);
    client_assert_lists(1);
    assert_int_equal(connections_made(client), 2);
    assert_int_equal(pgtask_client_counters(client)->retries, 0);
    client_play("\"framing\":\"close\"");
    client_assert_lists(5);
    client_assert_lists(5);
    assert_int_equal(connections_made(client), 4);
}

/* The service closes the idle connection, and the client finds out after its request. */
static void connection_closed_while_idle_costs_one_retry(void **state)
{
    struct timespec const pause = {0, 400000000};

    (void)state;
    for (int announced = 0; announced < 2; announced++) {
        client_open_again();
        client_play(announced ? "\"idle_s\":0.05" : "\"idle_s\":0.05,\"close_notify\":false");
        client_assert_lists(5);
        client_play("");
        (void)nanosleep(&pause, NULL);
        client_assert_lists(5);
        assert_int_equal(connections_made(client), 2);
        assert_int_equal(pgtask_client_counters(client)->retries, 1);
    }
}

/* The rest of the old answer must not pass for the next one. */
static void connection_is_not_used_again_after_a_cancel(void **state)
{
    struct pgtask_query const many = {.limit = 100};

    (void)state;
    assert_int_equal(pgtask_client_list(client, &many), PGTASK_OK);
    assert_int_equal(pgtask_client_next_blocking(client, task), PGTASK_OK);
    pgtask_client_cancel(client);
    client_assert_lists(3);
    assert_int_equal(connections_made(client), 2);
}

int main(void)
{
    /* the test that adds tasks comes last */
    struct CMUnitTest const tests[] = {
        CLIENT_TEST(each_task_of_all_pages_comes_once),
        CLIENT_TEST(listing_of_all_pages_begins_at_the_offset),
        CLIENT_TEST(total_count_is_that_of_the_last_page_that_has_ended),
        CLIENT_TEST(deadline_is_one_for_each_page_if_the_caller_restarts_it),
        CLIENT_TEST(listing_of_nothing_is_done_after_one_page),
        CLIENT_TEST(max_start_time_stays_what_it_was_on_the_first_page),
        CLIENT_TEST(max_start_time_of_the_query_is_kept),
        CLIENT_TEST(listing_of_one_page_leaves_max_start_time_open),
        CLIENT_TEST(counters_are_those_of_the_service),
        CLIENT_TEST(connection_is_kept_for_less_than_keep_idle_ms),
        CLIENT_TEST(connection_that_the_service_does_not_keep_is_not_used_again),
        CLIENT_TEST(connection_closed_while_idle_costs_one_retry),
        CLIENT_TEST(connection_is_not_used_again_after_a_cancel),
        CLIENT_TEST(task_on_two_pages_comes_once),
    };

    rig.certificates = test_certificates();
    return cmocka_run_group_tests(tests, client_start_service, client_stop_service);
}
