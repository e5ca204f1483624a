/* SPDX-License-Identifier: MIT */
#include "http_private.h"
#include "calendar.h"

#include <string.h>

#define THURSDAY 4 /* 1970-01-01 was one; Sunday is 0 */

/** @param name  with the blanks around it. @return 1 to 12, or 0, which the calendar refuses */
static uint32_t month_of(char const *name)
{
    static char const names[] = " Dec Nov Oct Sep Aug Jul Jun May Apr Mar Feb Jan ";
    uint32_t month = 12;

    for (char const *at = names; month > 0 && memcmp(at, name, 5) != 0; at += 4) {
        month--;
    }
    return month;
}

/* A weekday that contradicts the day means that the line is damaged. */
static bool is_weekday_of(int64_t unix_s, char const *text)
{
    static char const names[] = "Sun, Mon, Tue, Wed, Thu, Fri, Sat, ";
    uint32_t const days = (uint32_t)((uint64_t)unix_s >> 7) / 675; /* of 675 * 2^7 seconds */

    return memcmp(names + (days + THURSDAY) % 7 * 5, text, 5) == 0;
}

/* The calendar's form takes the date's place, right before the time of day. */
bool pgtaski_http_read_date(char *text, size_t length, int64_t *unix_s)
{
    char const day[] = {text[5], text[6]};
    uint32_t const month = month_of(text + 7);
    int64_t found_s;

    if (length != 29 || memcmp(text + 25, " GMT", 4) != 0) {
        return false;
    }
    memcpy(text + 6, text + 12, 4);
    text[10] = '-';
    text[11] = (char)('0' + month / 10);
    text[12] = (char)('0' + month % 10);
    text[13] = '-';
    memcpy(text + 14, day, sizeof day);
    if (!pgtaski_calendar_read(text + 6, ' ', &found_s) || found_s < 0 ||
        !is_weekday_of(found_s, text)) {
        return false;
    }
    *unix_s = found_s;
    return true;
}
