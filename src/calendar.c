/* SPDX-License-Identifier: MIT */
/*
 * Converts between Unix seconds, the six parts of a time, and its text.
 *
 * In between, days are counted from 0000-01-01 and months from January 0000, both from 0:
 * 1970-01-01 is day 719,528 and lies in month 23,640.
 */
#include "calendar.h"

#include "number.h"

#define DAY_S            86400
#define DAYS_BEFORE_1970 719528

/* Leap days in the years from 0 to the one before this: the years 0, 4, 8 and so on have one, of
 * the centuries only each fourth. */
static uint32_t leap_days_before(uint32_t year)
{
    return (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
}

/* Days from 0000-01-01 to the first day of a month. */
static uint32_t days_before(uint32_t months)
{
    static uint16_t const in_common_year[] = {0,   31,  59,  90,  120, 151,
                                              181, 212, 243, 273, 304, 334};
    enum { MARCH = 2 };
    uint32_t const year = months / 12;
    uint32_t const month = months % 12;

    /* From March on, the leap day of this year lies before the month as well. */
    return year * 365 + leap_days_before(month < MARCH ? year : year + 1) + in_common_year[month];
}

bool pgtaski_calendar_to_unix(struct pgtaski_calendar const *calendar, int64_t *unix_s)
{
    uint32_t const *const part = calendar->part;

    if (part[PGTASKI_CALENDAR_YEAR] > 9999 || part[PGTASKI_CALENDAR_MONTH] < 1 ||
        part[PGTASKI_CALENDAR_MONTH] > 12 || part[PGTASKI_CALENDAR_DAY] < 1 ||
        part[PGTASKI_CALENDAR_HOUR] > 23 || part[PGTASKI_CALENDAR_MINUTE] > 59 ||
        part[PGTASKI_CALENDAR_SECOND] > 59) {
        return false;
    }
    uint32_t const months = part[PGTASKI_CALENDAR_YEAR] * 12 + part[PGTASKI_CALENDAR_MONTH] - 1;
    uint32_t const days = days_before(months) + part[PGTASKI_CALENDAR_DAY] - 1;

    if (days >= days_before(months + 1)) {
        return false;
    }
    *unix_s =
        (int64_t)((int32_t)days - DAYS_BEFORE_1970) * DAY_S +
        (part[PGTASKI_CALENDAR_HOUR] * INT32_C(60) + part[PGTASKI_CALENDAR_MINUTE]) * INT32_C(60) +
        part[PGTASKI_CALENDAR_SECOND];
    return true;
}

bool pgtaski_calendar_from_unix(int64_t unix_s, struct pgtaski_calendar *calendar)
{
    if (unix_s < 0 || unix_s > PGTASKI_CALENDAR_LAST_S) {
        return false;
    }
    uint32_t const hours = (uint32_t)pgtaski_number_divide((uint64_t)unix_s, 3600);
    uint32_t const second = (uint32_t)unix_s - hours * 3600;
    uint32_t const days = hours / 24 + DAYS_BEFORE_1970;
    uint32_t months = days * 2 / 61; /* never too many, since months are shorter than 30.5 days */

    while (days_before(months + 1) <= days) {
        months++;
    }
    calendar->part[PGTASKI_CALENDAR_YEAR] = months / 12;
    calendar->part[PGTASKI_CALENDAR_MONTH] = months % 12 + 1;
    calendar->part[PGTASKI_CALENDAR_DAY] = days - days_before(months) + 1;
    calendar->part[PGTASKI_CALENDAR_HOUR] = hours % 24;
    calendar->part[PGTASKI_CALENDAR_MINUTE] = second / 60;
    calendar->part[PGTASKI_CALENDAR_SECOND] = second % 60;
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

/* Between two parts stands one character. */
static char const time_form[] = "DDDD-DD-DD?DD:DD:DD";

bool pgtaski_calendar_read(char const *text, char separator, int64_t *unix_s)
{
    struct pgtaski_calendar calendar = {{0}};
    uint32_t *part = calendar.part;

    if (!pgtaski_calendar_has_form(text, time_form) ||
        text[PGTASKI_CALENDAR_DATE_LENGTH] != separator) {
        return false;
    }
    for (size_t i = 0; i < PGTASKI_CALENDAR_TEXT_LENGTH; i++) {
        uint32_t const digit = (uint32_t)text[i] - '0';

        if (digit <= 9) {
            *part = *part * 10 + digit;
        } else {
            part++;
        }
    }
    return pgtaski_calendar_to_unix(&calendar, unix_s);
}

/* From the last digit to the first one: so a part gives its lowest digit first. */
bool pgtaski_calendar_write(int64_t unix_s, char text[PGTASKI_CALENDAR_TEXT_LENGTH + 1])
{
    struct pgtaski_calendar calendar;
    uint32_t *part = &calendar.part[PGTASKI_CALENDAR_SECOND];

    if (!pgtaski_calendar_from_unix(unix_s, &calendar)) {
        return false;
    }
    text[PGTASKI_CALENDAR_TEXT_LENGTH] = '\0';
    for (size_t i = PGTASKI_CALENDAR_TEXT_LENGTH; i-- > 0;) {
        if (time_form[i] == 'D') {
            text[i] = (char)('0' + *part % 10);
            *part /= 10;
        } else {
            text[i] = time_form[i];
            part--;
        }
    }
    text[PGTASKI_CALENDAR_DATE_LENGTH] = ' ';
    return true;
}
