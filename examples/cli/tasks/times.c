/* SPDX-License-Identifier: MIT */
/*
 * Local time comes from the C library, which knows the rules of the zone. Its broken-down time is
 * written as a text, and the library reads that text as if it were UTC: the difference to the true
 * time is the offset. Without the zone's rules the C library uses UTC, and the offset says so.
 *
 * This is the only file of the program that asks for the time zone, and only if --local was given.
 */
#include "tasks/times.h"

#include "base/text.h"

#include <string.h>
#include <time.h>

enum { DATE_LENGTH = 10, MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400 };

static struct {
    enum times_zone zone;
    int64_t now_s;
} times = {.now_s = PGTASK_TIME_UNKNOWN};

void times_use(enum times_zone zone)
{
    times.zone = zone;
}

char const *times_zone_name(void)
{
    static char const *const names[] = {
        [TIMES_SERVICE] = "UTC+8", [TIMES_UTC] = "UTC", [TIMES_LOCAL] = "local"};

    return names[times.zone];
}

bool times_is_changed(void)
{
    return times.zone != TIMES_SERVICE;
}

bool times_has_offsets(void)
{
    return times.zone == TIMES_LOCAL;
}

void times_set_now(int64_t unix_s)
{
    times.now_s = unix_s;
}

int64_t times_now(void)
{
    return times.now_s;
}

/* Writes local time without its offset. @return false if the C library cannot tell it */
static bool write_local(int64_t unix_s, char text[PGTASK_TIME_TEXT_BYTES], int64_t *offset_s)
{
    enum { FIRST_YEAR = 1900 };
    time_t const seconds = (time_t)unix_s;
    struct tm parts;

    if (seconds != unix_s || localtime_r(&seconds, &parts) == NULL) {
        return false;
    }
    (void)text_print(text, PGTASK_TIME_TEXT_BYTES, "%04u-%02u-%02u %02u:%02u:%02u",
                     (unsigned)(parts.tm_year + FIRST_YEAR), (unsigned)parts.tm_mon + 1,
                     (unsigned)parts.tm_mday, (unsigned)parts.tm_hour, (unsigned)parts.tm_min,
                     (unsigned)parts.tm_sec);
    int64_t const as_utc_s = pgtask_time_read(text, PGTASK_UTC_OFFSET_ZERO);
    *offset_s = as_utc_s - unix_s;
    return as_utc_s != PGTASK_TIME_UNKNOWN;
}

/* Appends an offset such as +02:00. Few zones have seconds, and only before 1972. */
static void append_offset(char text[TIMES_BYTES], int64_t offset_s)
{
    uint32_t const size_s = (uint32_t)(offset_s < 0 ? -offset_s : offset_s);

    (void)text_append(text, TIMES_BYTES, "%s%02u:%02u", offset_s < 0 ? "-" : "+", size_s / HOUR_S,
                      size_s / MINUTE_S % MINUTE_S);
    if (size_s % MINUTE_S != 0) {
        (void)text_append(text, TIMES_BYTES, ":%02u", size_s % MINUTE_S);
    }
}

/* Writes a time with its offset. @return false if the C library cannot tell it */
static bool write_with_offset(int64_t unix_s, char text[TIMES_BYTES])
{
    char local[PGTASK_TIME_TEXT_BYTES];
    int64_t offset_s;

    if (!write_local(unix_s, local, &offset_s)) {
        return false;
    }
    (void)text_print(text, TIMES_BYTES, "%s", local);
    append_offset(text, offset_s);
    return true;
}

/* @return false if the time stays as it was sent */
static bool convert(int64_t unix_s, char text[TIMES_BYTES], bool with_zone)
{
    char utc[PGTASK_TIME_TEXT_BYTES];

    switch (times.zone) {
    case TIMES_LOCAL: return write_with_offset(unix_s, text);
    case TIMES_UTC:
        if (pgtask_time_write(unix_s, PGTASK_UTC_OFFSET_ZERO, utc) != PGTASK_OK) {
            return false;
        }
        (void)text_print(text, TIMES_BYTES, "%s%s", utc, with_zone ? " UTC" : "");
        return true;
    default: return false;
    }
}

char const *times_write(char text[TIMES_BYTES], char const *sent, bool with_zone)
{
    int64_t const unix_s = pgtask_time_read(sent, 0);

    if (unix_s == PGTASK_TIME_UNKNOWN || !convert(unix_s, text, with_zone)) {
        bool const is_of_service =
            unix_s != PGTASK_TIME_UNKNOWN && strlen(sent) == PGTASK_TIME_TEXT_BYTES - 1;
        (void)text_print(text, TIMES_BYTES, "%s%s", sent,
                         with_zone && is_of_service ? " UTC+8" : "");
    }
    return text;
}

bool times_write_local_event(char text[TIMES_BYTES], int64_t unix_s)
{
    if (times.zone != TIMES_LOCAL || unix_s == PGTASK_TIME_UNKNOWN ||
        !write_with_offset(unix_s, text)) {
        return false;
    }
    text[DATE_LENGTH] = 'T';
    return true;
}

