/* SPDX-License-Identifier: MIT */
/**
 * @file calendar.h
 * The Gregorian calendar in whole seconds. Internal: rooms of src/ share it.
 *
 * Pure integer arithmetic: no time zone, no locale, no libc. A time in another zone than UTC is
 * converted by the caller, who adds or subtracts the zone's offset in seconds.
 */
#ifndef PGTASK_CALENDAR_H
#define PGTASK_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Unix seconds of 1970-01-01 00:00:00 lie at 0; of 9999-12-31 23:59:59 here. */
#define PGTASK_CALENDAR_LAST_S INT64_C(253402300799)

/** Length of `YYYY-MM-DD HH:MM:SS`, without NUL, and of the date in it. */
#define PGTASK_CALENDAR_TEXT_LENGTH 19
#define PGTASK_CALENDAR_DATE_LENGTH 10

/** A point in time as people write it, in the order in which they do. */
struct pgtask_calendar {
    uint32_t year;   /**< 0 to 9999 */
    uint32_t month;  /**< 1 to 12 */
    uint32_t day;    /**< 1 to 31, as the month has */
    uint32_t hour;   /**< 0 to 23 */
    uint32_t minute; /**< 0 to 59 */
    uint32_t second; /**< 0 to 59: Unix time knows no leap second */
};

/**
 * @param unix_s  set on true
 * @return false if there is no such day or hour
 */
bool pgtaski_calendar_to_unix(struct pgtask_calendar const *calendar, int64_t *unix_s);

/**
 * @param unix_s    0 to PGTASK_CALENDAR_LAST_S
 * @param calendar  set on true
 * @return false outside these limits
 */
bool pgtaski_calendar_from_unix(int64_t unix_s, struct pgtask_calendar *calendar);

/**
 * Reads `YYYY-MM-DD HH:MM:SS`, with `separator` in place of the blank.
 *
 * @param text    NUL-terminated; what follows the 19 characters is not looked at
 * @param unix_s  set on true
 * @return false if the text is shorter, has another form, or names no such day or hour
 */
bool pgtaski_calendar_read(char const *text, char separator, int64_t *unix_s);

/**
 * Writes `YYYY-MM-DD HH:MM:SS`.
 *
 * @param unix_s  0 to PGTASK_CALENDAR_LAST_S
 * @param text    filled on true, NUL-terminated; untouched on false
 * @return false outside these limits
 */
bool pgtaski_calendar_write(int64_t unix_s, char text[PGTASK_CALENDAR_TEXT_LENGTH + 1]);

/** @return whether a NUL-terminated text begins with `form`: D is a digit, ? anything */
bool pgtaski_calendar_has_form(char const *text, char const *form);

/** @return the number that two decimal digits make */
uint8_t pgtaski_number_two_digits(char const *digits);

#endif
