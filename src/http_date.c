/* SPDX-License-Identifier: MIT */
#include "http_internal.h"
#include "calendar.h"

#include <string.h>

#define DAY_S    86400
#define THURSDAY 4 /* 1970-01-01 was one; Sunday is 0 */

static char const form[] = "???, DD ??? DDDD DD:DD:DD GMT";

/** @return 1 to 12, or 0, which the calendar refuses */
static uint8_t month_of(char const *name)
{
    static char const names[] = "DecNovOctSepAugJulJunMayAprMarFebJan";
    uint8_t month = 12;

    for (char const *at = names; month > 0 && memcmp(at, name, 3) != 0; at += 3) {
        month--;
    }
    return month;
}

/* A weekday that contradicts the day means that the line is damaged. */
bool pgtask_http_read_date(char const *text, size_t length, int64_t *unix_s)
{
    static char const weekdays[] = "SunMonTueWedThuFriSat";
    int64_t found_s;

    if (length != sizeof form - 1 || !pgtask_calendar_has_form(text, form) ||
        !pgtask_calendar_to_unix(
            &(struct pgtask_calendar){
                .year =
                    (uint16_t)(pgtask_two_digits(text + 12) * 100 + pgtask_two_digits(text + 14)),
                .month = month_of(text + 8),
                .day = pgtask_two_digits(text + 5),
                .hour = pgtask_two_digits(text + 17),
                .minute = pgtask_two_digits(text + 20),
                .second = pgtask_two_digits(text + 23),
            },
            &found_s) ||
        found_s < 0 ||
        memcmp(weekdays + ((uint64_t)found_s / DAY_S + THURSDAY) % 7 * 3, text, 3) != 0) {
        return false;
    }
    *unix_s = found_s;
    return true;
}
