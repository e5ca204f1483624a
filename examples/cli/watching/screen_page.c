/* SPDX-License-Identifier: MIT */
#include "watching/screen_page.h"

#include "base/text.h"

#include <string.h>

enum {
    WIDE_COLUMNS = 72, /* from here on the step stands beside the bar */
    BAR_COLUMNS = 34,
    SHORT_BAR_COLUMNS = 12,
    PERCENT_COLUMNS = 6, /* ` 100 %` and the like */
    TROUBLE_LINES = 3,
    FOOT_LINES = TROUBLE_LINES + 1
};

static enum view_colour colour_of(struct pgtask_watch_task const *task)
{
    if (task->vanished) {
        return VIEW_YELLOW;
    }
    switch (task->status) {
    case PGTASK_STATUS_RUNNING: return VIEW_CYAN;
    case PGTASK_STATUS_SUCCESS: return VIEW_GREEN;
    case PGTASK_STATUS_FAIL: return VIEW_RED;
    case PGTASK_STATUS_WAIT_SWITCH: return VIEW_MAGENTA;
    default: return VIEW_YELLOW;
    }
}

static void write_status(struct view_page *page, struct pgtask_watch_task const *task)
{
    view_colour(page, colour_of(task));
    view_text(page, task->vanished ? "vanished" : task->status_text);
    view_colour(page, VIEW_PLAIN);
}

static void write_clock(struct view_page *page, uint64_t seconds)
{
    char text[TEXT_DURATION_BYTES];

    view_text(page, text_clock(text, seconds));
}

/* @return false if it cannot be told */
static bool find_elapsed(struct view_facts const *facts, struct pgtask_watch_task const *task,
                         uint64_t *elapsed_s)
{
    int64_t const until_s =
        task->end_unix_s != PGTASK_TIME_UNKNOWN ? task->end_unix_s : facts->unix_s;

    if (task->start_unix_s == PGTASK_TIME_UNKNOWN || until_s == PGTASK_TIME_UNKNOWN) {
        return false;
    }
    *elapsed_s = until_s > task->start_unix_s ? (uint64_t)(until_s - task->start_unix_s) : 0;
    return true;
}

static void write_percent(struct view_page *page, struct pgtask_watch_task const *task,
                          unsigned columns)
{
    unsigned const percent = (unsigned)task->progress_percent;

    view_bar(page, percent, columns);
    view_text(page, percent < 10 ? "   " : percent < 100 ? "  " : " ");
    view_number(page, percent);
    view_text(page, " %");
}

static void write_step(struct view_page *page, struct pgtask_watch_task const *task)
{
    if (task->step_at > 0) {
        view_text(page, "step ");
        view_number(page, task->step_at);
        view_text(page, " of ");
        view_number(page, task->step_count);
        view_text(page, task->current_step[0] != '\0' ? ": " : "");
    }
    view_text(page, task->current_step);
}

static void write_progress(struct view_page *page, struct pgtask_watch_task const *task)
{
    bool const has_step = task->step_at > 0 || task->current_step[0] != '\0';
    bool const is_wide = page->terminal.columns >= WIDE_COLUMNS;
    unsigned const room =
        page->limit > 2 + PERCENT_COLUMNS + 3 ? page->limit - 2 - PERCENT_COLUMNS : 3;

    if (task->progress_percent >= 0) {
        view_line_start(page);
        view_text(page, "  ");
        write_percent(page, task, room < BAR_COLUMNS ? room : (unsigned)BAR_COLUMNS);
    }
    if (has_step && (!is_wide || task->progress_percent < 0)) {
        view_line_start(page);
    }
    if (has_step) {
        view_text(page, "  ");
        write_step(page, task);
    }
}

static void write_left(struct view_page *page, struct pgtask_watch_left const *left)
{
    if (!left->known) {
        view_text(page, ", time left unknown");
        return;
    }
    view_text(page, ", ");
    if (left->least_s < left->most_s) {
        write_clock(page, left->least_s);
        view_text(page, " to ");
    }
    write_clock(page, left->most_s);
    view_text(page, " left");
}

/* What the status means, before and after how long it has been going on. */
static char const *words_of(struct pgtask_watch_task const *task)
{
    if (task->vanished) {
        return "not listed any more, ";
    }
    switch (task->status) {
    case PGTASK_STATUS_SUCCESS: return "took ";
    case PGTASK_STATUS_FAIL: return "failed after ";
    case PGTASK_STATUS_PAUSE: return "needs an operator, ";
    case PGTASK_STATUS_WAIT_SWITCH: return "waits for its switch, ";
    case PGTASK_STATUS_UNKNOWN: return "a status unknown here, ";
    default: return "";
    }
}

static void write_times(struct view_page *page, struct view_facts const *facts,
                        struct pgtask_watch_task const *task)
{
    bool const ended = pgtask_status_is_final(task->status);
    uint64_t elapsed_s;

    view_line_start(page);
    view_text(page, "  ");
    view_text(page, words_of(task));
    if (find_elapsed(facts, task, &elapsed_s)) {
        write_clock(page, elapsed_s);
        view_text(page, ended ? "" : " elapsed");
    } else {
        view_text(page, "no start given");
    }
    if (task->status == PGTASK_STATUS_RUNNING && !task->vanished) {
        struct pgtask_watch_left const left = pgtask_watch_left(task, facts->now_ms);
        write_left(page, &left);
    }
}

static void write_note(struct view_page *page, struct view_facts const *facts, uint64_t task_id)
{
    for (size_t i = 0; i < PGTASK_WATCH_TASKS; i++) {
        if (facts->notes[i].task_id == task_id && facts->notes[i].text[0] != '\0') {
            view_line_start(page);
            view_text(page, "  ");
            view_text(page, facts->notes[i].text);
        }
    }
}

