/* SPDX-License-Identifier: MIT */
/* How fast a task goes, and the time it will still take. */
#include "watch_private.h"

/* A short view begins that many moves before the next one does. */
enum { VIEW_MOVES = 4 };

/* So many times its longest rest without a move, and nothing is said of a task any more. */
enum { RESTS = 3 };

enum { ALL_PERCENT = 100 };

struct range_s {
    uint32_t least_s;
    uint32_t most_s;
};

void pgtask_watch_pace_start(struct pgtask_watch_pace *pace, int8_t percent, uint32_t since_s,
                             uint32_t now_s)
{
    pace->since_percent = percent;
    pace->since_s = since_s;
    pace->moved_s = now_s;
    pace->longest_s = 0;
    pace->moves = 0;
}

static void move(struct pgtask_watch_pace *pace, int8_t percent, uint32_t now_s)
{
    uint32_t const rest_s = now_s - pace->moved_s;

    if (pace->moves == 0) {
        pace->next_percent = percent;
        pace->next_s = now_s;
    } else if (rest_s > pace->longest_s) {
        pace->longest_s = rest_s; /* not the first, which began before it was seen */
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

void pgtask_watch_pace_note(struct pgtask_watch_task *task, int8_t percent, uint32_t now_s)
{
    if (task->status != PGTASK_STATUS_RUNNING || task->vanished ||
        task->progress_percent == PGTASK_PERCENT_UNKNOWN || percent < task->progress_percent) {
        pgtask_watch_pace_start(&task->pace, PGTASK_PERCENT_UNKNOWN, 0, now_s);
    } else if (percent > task->progress_percent) {
        move(&task->pace, percent, now_s);
    }
}

static uint32_t share(uint32_t time_s, uint32_t times, uint32_t parts)
{
    uint32_t const longest_s = UINT32_MAX / ALL_PERCENT;

    return (time_s < longest_s ? time_s : longest_s) * times / parts;
}

/*
 * Widens a range by the time that the rest takes at the pace of one view, counted from the last
 * move. Percentages and seconds are whole: what was done in the view may be one more or one less,
 * the rest one less.
 */
static bool widen(struct range_s *range, struct pgtask_watch_task const *task, int8_t from_percent,
                  uint32_t from_s)
{
    uint32_t const took_s = task->pace.moved_s - from_s;
    uint32_t const done = (uint32_t)(task->progress_percent - from_percent);
    uint32_t const rest = (uint32_t)(ALL_PERCENT - task->progress_percent);
    uint32_t least_s;
    uint32_t most_s;

    if (done < 2 || rest == 0 || took_s == 0) {
        return false;
    }
    least_s = share(took_s - 1, rest - 1, done + 1);
    most_s = share(took_s + 1, rest, done - 1) + 1;
    range->least_s = least_s < range->least_s ? least_s : range->least_s;
    range->most_s = most_s > range->most_s ? most_s : range->most_s;
    return true;
}

struct pgtask_watch_left pgtask_watch_left(struct pgtask_watch_task const *task, uint64_t now_ms)
{
    struct pgtask_watch_pace const *const pace = &task->pace;
    uint32_t const now_s = pgtask_watch_s(now_ms);
    uint32_t const still_s = now_s > pace->moved_s ? now_s - pace->moved_s : 0;
    struct range_s range = {.least_s = UINT32_MAX};
    struct pgtask_watch_left left = {.known = false};

    if (task->status == PGTASK_STATUS_RUNNING && !task->vanished && pace->moves > 0 &&
        still_s <= RESTS * pace->longest_s &&
        widen(&range, task, pace->since_percent, pace->since_s) &&
        widen(&range, task, pace->recent_percent, pace->recent_s) && range.most_s > still_s) {
        left.known = true;
        left.least_s = range.least_s > still_s ? range.least_s - still_s : 0;
        left.most_s = range.most_s - still_s;
    }
    return left;
}
