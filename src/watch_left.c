/* SPDX-License-Identifier: MIT */
/* How fast a task goes, and the time it will still take. */
#include "watch_private.h"

/* A short view begins that many moves before the next one does. */
enum { VIEW_MOVES = 4 };

/* So many times its longest rest without a move, and nothing is said of a task any more. */
enum { RESTS = 3 };

enum { ALL_PERCENT = 100 };

struct range_ms {
    uint64_t least_ms;
    uint64_t most_ms;
};

void pgtask_watch_pace_start(struct pgtask_watch_pace *pace, int8_t percent, int64_t since_ms,
                             uint64_t now_ms)
{
    pace->since_percent = percent;
    pace->since_ms = since_ms;
    pace->moved_ms = now_ms;
    pace->longest_ms = 0;
    pace->moves = 0;
}

static void move(struct pgtask_watch_pace *pace, int8_t percent, uint64_t now_ms)
{
    uint64_t const rest_ms = now_ms - pace->moved_ms;

    /* The first rest began before it was seen. */
    if (pace->moves > 0 && rest_ms > pace->longest_ms) {
        pace->longest_ms = rest_ms;
    }
    pace->moved_ms = now_ms;
    if (pace->since_percent == PGTASK_PERCENT_UNKNOWN) {
        pace->since_percent = percent;
        pace->since_ms = (int64_t)now_ms;
    }
    if (pace->moves % VIEW_MOVES == 0) {
        bool const first = pace->moves == 0;

        pace->recent_percent = first ? percent : pace->next_percent;
        pace->recent_ms = first ? (int64_t)now_ms : pace->next_ms;
        pace->next_percent = percent;
        pace->next_ms = (int64_t)now_ms;
    }
    pace->moves++;
}

void pgtask_watch_pace_note(struct pgtask_watch_task *task, int8_t percent, uint64_t now_ms)
{
    bool const goes_on = task->status == PGTASK_STATUS_RUNNING && !task->vanished &&
                         task->progress_percent != PGTASK_PERCENT_UNKNOWN &&
                         percent >= task->progress_percent;

    if (!goes_on) {
        pgtask_watch_pace_start(&task->pace, PGTASK_PERCENT_UNKNOWN, 0, now_ms);
    } else if (percent > task->progress_percent) {
        move(&task->pace, percent, now_ms);
    }
}

/*
 * How long the rest takes, counted from the last move, at the pace of one view. Percentages are
 * whole: what was done in the view may be one more or one less, and the rest one less.
 */
static bool widen(struct pgtask_watch_task const *task, int8_t from_percent, int64_t from_ms,
                  struct range_ms *range)
{
    uint64_t const took_ms = (uint64_t)((int64_t)task->pace.moved_ms - from_ms);
    uint32_t const done = (uint32_t)(task->progress_percent - from_percent);
    uint32_t const rest = (uint32_t)(ALL_PERCENT - task->progress_percent);
    uint64_t least_ms;
    uint64_t most_ms;

    if (done < 2 || rest == 0) {
        return false;
    }
    least_ms = took_ms * (rest - 1) / (done + 1);
    most_ms = took_ms * rest / (done - 1);
    range->least_ms = least_ms < range->least_ms ? least_ms : range->least_ms;
    range->most_ms = most_ms > range->most_ms ? most_ms : range->most_ms;
    return true;
}

static uint32_t seconds(uint64_t time_ms, uint32_t round_up_ms)
{
    uint64_t const time_s = (time_ms + round_up_ms) / 1000;

    return time_s < UINT32_MAX ? (uint32_t)time_s : UINT32_MAX;
}

struct pgtask_watch_left pgtask_watch_left(struct pgtask_watch_task const *task, uint64_t now_ms)
{
    struct pgtask_watch_pace const *const pace = &task->pace;
    uint64_t const still_ms = now_ms > pace->moved_ms ? now_ms - pace->moved_ms : 0;
    struct range_ms range = {.least_ms = UINT64_MAX};
    struct pgtask_watch_left left = {.known = false};

    if (task->status == PGTASK_STATUS_RUNNING && !task->vanished && pace->moves >= 2 &&
        still_ms <= RESTS * pace->longest_ms &&
        widen(task, pace->since_percent, pace->since_ms, &range) &&
        widen(task, pace->recent_percent, pace->recent_ms, &range) && range.most_ms > still_ms) {
        left.known = true;
        left.least_s = range.least_ms > still_ms ? seconds(range.least_ms - still_ms, 0) : 0;
        left.most_s = seconds(range.most_ms - still_ms, 999);
    }
    return left;
}