static void write_task(struct view_page *page, struct view_facts const *facts,
                       struct pgtask_watch_task const *task)
{
    view_line_start(page);
    view_number(page, task->task_id);
    view_text(page, "  ");
    write_status(page, task);
    view_text(page, "  ");
    view_text(page, task->task_type);
    view_text(page, "  ");
    view_text(page, task->instance_id);
    write_progress(page, task);
    write_times(page, facts, task);
    write_note(page, facts, task->task_id);
}

static void write_short_task(struct view_page *page, struct pgtask_watch_task const *task)
{
    view_line_start(page);
    view_number(page, task->task_id);
    view_text(page, " ");
    if (task->progress_percent >= 0) {
        write_percent(page, task, SHORT_BAR_COLUMNS);
        view_text(page, " ");
    }
    write_status(page, task);
    view_text(page, " ");
    view_text(page, task->current_step);
}

static void write_more(struct view_page *page, uint64_t count)
{
    if (count > 0) {
        view_line_start(page);
        view_text(page, "and ");
        view_number(page, count);
        view_text(page, " more");
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

static void write_none(struct view_page *page, struct pgtask_watch const *watch)
{
    view_line_start(page);
    view_text(page, !watch->answered             ? "the service is being asked"
                    : watch->config.task_id != 0 ? "no such task yet"
                                                 : "no tasks");
}

/* All tasks in full if there is room, else a line each, else as many as there is room for. */
static void write_tasks(struct view_page *page, struct view_terminal const *terminal,
                        struct view_facts const *facts, unsigned room)
{
    struct pgtask_watch const *const watch = facts->watch;
    unsigned const count = count_tasks(watch);

    view_page_start(page, terminal, room);
    for (unsigned i = 0; i < count; i++) {
        write_task(page, facts, &watch->tasks[i]);
    }
    write_more(page, watch->overflow);
    if (!page->overflowed) {
        return;
    }
    view_page_start(page, terminal, room);
    bool const all_fit = count + (watch->overflow > 0 ? 1 : 0) <= page->room;
    unsigned const shown = all_fit ? count : page->room - 1;
    for (unsigned i = 0; i < shown; i++) {
        write_short_task(page, &watch->tasks[i]);
    }
    write_more(page, (uint64_t)(count - shown) + watch->overflow);
}

/* Bytes of the text that fit into the columns, up to the last blank where it goes on. */
static size_t fit(char const *text, unsigned columns)
{
    size_t at = 0;
    size_t blank = 0;
    uint32_t character;

    for (unsigned used = 0; text[at] != '\0';) {
        size_t const length = text_character(text + at, &character);
        used += view_width(character);
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

static void write_trouble(struct view_page *page, char const *trouble)
{
    char part[VIEW_LINE_BYTES];

    for (unsigned i = 0; i < TROUBLE_LINES && *trouble != '\0'; i++) {
        size_t length = i + 1 < TROUBLE_LINES ? fit(trouble, page->limit) : strlen(trouble);
        if (length >= sizeof part) {
            length = sizeof part - 1;
        }
        memcpy(part, trouble, length);
        part[length] = '\0';
        view_line_start(page);
        view_colour(page, VIEW_YELLOW);
        view_text(page, part);
        view_colour(page, VIEW_PLAIN);
        trouble += length + (trouble[length] == ' ' ? 1 : 0);
    }
}

static void write_stale(struct view_page *page, struct view_facts const *facts)
{
    struct pgtask_watch const *const watch = facts->watch;
    uint64_t const since_ms = watch->answered ? watch->answer_ms : watch->opened_ms;

    view_colour(page, VIEW_RED);
    view_text(page, "stale");
    view_colour(page, VIEW_PLAIN);
    view_text(page, ": no answer for ");
    write_clock(page, (facts->now_ms - since_ms) / 1000);
    view_text(page, ", ");
}

static void write_foot(struct view_page *page, struct view_facts const *facts, bool is_short)
{
    struct pgtask_watch const *const watch = facts->watch;
    uint64_t const due_ms = watch->due_ms > facts->now_ms ? watch->due_ms - facts->now_ms : 0;

    if (!is_short) {
        write_trouble(page, facts->trouble);
    }
    view_line_start(page);
    if (is_short && facts->trouble[0] != '\0') {
        view_text(page, "trouble, ");
    }
    if (watch->stale) {
        write_stale(page, facts);
    }
    if (watch->state != PGTASK_WATCH_WAIT) {
        view_text(page, "asking now");
        return;
    }
    view_text(page, facts->trouble[0] != '\0' ? "again in " : "next poll in ");
    view_number(page, (due_ms + 999) / 1000);
    view_text(page, " s");
}

void view_compose(struct view_page *page, struct view_terminal const *terminal,
                  struct view_facts const *facts)
{
    unsigned const rows = terminal->rows < VIEW_LINES ? terminal->rows : VIEW_LINES;
    unsigned foot = facts->is_over ? 0 : 1;

    if (!facts->is_over && facts->trouble[0] != '\0') {
        foot = rows > 2 * FOOT_LINES ? FOOT_LINES : 1;
    }
    unsigned const room = rows > foot ? rows - foot : 1;
    if (facts->watch->tasks[0].task_id == 0) {
        view_page_start(page, terminal, room);
        write_none(page, facts->watch);
    } else {
        write_tasks(page, terminal, facts, room);
    }
    if (!facts->is_over && rows > 1) {
        page->room = rows;
        write_foot(page, facts, foot == 1);
    }
}
