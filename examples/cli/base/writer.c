/* SPDX-License-Identifier: MIT */
/*
 * A buffer in front of write(), and the two ways to make a text harmless: printable and JSON.
 *
 * A writer that never waits hands on whole messages only. The message under way stands behind them
 * in the buffer, so that it can be taken back if there is no room for its end.
 */
#include "base/writer.h"

#include "base/character.h"
#include "base/outlet.h"
#include "base/signals.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct writer writer_out = {.descriptor = STDOUT_FILENO};
struct writer writer_error = {.descriptor = STDERR_FILENO};

/* While a pipe is full, a signal is looked for this often. */
enum { SIGNAL_STEP_MS = 200 };

/* At its end the program waits this long for each part that a slow reader takes. */
enum { SETTLE_MS = 200 };

/* Waits until there is room for a whole buffer, which is what a pipe that is ready has at least.
 * Once the program is to end, only the room at hand counts. */
static bool wait_for_room(struct writer *writer)
{
    struct pollfd ready = {.fd = writer->descriptor, .events = POLLOUT};

    /* poll() leaves out a negative descriptor; write() tells what is wrong with it. */
    while (writer->descriptor >= 0) {
        int const timeout_ms = signals_ending() == 0 ? SIGNAL_STEP_MS : 0;
        if (poll(&ready, 1, timeout_ms) == 1) {
            return true;
        }
        if (timeout_ms == 0) {
            writer->error = EINTR;
            return false;
        }
    }
    return true;
}

/* A terminal that is stopped by Ctrl-S says that it has room, and holds write() until a signal. */
static bool may_go_on(struct writer *writer, ssize_t count)
{
    bool const has_failed = count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;

    if (has_failed) {
        writer->error = errno;
    } else if (signals_ending() != 0) {
        writer->error = EINTR;
    }
    return writer->error == 0;
}

/* A full disk may have room again, but a terminal that was closed does not come back. */
static bool is_gone(int error)
{
    return error == EPIPE || error == EIO || error == ENXIO || error == ECONNRESET;
}

/* @return whether all whole messages are out */
static bool hand_on(struct writer *writer)
{
    size_t written = 0;
    ssize_t count = 1;

    while (written < writer->whole_length && count > 0) {
        count = outlet_write(writer->descriptor, writer->buffer + written,
                             writer->whole_length - written);
        written += count > 0 ? (size_t)count : 0;
    }
    if (count < 0 && is_gone(errno)) {
        writer->error = errno;
    }
    writer->whole_length -= written;
    writer->length -= written;
    memmove(writer->buffer, writer->buffer + written, writer->length);
    return writer->whole_length == 0;
}

bool writer_flush(struct writer *writer)
{
    size_t written = 0;

    if (writer->never_waits) {
        return hand_on(writer);
    }
    while (written < writer->length && writer->error == 0 && wait_for_room(writer)) {
        ssize_t const count =
            write(writer->descriptor, writer->buffer + written, writer->length - written);
        written += count > 0 ? (size_t)count : 0;
        if (written < writer->length && !may_go_on(writer, count)) {
            break;
        }
    }
    writer->length = 0;
    return writer->error == 0;
}

void writer_bytes(struct writer *writer, void const *bytes, size_t length)
{
    char const *from = bytes;

    while (length > 0 && !writer->is_cut) {
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
            writer->is_cut = writer->length == sizeof writer->buffer;
        }
    }
}

void writer_never_wait(struct writer *writer)
{
    (void)writer_flush(writer);
    writer->never_waits = true;
    writer->descriptor = outlet_open(writer->descriptor);
}

void writer_begin(struct writer *writer)
{
    writer->is_cut = false;
    if (writer->never_waits) {
        writer->length = writer->whole_length;
    }
}

bool writer_end(struct writer *writer)
{
    if (!writer->never_waits) {
        return writer_flush(writer);
    }
    if (writer->is_cut && writer->whole_length == 0) {
        writer->buffer[writer->length - 1] = '\n'; /* it is longer than the buffer, and stays cut */
        writer->is_cut = false;
    }
    bool const is_lost = writer->is_cut || writer->lost > 0;
    if (is_lost) {
        writer->lost++;
        writer->length = writer->whole_length;
    }
    writer->is_cut = false;
    writer->whole_length = writer->length;
    (void)hand_on(writer);
    return !is_lost;
}

