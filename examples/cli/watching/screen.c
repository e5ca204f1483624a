/* SPDX-License-Identifier: MIT */
#include "watching/screen.h"

#include "base/signals.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { USUAL_COLUMNS = 80, USUAL_ROWS = 24 };

#define HIDE_CURSOR "\033[?25l"
#define SHOW_CURSOR "\033[?25h"
#define ERASE_RIGHT "\033[K"
#define ERASE_BELOW "\033[J"

static char const *value_of(char const *name)
{
    char const *const value = getenv(name);

    return value != NULL ? value : "";
}

bool view_is_possible(void)
{
    char const *const term = value_of("TERM");

    return isatty(STDOUT_FILENO) == 1 && term[0] != '\0' && strcmp(term, "dumb") != 0;
}

static char lower(char character)
{
    return (char)(character >= 'A' && character <= 'Z' ? character - 'A' + 'a' : character);
}

static bool begins_with(char const *text, char const *word)
{
    for (; *word != '\0'; text++, word++) {
        if (lower(*text) != *word) {
            return false;
        }
    }
    return true;
}

/* The first of these that is set and not empty counts; nl_langinfo() would need setlocale(), and
 * that the heap. */
static bool locale_is_utf8(void)
{
    static char const *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    char const *value = "";

    for (size_t i = 0; i < sizeof names / sizeof names[0] && *value == '\0'; i++) {
        value = value_of(names[i]);
    }
    for (; *value != '\0'; value++) {
        if (begins_with(value, ".utf-8") || begins_with(value, ".utf8")) {
            return true;
        }
    }
    return false;
}

static void measure(struct view *view)
{
    struct winsize size;
    bool const known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;

    view->terminal.columns = known && size.ws_col > 0 ? size.ws_col : (unsigned)USUAL_COLUMNS;
    view->terminal.rows = known && size.ws_row > 0 ? size.ws_row : (unsigned)USUAL_ROWS;
}

void view_open(struct view *view, struct session const *session, struct pgtask_watch const *watch)
{
    view->session = session;
    view->watch = watch;
    view->terminal.is_utf8 = locale_is_utf8();
    view->terminal.has_colour = value_of("NO_COLOR")[0] == '\0';
    view->is_open = true;
    signals_view(SHOW_CURSOR "\r\n");
    measure(view);
    writer_text(&writer_out, HIDE_CURSOR);
    (void)writer_flush(&writer_out);
}

static void note(struct view *view, struct pgtask_task const *record)
{
    struct view_note *place = NULL;

    for (size_t i = 0; i < PGTASK_WATCH_TASKS && place == NULL; i++) {
        if (view->notes[i].task_id == record->task_id) {
            place = &view->notes[i];
        }
    }
    if (place == NULL) {
        place = &view->notes[view->next_note];
        view->next_note = (view->next_note + 1) % PGTASK_WATCH_TASKS;
    }
    place->task_id = record->task_id;
    strcpy(place->text,
           record->status == PGTASK_STATUS_SUCCESS || record->status == PGTASK_STATUS_RUNNING
               ? ""
               : event_message(record));
}

void view_take(struct view *view, struct event const *event)
{
    struct pgtask_event const *const told = event->event;

    if (told->record != NULL) {
        note(view, told->record);
    }
    if (event->trouble != NULL) {
        strcpy(view->trouble, event->trouble);
    } else if (told->kind == PGTASK_EVENT_BACK) {
        view->trouble[0] = '\0';
    }
}

static void write_number(char const *before, unsigned number, char const *after)
{
    writer_text(&writer_out, before);
    writer_number(&writer_out, number);
    writer_text(&writer_out, after);
}

/* To the first column of the page's first line. */
static void go_back(struct view const *view)
{
    writer_text(&writer_out, "\r");
    if (view->drawn > 1) {
        write_number("\033[", view->drawn - 1, "A");
    }
}

/* Terminals that have become narrower show a wide line on several. */
static unsigned rows_after_resize(struct view const *view)
{
    unsigned rows = 0;

    for (unsigned i = 0; i < view->drawn && i < VIEW_LINES; i++) {
        unsigned const columns = view->drawn_columns[i];
        rows += columns == 0 ? 1 : (columns - 1) / view->terminal.columns + 1;
    }
    return rows;
}

static void leave(struct view *view)
{
    writer_text(&writer_out, view->drawn > 0 ? "\r\n" SHOW_CURSOR : SHOW_CURSOR);
    (void)writer_flush(&writer_out);
    view->drawn = 0;
}

bool view_turn(struct view *view)
{
    bool draw = false;

    if (!view->is_open) {
        return false;
    }
    if (signals_take_stop()) {
        leave(view);
        signals_stop();
        writer_text(&writer_out, HIDE_CURSOR);
        draw = true;
    }
    if (signals_take_resize()) {
        measure(view);
        view->drawn = rows_after_resize(view);
        draw = true;
    }
    return draw;
}

static void write_line(struct view_line const *line)
{
    writer_bytes(&writer_out, line->text, line->length);
    writer_text(&writer_out, line->is_coloured ? "\033[0m" ERASE_RIGHT : ERASE_RIGHT);
}

void view_draw(struct view *view, uint64_t now_ms)
{
    struct view_page *const page = &view->page;
    struct view_facts facts = {.watch = view->watch,
                               .notes = view->notes,
                               .trouble = view->trouble,
                               .now_ms = now_ms,
                               .unix_s = PGTASK_TIME_UNKNOWN,
                               .is_over = view->is_over};

    if (!view->is_open) {
        return;
    }
    (void)pgtask_client_unix_time_s(&view->session->client, &facts.unix_s);
    view_compose(page, &view->terminal, &facts);
    go_back(view);
    for (unsigned i = 0; i < page->count; i++) {
        writer_text(&writer_out, i == 0 ? "" : "\r\n");
        write_line(&page->lines[i]);
        view->drawn_columns[i] = page->lines[i].columns;
    }
    writer_text(&writer_out, ERASE_BELOW);
    (void)writer_flush(&writer_out);
    view->drawn = page->count;
    view->drawn_ms = now_ms;
}

void view_step_aside(struct view *view)
{
    if (view->is_open && view->drawn > 0) {
        go_back(view);
        writer_text(&writer_out, ERASE_BELOW);
        (void)writer_flush(&writer_out);
        view->drawn = 0;
    }
}

void view_close(struct view *view)
{
    if (view->is_open) {
        leave(view);
        view->is_open = false;
    }
}
