/* SPDX-License-Identifier: MIT */
/* Comma-separated values (RFC 4180), with lines that end as other lines of this system do. */
#include "tasks/column.h"
#include "tasks/output.h"

#include <string.h>

static struct column_list wanted;

void output_csv_use(struct column_list const *list)
{
    wanted = *list;
}

/* Without a choice, all columns. */
static unsigned count_columns(void)
{
    return wanted.count > 0 ? wanted.count : (unsigned)COLUMN_COUNT;
}

static enum column column_at(unsigned i)
{
    return wanted.count > 0 ? (enum column)wanted.columns[i] : (enum column)i;
}

/* Quotes surround a text with a comma, a quote or a blank at an end. Line ends in it have become
 * blanks. */
static void write_value(struct writer *writer, char const *text)
{
    size_t const length = strlen(text);
    bool const is_plain = strpbrk(text, ",\"\r\n") == NULL &&
                          (length == 0 || (text[0] != ' ' && text[length - 1] != ' '));

    if (is_plain) {
        writer_print(writer, "%s", text);
        return;
    }
    writer_print(writer, "\"");
    while (*text != '\0') {
        if (*text == '"') {
            writer_print(writer, "\"");
        }
        text += writer_character(writer, text).bytes;
    }
    writer_print(writer, "\"");
}

static void write_head(struct writer *writer)
{
    for (unsigned i = 0; i < count_columns(); i++) {
        struct column_facts const *const column = &column_table[column_at(i)];
        writer_print(writer, "%s%s", i > 0 ? "," : "", column->member);
        if (column->has_time && times_is_changed()) {
            writer_print(writer, " (%s)", times_zone_name());
        }
    }
    writer_print(writer, "\n");
}

static void csv_task(struct writer *writer, struct pgtask_task const *task, uint64_t before)
{
    char text[COLUMN_CELL_BYTES];

    if (before == 0) {
        write_head(writer);
    }
    for (unsigned i = 0; i < count_columns(); i++) {
        if (i > 0) {
            writer_print(writer, ",");
        }
        write_value(writer, column_cell(text, task, column_at(i)));
    }
    writer_print(writer, "\n");
}

/* A table without rows is no empty file. */
static void csv_end(struct writer *writer, struct output_end const *end)
{
    if (end->tasks == 0) {
        write_head(writer);
    }
}

struct output const output_csv = {.task = csv_task, .end = csv_end};