uint64_t writer_take_lost(struct writer *writer)
{
    uint64_t const lost = writer->lost;

    if (!writer->never_waits || !hand_on(writer)) {
        return 0;
    }
    writer->lost = 0;
    return lost;
}

bool writer_is_behind(struct writer const *writer)
{
    return writer->never_waits && (writer->whole_length > 0 || writer->lost > 0);
}

void writer_look(struct writer *writer)
{
    struct pollfd end = {.fd = writer->descriptor};
    struct stat facts;

    if (writer->error == 0 && poll(&end, 1, 0) == 1 && (end.revents & (POLLHUP | POLLERR)) != 0 &&
        fstat(writer->descriptor, &facts) == 0) {
        writer->error = S_ISCHR(facts.st_mode) ? EIO : EPIPE; /* as write() would say */
    }
}

void writer_settle(struct writer *writer)
{
    struct pollfd ready = {.fd = writer->descriptor, .events = POLLOUT};
    size_t before = SIZE_MAX;

    while (writer->never_waits && writer->whole_length > 0 && writer->whole_length < before) {
        before = writer->whole_length;
        (void)poll(&ready, 1, SETTLE_MS);
        (void)hand_on(writer);
    }
}

void writer_blanks(struct writer *writer, size_t count)
{
    for (; count > 0; count--) {
        writer_bytes(writer, " ", 1);
    }
}

struct writer_shown writer_character(struct writer *writer, char const *text)
{
    uint32_t character;
    size_t const length = character_read(text, &character);
    char const stand_in =
        character >= 0x80 && writer->is_ascii ? '?' : character_stand_in(character);

    if (stand_in != '\0') {
        writer_bytes(writer, &stand_in, 1);
        return (struct writer_shown){.bytes = length, .columns = 1};
    }
    writer_bytes(writer, text, length);
    return (struct writer_shown){.bytes = length, .columns = character_columns(character, 1)};
}

size_t writer_printable(struct writer *writer, char const *text)
{
    size_t columns = 0;

    while (*text != '\0') {
        struct writer_shown const shown = writer_character(writer, text);
        text += shown.bytes;
        columns += shown.columns;
    }
    return columns;
}

static void write_escape(struct writer *writer, uint32_t unit)
{
    static char const hex[] = "0123456789abcdef";
    char const escape[] = {
        '\\', 'u', hex[unit >> 12 & 15], hex[unit >> 8 & 15], hex[unit >> 4 & 15], hex[unit & 15],
    };

    writer_bytes(writer, escape, sizeof escape);
}

/* JSON escapes UTF-16: above U+FFFF a character takes two units (RFC 8259, 7). */
static void write_escaped(struct writer *writer, uint32_t character)
{
    if (character < 0x10000) {
        write_escape(writer, character);
    } else {
        write_escape(writer, 0xD800 + ((character - 0x10000) >> 10));
        write_escape(writer, 0xDC00 + (character & 0x3FF));
    }
}

void writer_json(struct writer *writer, char const *text)
{
    writer_bytes(writer, "\"", 1);
    for (size_t length; *text != '\0'; text += length) {
        uint32_t character;
        length = character_read(text, &character);
        if (character == '"' || character == '\\') {
            writer_bytes(writer, "\\", 1);
            writer_bytes(writer, text, 1);
        } else if (character_is_unseen(character) || (character == 0xFFFD && length == 1) ||
                   (character >= 0x80 && writer->is_ascii)) {
            write_escaped(writer, character);
        } else {
            writer_bytes(writer, text, length);
        }
    }
    writer_bytes(writer, "\"", 1);
}

static void take_bytes(void *context, char const *bytes, size_t length)
{
    writer_bytes(context, bytes, length);
}

static void take_text(void *context, char const *text)
{
    (void)writer_printable(context, text);
}

void writer_print_arguments(struct writer *writer, char const *form, va_list arguments)
{
    struct format_sink const sink = {.context = writer, .write = take_bytes, .text = take_text};

    format_write(&sink, writer_text(writer, form), arguments);
}

void writer_print(struct writer *writer, char const *form, ...)
{
    va_list arguments;

    va_start(arguments, form);
    writer_print_arguments(writer, form, arguments);
    va_end(arguments);
}
