/* SPDX-License-Identifier: MIT */
#include <pgtask/task.h>

#include <string.h>

#include "calendar.h"
#include "task_field.h"
#include "text.h"

enum { SERVICE_OFFSET_S = 8 * 3600 };

char const *pgtask_member_text(enum pgtask_member member)
{
    static char const *const names[PGTASK_MEMBER_COUNT] = {
        [PGTASK_MEMBER_TASK_ID] = "TaskId",
        [PGTASK_MEMBER_TASK_TYPE] = "TaskType",
        [PGTASK_MEMBER_DB_INSTANCE_ID] = "DBInstanceId",
        [PGTASK_MEMBER_START_TIME] = "StartTime",
        [PGTASK_MEMBER_END_TIME] = "EndTime",
        [PGTASK_MEMBER_STATUS] = "Status",
        [PGTASK_MEMBER_PROGRESS] = "Progress",
        [PGTASK_MEMBER_TASK_DETAIL] = "TaskDetail",
        [PGTASK_MEMBER_CURRENT_STEP] = "CurrentStep",
        [PGTASK_MEMBER_ALL_STEPS] = "AllSteps",
        [PGTASK_MEMBER_INPUT] = "Input",
        [PGTASK_MEMBER_OUTPUT] = "Output",
        [PGTASK_MEMBER_SWITCH_TAG] = "SwitchTag",
        [PGTASK_MEMBER_SWITCH_TIME] = "SwitchTime",
        [PGTASK_MEMBER_MESSAGE] = "Message",
        [PGTASK_MEMBER_STEPS] = "Steps",
        [PGTASK_MEMBER_RESTORE_TYPE] = "RestoreType",
        [PGTASK_MEMBER_BACKUP_SET_ID] = "BackupSetId",
        [PGTASK_MEMBER_BACKUP_SET_TIME] = "BackupSetTime",
        [PGTASK_MEMBER_RESTORE_TARGET_TIME] = "RestoreTargetTime",
        [PGTASK_MEMBER_RESTORE_OBJECTS] = "RestoreObjects",
        [PGTASK_MEMBER_AFTER_RESTORE_OBJECTS] = "AfterRestoreObjects",
        [PGTASK_MEMBER_RESTORE_MESSAGE] = "Output.Message",
    };

    return (unsigned)member < PGTASK_MEMBER_COUNT ? names[member] : "";
}

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

/* What follows `YYYY-MM-DDTHH:MM:SS` in RFC 3339: a fraction, then `Z` or `+HH:MM`. */
static bool read_zone(char const *text, int32_t *offset_s)
{
    if (pgtask_calendar_has_form(text, ".D")) {
        do {
            text++;
        } while (*text >= '0' && *text <= '9');
    }
    if (text[0] == 'Z' || text[0] == 'z') {
        *offset_s = 0;
        return text[1] == '\0';
    }
    if ((text[0] != '+' && text[0] != '-') || !pgtask_calendar_has_form(text, "?DD:DD") ||
        text[6] != '\0') {
        return false;
    }
    int32_t const hours = pgtask_two_digits(text + 1);
    int32_t const minutes = pgtask_two_digits(text + 4);

    *offset_s = (hours * 60 + minutes) * (text[0] == '-' ? -60 : 60);
    return hours <= 23 && minutes <= 59;
}

int64_t pgtask_time_read(char const *text, int32_t utc_offset_s)
{
    int64_t unix_s;
    int32_t offset_s = zone_s(utc_offset_s);

    if (pgtask_calendar_read(text, ' ', &unix_s)) {
        if (text[PGTASK_CALENDAR_TEXT_LENGTH] != '\0') {
            return PGTASK_TIME_UNKNOWN;
        }
    } else if (!pgtask_calendar_read(text, 'T', &unix_s) ||
               !read_zone(text + PGTASK_CALENDAR_TEXT_LENGTH, &offset_s)) {
        return PGTASK_TIME_UNKNOWN;
    }
    return unix_s - offset_s;
}

enum pgtask_error pgtask_time_write(int64_t unix_s, int32_t utc_offset_s,
                                    char text[PGTASK_TIME_TEXT_BYTES])
{
    if (unix_s < 0 || unix_s > PGTASK_CALENDAR_LAST_S ||
        !pgtask_calendar_write(unix_s + zone_s(utc_offset_s), text)) {
        return PGTASK_ERROR_ARGUMENT;
    }
    return PGTASK_OK;
}

