/* SPDX-License-Identifier: MIT */
/*
 * What Pause and WaitSwitch mean. A paused task is in the hands of the service, whose staff may let
 * it go on. A task that waits for its switch has done all else; the API ModifySwitchTimePeriod,
 * with SwitchTag 0, switches at once (postgres 2017-03-12).
 */
#include "tasks/standing.h"

#include "base/text.h"

static void write_switch(char text[STANDING_BYTES], struct writer const *writer,
                         struct pgtask_task const *task)
{
    enum { IN_WINDOW = 3 }; /* SwitchTag */
    bool const is_in_window =
        task->presence[PGTASK_MEMBER_SWITCH_TAG] == PGTASK_VALUE && task->switch_tag == IN_WINDOW;

    (void)text_print(text, STANDING_BYTES,
                     writer_text(writer, "the task is ready and waits for its switch"));
    if (task->switch_time[0] != '\0') {
        char time[TIMES_BYTES];
        (void)text_append(
            text, STANDING_BYTES,
            writer_text(writer, is_in_window ? " in the maintenance window, %s" : " at %s"),
            times_write(time, task->switch_time, true));
    } else if (is_in_window) {
        (void)text_append(text, STANDING_BYTES, writer_text(writer, " in the maintenance window"));
    }
    (void)text_append(
        text, STANDING_BYTES,
        writer_text(writer, "; the API ModifySwitchTimePeriod with SwitchTag 0 switches at once"));
}

char const *standing_write(char text[STANDING_BYTES], struct writer const *writer,
                           struct pgtask_task const *task)
{
    text[0] = '\0';
    if (task->status == PGTASK_STATUS_PAUSE) {
        (void)text_print(
            text, STANDING_BYTES,
            writer_text(writer,
                        "the service has paused the task and may resume it; tell support the "
                        "RequestId that pgtask show %ju prints; pgtask watch %ju --wait-pause "
                        "waits for it to go on"),
            task->task_id, task->task_id);
    } else if (task->status == PGTASK_STATUS_WAIT_SWITCH) {
        write_switch(text, writer, task);
    }
    return text;
}
