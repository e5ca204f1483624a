/* SPDX-License-Identifier: MIT */
#include "calendar.h"

#include <string.h>

#define DAY_S            86400
#define DAYS_400_YEARS   146097 /* the calendar repeats after these */
#define DAYS_BEFORE_1970 719468 /* from 0000-03-01 */

static bool is_leap(uint32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static uint32_t days_in_month(uint32_t year, uint32_t month)
{
    static uint8_t const days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
}

static bool is_valid(struct pgtask_calendar const *at)
{
    return at->year <= 9999 && at->month >= 1 && at->month <= 12 && at->day >= 1 &&
           at->day <= days_in_month(at->year, at->month) && at->hour <= 23 && at->minute <= 59 &&
           at->second <= 59;
}

/*
 * Years are counted from March here, so that the leap day is the last one of its year and months
 * before it have the same length in each year: five of them always take 153 days.
 */
bool pgtask_calendar_to_unix(struct pgtask_calendar const *calendar, int64_t *unix_s)
{
    if (!is_valid(calendar)) {
        return false;
    }
    /* One whole cycle is added, so that January of the year 0 does not count below zero. */
    uint32_t const year = calendar->year + UINT32_C(400) - (calendar->month <= 2 ? 1 : 0);
    uint32_t const month = (calendar->month + UINT32_C(9)) % 12;
    uint32_t const days =
        year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + calendar->day - 1;
    int32_t const second =
        (calendar->hour * INT32_C(60) + calendar->minute) * INT32_C(60) + calendar->second;

    *unix_s = ((int64_t)days - DAYS_400_YEARS - DAYS_BEFORE_1970) * DAY_S + second;
    return true;
}

/* Year by year within the cycle: for the few times that are written, and shorter than the closed
 * form. */
bool pgtask_calendar_from_unix(int64_t unix_s, struct pgtask_calendar *calendar)
{
    uint32_t month = 1;

    if (unix_s < 0 || unix_s > PGTASK_CALENDAR_LAST_S) {
        return false;
    }
    uint32_t days = (uint32_t)((uint64_t)unix_s / DAY_S);
    uint32_t const second = (uint32_t)((uint64_t)unix_s % DAY_S);
    uint32_t year = 1970 + days / DAYS_400_YEARS * 400;

    days %= DAYS_400_YEARS;
    for (; days >= (is_leap(year) ? 366u : 365u); year++) {
        days -= is_leap(year) ? 366 : 365;
    }
    for (; days >= days_in_month(year, month); month++) {
        days -= days_in_month(year, month);
    }
    calendar->year = (uint16_t)year;
    calendar->month = (uint8_t)month;
    calendar->day = (uint8_t)(days + 1);
    calendar->hour = (uint8_t)(second / 3600);
    calendar->minute = (uint8_t)(second / 60 % 60);
    calendar->second = (uint8_t)(second % 60);
    return true;
}

bool pgtask_calendar_has_form(char const *text, char const *form)
{
    for (; *form != '\0'; form++, text++) {
        if (*form == 'D' ? *text < '0' || *text > '9'
                         : *text == '\0' || (*form != '?' && *form != *text)) {
            return false;
        }
    }
    return true;
}

bool pgtask_calendar_read(char const *text, char separator, int64_t *unix_s)
{
    if (!pgtask_calendar_has_form(text, "DDDD-DD-DD?DD:DD:DD") || text[10] != separator) {
        return false;
    }
    return pgtask_calendar_to_unix(
        &(struct pgtask_calendar){
            .year = (uint16_t)(pgtask_two_digits(text) * 100 + pgtask_two_digits(text + 2)),
            .month = pgtask_two_digits(text + 5),
            .day = pgtask_two_digits(text + 8),
            .hour = pgtask_two_digits(text + 11),
            .minute = pgtask_two_digits(text + 14),
            .second = pgtask_two_digits(text + 17),
        },
        unix_s);
}

bool pgtask_calendar_write(int64_t unix_s, char text[PGTASK_CALENDAR_TEXT_LENGTH + 1])
{
    struct pgtask_calendar at;

    if (!pgtask_calendar_from_unix(unix_s, &at)) {
        return false;
    }
    uint8_t const pairs[] = {(uint8_t)(at.year / 100),
                             (uint8_t)(at.year % 100),
                             at.month,
                             at.day,
                             at.hour,
                             at.minute,
                             at.second};

    memcpy(text, "0000-00-00 00:00:00", PGTASK_CALENDAR_TEXT_LENGTH + 1);
    for (size_t i = 0; i < sizeof pairs; i++) {
        char *const place = text + (i == 0 ? 0 : 3 * i - 1);

        place[0] = (char)('0' + pairs[i] / 10);
        place[1] = (char)('0' + pairs[i] % 10);
    }
    return true;
}

uint8_t pgtask_two_digits(char const *digits)
{
    return (uint8_t)((digits[0] - '0') * 10 + (digits[1] - '0'));
}
