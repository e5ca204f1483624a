/* SPDX-License-Identifier: MIT */
/* Draws the page over the last one: back to its first line, then line by line, each erased to its
 * end. Nothing is cleared before it is redrawn, so the page does not flicker. */
#include "watching/screen.h"

#include "base/signals.h"
#include "base/terminal.h"

#include <string.h>

#define HIDE_CURSOR "\033[?25l"
#define SHOW_CURSOR "\033[?25h"
#define ERASE_RIGHT "\033[K"
#define ERASE_BELOW "\033[J"

/* A terminal that does not answer is taken for one with wide characters: a line that is counted too
 * long only ends early, but one that is counted too short breaks the page. */
static void learn_widths(struct screen_terminal *terminal)
{
    unsigned const columns = terminal->is_utf8 ? terminal_ask_ambiguous_columns() : 1;

    terminal->ambiguous_columns = columns != 0 ? columns : 2;
}

void screen_open(struct screen *screen, struct session const *session,
                 struct pgtask_watch const *watch)
{
    screen->session = session;
    screen->watch = watch;
    screen->opened_ms = session_now_ms(session);
    screen->terminal.is_utf8 = terminal_shows_utf8();
    screen->terminal.has_colour = terminal_has_colour();
    screen->is_open = true;
    signals_screen(SHOW_CURSOR "\r\n");
    terminal_measure(&screen->terminal.columns, &screen->terminal.rows);
    learn_widths(&screen->terminal);
    writer_print(&writer_out, HIDE_CURSOR);
    (void)writer_flush(&writer_out);
}

static void remember_message(struct screen *screen, struct pgtask_task const *record)
{
    struct screen_message *place = NULL;

    for (size_t i = 0; i < PGTASK_WATCH_TASKS && place == NULL; i++) {
        if (screen->messages[i].task_id == record->task_id) {
            place = &screen->messages[i];
        }
    }
    if (place == NULL) {
        place = &screen->messages[screen->next_message];
        screen->next_message = (screen->next_message + 1) % PGTASK_WATCH_TASKS;
    }
    place->task_id = record->task_id;
    (void)standing_write(place->standing, &writer_out, record);
    strcpy(place->text,
           record->status == PGTASK_STATUS_SUCCESS || record->status == PGTASK_STATUS_RUNNING
               ? ""
               : event_message(record));
}

void screen_remember(struct screen *screen, struct event const *event)
{
    struct pgtask_event const *const watched = event->event;

    if (watched->record != NULL) {
        remember_message(screen, watched->record);
    }
    if (event->trouble != NULL) {
        strcpy(screen->trouble, event->trouble);
    } else if (watched->kind == PGTASK_EVENT_BACK) {
        screen->trouble[0] = '\0';
    }
}

/* A terminal that has become narrower shows a wide line on several rows. */
static unsigned rows_of(struct screen const *screen, unsigned line)
{
    unsigned const columns = screen->drawn_columns[line];

    return columns == 0 ? 1 : (columns - 1) / screen->terminal.columns + 1;
}

static unsigned drawn_rows(struct screen const *screen)
{
    unsigned rows = 0;

    for (unsigned i = 0; i < screen->drawn; i++) {
        rows += rows_of(screen, i);
    }
    return rows;
}

/* Moves the cursor to the first column of the first line drawn, or to the top of the screen if that
 * line has left it. */
static void go_back(struct screen const *screen)
{
    unsigned const rows = drawn_rows(screen);

    writer_print(&writer_out, "\r");
    if (rows > 1) {
        writer_print(&writer_out, "\033[%uA", rows - 1);
    }
}

/*
 * The page is about to be drawn over the lines that the terminal shows. A terminal that has become
 * smaller has pushed the first rows into its history, where nothing can erase them. They come back
 * above the page once it is larger, so they stay counted until then.
 * @return columns that the history has of the line which goes on in the first row of the screen
 */
static unsigned forget_shown(struct screen *screen)
{
    unsigned const rows = drawn_rows(screen);
    unsigned hidden = rows > screen->terminal.rows ? rows - screen->terminal.rows : 0;
    unsigned lines = 0;

    while (lines < screen->drawn && rows_of(screen, lines) <= hidden) {
        hidden -= rows_of(screen, lines++);
    }
    screen->drawn = lines;
    return hidden * screen->terminal.columns;
}

static void remember_line(struct screen *screen, unsigned columns)
{
    if (screen->drawn == SCREEN_DRAWN) {
        screen->drawn--;
        memmove(screen->drawn_columns, screen->drawn_columns + 1,
                screen->drawn * sizeof screen->drawn_columns[0]);
    }
    screen->drawn_columns[screen->drawn++] = columns;
}

static void leave(struct screen *screen)
{
    if (screen->drawn > 0) {
        writer_print(&writer_out, "\r\n");
    }
    writer_print(&writer_out, SHOW_CURSOR);
    (void)writer_flush(&writer_out);
    screen->drawn = 0;
}

bool screen_turn(struct screen *screen)
{
    bool must_draw = false;

    if (!screen->is_open) {
        return false;
    }
    if (signals_take_stop()) {
        leave(screen);
        signals_stop();
        writer_print(&writer_out, HIDE_CURSOR);
        must_draw = true;
    }
    if (signals_take_resize()) {
        terminal_measure(&screen->terminal.columns, &screen->terminal.rows);
        must_draw = true;
    }
    return must_draw;
}

static void write_line(struct screen_line const *line)
{
    writer_bytes(&writer_out, line->text, line->length);
    if (line->is_coloured) {
        writer_print(&writer_out, "\033[0m");
    }
    writer_print(&writer_out, ERASE_RIGHT);
}

void screen_draw(struct screen *screen, uint64_t now_ms)
{
    struct screen_page *const page = &screen->page;
    struct screen_facts facts = {.watch = screen->watch,
                                 .opened_ms = screen->opened_ms,
                                 .messages = screen->messages,
                                 .trouble = screen->trouble,
                                 .now_ms = now_ms,
                                 .unix_s = PGTASK_TIME_UNKNOWN,
                                 .is_over = screen->is_over};

    if (!screen->is_open) {
        return;
    }
    (void)pgtask_client_unix_time_s(&screen->session->client, &facts.unix_s);
    screen_compose(page, &screen->terminal, &facts);
    go_back(screen);
    unsigned before = forget_shown(screen);
    bool const has_hidden = screen->drawn > 0 || before > 0;
    /* The rows that the screen has are then those that drawn_rows() counts last. */
    unsigned const blank =
        has_hidden && page->count < screen->terminal.rows ? screen->terminal.rows - page->count : 0;
    for (unsigned i = 0; i < blank; i++) {
        writer_print(&writer_out, ERASE_RIGHT "\r\n");
        remember_line(screen, before);
        before = 0;
    }
    for (unsigned i = 0; i < page->count; i++) {
        if (i > 0) {
            writer_print(&writer_out, "\r\n");
        }
        write_line(&page->lines[i]);
        remember_line(screen, page->lines[i].columns + before);
        before = 0;
    }
    writer_print(&writer_out, ERASE_BELOW);
    (void)writer_flush(&writer_out);
    screen->drawn_ms = now_ms;
}

void screen_step_aside(struct screen *screen)
{
    if (screen->is_open && screen->drawn > 0) {
        go_back(screen);
        writer_print(&writer_out, ERASE_BELOW);
        (void)writer_flush(&writer_out);
        screen->drawn = 0;
    }
}

void screen_close(struct screen *screen)
{
    if (screen->is_open) {
        leave(screen);
        screen->is_open = false;
    }
}
