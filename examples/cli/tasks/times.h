/* SPDX-License-Identifier: MIT */
/**
 * @file tasks/times.h
 * The zone in which the program prints and reads times, and the time now. JSON keeps times as the
 * service sent them, and events have theirs in UTC there.
 */
#ifndef CLI_TIMES_H
#define CLI_TIMES_H

#include <pgtask/task.h>

enum times_zone {
    TIMES_SERVICE, /**< the service's own, UTC+8: times are printed as they were sent */
    TIMES_UTC,     /**< --utc */
    TIMES_LOCAL    /**< --local: as TZ and the system's rules say, each time with its offset */
};

/** Room for a time with its zone, such as `2024-09-27 13:14:11 UTC+8`, or as RFC 3339 has it, and
 * for any text of a record, however short a build makes that. */
#define TIMES_BYTES (PGTASK_TIME_BYTES + 32)

/** Chooses the zone for the whole run. It is TIMES_SERVICE until then. */
void times_use(enum times_zone zone);

/** @return the zone's name for a heading: "UTC+8", "UTC" or "local" */
char const *times_zone_name(void);

/** @return whether times are printed in another zone than the one they were sent in */
bool times_is_changed(void);

/** @return whether each time has its offset behind it, as local times have */
bool times_has_offsets(void);

/** Sets the time now, by the client's clock. @param unix_s  PGTASK_TIME_UNKNOWN while not known */
void times_set_now(int64_t unix_s);

/** @return the time that was set; PGTASK_TIME_UNKNOWN if none was */
int64_t times_now(void);

/**
 * Writes a time of a record in the chosen zone. A text that is not a time, or that names its own
 * zone, stays as it was sent.
 * @param sent        as the record has it, may be ""
 * @param with_zone   whether the zone follows; a local time has its offset in any case
 * @return `text`
 */
char const *times_write(char text[TIMES_BYTES], char const *sent, bool with_zone);

/** Writes the time of an event as RFC 3339 has it, as local time. @return false if the zone is
 *  another one, or if the time is not known */
bool times_write_local_event(char text[TIMES_BYTES], int64_t unix_s);

/** Which end of a day or a minute a time without seconds stands for. */
enum times_edge { TIMES_BEGIN, TIMES_END };

/** The forms that times_read() takes, for a refusal. */
#define TIMES_FORMS                                                                                \
    "'YYYY-MM-DD HH:MM:SS', YYYY-MM-DD, YYYY-MM-DDTHH:MM:SSZ, 90min, 1h, 7d, now, today or "       \
    "yesterday"

/**
 * Reads a time of the chosen zone, and writes it as a query needs it, in UTC+8. It may be
 * - `YYYY-MM-DD HH:MM:SS`, also with T in its middle, without seconds, or as a date alone;
 * - RFC 3339, which names its own zone: `2024-09-27T05:14:11Z`;
 * - so long ago: `90s`, `90min` or `90m`, `1h`, `7d`, `2w`;
 * - `now`, `today` or `yesterday`.
 * @param now_s  PGTASK_TIME_UNKNOWN: only checks the form of a time that counts from now
 * @param query  filled on true; "" if now is not known
 * @return false if the text has another form, or if there is no such time in the zone, such as an
 *         hour that daylight saving leaves out
 */
bool times_read(char const *text, enum times_edge edge, int64_t now_s,
                char query[PGTASK_TIME_TEXT_BYTES]);

#endif
