/* SPDX-License-Identifier: MIT */
/**
 * @file calendar.h
 * The Gregorian calendar in whole seconds. Every room of src/ may use it.
 *
 * It is pure integer arithmetic: it uses no time zone, no locale and no libc. All times are UTC. A
 * caller with another zone adds or subtracts the zone's offset in seconds.
 */
#ifndef PGTASKI_CALENDAR_H
#define PGTASKI_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Unix seconds of 9999-12-31 23:59:59, the last second that a date of four digits can name. */
#define PGTASKI_CALENDAR_LAST_S INT64_C(253402300799)

/** Length of `YYYY-MM-DD HH:MM:SS`, without NUL, and of the date in it. */
#define PGTASKI_CALENDAR_TEXT_LENGTH 19
#define PGTASKI_CALENDAR_DATE_LENGTH 10

/** The parts of a time, in the order in which people write them. */
enum pgtaski_calendar_part {
    PGTASKI_CALENDAR_YEAR,   /**< 0 to 9999 */
    PGTASKI_CALENDAR_MONTH,  /**< 1 to 12 */
    PGTASKI_CALENDAR_DAY,    /**< 1 to 31, as the month has */
    PGTASKI_CALENDAR_HOUR,   /**< 0 to 23 */
    PGTASKI_CALENDAR_MINUTE, /**< 0 to 59 */
    PGTASKI_CALENDAR_SECOND, /**< 0 to 59: Unix time knows no leap second */
    PGTASKI_CALENDAR_PARTS
};

/** A point in time as people write it. */
struct pgtaski_calendar {
    uint32_t part[PGTASKI_CALENDAR_PARTS];
};

/**
 * @param unix_s  set on true
 * @return false if a part is out of its range, or the month does not have the day
 */
bool pgtaski_calendar_to_unix(struct pgtaski_calendar const *calendar, int64_t *unix_s);

/**
 * @param unix_s    0 to PGTASKI_CALENDAR_LAST_S
 * @param calendar  set on true
 * @return false outside these limits
 */
bool pgtaski_calendar_from_unix(int64_t unix_s, struct pgtaski_calendar *calendar);

/**
 * Reads `YYYY-MM-DD HH:MM:SS`, with `separator` in place of the blank.
 *
 * @param text    NUL-terminated; only its first 19 characters are read
 * @param unix_s  set on true
 * @return false if the text is shorter or has another form, or if there is no such time
 */
bool pgtaski_calendar_read(char const *text, char separator, int64_t *unix_s);

/**
 * Writes `YYYY-MM-DD HH:MM:SS`.
 *
 * @param unix_s  0 to PGTASKI_CALENDAR_LAST_S
 * @param text    filled on true, NUL-terminated; untouched on false
 * @return false outside these limits
 */
bool pgtaski_calendar_write(int64_t unix_s, char text[PGTASKI_CALENDAR_TEXT_LENGTH + 1]);

/**
 * @param text  NUL-terminated
 * @param form  D stands for a digit, ? for any character, all others for themselves
 * @return whether `text` begins with `form`
 */
bool pgtaski_calendar_has_form(char const *text, char const *form);

#endif
