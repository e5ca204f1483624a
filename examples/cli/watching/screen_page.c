/* SPDX-License-Identifier: MIT */
/*
 * The page, from top to bottom: each task with its progress and times, or one line for each task if
 * there are too few rows; then trouble; then when the next poll is due.
 */
#include "watching/screen_page.h"

#include "base/character.h"
#include "base/text.h"
#include "base/writer.h"
#include "watching/events.h"

#include <string.h>

enum {
    WIDE_COLUMNS = 72, /* from this width on, the step is beside the bar */
    BAR_COLUMNS = 34,
    SHORT_BAR_COLUMNS = 12,
    PERCENT_COLUMNS = 6, /* ` 100 %` and the like */
    /* A narrower line has no room for the bar beside an id, the percent and a status. */
    LEAST_BAR_LIMIT = 10 + SHORT_BAR_COLUMNS + PERCENT_COLUMNS + 1 + 10,
    MOST_LINES = 3, /* of one text */
    FOOT_LINES = MOST_LINES + 1
};

static enum screen_colour colour_of(struct pgtask_watch_task const *task)
{
    if (task->vanished) {
        return SCREEN_YELLOW;
    }
    switch (task->status) {
    case PGTASK_STATUS_RUNNING: return SCREEN_CYAN;
    case PGTASK_STATUS_SUCCESS: return SCREEN_GREEN;
    case PGTASK_STATUS_FAIL: return SCREEN_RED;
    case PGTASK_STATUS_WAIT_SWITCH: return SCREEN_MAGENTA;
    default: return SCREEN_YELLOW;
    }
}

static void write_status(struct screen_page *page, struct pgtask_watch_task const *task)
{
    screen_colour(page, colour_of(task));
    screen_print(page, "%s",
                 task->vanished ? writer_text(&writer_out, "vanished") : task->status_text);
    screen_colour(page, SCREEN_PLAIN);
}

static void write_clock(struct screen_page *page, uint64_t seconds)
{
    char text[TEXT_DURATION_BYTES];

    screen_print(page, "%s", text_clock(text, seconds));
}

static void write_percent(struct screen_page *page, struct pgtask_watch_task const *task,
                          unsigned columns)
{
    unsigned const percent = (unsigned)task->progress_percent;

    screen_bar(page, percent, columns);
    screen_print(page, "%s%u %%", percent < 10 ? "   " : percent < 100 ? "  " : " ", percent);
}

static void write_step(struct screen_page *page, struct pgtask_watch_task const *task)
{
    if (task->step_at > 0) {
        screen_print(page, "step %u of %u%s", task->step_at, task->step_count,
                     task->current_step[0] != '\0' ? ": " : "");
    }
    screen_print(page, "%s", task->current_step);
}

static void write_progress(struct screen_page *page, struct pgtask_watch_task const *task)
{
    bool const has_step = task->step_at > 0 || task->current_step[0] != '\0';
    bool const is_wide = page->terminal.columns >= WIDE_COLUMNS;
    unsigned const room =
        page->limit > 2 + PERCENT_COLUMNS + 3 ? page->limit - 2 - PERCENT_COLUMNS : 3;

    if (task->progress_percent >= 0) {
        screen_line_start(page);
        screen_print(page, "  ");
        write_percent(page, task, room < BAR_COLUMNS ? room : (unsigned)BAR_COLUMNS);
    }
    if (has_step && (!is_wide || task->progress_percent < 0)) {
        screen_line_start(page);
    }
    if (has_step) {
        screen_print(page, "  ");
        write_step(page, task);
    }
}

static void write_left(struct screen_page *page, struct pgtask_watch_left const *left)
{
    char least[TEXT_DURATION_BYTES];
    char most[TEXT_DURATION_BYTES];

    if (!left->known) {
        screen_print(page, ", time left unknown");
    } else if (left->least_s < left->most_s) {
        screen_print(page, ", %s to %s left", text_clock(least, left->least_s),
                     text_clock(most, left->most_s));
    } else {
        screen_print(page, ", %s left", text_clock(most, left->most_s));
    }
}

