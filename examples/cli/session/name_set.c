/* SPDX-License-Identifier: MIT */
/* Both sets, and a search by name. */
#include "session/name_set.h"

#include "base/text.h"

#include <pgtask/task.h>

#include <string.h>

static struct name_set_row const types[] = {
    {"RestoreDatabase", PGTASK_TASK_TYPE_RESTORE_DATABASE},
    {"CloneInstance", PGTASK_TASK_TYPE_CLONE_INSTANCE},
    {"RestartInstance", PGTASK_TASK_TYPE_RESTART_INSTANCE},
    {"DestroyInstance", PGTASK_TASK_TYPE_DESTROY_INSTANCE},
    {"ModifyInstanceParams", PGTASK_TASK_TYPE_MODIFY_INSTANCE_PARAMS},
    {"other", PGTASK_TASK_TYPE_OTHER},
};

static struct name_set_row const statuses[] = {
    {"Running", PGTASK_STATUS_RUNNING},
    {"Success", PGTASK_STATUS_SUCCESS},
    {"Fail", PGTASK_STATUS_FAIL},
    {"Pause", PGTASK_STATUS_PAUSE},
    {"WaitSwitch", PGTASK_STATUS_WAIT_SWITCH},
    {"other", PGTASK_STATUS_UNKNOWN},
};

struct name_set const name_set_types = {types, sizeof types / sizeof types[0]};
struct name_set const name_set_statuses = {statuses, sizeof statuses / sizeof statuses[0]};

/* @return the bit of the name, 0 if the name is not known */
static uint32_t find_bit(struct name_set const *set, char const *name, size_t length)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strlen(set->rows[i].name) == length && memcmp(set->rows[i].name, name, length) == 0) {
            return UINT32_C(1) << set->rows[i].bit;
        }
    }
    return 0;
}

bool name_set_read(struct name_set const *set, char const *text, uint32_t *bits)
{
    uint32_t found = 0;

    for (;;) {
        size_t const length = strcspn(text, ",");
        uint32_t const bit = find_bit(set, text, length);
        if (bit == 0) {
            return false;
        }
        found |= bit;
        if (text[length] == '\0') {
            *bits = found;
            return true;
        }
        text += length + 1;
    }
}

char const *name_set_list(struct name_set const *set, char text[NAME_SET_BYTES])
{
    text[0] = '\0';
    for (size_t i = 0; i < set->count; i++) {
        (void)text_append(text, NAME_SET_BYTES, "%s%s", i > 0 ? ", " : "", set->rows[i].name);
    }
    return text;
}
