/* SPDX-License-Identifier: MIT */
/*
 * What Pause and WaitSwitch mean. A paused task is in the hands of the service, whose staff may let
 * it go on. A task that waits for its switch has done all else; the API ModifySwitchTimePeriod,
 * with SwitchTag 0, switches at once (postgres 2017-03-12).
 */
#include "tasks/standing.h"

#include "tasks/times.h"

bool standing_has_meaning(enum pgtask_status status)
{
    return status == PGTASK_STATUS_PAUSE || status == PGTASK_STATUS_WAIT_SWITCH;
}

static void write_switch(struct writer *writer, struct pgtask_task const *task)
{
    enum { IN_WINDOW = 3 }; /* SwitchTag */
    bool const is_in_window =
        task->presence[PGTASK_MEMBER_SWITCH_TAG] == PGTASK_VALUE && task->switch_tag == IN_WINDOW;

    writer_print(writer, "the task is ready and waits for its switch");
    if (task->switch_time[0] != '\0') {
        char time[TIMES_BYTES];
        writer_print(writer, is_in_window ? " in the maintenance window, %s" : " at %s",
                     times_write(time, task->switch_time, true));
    } else if (is_in_window) {
        writer_print(writer, " in the maintenance window");
    }
    writer_print(writer, "; the API ModifySwitchTimePeriod with SwitchTag 0 switches at once");
}

void standing_write(struct writer *writer, struct pgtask_task const *task)
{
    if (task->status == PGTASK_STATUS_PAUSE) {
        writer_print(writer,
                     "the service has paused the task and may resume it; tell support the "
                     "RequestId that pgtask show %ju prints; pgtask watch %ju --wait-pause waits "
                     "for it to go on",
                     task->task_id, task->task_id);
    } else if (task->status == PGTASK_STATUS_WAIT_SWITCH) {
        write_switch(writer, task);
    }
}
