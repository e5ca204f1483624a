/* SPDX-License-Identifier: MIT */
/* Each line is read into one place and cut there at its key, its value and its end. */
#include "base/ini.h"

#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What the next byte of the file is, beside its value. */
enum { NO_MORE = -1, FAILED = -2 };

static bool is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\r';
}

static bool is_remark(char const *text)
{
    return text[0] == '\0' || text[0] == '#' || text[0] == ';';
}

static char *trim(char *text, char *end)
{
    while (text < end && is_blank(*text)) {
        text++;
    }
    while (end > text && is_blank(end[-1])) {
        end--;
    }
    *end = '\0';
    return text;
}

/* One pair of quotes around a value may keep blanks in; it does not belong to the value. */
static char *unquote(char *text)
{
    size_t const length = strlen(text);

    if (length < 2 || (text[0] != '"' && text[0] != '\'') || text[length - 1] != text[0]) {
        return text;
    }
    text[length - 1] = '\0';
    return text + 1;
}

static int next_byte(struct ini *ini)
{
    if (ini->at == ini->length) {
        ssize_t count;

        do {
            count = read(ini->descriptor, ini->slice, sizeof ini->slice);
        } while (count < 0 && errno == EINTR);
        if (count <= 0) {
            return count == 0 ? NO_MORE : FAILED;
        }
        ini->at = 0;
        ini->length = (size_t)count;
        ini->total += (size_t)count;
    }
    return (unsigned char)ini->slice[ini->at++];
}

/* Editors that write UTF-16 begin the file with U+FEFF, or a NUL is beside each letter. */
static bool is_utf16(char const *text, size_t length)
{
    return length > 0 && ((text[0] == '\xFF' && (length == 1 || text[1] == '\xFE')) ||
                          (text[0] == '\xFE' && (length == 1 || text[1] == '\xFF')) ||
                          memchr(text, '\0', length) != NULL);
}

/* Some editors begin a file with U+FEFF in UTF-8, which is invisible. */
static void skip_byte_order_mark(char *text)
{
    static char const mark[] = "\xEF\xBB\xBF";
    size_t const length = sizeof mark - 1;

    if (strncmp(text, mark, length) == 0) {
        memmove(text, text + length, strlen(text + length) + 1);
    }
}

/* @return INI_ENTRY: `text` has the next line, without its LF */
static enum ini_line take_line(struct ini *ini)
{
    size_t length = 0;
    bool is_long = false;
    int byte = next_byte(ini);

    if (byte == NO_MORE) {
        return INI_END;
    }
    ini->line++;
    for (; byte >= 0 && byte != '\n'; byte = next_byte(ini)) {
        is_long = length == sizeof ini->text - 1;
        if (!is_long) {
            ini->text[length++] = (char)byte;
        }
        if (ini->total > INI_FILE_BYTES) {
            break;
        }
    }
    ini->text[length] = '\0';
    if (ini->total > INI_FILE_BYTES) {
        return INI_TOO_LARGE;
    }
    if (byte == FAILED) {
        return INI_UNREADABLE;
    }
    if (is_utf16(ini->text, length)) {
        return INI_UTF16;
    }
    if (ini->line == 1) {
        skip_byte_order_mark(ini->text);
    }
    return is_long ? INI_LONG : INI_ENTRY;
}

/* What follows a malformed section belongs to it, and not to the section before. */
static enum ini_line take_section(struct ini *ini, char *line)
{
    char *const end = line + strlen(line);
    char *const bracket = strchr(line, ']');
    bool const is_good = bracket != NULL && is_remark(trim(bracket + 1, end));
    bool const fits = text_print(ini->section, sizeof ini->section, "%s",
                                 trim(line + 1, bracket != NULL ? bracket : end));

    if (!is_good) {
        return INI_MALFORMED;
    }
    return fits ? INI_SECTION : INI_LONG;
}

static enum ini_line take_entry(struct ini *ini, char *line)
{
    char *const equals = strchr(line, '=');

    if (equals == NULL || equals == line) {
        return INI_MALFORMED;
    }
    ini->value = unquote(trim(equals + 1, line + strlen(line)));
    ini->key = trim(line, equals);
    return INI_ENTRY;
}

enum ini_line ini_next(struct ini *ini)
{
    for (;;) {
        enum ini_line const taken = take_line(ini);
        if (taken != INI_ENTRY) {
            return taken;
        }
        char *const line = trim(ini->text, ini->text + strlen(ini->text));
        if (!is_remark(line)) {
            return line[0] == '[' ? take_section(ini, line) : take_entry(ini, line);
        }
    }
}

char const *ini_cause(enum ini_line line)
{
    switch (line) {
    case INI_LONG: return "this line is too long; the longest value is a token of 4096 characters";
    case INI_UTF16: return "this file is in UTF-16 or has a NUL; save it again as UTF-8";
    case INI_UNREADABLE: return "this file cannot be read";
    case INI_TOO_LARGE: return "this file is larger than 262144 bytes";
    default: return "this line is not of the form key = value";
    }
}

void ini_wipe(struct ini *ini)
{
    text_wipe(ini, sizeof *ini);
}
