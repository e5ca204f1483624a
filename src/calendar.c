/* SPDX-License-Identifier: MIT */
#include "calendar.h"
#include "text.h"

#define DAY_S            86400
#define DAYS_BEFORE_1970 719528 /* from 0000-01-01 */

static bool is_leap(uint32_t year)
{
    /* Of the centuries every fourth has a leap day: 16 divides just those. */
    return year % (year % 100 == 0 ? 16 : 4) == 0;
}

/* From 0000-01-01 to the first of a month, which is counted from then, too. */
static uint32_t days_before(uint32_t months)
{
    uint32_t const year = months / 12;
    uint32_t const month = months % 12 + 1;
    uint32_t const days = year * 365 + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
    uint32_t const short_by = month <= 2 ? 0 : is_leap(year) ? 1 : 2; /* February, of 30 days */

    return days + month * 275 / 9 - 30 - short_by; /* 275/9 days make long and short in turn */
}

bool pgtaski_calendar_to_unix(struct pgtask_calendar const *calendar, int64_t *unix_s)
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

bool pgtaski_calendar_from_unix(int64_t unix_s, struct pgtask_calendar *calendar)
{
    if (unix_s < 0 || unix_s > PGTASK_CALENDAR_LAST_S) {
        return false;
    }
    uint32_t const hours = (uint32_t)pgtaski_number_divide((uint64_t)unix_s, 3600);
    uint32_t const second = (uint32_t)unix_s - hours * 3600;
    uint32_t const days = hours / 24 + DAYS_BEFORE_1970;
    uint32_t months = days * 2 / 61; /* a little too few: they have less than 30.5 days */

    while (days_before(months + 1) <= days) {
        months++;
    }
    calendar->year = months / 12;
    calendar->month = months % 12 + 1;
    calendar->day = days - days_before(months) + 1;
    calendar->hour = hours % 24;
    calendar->minute = second / 60;
    calendar->second = second % 60;
    return true;
}

bool pgtaski_calendar_has_form(char const *text, char const *form)
{
    for (; *form != '\0'; form++, text++) {
        if (*form == 'D' ? *text < '0' || *text > '9'
                         : *text == '\0' || (*form != '?' && *form != *text)) {
            return false;
        }
    }
    return true;
}

/* Of times that are read and written, member after member: all are of one type, side by side. */
typedef char
    members_lie_side_by_side[sizeof(struct pgtask_calendar) == 6 * sizeof(uint32_t) ? 1 : -1];
static char const form[] = "DDDD-DD-DD?DD:DD:DD";

bool pgtaski_calendar_read(char const *text, char separator, int64_t *unix_s)
{
    struct pgtask_calendar at = {0};
    uint32_t *member = (uint32_t *)&at;

    if (!pgtaski_calendar_has_form(text, form) || text[PGTASK_CALENDAR_DATE_LENGTH] != separator) {
        return false;
    }
    for (size_t i = 0; i < PGTASK_CALENDAR_TEXT_LENGTH; i++) {
        uint32_t const digit = (uint32_t)text[i] - '0';

        if (digit <= 9) {
            *member = *member * 10 + digit;
        } else {
            member++;
        }
    }
    return pgtaski_calendar_to_unix(&at, unix_s);
}

bool pgtaski_calendar_write(int64_t unix_s, char text[PGTASK_CALENDAR_TEXT_LENGTH + 1])
{
    struct pgtask_calendar at;
    uint32_t *member = (uint32_t *)(&at + 1) - 1;

    if (!pgtaski_calendar_from_unix(unix_s, &at)) {
        return false;
    }
    text[PGTASK_CALENDAR_TEXT_LENGTH] = '\0';
    for (size_t i = PGTASK_CALENDAR_TEXT_LENGTH; i-- > 0;) {
        if (form[i] == 'D') {
            text[i] = (char)('0' + *member % 10);
            *member /= 10;
        } else {
            text[i] = form[i];
            member--;
        }
    }
    text[PGTASK_CALENDAR_DATE_LENGTH] = ' ';
    return true;
}

uint8_t pgtaski_number_two_digits(char const *digits)
{
    return (uint8_t)((digits[0] - '0') * 10 + (digits[1] - '0'));
}
