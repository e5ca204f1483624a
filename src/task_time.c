/* SPDX-License-Identifier: MIT */
#include <pgtask/task.h>

#include <string.h>

#include "calendar.h"
#include "task_private.h"
#include "text.h"

enum { SERVICE_OFFSET_S = 8 * 3600 };

bool pgtask_status_is_final(enum pgtask_status status)
{
    return status == PGTASK_STATUS_SUCCESS || status == PGTASK_STATUS_FAIL;
}

static int32_t zone_s(int32_t utc_offset_s)
{
    if (utc_offset_s == PGTASK_UTC_OFFSET_ZERO) {
        return 0;
    }
    return utc_offset_s == 0 ? SERVICE_OFFSET_S : utc_offset_s;
}

/* The number that two decimal digits make. */
static int32_t two_digits(char const *digits)
{
    return (digits[0] - '0') * 10 + (digits[1] - '0');
}

/* What follows `YYYY-MM-DDTHH:MM:SS` in RFC 3339: a fraction, then `Z` or `+HH:MM`. */
static bool read_zone(char const *text, int32_t *offset_s)
{
    if (pgtaski_calendar_has_form(text, ".D")) {
        do {
            text++;
        } while (*text >= '0' && *text <= '9');
    }
    if (text[0] == 'Z' || text[0] == 'z') {
        *offset_s = 0;
        return text[1] == '\0';
    }
    if ((text[0] != '+' && text[0] != '-') || !pgtaski_calendar_has_form(text, "?DD:DD") ||
        text[6] != '\0') {
        return false;
    }
    int32_t const hours = two_digits(text + 1);
    int32_t const minutes = two_digits(text + 4);

    *offset_s = (hours * 60 + minutes) * (text[0] == '-' ? -60 : 60);
    return hours <= 23 && minutes <= 59;
}

int64_t pgtask_time_read(char const *text, int32_t utc_offset_s)
{
    int64_t unix_s;
    int32_t offset_s = zone_s(utc_offset_s);

    if (pgtaski_calendar_read(text, ' ', &unix_s)) {
        if (text[PGTASK_CALENDAR_TEXT_LENGTH] != '\0') {
            return PGTASK_TIME_UNKNOWN;
        }
    } else if (!pgtaski_calendar_read(text, 'T', &unix_s) ||
               !read_zone(text + PGTASK_CALENDAR_TEXT_LENGTH, &offset_s)) {
        return PGTASK_TIME_UNKNOWN;
    }
    return unix_s - offset_s;
}

enum pgtask_error pgtask_time_write(int64_t unix_s, int32_t utc_offset_s,
                                    char text[PGTASK_TIME_TEXT_BYTES])
{
    if (unix_s < 0 || unix_s > PGTASK_CALENDAR_LAST_S ||
        !pgtaski_calendar_write(unix_s + zone_s(utc_offset_s), text)) {
        return PGTASK_ERROR_ARGUMENT;
    }
    return PGTASK_OK;
}

/* In the order of enum pgtask_status, from Running on, and so on. */
static char const statuses[] = "Running\0Success\0WaitSwitch\0Fail\0Pause\0";
static char const types[] = "RestoreDatabase\0CloneInstance\0RestartInstance\0DestroyInstance\0"
                            "ModifyInstanceParams\0";
static char const restore_types[] = "specifyBackupSet\0timestamp\0";

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
    case PGTASK_MEMBER_RESTORE_TYPE:
        task->restore.type = (enum pgtask_restore_type)pgtaski_text_number(restore_types, text);
        return;
    case PGTASK_MEMBER_START_TIME: unix_s = &task->start_unix_s; break;
    case PGTASK_MEMBER_END_TIME: unix_s = &task->end_unix_s; break;
    case PGTASK_MEMBER_BACKUP_SET_TIME: unix_s = &task->restore.backup_set_unix_s; break;
    case PGTASK_MEMBER_RESTORE_TARGET_TIME: unix_s = &task->restore.target_unix_s; break;
    default: return;
    }
    *unix_s = pgtask_time_read(text, answer->options.utc_offset_s);
    if (*unix_s == 0 && walk->member == PGTASK_MEMBER_RESTORE_TARGET_TIME) {
        *unix_s = PGTASK_TIME_UNKNOWN; /* how the service writes "not set" */
    }
}

void pgtaski_task_walk_add(struct pgtask_text *text, struct pgtask_json_event const *event)
{
    char const *piece = event->text;
    size_t left = event->length;
    char const *nul;

    while (event->has_nul && (nul = memchr(piece, 0, left)) != NULL) {
        size_t const before = (size_t)(nul - piece);

        pgtaski_text_add_bytes(text, piece, before);
        pgtaski_text_add(text, "\xef\xbf\xbd"); /* U+FFFD */
        piece += before + 1;
        left -= before + 1;
    }
    pgtaski_text_add_bytes(text, piece, left);
}
