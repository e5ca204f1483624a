/* SPDX-License-Identifier: MIT */
#include "calendar.h"
#include "text.h"

#include <string.h>

#define DAY_S            86400
#define DAYS_BEFORE_1970 719528 /* from 0000-01-01 */

static uint32_t days_in_month(uint32_t year, uint32_t month)
{
    if (month == 2) {
        /* Of the centuries every fourth has a leap day: 16 divides just those. */
        return year % (year % 100 == 0 ? 16 : 4) == 0 ? 29 : 28;
    }
    /* Odd months are long up to July, even ones from August on. */
    return 30 + (month + month / 8) % 2;
}

/* From 0000-01-01 to the first of a month, which is counted from then, too. */
static uint32_t days_before(uint32_t months)
{
    uint32_t const year = months / 12;
    uint32_t days = year * 365 + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;

    for (uint32_t month = months % 12; month > 0; month--) {
        days += days_in_month(year, month);
    }
    return days;
}

bool pgtask_calendar_to_unix(struct pgtask_calendar const *calendar, int64_t *unix_s)
{
    uint32_t const months = calendar->year * UINT32_C(12) + calendar->month - 1;
    uint32_t const days = days_before(months) + calendar->day - 1;

    if (calendar->year > 9999 || calendar->month < 1 || calendar->month > 12 || calendar->day < 1 ||
        days >= days_before(months + 1) || calendar->hour > 23 || calendar->minute > 59 ||
        calendar->second > 59) {
        return false;
    }
    *unix_s = (int64_t)((int32_t)days - DAYS_BEFORE_1970) * DAY_S +
              (calendar->hour * INT32_C(60) + calendar->minute) * INT32_C(60) + calendar->second;
    return true;
}

bool pgtask_calendar_from_unix(int64_t unix_s, struct pgtask_calendar *calendar)
{
    if (unix_s < 0 || unix_s > PGTASK_CALENDAR_LAST_S) {
        return false;
    }
    uint32_t const hours = (uint32_t)pgtask_divide((uint64_t)unix_s, 3600);
    uint32_t const second = (uint32_t)unix_s - hours * 3600;
    uint32_t const days = hours / 24 + DAYS_BEFORE_1970;
    uint32_t months = days * 2 / 61; /* a little too few: they have less than 30.5 days */

    while (days_before(months + 1) <= days) {
        months++;
    }
    calendar->year = (uint16_t)(months / 12);
    calendar->month = (uint8_t)(months % 12 + 1);
    calendar->day = (uint8_t)(days - days_before(months) + 1);
    calendar->hour = (uint8_t)(hours % 24);
    calendar->minute = (uint8_t)(second / 60);
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

/* The members after the year, one byte each in the order in which they are written: every third
 * character of a text begins one. */
enum { AFTER_YEAR = offsetof(struct pgtask_calendar, month), MEMBERS = 5 };

bool pgtask_calendar_read(char const *text, char separator, int64_t *unix_s)
{
    struct pgtask_calendar at;
    uint8_t *const members = (uint8_t *)&at + AFTER_YEAR;

    if (!pgtask_calendar_has_form(text, "DDDD-DD-DD?DD:DD:DD") || text[10] != separator) {
        return false;
    }
    at.year = (uint16_t)(pgtask_two_digits(text) * 100 + pgtask_two_digits(text + 2));
    for (size_t i = 0; i < MEMBERS; i++) {
        members[i] = pgtask_two_digits(text + 5 + 3 * i);
    }
    return pgtask_calendar_to_unix(&at, unix_s);
}

static void write_digits(char *text, size_t count, uint32_t number)
{
    for (; count > 0; number /= 10) {
        text[--count] = (char)('0' + number % 10);
    }
}

bool pgtask_calendar_write(int64_t unix_s, char text[PGTASK_CALENDAR_TEXT_LENGTH + 1])
{
    struct pgtask_calendar at;
    uint8_t const *const members = (uint8_t const *)&at + AFTER_YEAR;

    if (!pgtask_calendar_from_unix(unix_s, &at)) {
        return false;
    }
    write_digits(text, 4, at.year);
    text += 4;
    for (size_t i = 0; i < MEMBERS; i++, text += 3) {
        text[0] = "-- ::"[i];
        write_digits(text + 1, 2, members[i]);
    }
    text[0] = '\0';
    return true;
}

uint8_t pgtask_two_digits(char const *digits)
{
    return (uint8_t)((digits[0] - '0') * 10 + (digits[1] - '0'));
}
