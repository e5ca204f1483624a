/* SPDX-License-Identifier: MIT */
/* The INI format, changed in place: each line is cut at its key, its value and its end. */
#include "base/ini.h"

#include <string.h>

static bool is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\r';
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

static char *take_line(struct ini *ini)
{
    char *const start = ini->next;
    size_t const left = (size_t)(ini->end - start);
    char *const feed = memchr(start, '\n', left);

    ini->line++;
    ini->next = feed == NULL ? ini->end : feed + 1;
    return trim(start, feed == NULL ? ini->end : feed);
}

/* Some editors begin a file with U+FEFF, which is invisible. */
static void skip_byte_order_mark(struct ini *ini)
{
    static char const mark[] = "\xEF\xBB\xBF";
    size_t const length = sizeof mark - 1;

    if ((size_t)(ini->end - ini->next) >= length && memcmp(ini->next, mark, length) == 0) {
        ini->next += length;
    }
}

enum ini_line ini_next(struct ini *ini)
{
    static char none[] = "";

    if (ini->section == NULL) {
        ini->section = none;
        skip_byte_order_mark(ini);
    }
    while (ini->next < ini->end) {
        char *const line = take_line(ini);
        size_t const length = strlen(line);
        if (length == 0 || line[0] == '#' || line[0] == ';') {
            continue;
        }
        if (line[0] == '[' && line[length - 1] == ']') {
            ini->section = trim(line + 1, line + length - 1);
            continue;
        }
        char *const equals = strchr(line, '=');
        if (equals == NULL || equals == line) {
            return INI_MALFORMED;
        }
        ini->value = unquote(trim(equals + 1, line + length));
        ini->key = trim(line, equals);
        return INI_ENTRY;
    }
    return INI_END;
}
