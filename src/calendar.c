/* SPDX-License-Identifier: MIT */
/*
 * Converts between Unix seconds, the six parts of a time, and its text.
 *
 * Each conversion goes by way of two counts, of days and of months. Both begin with 0 on 1 March,
 * 400 years before the March of the year 0. A year that begins in March ends with its leap day, so
 * that no month comes after that day. 1970-01-01 is day 865,565, and the first day of month 28,438.
 *
 * A form describes a text: D stands for a digit, ? for any character, and every other character for
 * itself. Seconds are divided by number.h, because they have 64 bits.
 */
#include "calendar.h"

#include "number.h"

#define HOUR_S           3600
#define DAY_S            86400
#define DAYS_BEFORE_1970 865565
#define MONTHS_BEFORE_0  (400 * 12 - 2) /* before January of the year 0 */

/* @return how many days lie before the first day of a month */
static uint32_t days_before_month(uint32_t month)
{
    uint32_t const year = month / 12;

    /* Five months from March on have 153 days, and so have the five after them. */
    return year * 365 + year / 4 - year / 100 + year / 400 + (month % 12 * 153 + 2) / 5;
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
    uint32_t const month =
        MONTHS_BEFORE_0 + part[PGTASKI_CALENDAR_YEAR] * 12 + part[PGTASKI_CALENDAR_MONTH] - 1;
    uint32_t const days_before = days_before_month(month);

    if (part[PGTASKI_CALENDAR_DAY] > days_before_month(month + 1) - days_before) {
        return false; /* the month is shorter */
    }
    uint32_t const days = days_before + part[PGTASKI_CALENDAR_DAY] - 1;
    uint32_t const second_of_day =
        (part[PGTASKI_CALENDAR_HOUR] * 60 + part[PGTASKI_CALENDAR_MINUTE]) * 60 +
        part[PGTASKI_CALENDAR_SECOND];

    *unix_s = (int64_t)((int32_t)days - DAYS_BEFORE_1970) * DAY_S + second_of_day;
    return true;
}

bool pgtaski_calendar_from_unix(int64_t unix_s, struct pgtaski_calendar *calendar)
{
    if (unix_s < 0 || unix_s > PGTASKI_CALENDAR_LAST_S) {
        return false;
    }
    uint32_t const hours = (uint32_t)pgtaski_number_divide((uint64_t)unix_s, HOUR_S);
    uint32_t const second_of_hour = (uint32_t)unix_s - hours * HOUR_S;
    uint32_t const days = hours / 24 + DAYS_BEFORE_1970;
    uint32_t month = days * 2 / 61;

    /* This is never too late, since the months up to any day from 1970 on have less than 30.5 days
     * on average. It is up to 259 months too early. */
    while (days_before_month(month + 1) <= days) {
        month++;
    }
    calendar->part[PGTASKI_CALENDAR_DAY] = days - days_before_month(month) + 1;
    month -= MONTHS_BEFORE_0;
    calendar->part[PGTASKI_CALENDAR_YEAR] = month / 12;
    calendar->part[PGTASKI_CALENDAR_MONTH] = month % 12 + 1;
    calendar->part[PGTASKI_CALENDAR_HOUR] = hours % 24;
    calendar->part[PGTASKI_CALENDAR_MINUTE] = second_of_hour / 60;
    calendar->part[PGTASKI_CALENDAR_SECOND] = second_of_hour % 60;
    return true;
}

/* @return whether a character is one that this character of a form stands for */
static bool fits(char wanted, char c)
{
    if (wanted == 'D') {
        return c >= '0' && c <= '9';
    }
    if (wanted == '?') {
        return c != '\0';
    }
    return c == wanted;
}

bool pgtaski_calendar_has_form(char const *text, char const *form)
{
    for (; *form != '\0'; form++, text++) {
        if (!fits(*form, *text)) {
            return false;
        }
    }
    return true; /* whatever follows in `text` */
}

/* Each character that is not D stands between two parts, so it leads to the next part. Others write
 * a T where this file writes a blank, so ? stands there. */
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

/* Fills the text from its end, because a division by 10 yields the lowest digit of a part first. */
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
    text[PGTASKI_CALENDAR_DATE_LENGTH] = ' '; /* in place of the form's ? */
    return true;
}
