/* SPDX-License-Identifier: MIT */
#include "calendar.h"

#define DAY_S            86400
#define DAYS_400_YEARS   146097 /* the calendar repeats after these */
#define DAYS_100_YEARS   36524  /* but one more where the year divides by 400 */
#define DAYS_4_YEARS     1461   /* but one less where it divides by 100 only */
#define DAYS_BEFORE_1970 719468 /* from 0000-03-01 */

/*
 * Years are counted from March here, so that the leap day is the last one of its year and months
 * before it have the same length in each year: five of them always take 153 days.
 */
static uint32_t days_before_month(uint32_t month_from_march)
{
    return (153 * month_from_march + 2) / 5;
}

static uint8_t days_in_month(uint32_t year, uint32_t month)
{
    static uint8_t const days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool const leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month == 2 && leap ? 29 : days[month - 1];
}

static bool is_valid(struct pgtask_calendar const *at)
{
    return at->year <= 9999 && at->month >= 1 && at->month <= 12 && at->day >= 1 &&
           at->day <= days_in_month(at->year, at->month) && at->hour <= 23 && at->minute <= 59 &&
           at->second <= 59;
}

static char const form[] = "YYYY-MM-DD hh:mm:ss";

bool pgtask_calendar_to_unix(struct pgtask_calendar const *calendar, int64_t *unix_s)
{
    if (!is_valid(calendar)) {
        return false;
    }
    /* One whole cycle is added, so that January of the year 0 does not count below zero. */
    uint32_t const year = calendar->year + UINT32_C(400) - (calendar->month <= 2 ? 1 : 0);
    uint32_t const month = (calendar->month + UINT32_C(9)) % 12;
    uint32_t const days = year * 365 + year / 4 - year / 100 + year / 400 +
                          days_before_month(month) + calendar->day - 1;
    int32_t const second =
        (calendar->hour * INT32_C(60) + calendar->minute) * INT32_C(60) + calendar->second;

    *unix_s = ((int64_t)days - DAYS_400_YEARS - DAYS_BEFORE_1970) * DAY_S + second;
    return true;
}

bool pgtask_calendar_from_unix(int64_t unix_s, struct pgtask_calendar *calendar)
{
    if (unix_s < 0 || unix_s > PGTASK_CALENDAR_LAST_S) {
        return false;
    }
    uint32_t const days = (uint32_t)(unix_s / DAY_S) + DAYS_BEFORE_1970;
    uint32_t const second = (uint32_t)(unix_s % DAY_S);
    uint32_t const day = days % DAYS_400_YEARS; /* of the cycle */
    uint32_t const year =
        (day - day / (DAYS_4_YEARS - 1) + day / DAYS_100_YEARS - day / (DAYS_400_YEARS - 1)) / 365;
    uint32_t const day_of_year = day - (year * 365 + year / 4 - year / 100);
    uint32_t const month = (5 * day_of_year + 2) / 153;

    calendar->year = (uint16_t)(days / DAYS_400_YEARS * 400 + year + (month >= 10 ? 1 : 0));
    calendar->month = (uint8_t)(month >= 10 ? month - 9 : month + 3);
    calendar->day = (uint8_t)(day_of_year - days_before_month(month) + 1);
    calendar->hour = (uint8_t)(second / 3600);
    calendar->minute = (uint8_t)(second / 60 % 60);
    calendar->second = (uint8_t)(second % 60);
    return true;
}

/* Reads two digits at `text`; more than 99 if they are none. */
static uint32_t two_digits(char const *text)
{
    uint32_t const tens = (uint32_t)(unsigned char)text[0] - '0';
    uint32_t const ones = tens > 9 ? 10 : (uint32_t)(unsigned char)text[1] - '0';

    return ones > 9 ? 100 : tens * 10 + ones;
}

bool pgtask_calendar_read(char const *text, char separator, int64_t *unix_s)
{
    char const between[] = {'-', '-', separator, ':', ':'};
    uint32_t const century = two_digits(text);
    uint32_t numbers[6];

    if (century > 99) {
        return false;
    }
    text += 2;
    for (size_t i = 0; i < 6; i++) {
        numbers[i] = two_digits(text);
        if (numbers[i] > 99 || (i < 5 && text[2] != between[i])) {
            return false;
        }
        text += 3;
    }
    return pgtask_calendar_to_unix(
        &(struct pgtask_calendar){
            .year = (uint16_t)(century * 100 + numbers[0]),
            .month = (uint8_t)numbers[1],
            .day = (uint8_t)numbers[2],
            .hour = (uint8_t)numbers[3],
            .minute = (uint8_t)numbers[4],
            .second = (uint8_t)numbers[5],
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
    size_t pair = 0;

    for (size_t i = 0; i < sizeof form; i++) {
        text[i] = form[i];
        if (form[i] >= 'A') {
            text[i++] = (char)('0' + pairs[pair] / 10);
            text[i] = (char)('0' + pairs[pair++] % 10);
        }
    }
    return true;
}
