/* SPDX-License-Identifier: MIT */
/** @file leds/metrics.h Figures of the LED daemon for Prometheus, in a file for node_exporter's
 *  textfile collector. */
#ifndef CLI_METRICS_H
#define CLI_METRICS_H

#include <pgtask/led.h>

#define METRICS_PATH_BYTES 512

/** Not an error number of the system: something else than a regular file is at the path. */
enum { METRICS_NOT_REGULAR = -1 };

/** What the daemon counts. All zero at first. */
struct metrics {
    uint64_t events[PGTASK_EVENT_BACK + 1]; /**< by enum pgtask_event_kind */
    uint64_t led_updates;
    uint64_t led_failures;   /**< how often setting the LED failed */
    uint64_t longest_gap_ms; /**< by which a change of the light came late */
    uint64_t wakeups;        /**< how often the daemon woke up from a wait */
    bool is_refused;         /**< credentials were refused, and no good answer has come since */
    bool has_ended;          /**< the daemon is about to end */
    struct pgtask_counters const *client; /**< what the client counts */
};

/** @return NULL if the path can be used, else what is wrong, as a clause */
char const *metrics_check(char const *path);

/**
 * Writes the file anew; a reader finds the old file or the new one, never a part. Everybody may
 * read it, whatever the umask is.
 * @param chance  a random number, another one for each call
 * @return 0, the system's error number, or METRICS_NOT_REGULAR
 */
int metrics_write(char const *path, struct metrics const *metrics, struct pgtask_watch const *watch,
                  struct pgtask_led_signal const *signal, uint64_t now_ms, uint32_t chance);

#endif
