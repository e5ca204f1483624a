/* SPDX-License-Identifier: MIT */
/*
 * The Date header. Its text is rewritten in place into the form that the calendar reads:
 *
 *     Sun, 06 Nov 1994 08:49:37 GMT
 *     Sun, 01994-11-06 08:49:37 GMT
 *           ^ from here on
 */
#include "http_private.h"

#include <string.h>

#include "calendar.h"

#define THURSDAY 4 /* the weekday of 1970-01-01, when Sunday is 0 */

/*
 * @param name  three letters with the blanks around them
 * @return 1 to 12, or 0 for another name
 */
static uint32_t month_of(char const *name)
{
    static char const names[] = " Dec Nov Oct Sep Aug Jul Jun May Apr Mar Feb Jan ";
    uint32_t month = 12;

    for (char const *at = names; month > 0 && memcmp(at, name, 5) != 0; at += 4) {
        month--;
    }
    return month;
}

/* A line whose weekday contradicts its day is damaged. */
static bool is_weekday_of(int64_t unix_s, char const *text)
{
    static char const names[] = "Sun, Mon, Tue, Wed, Thu, Fri, Sat, ";
    /* A day has 675 * 2^7 seconds: the shift leaves a division of 32 bits. */
    uint32_t const days = (uint32_t)((uint64_t)unix_s >> 7) / 675;

    return memcmp(names + (days + THURSDAY) % 7 * 5, text, 5) == 0;
}

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
    text[11] = (char)('0' + month / 10); /* the calendar refuses month 0 */
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
