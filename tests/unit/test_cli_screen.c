/* SPDX-License-Identifier: MIT */
/* The live page fits the terminal, and nothing in it acts on the terminal. */
#include "watching/screen_page.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define BLOCK "\xE2\x96\x88"
#define SHADE "\xE2\x96\x91"
#define DOTS  "\xE2\x80\xA6"

static struct screen_page page;
static struct pgtask_watch watch;
static struct screen_message messages[PGTASK_WATCH_TASKS];

static int clear(void **state)
{
    (void)state;
    memset(&watch, 0, sizeof watch);
    memset(messages, 0, sizeof messages);
    return 0;
}

static void start_line(unsigned columns, bool is_utf8)
{
    struct screen_terminal const terminal = {
        .columns = columns, .rows = 24, .is_utf8 = is_utf8, .ambiguous_columns = 1};

    screen_page_start(&page, &terminal, 1);
    screen_line_start(&page);
}

static void durations_have_their_two_largest_units(void **state)
{
    static struct {
        uint64_t seconds;
        char const *text;
    } const cases[] = {
        {0, "0 s"},
        {59, "59 s"},
        {60, "1 min 0 s"},
        {3599, "59 min 59 s"},
        {3600, "1 h 0 min"},
        {3840, "1 h 4 min"},
        {86399, "23 h 59 min"},
        {86400, "1 d 0 h"},
        {UINT64_MAX, "213503982334601 d 7 h"},
    };
    char text[TEXT_DURATION_BYTES];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(text_duration(text, cases[i].seconds), cases[i].text);
    }
    (void)state;
}

static void a_clock_shows_hours_and_days_only_where_there_are_any(void **state)
{
    static struct {
        uint64_t seconds;
        char const *text;
    } const cases[] = {
        {0, "0:00"},
        {7, "0:07"},
        {599, "9:59"},
        {3599, "59:59"},
        {3600, "1:00:00"},
        {86399, "23:59:59"},
        {86400, "1 d 0:00:00"},
        {UINT64_MAX, "213503982334601 d 7:00:15"},
    };
    char text[TEXT_DURATION_BYTES];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(text_clock(text, cases[i].seconds), cases[i].text);
    }
    (void)state;
}

