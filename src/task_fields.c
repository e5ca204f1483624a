/* SPDX-License-Identifier: MIT */
/* What a record says beside the text of a member: a status and types as enums, and times. */
#include "task_private.h"

#include <string.h>

#include "text.h"

bool pgtask_status_is_final(enum pgtask_status status)
{
    return status == PGTASK_STATUS_SUCCESS || status == PGTASK_STATUS_FAIL;
}

/* Each list is in the order of its enum, whose value 0 stands for other texts. */
static char const statuses[] = "Running\0Success\0WaitSwitch\0Fail\0Pause\0";
static char const types[] = "RestoreDatabase\0CloneInstance\0RestartInstance\0DestroyInstance\0"
                            "ModifyInstanceParams\0";
#if PGTASK_EMBEDDED_JSON
static char const restore_types[] = "specifyBackupSet\0timestamp\0";
#endif

void pgtaski_task_clear_restore(struct pgtask_task *task)
{
    memset(&task->restore, 0, sizeof task->restore);
    task->restore.backup_set_unix_s = PGTASK_TIME_UNKNOWN;
    task->restore.target_unix_s = PGTASK_TIME_UNKNOWN;
}

void pgtaski_task_derive(struct pgtask_answer const *answer, struct pgtask_walk const *walk,
                         struct pgtask_task *task)
{
    char const *const text = walk->text.bytes;
    int64_t *unix_s;

    switch (walk->member) {
    case PGTASK_MEMBER_STATUS:
        task->status = (enum pgtask_status)pgtaski_text_number(statuses, text);
        return;
    case PGTASK_MEMBER_TASK_TYPE:
        task->type = (enum pgtask_task_type)pgtaski_text_number(types, text);
        return;
    case PGTASK_MEMBER_START_TIME: unix_s = &task->start_unix_s; break;
    case PGTASK_MEMBER_END_TIME: unix_s = &task->end_unix_s; break;
#if PGTASK_EMBEDDED_JSON
    case PGTASK_MEMBER_RESTORE_TYPE:
        task->restore.type = (enum pgtask_restore_type)pgtaski_text_number(restore_types, text);
        return;
    case PGTASK_MEMBER_BACKUP_SET_TIME: unix_s = &task->restore.backup_set_unix_s; break;
    case PGTASK_MEMBER_RESTORE_TARGET_TIME: unix_s = &task->restore.target_unix_s; break;
#endif
    default: return;
    }
    *unix_s = pgtask_time_read(text, answer->options.utc_offset_s);
    if (PGTASK_EMBEDDED_JSON && *unix_s == 0 && walk->member == PGTASK_MEMBER_RESTORE_TARGET_TIME) {
        *unix_s = PGTASK_TIME_UNKNOWN; /* how the service writes "not set" */
    } else if (*unix_s == PGTASK_TIME_UNKNOWN && text[0] != '\0') {
        task->odd |= bit_of(walk->member); /* the text is kept, though no such time exists */
    }
}
