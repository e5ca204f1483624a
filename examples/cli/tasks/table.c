/* SPDX-License-Identifier: MIT */
/*
 * Tasks as columns for people.
 *
 * On a terminal the rows fit its width. First the least important columns are left out until the
 * others fit with their least widths. Then what is left is given to the more important ones first,
 * up to their usual widths, and the last column takes the rest. Without a terminal, and with
 * --wide, every column has its usual width, and the last one has no limit.
 */
#include "base/character.h"
#include "base/text.h"
#include "tasks/column.h"
#include "tasks/output.h"

#include <string.h>

enum {
    GAP = 2,
    OFFSET_WIDTH = 6,  /* +08:00 */
    MINUTES_WIDTH = 16 /* of a time without its seconds */
};

/* The first one is left out first; task and status always stay. */
static uint8_t const least_important[] = {COLUMN_MESSAGE, COLUMN_STEP,     COLUMN_END,
                                          COLUMN_TYPE,    COLUMN_INSTANCE, COLUMN_START,
                                          COLUMN_PROGRESS};

/* The first one becomes as wide as usual first. */
static uint8_t const first_widened[] = {COLUMN_TYPE, COLUMN_PROGRESS, COLUMN_START,
                                        COLUMN_END,  COLUMN_STEP,     COLUMN_MESSAGE};

static struct {
    struct column_list list;
    unsigned width[COLUMN_COUNT];
    bool has_limit; /* of the whole row */
} layout;

static unsigned offset_width(enum column column)
{
    return column_table[column].has_time && times_has_offsets() ? (unsigned)OFFSET_WIDTH : 0;
}

static unsigned usual_width(enum column column)
{
    return column_table[column].width + offset_width(column);
}

/* A local time is not cut, because its offset is at its end. */
static unsigned least_width(enum column column)
{
    return offset_width(column) > 0 ? usual_width(column) : column_table[column].least;
}

static unsigned used_width(void)
{
    unsigned used = 0;

    for (unsigned i = 0; i < layout.list.count; i++) {
        used += layout.width[layout.list.columns[i]] + (i > 0 ? (unsigned)GAP : 0);
    }
    return used;
}

static void leave_out(enum column column)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < layout.list.count; i++) {
        if (layout.list.columns[i] != column) {
            layout.list.columns[kept++] = layout.list.columns[i];
        }
    }
    layout.list.count = (uint8_t)kept;
}

static bool has_column(enum column column)
{
    return memchr(layout.list.columns, (int)column, layout.list.count) != NULL;
}

static void widen(unsigned terminal_columns)
{
    for (unsigned i = 0; i < sizeof first_widened; i++) {
        enum column const column = (enum column)first_widened[i];
        unsigned const left = terminal_columns - used_width();
        unsigned const missing = usual_width(column) - layout.width[column];
        if (has_column(column)) {
            layout.width[column] += missing < left ? missing : left;
        }
    }
    layout.width[layout.list.columns[layout.list.count - 1]] += terminal_columns - used_width();
}

void output_table_use(struct column_list const *wanted, unsigned terminal_columns)
{
    bool const is_asked = wanted->count > 0;

    layout.list = *wanted;
    layout.has_limit = terminal_columns > 0;
    for (unsigned i = 0; !is_asked && i < COLUMN_MESSAGE; i++) {
        layout.list.columns[layout.list.count++] = (uint8_t)i;
    }
    for (unsigned i = 0; i < COLUMN_COUNT; i++) {
        layout.width[i] =
            layout.has_limit ? least_width((enum column)i) : usual_width((enum column)i);
    }
    for (unsigned i = 0; layout.has_limit && !is_asked && i < sizeof least_important &&
                         used_width() > terminal_columns;
         i++) {
        leave_out((enum column)least_important[i]);
    }
    if (layout.has_limit && used_width() < terminal_columns) {
        widen(terminal_columns);
    }
}

/* @return the columns of a terminal that a text takes */
static unsigned columns_of(char const *text)
{
    unsigned columns = 0;

    while (*text != '\0') {
        uint32_t character;
        text += character_read(text, &character);
        columns += character_stand_in(character) != '\0' ? 1 : character_columns(character, 1);
    }
    return columns;
}

/* Writes a text, cut with a mark if it is wider. @return the columns that it takes */
static unsigned write_cut(struct writer *writer, char const *text, unsigned width)
{
    static char const mark[] = "..";
    unsigned used = 0;

    if (columns_of(text) <= width) {
        return (unsigned)writer_printable(writer, text);
    }
    for (;;) {
        uint32_t character;
        (void)character_read(text, &character);
        if (used + character_columns(character, 1) + sizeof mark - 1 > width) {
            break;
        }
        struct writer_shown const shown = writer_character(writer, text);
        text += shown.bytes;
        used += (unsigned)shown.columns;
    }
    writer_print(writer, "%s", mark);
    return used + (unsigned)sizeof mark - 1;
}

static unsigned write_cell(struct writer *writer, enum column column, char *text)
{
    unsigned const width = layout.width[column];

    if (column_table[column].has_time && width < usual_width(column) &&
        strlen(text) > MINUTES_WIDTH) {
        text[MINUTES_WIDTH] = '\0';
    }
    return layout.has_limit && column_table[column].may_be_cut
               ? write_cut(writer, text, width)
               : (unsigned)writer_printable(writer, text);
}

/* Writes one row. @param task  NULL: the titles */
static void write_row(struct writer *writer, struct pgtask_task const *task)
{
    char text[COLUMN_CELL_BYTES];

    for (unsigned i = 0; i < layout.list.count; i++) {
        enum column const column = (enum column)layout.list.columns[i];
        struct column_facts const *const facts = &column_table[column];
        if (task == NULL) {
            char const *const title = writer_text(writer, facts->title);
            bool const is_short = columns_of(title) > layout.width[column];
            (void)text_print(text, sizeof text, "%s",
                             is_short ? writer_text(writer, facts->short_title) : title);
            if (facts->has_time) {
                (void)text_append(text, sizeof text, " (%s)",
                                  writer_text(writer, times_zone_name()));
            }
        } else {
            char const *const cell = column_cell(text, task, column);
            if (cell != text) {
                (void)text_print(text, sizeof text, "%s", cell);
            }
            if (text[0] == '\0') {
                (void)text_print(text, sizeof text, "-");
            } else if (column == COLUMN_PROGRESS) {
                (void)text_append(text, sizeof text, "%%");
            }
        }
        unsigned const used = write_cell(writer, column, text);
        if (i + 1 < layout.list.count) {
            unsigned const width = layout.width[column];
            writer_blanks(writer, (used < width ? width - used : 0) + GAP);
        }
    }
    writer_print(writer, "\n");
}

static void table_task(struct writer *writer, struct pgtask_task const *task, uint64_t before)
{
    if (before == 0) {
        write_row(writer, NULL);
    }
    write_row(writer, task);
}

struct output const output_table = {.task = table_task};