static void a_bar_is_empty_only_at_0_and_full_only_at_100(void **state)
{
    static struct {
        unsigned percent;
        char const *bar;
    } const cases[] = {
        {0, "[----------]"},  {1, "[#---------]"},  {19, "[#---------]"},  {20, "[##--------]"},
        {50, "[#####-----]"}, {99, "[#########-]"}, {100, "[##########]"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_line(80, false);
        screen_bar(&page, cases[i].percent, 12);
        assert_string_equal(page.lines[0].text, cases[i].bar);
        assert_int_equal(page.lines[0].columns, 12);
    }
    start_line(80, true);
    screen_bar(&page, 50, 6);
    assert_string_equal(page.lines[0].text, "[" BLOCK BLOCK SHADE SHADE "]");
    assert_int_equal(page.lines[0].columns, 6);
    (void)state;
}

static void a_line_is_cut_before_the_last_column_with_a_mark(void **state)
{
    start_line(11, true);
    screen_print(&page, "0123456789");
    assert_string_equal(page.lines[0].text, "0123456789");
    start_line(11, true);
    screen_print(&page, "0123456789X");
    assert_string_equal(page.lines[0].text, "012345678" DOTS);
    screen_print(&page, "nor anything after it");
    assert_string_equal(page.lines[0].text, "012345678" DOTS);
    start_line(11, false);
    screen_print(&page, "01234");
    screen_print(&page, "56789X");
    assert_string_equal(page.lines[0].text, "0123456...");
    (void)state;
}

/* 恢复 takes four columns; é with a combining accent, one. */
static void characters_count_as_many_columns_as_they_take(void **state)
{
    start_line(6, true);
    screen_print(&page, "\xE6\x81\xA2\xE5\xA4\x8D"
                        "e\xCC\x81");
    assert_int_equal(page.lines[0].columns, 5);
    assert_false(page.lines[0].is_cut);
    start_line(6, true);
    screen_print(&page, "\xE6\x81\xA2\xE5\xA4\x8D\xE6\x95\xB0");
    assert_string_equal(page.lines[0].text, "\xE6\x81\xA2\xE5\xA4\x8D" DOTS);
    start_line(5, true);
    screen_print(&page, "\xE6\x81\xA2\xE5\xA4\x8D\xE6\x95\xB0");
    assert_string_equal(page.lines[0].text, "\xE6\x81\xA2" DOTS);
    (void)state;
}

/* U+201C and U+201D, quotes of Chinese texts, are ambiguous, and so are the marks of UTF-8. */
static void where_ambiguous_characters_are_wide_the_page_uses_plain_marks(void **state)
{
    struct screen_terminal const terminal = {
        .columns = 11, .rows = 24, .is_utf8 = true, .ambiguous_columns = 2};

    screen_page_start(&page, &terminal, 2);
    screen_line_start(&page);
    screen_print(&page, "\xE2\x80\x9C\xE6\x81\xA2\xE5\xA4\x8D\xE2\x80\x9D");
    assert_int_equal(page.lines[0].columns, 8);
    screen_print(&page, "\xE6\x95\xB0\xE6\x95\xB0");
    assert_string_equal(page.lines[0].text, "\xE2\x80\x9C\xE6\x81\xA2\xE5\xA4\x8D...");
    assert_int_equal(page.lines[0].columns, 9);
    screen_line_start(&page);
    screen_bar(&page, 50, 6);
    assert_string_equal(page.lines[1].text, "[##--]");
    (void)state;
}

static void nothing_that_a_terminal_acts_on_gets_through(void **state)
{
    char text[2] = "";

    for (unsigned c = 1; c < 256; c++) {
        text[0] = (char)c;
        start_line(80, true);
        screen_print(&page, "%s", text);
        assert_int_equal(page.lines[0].length, 1);
        assert_true(page.lines[0].text[0] >= ' ' && page.lines[0].text[0] <= '~');
    }
    start_line(80, true);
    screen_print(&page, "a\xC2\x9B"
                        "31m\xE2\x80\xAE"
                        "b");
    assert_string_equal(page.lines[0].text, "a?31m?b");
    start_line(80, false);
    screen_print(&page, "a\xE6\x81\xA2z");
    assert_string_equal(page.lines[0].text, "a?z");
    (void)state;
}

static void colours_take_no_columns_and_are_left_out_without_colour(void **state)
{
    struct screen_terminal const terminal = {.columns = 8, .rows = 1, .has_colour = true};

    screen_page_start(&page, &terminal, 1);
    screen_line_start(&page);
    screen_colour(&page, SCREEN_RED);
    screen_print(&page, "Fail");
    screen_colour(&page, SCREEN_PLAIN);
    screen_print(&page, "ed!");
    assert_string_equal(page.lines[0].text, "\033[1;31mFail\033[0med!");
    assert_int_equal(page.lines[0].columns, 7);
    assert_true(page.lines[0].is_coloured);
    start_line(8, true);
    screen_colour(&page, SCREEN_RED);
    screen_print(&page, "Fail");
    assert_string_equal(page.lines[0].text, "Fail");
    (void)state;
}

static void a_line_longer_than_its_bytes_is_cut_too(void **state)
{
    start_line(SCREEN_COLUMNS_MAX, true);
    screen_print(&page, "a");
    for (int i = 0; i < 2000; i++) {
        screen_print(&page, "\xCC\x81");
    }
    assert_true(page.lines[0].is_cut);
    assert_true(page.lines[0].length < sizeof page.lines[0].text);
    assert_int_equal(strlen(page.lines[0].text), page.lines[0].length);
    (void)state;
}

static void add_task(size_t at, uint64_t task_id, enum pgtask_status status, char const *text)
{
    struct pgtask_watch_task *const task = &watch.tasks[at];

    *task = (struct pgtask_watch_task){.task_id = task_id,
                                       .type = PGTASK_TASK_TYPE_RESTORE_DATABASE,
                                       .status = status,
                                       .progress_percent = 60,
                                       .step_at = 3,
                                       .step_count = 5,
                                       .start_unix_s = 1727414051,
                                       .end_unix_s = PGTASK_TIME_UNKNOWN,
                                       .task_type = "RestoreDatabase",
                                       .instance_id = "postgres-q6fj84vb",
                                       .current_step = "Execute Recovery"};
    strcpy(task->status_text, text);
    watch.answered = true;
    watch.state = PGTASK_WATCH_WAIT;
    watch.due_ms = 12400;
}

static void compose(unsigned columns, unsigned rows, char const *trouble)
{
    struct screen_terminal const terminal = {.columns = columns, .rows = rows};
    struct screen_facts const facts = {.watch = &watch,
                                       .messages = messages,
                                       .trouble = trouble,
                                       .now_ms = 10000,
                                       .unix_s = 1727414051 + 83};

    screen_compose(&page, &terminal, &facts);
    assert_in_range(page.count, 1, rows);
    for (unsigned i = 0; i < page.count; i++) {
        assert_true(page.lines[i].columns < columns);
    }
}

static void expect_lines(char const *const *lines, unsigned count)
{
    assert_int_equal(page.count, count);
    for (unsigned i = 0; i < count; i++) {
        assert_string_equal(page.lines[i].text, lines[i]);
    }
}

static void a_wide_page_has_the_step_beside_the_bar_and_a_narrow_one_below(void **state)
{
    static char const *const wide[] = {
        "120321  Running  RestoreDatabase  postgres-q6fj84vb",
        "  [###################-------------]  60 %  step 3 of 5: Execute Recovery",
        "  1:23 elapsed, time left unknown", "next poll in 3 s"};
    static char const *const narrow[] = {
        "120321  Running  RestoreDatabase  po...", "  [#################------------]  60 %",
        "  step 3 of 5: Execute Recovery", "  1:23 elapsed, time left unknown", "next poll in 3 s"};

    add_task(0, 120321, PGTASK_STATUS_RUNNING, "Running");
    compose(80, 24, "");
    expect_lines(wide, 4);
    compose(40, 24, "");
    expect_lines(narrow, 5);
    (void)state;
}

static void each_status_has_its_words(void **state)
{
    static struct {
        enum pgtask_status status;
        bool has_end;
        bool vanished;
        char const *words;
    } const cases[] = {
        {PGTASK_STATUS_SUCCESS, true, false, "  took 1:23"},
        {PGTASK_STATUS_SUCCESS, false, false, "  took an unknown time"},
        {PGTASK_STATUS_FAIL, true, false, "  failed after 1:23"},
        {PGTASK_STATUS_FAIL, false, false, "  failed after an unknown time"},
        {PGTASK_STATUS_PAUSE, false, false, "  needs an operator, 1:23 elapsed"},
        {PGTASK_STATUS_WAIT_SWITCH, false, false, "  waits for its switch, 1:23 elapsed"},
        {PGTASK_STATUS_UNKNOWN, false, false, "  unknown status, 1:23 elapsed"},
        {PGTASK_STATUS_RUNNING, false, true, "  no longer listed, 1:23 elapsed"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        add_task(0, 120321, cases[i].status, "Text");
        watch.tasks[0].vanished = cases[i].vanished;
        if (cases[i].has_end) {
            watch.tasks[0].end_unix_s = watch.tasks[0].start_unix_s + 83;
        }
        compose(80, 24, "");
        assert_string_equal(page.lines[2].text, cases[i].words);
        assert_non_null(strstr(page.lines[0].text, cases[i].vanished ? "vanished" : "Text"));
    }
    (void)state;
}

static void the_services_message_is_below_its_task(void **state)
{
    add_task(0, 120321, PGTASK_STATUS_FAIL, "Fail");
    messages[5].task_id = 120321;
    strcpy(messages[5].text, "download of the WAL log failed");
    compose(80, 24, "");
    assert_string_equal(page.lines[3].text, "  download of the WAL log failed");
    messages[5].task_id = 120322;
    compose(80, 24, "");
    assert_string_equal(page.lines[3].text, "next poll in 3 s");
    (void)state;
}

static void why_a_task_stands_still_and_what_helps_is_below_it(void **state)
{
    static struct pgtask_task record;
    static char const *const pause[] = {
        "  needs an operator, 1:23 elapsed",
        "  the service has paused the task and may resume it; tell support the RequestId",
        "  that pgtask show 120321 prints; pgtask watch 120321 --wait-pause waits for it",
        "  to go on", "next poll in 3 s"};
    static char const *const change[] = {
        "  waits for its switch, 1:23 elapsed",
        "  the task is ready and waits for its switch at 2024-09-28 02:00:00 UTC+8; the",
        "  API ModifySwitchTimePeriod with SwitchTag 0 switches at once", "next poll in 3 s"};

    add_task(0, 120321, PGTASK_STATUS_PAUSE, "Pause");
    record = (struct pgtask_task){.task_id = 120321, .status = PGTASK_STATUS_PAUSE};
    messages[0].task_id = 120321;
    (void)standing_write(messages[0].standing, NULL, &record);
    compose(80, 24, "");
    assert_int_equal(page.count, 7);
    for (unsigned i = 0; i < 5; i++) {
        assert_string_equal(page.lines[2 + i].text, pause[i]);
    }
    add_task(0, 120321, PGTASK_STATUS_WAIT_SWITCH, "WaitSwitch");
    record = (struct pgtask_task){.task_id = 120321,
                                  .status = PGTASK_STATUS_WAIT_SWITCH,
                                  .switch_time = "2024-09-28 02:00:00"};
    (void)standing_write(messages[0].standing, NULL, &record);
    compose(80, 24, "");
    for (unsigned i = 0; i < 4; i++) {
        assert_string_equal(page.lines[2 + i].text, change[i]);
    }
    (void)state;
}

static void with_few_rows_each_task_has_one_and_the_rest_are_counted(void **state)
{
    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        add_task(i, 10 + i, PGTASK_STATUS_RUNNING, "Running");
    }
    watch.overflow = 4;
    compose(80, 40, "");
    assert_string_equal(page.lines[page.count - 2].text, "and 4 more");
    compose(40, 10, "");
    assert_int_equal(page.count, 10);
    assert_string_equal(page.lines[0].text, "10 [######----]  60 % Running Execut...");
    assert_string_equal(page.lines[8].text, "and 4 more");
    compose(40, 4, "");
    assert_string_equal(page.lines[2].text, "and 10 more");
    compose(40, 1, "");
    assert_string_equal(page.lines[0].text, "and 12 more");
    (void)state;
}

/* A bar beside the percent and a status needs 39 columns. */
static void at_20_columns_a_short_task_has_its_percent_without_a_bar(void **state)
{
    static char const *const lines[] = {"1 60 % Running E...", "2 60 % Running E...",
                                        "next poll in 3 s"};

    add_task(0, 1, PGTASK_STATUS_RUNNING, "Running");
    add_task(1, 2, PGTASK_STATUS_RUNNING, "Running");
    compose(20, 3, "");
    expect_lines(lines, 3);
    compose(39, 3, "");
    assert_null(strchr(page.lines[0].text, '['));
    compose(40, 3, "");
    assert_string_equal(page.lines[0].text, "1 [######----]  60 % Running Execute...");
    (void)state;
}

static void trouble_is_broken_at_blanks_into_three_lines_at_most(void **state)
{
    add_task(0, 120321, PGTASK_STATUS_RUNNING, "Running");
    compose(40, 24, "network: the host name has no address. Check the name.");
    assert_string_equal(page.lines[4].text, "network: the host name has no address.");
    assert_string_equal(page.lines[5].text, "Check the name.");
    assert_string_equal(page.lines[6].text, "next try in 3 s");
    compose(21, 24, "one two three four five six seven eight nine ten eleven twelve thirteen");
    assert_string_equal(page.lines[4].text, "one two three four");
    assert_string_equal(page.lines[5].text, "five six seven eight");
    assert_string_equal(page.lines[6].text, "nine ten eleven t...");
    compose(40, 8, "network: the host name has no address. Check the name.");
    assert_string_equal(page.lines[page.count - 1].text, "trouble, next try in 3 s");
    (void)state;
}

static void stale_data_shows_how_long_there_was_no_answer(void **state)
{
    add_task(0, 120321, PGTASK_STATUS_RUNNING, "Running");
    watch.stale = true;
    watch.answer_ms = 1000;
    compose(80, 24, "");
    assert_string_equal(page.lines[3].text, "stale: no answer for 0:09, next poll in 3 s");
    watch.state = PGTASK_WATCH_LISTING;
    compose(80, 24, "");
    assert_string_equal(page.lines[3].text, "stale: no answer for 0:09, asking now");
    (void)state;
}

static void an_empty_page_says_why(void **state)
{
    watch.state = PGTASK_WATCH_LISTING;
    compose(80, 24, "");
    assert_string_equal(page.lines[0].text, "waiting for the first answer");
    watch.answered = true;
    compose(80, 24, "");
    assert_string_equal(page.lines[0].text, "no tasks");
    watch.config.task_id = 7;
    compose(80, 24, "");
    assert_string_equal(page.lines[0].text, "no such task yet");
    (void)state;
}

static void any_size_of_terminal_is_kept_to(void **state)
{
    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        add_task(i, UINT64_MAX - i, PGTASK_STATUS_PAUSE, "Pause");
    }
    for (unsigned columns = 2; columns < 260; columns += columns < 50 ? 1 : 70) {
        for (unsigned rows = 1; rows < 70; rows += rows < 12 ? 1 : 19) {
            compose(columns, rows, "network: the connection broke. It is tried again.");
        }
    }
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(durations_have_their_two_largest_units),
        cmocka_unit_test(a_clock_shows_hours_and_days_only_where_there_are_any),
        cmocka_unit_test(a_bar_is_empty_only_at_0_and_full_only_at_100),
        cmocka_unit_test(a_line_is_cut_before_the_last_column_with_a_mark),
        cmocka_unit_test(characters_count_as_many_columns_as_they_take),
        cmocka_unit_test(where_ambiguous_characters_are_wide_the_page_uses_plain_marks),
        cmocka_unit_test(nothing_that_a_terminal_acts_on_gets_through),
        cmocka_unit_test(colours_take_no_columns_and_are_left_out_without_colour),
        cmocka_unit_test(a_line_longer_than_its_bytes_is_cut_too),
        cmocka_unit_test_setup(a_wide_page_has_the_step_beside_the_bar_and_a_narrow_one_below,
                               clear),
        cmocka_unit_test_setup(each_status_has_its_words, clear),
        cmocka_unit_test_setup(the_services_message_is_below_its_task, clear),
        cmocka_unit_test_setup(why_a_task_stands_still_and_what_helps_is_below_it, clear),
        cmocka_unit_test_setup(with_few_rows_each_task_has_one_and_the_rest_are_counted, clear),
        cmocka_unit_test_setup(at_20_columns_a_short_task_has_its_percent_without_a_bar, clear),
        cmocka_unit_test_setup(trouble_is_broken_at_blanks_into_three_lines_at_most, clear),
        cmocka_unit_test_setup(stale_data_shows_how_long_there_was_no_answer, clear),
        cmocka_unit_test_setup(an_empty_page_says_why, clear),
        cmocka_unit_test_setup(any_size_of_terminal_is_kept_to, clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
