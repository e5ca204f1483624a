/* SPDX-License-Identifier: MIT */
/*
 * How fast a task goes, and the time that is left. Times are whole seconds; number.h divides those
 * of 64 bits.
 *
 * The percentage of a task rises in moves. Two views of these moves are kept. Each view has a
 * begin, that is a percentage and its time, and reaches to the last move:
 *
 *   the long view begins at `since`: when the task started or, if that is unknown, with the first
 *     move
 *   the short view begins at `recent`: 4 to 7 moves ago, or with the first move
 *
 * Each view has a pace, and at that pace the remaining percentage takes a time. The time left is
 * the range that holds the times of both views, less what has passed since the last move.
 *
 * The short view restarts with every fourth move: `recent` becomes `next`, and `next` becomes this
 * move. So two pairs of numbers suffice for all moves:
 *
 *   after move  1  2  3  4  5  6  7  8  9 10 11 12 13
 *   recent      1  1  1  1  1  1  1  1  5  5  5  5  9
 *   next        1  1  1  1  5  5  5  5  9  9  9  9 13
 *
 * Example: a task started 600 s ago and has just moved to 30 percent. Five moves ago, 100 s before,
 * it had 20 percent. At the pace of the long view the other 70 percent take 600 * 70 / 30 = 1400 s,
 * at the pace of the short view 100 * 70 / 10 = 700 s. So 700 to 1400 s are left, and somewhat more
 * on either side, because percentages and seconds are whole numbers.
 */
#include "watch_private.h"

#include "number.h"

enum { VIEW_MOVES = 4 };

/* The time left is unknown while a task pauses for more than this many times its longest pause so
 * far. */
enum { PAUSE_FACTOR = 3 };

enum { ALL_PERCENT = 100 };

struct seconds_range {
    uint32_t least_s;
    uint32_t most_s;
};

uint32_t pgtaski_watch_seconds(uint64_t time_ms)
{
    return (uint32_t)pgtaski_number_divide(time_ms, 1000);
}

void pgtaski_watch_begin_pace(struct pgtask_watch_pace *pace, int8_t percent, uint32_t since_s,
                              uint32_t now_s)
{
    pace->since_percent = percent;
    pace->since_s = since_s;
    pace->moved_s = now_s;
    pace->longest_pause_s = 0;
    pace->moves = 0;
}

/* Takes a rise of the percentage. */
static void take_move(struct pgtask_watch_pace *pace, int8_t percent, uint32_t now_s)
{
    uint32_t const pause_s = now_s - pace->moved_s;

    /* The pause before the first move does not count: it began before the watch looked. */
    if (pace->moves == 0) {
        pace->next_percent = percent; /* the restart below makes it `recent` as well */
        pace->next_s = now_s;
    } else if (pause_s > pace->longest_pause_s) {
        pace->longest_pause_s = pause_s;
    }
    pace->moved_s = now_s;
    if (pace->since_percent == PGTASK_PERCENT_UNKNOWN) {
        pace->since_percent = percent;
        pace->since_s = now_s;
    }
    if (pace->moves % VIEW_MOVES == 0) {
        pace->recent_percent = pace->next_percent;
        pace->recent_s = pace->next_s;
        pace->next_percent = percent;
        pace->next_s = now_s;
    }
    pace->moves++;
}

/* Members of `task` are still those of the poll before `percent`. If the task did not run then, or
 * its percentage was unknown or has fallen, its moves say nothing more about the time left. */
void pgtaski_watch_update_pace(struct pgtask_watch_task *task, int8_t percent, uint32_t now_s)
{
    if (task->status != PGTASK_STATUS_RUNNING || task->vanished ||
        task->progress_percent == PGTASK_PERCENT_UNKNOWN || percent < task->progress_percent) {
        pgtaski_watch_begin_pace(&task->pace, PGTASK_PERCENT_UNKNOWN, 0, now_s);
    } else if (percent > task->progress_percent) {
        take_move(&task->pace, percent, now_s);
    }
}

/*
 * @param time_s     a longer one than `longest_s` is taken as `longest_s`, so that the product fits
 * @param numerator  ALL_PERCENT at most
 * @return time_s * numerator / denominator
 */
static uint32_t scale(uint32_t time_s, uint32_t numerator, uint32_t denominator)
{
    uint32_t const longest_s = UINT32_MAX / ALL_PERCENT;

    return (time_s < longest_s ? time_s : longest_s) * numerator / denominator;
}

/*
 * Widens the range by the remaining time at the pace of one view, counted from the last move. A
 * view is known in whole numbers, so its true progress may be almost one percent more or less, and
 * its true time almost one second. The remaining percentage is rounded up, since progress is
 * rounded down: it may be almost one percent less, but not more.
 * @return false if the view is too short to tell
 */
static bool widen(struct seconds_range *range, struct pgtask_watch_task const *task,
                  int8_t from_percent, uint32_t from_s)
{
    uint32_t const took_s = task->pace.moved_s - from_s;
    uint32_t const done = (uint32_t)(task->progress_percent - from_percent);
    uint32_t const remaining = (uint32_t)(ALL_PERCENT - task->progress_percent);
    uint32_t least_s;
    uint32_t most_s;

    if (done < 2 || remaining == 0 || took_s == 0) {
        return false;
    }
    least_s = scale(took_s - 1, remaining - 1, done + 1);
    most_s = scale(took_s + 1, remaining, done - 1) + 1;
    range->least_s = least_s < range->least_s ? least_s : range->least_s;
    range->most_s = most_s > range->most_s ? most_s : range->most_s;
    return true;
}

struct pgtask_watch_left pgtask_watch_left(struct pgtask_watch_task const *task, uint64_t now_ms)
{
    struct pgtask_watch_pace const *const pace = &task->pace;
    uint32_t const now_s = pgtaski_watch_seconds(now_ms);
    uint32_t const pause_s = now_s > pace->moved_s ? now_s - pace->moved_s : 0;
    struct seconds_range range = {.least_s = UINT32_MAX};
    struct pgtask_watch_left left = {.known = false};

    if (task->status != PGTASK_STATUS_RUNNING || task->vanished || pace->moves == 0) {
        return left;
    }
    /* After the first move longest_pause_s is 0. The short view is empty then, so widen() fails. */
    if (pause_s > PAUSE_FACTOR * pace->longest_pause_s) {
        return left;
    }
    if (!widen(&range, task, pace->since_percent, pace->since_s) ||
        !widen(&range, task, pace->recent_percent, pace->recent_s)) {
        return left;
    }
    if (range.most_s <= pause_s) {
        return left; /* the task has taken longer than its range */
    }
    left.known = true;
    left.least_s = range.least_s > pause_s ? range.least_s - pause_s : 0;
    left.most_s = range.most_s - pause_s;
    return left;
}
