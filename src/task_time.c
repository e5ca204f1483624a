/* SPDX-License-Identifier: MIT */
/*
 * Times as the service writes them, to and from Unix seconds:
 *
 *     2024-09-27 13:14:11          in the zone of the service, UTC+8
 *     2024-09-26T15:20:14.5Z       RFC 3339, which names its own zone
 */
#include <pgtask/task.h>

#include "calendar.h"

enum { SERVICE_OFFSET_S = 8 * 3600 };

/* Seconds that a zone is ahead of UTC. */
static int32_t zone_s(int32_t utc_offset_s)
{
    if (utc_offset_s == PGTASK_UTC_OFFSET_ZERO) {
        return 0;
    }
    return utc_offset_s == 0 ? SERVICE_OFFSET_S : utc_offset_s;
}

/* The number that two decimal digits make. */
static int32_t two_digits(char const *digits)
{
    return (digits[0] - '0') * 10 + (digits[1] - '0');
}

/* Reads what RFC 3339 has behind the seconds: maybe a fraction, then `Z` or `+HH:MM`. */
static bool read_zone(char const *text, int32_t *offset_s)
{
    if (pgtaski_calendar_has_form(text, ".D")) {
        do {
            text++;
        } while (*text >= '0' && *text <= '9');
    }
    if (text[0] == 'Z' || text[0] == 'z') {
        *offset_s = 0;
        return text[1] == '\0';
    }
    if ((text[0] != '+' && text[0] != '-') || !pgtaski_calendar_has_form(text, "?DD:DD") ||
        text[6] != '\0') {
        return false;
    }
    int32_t const hours = two_digits(text + 1);
    int32_t const minutes = two_digits(text + 4);

    *offset_s = (hours * 60 + minutes) * (text[0] == '-' ? -60 : 60);
    return hours <= 23 && minutes <= 59;
}

int64_t pgtask_time_read(char const *text, int32_t utc_offset_s)
{
    int64_t unix_s;
    int32_t offset_s = zone_s(utc_offset_s);

    if (pgtaski_calendar_read(text, ' ', &unix_s)) {
        if (text[PGTASKI_CALENDAR_TEXT_LENGTH] != '\0') {
            return PGTASK_TIME_UNKNOWN;
        }
    } else if (!PGTASK_TIME_ZONES || !pgtaski_calendar_read(text, 'T', &unix_s) ||
               !read_zone(text + PGTASKI_CALENDAR_TEXT_LENGTH, &offset_s)) {
        return PGTASK_TIME_UNKNOWN;
    }
    return unix_s - offset_s;
}

enum pgtask_error pgtask_time_write(int64_t unix_s, int32_t utc_offset_s,
                                    char text[PGTASK_TIME_TEXT_BYTES])
{
    if (unix_s < 0 || unix_s > PGTASKI_CALENDAR_LAST_S ||
        !pgtaski_calendar_write(unix_s + zone_s(utc_offset_s), text)) {
        return PGTASK_ERROR_ARGUMENT;
    }
    return PGTASK_OK;
}