static bool same_in_any_case(char const *a, char const *b, size_t length)
{
    if (memcmp(a, b, length) == 0) {
        return true;
    }
    for (size_t i = 0; i < length; i++) {
        bool const letter = (a[i] | 0x20) >= 'a' && (a[i] | 0x20) <= 'z';

        if (a[i] != b[i] && !(letter && (a[i] ^ b[i]) == 0x20)) {
            return false;
        }
    }
    return true;
}

/* Members mostly come in the order of the table, so the one after the last is tried first. */
static struct pgtask_field const *find(struct pgtask_walk *walk, struct pgtask_field const *fields,
                                       size_t count, char const *name, size_t length, bool any_case)
{
    size_t at = walk->next_field;

    for (size_t tried = 0; tried < count; tried++, at++) {
        at = at < count ? at : 0;
        if (fields[at].length == length &&
            (any_case ? same_in_any_case(fields[at].name, name, length)
                      : memcmp(fields[at].name, name, length) == 0)) {
            walk->next_field = (uint8_t)(at + 1);
            return &fields[at];
        }
    }
    return NULL;
}

void pgtask_text_begin(struct pgtask_text_sink *sink, char *text, size_t capacity, uint8_t member)
{
    sink->text = text;
    sink->capacity = (uint32_t)capacity;
    sink->length = 0;
    sink->member = member;
    text[0] = '\0';
}

static void append_cut(struct pgtask_text_sink *sink, char const *text, size_t length,
                       uint32_t *truncated)
{
    size_t const room = sink->capacity - 1 - sink->length;

    if ((*truncated >> sink->member & 1) != 0) {
        return;
    }
    if (length > room) {
        length = pgtask_text_boundary(text, room);
        *truncated |= UINT32_C(1) << sink->member;
    }
    memcpy(sink->text + sink->length, text, length);
    sink->length += (uint32_t)length;
    sink->text[sink->length] = '\0';
}

static void append_nul(struct pgtask_text_sink *sink, char const *text, size_t left,
                       uint32_t *truncated)
{
    static char const replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

    for (char const *nul = memchr(text, 0, left); nul != NULL; nul = memchr(text, 0, left)) {
        size_t const before = (size_t)(nul - text);

        append_cut(sink, text, before, truncated);
        append_cut(sink, replacement, sizeof replacement - 1, truncated);
        text = nul + 1;
        left -= before + 1;
    }
    append_cut(sink, text, left, truncated);
}

void pgtask_text_append(struct pgtask_text_sink *sink, struct pgtask_json_event const *event,
                        uint32_t *truncated)
{
    if (event->has_nul) {
        append_nul(sink, event->text, event->length, truncated);
    } else {
        append_cut(sink, event->text, event->length, truncated);
    }
}

bool pgtask_walk_key(struct pgtask_walk *walk, struct pgtask_json_event const *event,
                     struct pgtask_field const *fields, size_t count, bool any_case)
{
    if (!walk->in_key) {
        walk->cut = 0;
        pgtask_text_begin(&walk->sink, walk->word, sizeof walk->word, 0);
    }
    pgtask_text_append(&walk->sink, event, &walk->cut);
    walk->in_key = event->more;
    walk->field =
        walk->cut == 0 ? find(walk, fields, count, walk->word, walk->sink.length, any_case) : NULL;
    return !event->more;
}

bool pgtask_walk_skips(struct pgtask_walk *walk, struct pgtask_json_event const *event)
{
    bool begins;
    bool ends;

    if (walk->field != NULL && walk->skip_depth == 0) {
        return false;
    }
    begins = event->type == PGTASK_JSON_BEGIN_OBJECT || event->type == PGTASK_JSON_BEGIN_ARRAY;
    ends = event->type == PGTASK_JSON_END_OBJECT || event->type == PGTASK_JSON_END_ARRAY;
    if (walk->skip_depth > 0) {
        walk->skip_depth += begins ? 1u : 0u;
        walk->skip_depth -= ends ? 1u : 0u;
        return true;
    }
    if (ends || event->type == PGTASK_JSON_KEY) {
        return false;
    }
    walk->skip_depth = begins ? 1 : 0;
    return true;
}
