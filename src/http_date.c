/* SPDX-License-Identifier: MIT */
#include "http_internal.h"
#include "calendar.h"

#include <string.h>

#define DAY_S            86400
#define THURSDAY         4 /* 1970-01-01 was one; Sunday is 0 */
#define YEAR_AT          12
#define MONTH_AT         8
#define DAY_OF_MONTH_AT  5
#define TIME_OF_DAY_AT   17
#define TIME_OF_DAY_SIZE 8

static bool has_form(char const *text, size_t length)
{
    static char const form[] = "???, ?? ??? ???? ???????? GMT";
    bool good = length == sizeof form - 1;

    for (size_t i = 0; good && i < length; i++) {
        good = form[i] == '?' || text[i] == form[i];
    }
    return good;
}

/** @return 1 to 12, or 0, which the calendar refuses */
static int month_of(char const *name)
{
    static char const names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    for (int month = 0; month < 12; month++) {
        if (memcmp(names + 3 * month, name, 3) == 0) {
            return month + 1;
        }
    }
    return 0;
}

/* The parts are put into the order that the calendar reads; a weekday that contradicts the day
 * means that the line is damaged. */
bool pgtask_http_read_date(char const *text, size_t length, int64_t *unix_s)
{
    static char const weekdays[] = "SunMonTueWedThuFriSat";
    char civil[PGTASK_CALENDAR_TEXT_LENGTH + 1] = "YYYY-MM-DD HH:MM:SS";
    int64_t found_s;

    if (!has_form(text, length)) {
        return false;
    }
    int const month = month_of(text + MONTH_AT);

    memcpy(civil, text + YEAR_AT, 4);
    civil[5] = (char)('0' + month / 10);
    civil[6] = (char)('0' + month % 10);
    memcpy(civil + 8, text + DAY_OF_MONTH_AT, 2);
    memcpy(civil + 11, text + TIME_OF_DAY_AT, TIME_OF_DAY_SIZE);
    if (!pgtask_calendar_read(civil, ' ', &found_s) || found_s < 0 ||
        memcmp(weekdays + (found_s / DAY_S + THURSDAY) % 7 * 3, text, 3) != 0) {
        return false;
    }
    *unix_s = found_s;
    return true;
}
