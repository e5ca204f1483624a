/* SPDX-License-Identifier: MIT */
/* How fast a task goes, and the time it will still take. */
#include "watch_private.h"

/* A short view begins that many moves before the next one does. */
enum { VIEW_MOVES = 4 };

/* So many times its longest rest without a move, and nothing is said of a task any more. */
enum { RESTS = 3 };

/* What polling blurs: the share 1/BLUR. */
enum { BLUR = 8 };

enum { ALL_PERCENT = 100 };

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

/* How long the rest takes, counted from the last move, at the pace of one view. */
static uint64_t rest_at_pace(struct pgtask_watch_task const *task, int8_t from_percent,
                             int64_t from_ms)
{
    uint64_t const took_ms = (uint64_t)((int64_t)task->pace.moved_ms - from_ms);
    uint32_t const done = (uint32_t)(task->progress_percent - from_percent);

    return took_ms * (uint32_t)(ALL_PERCENT - task->progress_percent) / done;
}

static uint32_t seconds(uint64_t time_ms, uint32_t round_up_ms)
{
    uint64_t const time_s = (time_ms + round_up_ms) / 1000;

    return time_s < UINT32_MAX ? (uint32_t)time_s : UINT32_MAX;
}

static struct pgtask_watch_left range(struct pgtask_watch_task const *task, uint64_t still_ms)
{
    struct pgtask_watch_pace const *const pace = &task->pace;
    struct pgtask_watch_left left = {.known = false};
    uint64_t quick_ms = rest_at_pace(task, pace->since_percent, pace->since_ms);
    uint64_t slow_ms = rest_at_pace(task, pace->recent_percent, pace->recent_ms);

    if (quick_ms > slow_ms) {
        uint64_t const swap_ms = quick_ms;

        quick_ms = slow_ms;
        slow_ms = swap_ms;
    }
    quick_ms -= quick_ms / BLUR;
    slow_ms += slow_ms / BLUR;
    if (slow_ms > still_ms) {
        left.known = true;
        left.least_s = quick_ms > still_ms ? seconds(quick_ms - still_ms, 0) : 0;
        left.most_s = seconds(slow_ms - still_ms, 999);
    }
    return left;
}

struct pgtask_watch_left pgtask_watch_left(struct pgtask_watch_task const *task, uint64_t now_ms)
{
    struct pgtask_watch_pace const *const pace = &task->pace;
    uint64_t const still_ms = now_ms > pace->moved_ms ? now_ms - pace->moved_ms : 0;
    bool const known = task->status == PGTASK_STATUS_RUNNING && !task->vanished &&
                       pace->moves >= 2 && still_ms <= RESTS * pace->longest_ms;

    return known ? range(task, still_ms) : (struct pgtask_watch_left){.known = false};
}
