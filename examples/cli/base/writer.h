/* SPDX-License-Identifier: MIT */
/**
 * @file base/writer.h
 * Output to a descriptor through a static buffer: stdio allocates its buffers, this does not.
 */
#ifndef CLI_WRITER_H
#define CLI_WRITER_H

#include "base/format.h"
#include "base/language.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer {
    int descriptor;
    int error; /**< errno of the first write that failed, 0 so far; later output is dropped. A
                  writer that never waits keeps only an error that says that its reader is gone */
    bool never_waits; /**< see writer_never_wait() */
    bool is_ascii;   /**< its reader cannot show UTF-8: characters of texts beyond ASCII become `?`,
                          and JSON escapes them */
    bool is_chinese; /**< its reader wants Chinese: forms are looked up in base/language.h */
    bool is_cut;     /**< the message under way is longer than the room */
    size_t length;
    size_t whole_length; /**< bytes of whole messages, if it never waits */
    uint64_t lost;       /**< messages, since writer_take_lost() */
    char buffer[4096];
};

extern struct writer writer_out;   /**< standard output */
extern struct writer writer_error; /**< standard error; write to it through base/report.h */

/** Writes a form (base/format.h). Each `%s` is written as writer_printable() writes it, so no
 *  foreign text can act on a terminal; only the form itself can hold a control character. */
void writer_print(struct writer *writer, char const *form, ...) FORMAT_CHECKED(2, 3);

/** As writer_print(), for callers with a form and arguments of their own. */
void writer_print_arguments(struct writer *writer, char const *form, va_list arguments);

/** @param english  a constant of the program
 *  @return it in the language of the writer's reader; with NULL for the writer, in English */
static inline char const *writer_text(struct writer const *writer, char const *english)
    LANGUAGE_FORM(2);
static inline char const *writer_text(struct writer const *writer, char const *english)
{
    return writer != NULL && writer->is_chinese ? language_chinese(english) : english;
}

/** Writes bytes as they are. */
void writer_bytes(struct writer *writer, void const *bytes, size_t length);

void writer_blanks(struct writer *writer, size_t count);

/** What writer_character() has taken and shown. */
struct writer_shown {
    size_t bytes;   /**< of the text, 1 to 4 */
    size_t columns; /**< on a terminal, where characters of ambiguous width take one */
};

/** Writes the character that `text` begins with as writer_printable() does; `text` must not be at
 *  its end. */
struct writer_shown writer_character(struct writer *writer, char const *text);

/**
 * Writes a text of the service or the user so that a terminal can only show it. White space
 * becomes a blank, and a character that a terminal would act on or would not show becomes `?`.
 * @return columns that it takes on a terminal
 */
size_t writer_printable(struct writer *writer, char const *text);

/** Writes a text as a JSON string with its quotes. Characters that a terminal would act on or
 *  would not show are escaped. */
void writer_json(struct writer *writer, char const *text);

/** Hands everything to the system. @return false if that failed, now or before. A writer that never
 *  waits hands on what there is room for, and keeps the rest. */
bool writer_flush(struct writer *writer);

/**
 * From now on a full pipe or terminal, or a full disk, does not hold the program. All output must
 * be messages: each comes out whole, or is dropped and counted.
 */
void writer_never_wait(struct writer *writer);

/** Begins a message. */
void writer_begin(struct writer *writer);

/** Ends the message and flushes. @return false if the message was dropped, or if flushing failed */
bool writer_end(struct writer *writer);

/**
 * Tells how many messages were dropped, once all before them are out: the place to say so. Further
 * messages are dropped until then. @return 0 if none, or if it is too early
 */
uint64_t writer_take_lost(struct writer *writer);

/** @return whether a writer that never waits has something left to hand on or to tell */
bool writer_is_behind(struct writer const *writer);

/** Looks whether the reader of a writer that never waits is gone, such as a terminal that was
 *  closed, and keeps that as its error. */
void writer_look(struct writer *writer);

/** Gives the reader of a writer that never waits a last moment, before the program ends. */
void writer_settle(struct writer *writer);

#endif