/* What the status means; the time that the task has taken follows. */
static char const *words_of(struct pgtask_watch_task const *task)
{
    if (task->vanished) {
        return "no longer listed, ";
    }
    switch (task->status) {
    case PGTASK_STATUS_SUCCESS: return "took ";
    case PGTASK_STATUS_FAIL: return "failed after ";
    case PGTASK_STATUS_PAUSE: return "needs an operator, ";
    case PGTASK_STATUS_WAIT_SWITCH: return "waits for its switch, ";
    case PGTASK_STATUS_UNKNOWN: return "unknown status, ";
    default: return "";
    }
}

static void write_times(struct screen_page *page, struct screen_facts const *facts,
                        struct pgtask_watch_task const *task)
{
    bool const ended = pgtask_status_is_final(task->status);
    uint64_t elapsed_s;

    screen_line_start(page);
    screen_print(page, "  %s", writer_text(&writer_out, words_of(task)));
    if (event_elapsed(task, facts->unix_s, &elapsed_s)) {
        write_clock(page, elapsed_s);
        screen_print(page, "%s", ended ? "" : writer_text(&writer_out, " elapsed"));
    } else {
        screen_print(page, "%s",
                     writer_text(&writer_out, ended && task->end_unix_s == PGTASK_TIME_UNKNOWN
                                                  ? "an unknown time"
                                                  : "start unknown"));
    }
    if (task->status == PGTASK_STATUS_RUNNING && !task->vanished) {
        struct pgtask_watch_left const left = pgtask_watch_left(task, facts->now_ms);
        write_left(page, &left);
    }
}

/* @return how many bytes of the text fit into the columns; a text that is longer ends at a blank */
static size_t fit(char const *text, unsigned columns, unsigned ambiguous)
{
    size_t at = 0;
    size_t blank = 0;
    uint32_t character;

    for (unsigned used = 0; text[at] != '\0';) {
        size_t const length = character_read(text + at, &character);
        used += character_columns(character, ambiguous);
        if (used > columns) {
            return character == ' ' || blank == 0 ? at : blank;
        }
        if (character == ' ') {
            blank = at;
        }
        at += length;
    }
    return at;
}

/* Writes a text on as many lines as it needs, at most MOST_LINES; the last one is cut. */
static void write_wrapped(struct screen_page *page, char const *indent, char const *text,
                          enum screen_colour colour)
{
    unsigned const indented = (unsigned)strlen(indent);
    unsigned const columns = page->limit > indented ? page->limit - indented : 1;
    char part[SCREEN_LINE_BYTES];

    for (unsigned i = 0; i < MOST_LINES && *text != '\0'; i++) {
        size_t length = i + 1 < MOST_LINES ? fit(text, columns, page->terminal.ambiguous_columns)
                                           : strlen(text);
        if (length >= sizeof part) {
            length = sizeof part - 1;
        }
        memcpy(part, text, length);
        part[length] = '\0';
        screen_line_start(page);
        screen_colour(page, colour);
        screen_print(page, "%s%s", indent, part);
        screen_colour(page, SCREEN_PLAIN);
        text += length + (text[length] == ' ' ? 1 : 0);
    }
}

static void write_message(struct screen_page *page, struct screen_facts const *facts,
                          uint64_t task_id)
{
    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        if (facts->messages[i].task_id == task_id) {
            write_wrapped(page, "  ", facts->messages[i].standing, SCREEN_PLAIN);
            if (facts->messages[i].text[0] != '\0') {
                screen_line_start(page);
                screen_print(page, "  %s", facts->messages[i].text);
            }
        }
    }
}

static void write_task(struct screen_page *page, struct screen_facts const *facts,
                       struct pgtask_watch_task const *task)
{
    screen_line_start(page);
    screen_print(page, "%ju  ", task->task_id);
    write_status(page, task);
    screen_print(page, "  %s  %s", task->task_type, task->instance_id);
    write_progress(page, task);
    write_times(page, facts, task);
    write_message(page, facts, task->task_id);
}

static void write_short_task(struct screen_page *page, struct pgtask_watch_task const *task)
{
    screen_line_start(page);
    screen_print(page, "%ju ", task->task_id);
    if (task->progress_percent >= 0) {
        if (page->limit >= LEAST_BAR_LIMIT) {
            write_percent(page, task, SHORT_BAR_COLUMNS);
        } else {
            screen_print(page, "%u %%", (unsigned)task->progress_percent);
        }
        screen_print(page, " ");
    }
    write_status(page, task);
    screen_print(page, " %s", task->current_step);
}

