/* SPDX-License-Identifier: MIT */
/**
 * @file base/writer.h
 * Output through a static buffer: stdio allocates its buffers, this does not.
 */
#ifndef CLI_WRITER_H
#define CLI_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer {
    int descriptor;
    int error; /**< errno of the first write that failed, 0 so far; later output is dropped */
    size_t length;
    char buffer[4096];
};

extern struct writer writer_out;   /**< standard output */
extern struct writer writer_error; /**< standard error */

void writer_bytes(struct writer *writer, void const *bytes, size_t length);
void writer_text(struct writer *writer, char const *text);
void writer_number(struct writer *writer, uint64_t number);
void writer_blanks(struct writer *writer, size_t count);

/** Writes a text of the service or the user so that a terminal only shows it: what it would act on
 *  becomes `?`, or a blank where it is white space. @return characters written */
size_t writer_safe(struct writer *writer, char const *text);

/** Writes a text as a JSON string with its quotes. What a terminal would act on is escaped. */
void writer_json(struct writer *writer, char const *text);

/** Hands everything to the system. @return false if that failed, now or before */
bool writer_flush(struct writer *writer);

/**
 * Tells standard error on one line: `pgtask: SUBJECT: CLAUSE. ADVICE`
 * @param subject  NULL: none
 * @param clause   without its full stop
 * @param advice   a whole sentence; NULL: none
 */
void writer_complain(char const *subject, char const *clause, char const *advice);

#endif
