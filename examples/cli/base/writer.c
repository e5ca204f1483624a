/* SPDX-License-Identifier: MIT */
#include "base/writer.h"

#include "base/signals.h"
#include "base/text.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

struct writer writer_out = {.descriptor = STDOUT_FILENO};
struct writer writer_error = {.descriptor = STDERR_FILENO};

/* How often a full pipe is left to see whether a signal has come. */
enum { SIGNAL_STEP_MS = 200 };

/* Whether to write on. */
static bool recover(struct writer *writer)
{
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        struct pollfd ready = {.fd = writer->descriptor, .events = POLLOUT};
        (void)poll(&ready, 1, SIGNAL_STEP_MS);
        return signals_noted() == 0;
    }
    if (errno == EINTR) {
        return signals_noted() == 0;
    }
    writer->error = errno;
    return false;
}

bool writer_flush(struct writer *writer)
{
    size_t written = 0;

    while (written < writer->length && writer->error == 0) {
        ssize_t const count =
            write(writer->descriptor, writer->buffer + written, writer->length - written);
        if (count >= 0) {
            written += (size_t)count;
        } else if (!recover(writer)) {
            break;
        }
    }
    writer->length = 0;
    return writer->error == 0;
}

void writer_bytes(struct writer *writer, void const *bytes, size_t length)
{
    char const *from = bytes;

    while (length > 0) {
        size_t part = sizeof writer->buffer - writer->length;
        if (part > length) {
            part = length;
        }
        memcpy(writer->buffer + writer->length, from, part);
        writer->length += part;
        from += part;
        length -= part;
        if (writer->length == sizeof writer->buffer) {
            (void)writer_flush(writer);
        }
    }
}

void writer_text(struct writer *writer, char const *text)
{
    writer_bytes(writer, text, strlen(text));
}

void writer_number(struct writer *writer, uint64_t number)
{
    char digits[TEXT_DECIMAL_BYTES];

    writer_text(writer, text_from_uint64(digits, number));
}

void writer_blanks(struct writer *writer, size_t count)
{
    for (; count > 0; count--) {
        writer_bytes(writer, " ", 1);
    }
}

size_t writer_safe(struct writer *writer, char const *text)
{
    size_t characters = 0;

    for (size_t length; *text != '\0'; text += length, characters++) {
        uint32_t character;
        length = text_character(text, &character);
        if (character == '\n' || character == '\r' || character == '\t') {
            writer_text(writer, " ");
        } else if (text_acts_on_terminal(character) || character == 0xFFFD) {
            writer_text(writer, "?");
        } else {
            writer_bytes(writer, text, length);
        }
    }
    return characters;
}

static void write_escape(struct writer *writer, uint32_t character)
{
    static char const hex[] = "0123456789abcdef";
    char const escape[] = {
        '\\',
        'u',
        hex[character >> 12 & 15],
        hex[character >> 8 & 15],
        hex[character >> 4 & 15],
        hex[character & 15],
    };

    writer_bytes(writer, escape, sizeof escape);
}

void writer_json(struct writer *writer, char const *text)
{
    writer_text(writer, "\"");
    for (size_t length; *text != '\0'; text += length) {
        uint32_t character;
        length = text_character(text, &character);
        if (character == '"' || character == '\\') {
            writer_text(writer, "\\");
            writer_bytes(writer, text, 1);
        } else if (text_acts_on_terminal(character) || (character == 0xFFFD && length == 1)) {
            write_escape(writer, character);
        } else {
            writer_bytes(writer, text, length);
        }
    }
    writer_text(writer, "\"");
}

void writer_complain(char const *subject, char const *clause, char const *advice)
{
    writer_text(&writer_error, "pgtask: ");
    if (subject != NULL) {
        (void)writer_safe(&writer_error, subject);
        writer_text(&writer_error, ": ");
    }
    (void)writer_safe(&writer_error, clause);
    writer_text(&writer_error, advice != NULL ? ". " : ".");
    writer_text(&writer_error, advice != NULL ? advice : "");
    writer_text(&writer_error, "\n");
    (void)writer_flush(&writer_error);
}