static void write_more(struct screen_page *page, uint64_t count)
{
    if (count > 0) {
        screen_line_start(page);
        screen_print(page, "and %ju more", count);
    }
}

static unsigned count_tasks(struct pgtask_watch const *watch)
{
    unsigned count = 0;

    while (count < PGTASK_WATCH_TASKS && watch->tasks[count].task_id != 0) {
        count++;
    }
    return count;
}

static void write_none(struct screen_page *page, struct pgtask_watch const *watch)
{
    screen_line_start(page);
    screen_print(page, "%s",
                 writer_text(&writer_out, !watch->answered ? "waiting for the first answer"
                                          : watch->config.task_id != 0 ? "no such task yet"
                                                                       : "no tasks"));
}

/* Shows all tasks in full if there is room, or else one line for each, or else as many lines as
 * there is room for. */
static void write_tasks(struct screen_page *page, struct screen_terminal const *terminal,
                        struct screen_facts const *facts, unsigned room)
{
    struct pgtask_watch const *const watch = facts->watch;
    unsigned const count = count_tasks(watch);

    screen_page_start(page, terminal, room);
    for (unsigned i = 0; i < count; i++) {
        write_task(page, facts, &watch->tasks[i]);
    }
    write_more(page, watch->overflow);
    if (!page->has_overflowed) {
        return;
    }
    screen_page_start(page, terminal, room);
    bool const all_fit = count + (watch->overflow > 0 ? 1 : 0) <= page->room;
    unsigned const shown = all_fit ? count : page->room - 1;
    for (unsigned i = 0; i < shown; i++) {
        write_short_task(page, &watch->tasks[i]);
    }
    write_more(page, (uint64_t)(count - shown) + watch->overflow);
}

static void write_stale(struct screen_page *page, struct screen_facts const *facts)
{
    struct pgtask_watch const *const watch = facts->watch;
    uint64_t const since_ms = watch->answered ? watch->answer_ms : facts->opened_ms;

    screen_colour(page, SCREEN_RED);
    screen_print(page, "stale");
    screen_colour(page, SCREEN_PLAIN);
    screen_print(page, ": no answer for ");
    write_clock(page, (facts->now_ms - since_ms) / 1000);
    screen_print(page, ", ");
}

static void write_foot(struct screen_page *page, struct screen_facts const *facts, bool is_short)
{
    struct pgtask_watch const *const watch = facts->watch;
    uint64_t const due_ms = watch->due_ms > facts->now_ms ? watch->due_ms - facts->now_ms : 0;

    if (!is_short) {
        write_wrapped(page, "", facts->trouble, SCREEN_YELLOW);
    }
    screen_line_start(page);
    if (is_short && facts->trouble[0] != '\0') {
        screen_print(page, "trouble, ");
    }
    if (watch->stale) {
        write_stale(page, facts);
    }
    if (watch->state != PGTASK_WATCH_WAIT) {
        screen_print(page, "asking now");
        return;
    }
    screen_print(page, "%s in %ju s",
                 writer_text(&writer_out, facts->trouble[0] != '\0' ? "next try" : "next poll"),
                 (due_ms + 999) / 1000);
}

void screen_compose(struct screen_page *page, struct screen_terminal const *terminal,
                    struct screen_facts const *facts)
{
    unsigned const rows = terminal->rows < SCREEN_LINES ? terminal->rows : SCREEN_LINES;
    unsigned foot = facts->is_over ? 0 : 1;

    if (!facts->is_over && facts->trouble[0] != '\0') {
        foot = rows > 2 * FOOT_LINES ? FOOT_LINES : 1;
    }
    unsigned const room = rows > foot ? rows - foot : 1;
    if (facts->watch->tasks[0].task_id == 0) {
        screen_page_start(page, terminal, room);
        write_none(page, facts->watch);
    } else {
        write_tasks(page, terminal, facts, room);
    }
    if (!facts->is_over && rows > 1) {
        page->room = rows;
        write_foot(page, facts, foot == 1);
    }
}