/* Finds the time that the zone shows as this text: its offset is that of the day before or of the
 * day after. @return PGTASK_TIME_UNKNOWN if there is none */
static int64_t find_local(char const *text, int64_t as_utc_s)
{
    static int32_t const days[] = {-DAY_S, DAY_S};

    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        char found[PGTASK_TIME_TEXT_BYTES];
        int64_t offset_s;
        int64_t ignored_s;

        if (write_local(as_utc_s + days[i], found, &offset_s) &&
            write_local(as_utc_s - offset_s, found, &ignored_s) && strcmp(found, text) == 0) {
            return as_utc_s - offset_s;
        }
    }
    return PGTASK_TIME_UNKNOWN;
}

static int64_t read_in_zone(char const *text)
{
    int64_t const as_utc_s = pgtask_time_read(text, PGTASK_UTC_OFFSET_ZERO);

    if (as_utc_s == PGTASK_TIME_UNKNOWN || times.zone == TIMES_UTC) {
        return as_utc_s;
    }
    return times.zone == TIMES_LOCAL ? find_local(text, as_utc_s) : pgtask_time_read(text, 0);
}

/* Reads a date, or a date and a time of the day, with or without seconds. */
static int64_t read_calendar(char const *text, enum times_edge edge)
{
    static struct {
        size_t length;
        char const *rest[2]; /* for each edge */
    } const forms[] = {{DATE_LENGTH, {" 00:00:00", " 23:59:59"}},
                       {DATE_LENGTH + 6, {":00", ":59"}},
                       {DATE_LENGTH + 9, {"", ""}}};
    size_t const length = strlen(text);

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        char whole[PGTASK_TIME_TEXT_BYTES];

        if (forms[i].length == length) {
            (void)text_print(whole, sizeof whole, "%s%s", text, forms[i].rest[edge]);
            whole[DATE_LENGTH] = whole[DATE_LENGTH] == 'T' ? ' ' : whole[DATE_LENGTH];
            return read_in_zone(whole);
        }
    }
    return PGTASK_TIME_UNKNOWN;
}

/* Reads a length of time, such as `7d`. */
static bool read_length(char const *text, int64_t *length_s)
{
    enum { MOST_DIGITS = 9 };
    static struct {
        char const *name;
        int32_t seconds;
    } const units[] = {{"s", 1},      {"m", MINUTE_S}, {"min", MINUTE_S},
                       {"h", HOUR_S}, {"d", DAY_S},    {"w", 7 * DAY_S}};
    size_t const digits = strspn(text, "0123456789");
    int64_t number = 0;

    for (size_t i = 0; i < digits && i < MOST_DIGITS; i++) {
        number = number * 10 + (text[i] - '0');
    }
    for (size_t i = 0; digits > 0 && digits <= MOST_DIGITS && i < sizeof units / sizeof units[0];
         i++) {
        if (strcmp(text + digits, units[i].name) == 0) {
            *length_s = number * units[i].seconds;
            return true;
        }
    }
    return false;
}

/* @return the begin or the end of the day of this time, in the zone */
static int64_t find_day(int64_t unix_s, enum times_edge edge)
{
    char text[PGTASK_TIME_TEXT_BYTES];
    int64_t offset_s;
    bool const is_written =
        times.zone == TIMES_LOCAL
            ? write_local(unix_s, text, &offset_s)
            : pgtask_time_write(unix_s, times.zone == TIMES_UTC ? PGTASK_UTC_OFFSET_ZERO : 0,
                                text) == PGTASK_OK;

    if (!is_written) {
        return PGTASK_TIME_UNKNOWN;
    }
    text[DATE_LENGTH] = '\0';
    return read_calendar(text, edge);
}

/* Reads a time that counts from now. @return false if the text has another form */
static bool read_from_now(char const *text, enum times_edge edge, int64_t now_s, int64_t *unix_s)
{
    int64_t length_s = 0;
    bool const is_today = strcmp(text, "today") == 0;
    bool const is_yesterday = strcmp(text, "yesterday") == 0;

    if (!is_today && !is_yesterday && strcmp(text, "now") != 0 && !read_length(text, &length_s)) {
        return false;
    }
    *unix_s = now_s;
    if (now_s != PGTASK_TIME_UNKNOWN) {
        *unix_s = is_today || is_yesterday ? find_day(now_s - (is_yesterday ? DAY_S : 0), edge)
                                           : now_s - length_s;
    }
    return true;
}

bool times_read(char const *text, enum times_edge edge, int64_t now_s,
                char query[PGTASK_TIME_TEXT_BYTES])
{
    int64_t unix_s;

    query[0] = '\0';
    if (read_from_now(text, edge, now_s, &unix_s)) {
        return now_s == PGTASK_TIME_UNKNOWN || pgtask_time_write(unix_s, 0, query) == PGTASK_OK;
    }
    unix_s = read_calendar(text, edge);
    if (unix_s == PGTASK_TIME_UNKNOWN && strchr(text, 'T') != NULL) {
        unix_s = pgtask_time_read(text, 0);
    }
    return unix_s != PGTASK_TIME_UNKNOWN && pgtask_time_write(unix_s, 0, query) == PGTASK_OK;
}
