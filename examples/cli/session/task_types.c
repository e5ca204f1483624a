/* SPDX-License-Identifier: MIT */
/* The program's only list of task types: the API's names, and `other` for all the rest. */
#include "session/task_types.h"

#include "base/text.h"

#include <pgtask/task.h>

#include <string.h>

static struct {
    char const *name;
    enum pgtask_task_type type;
} const rows[] = {
    {"RestoreDatabase", PGTASK_TASK_TYPE_RESTORE_DATABASE},
    {"CloneInstance", PGTASK_TASK_TYPE_CLONE_INSTANCE},
    {"RestartInstance", PGTASK_TASK_TYPE_RESTART_INSTANCE},
    {"DestroyInstance", PGTASK_TASK_TYPE_DESTROY_INSTANCE},
    {"ModifyInstanceParams", PGTASK_TASK_TYPE_MODIFY_INSTANCE_PARAMS},
    {"other", PGTASK_TASK_TYPE_OTHER},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

/* @return the bit of the type, 0 if the name is not known */
static uint32_t find_bit(char const *name, size_t length)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (strlen(rows[i].name) == length && memcmp(rows[i].name, name, length) == 0) {
            return UINT32_C(1) << rows[i].type;
        }
    }
    return 0;
}

bool task_types_read(char const *text, uint32_t *types)
{
    uint32_t found = 0;

    for (;;) {
        size_t const length = strcspn(text, ",");
        uint32_t const bit = find_bit(text, length);
        if (bit == 0) {
            return false;
        }
        found |= bit;
        if (text[length] == '\0') {
            *types = found;
            return true;
        }
        text += length + 1;
    }
}

char const *task_types_list(char text[TASK_TYPES_BYTES])
{
    text[0] = '\0';
    for (size_t i = 0; i < ROWS; i++) {
        (void)text_append(text, TASK_TYPES_BYTES, "%s%s", i > 0 ? ", " : "", rows[i].name);
    }
    return text;
}
