/* SPDX-License-Identifier: MIT */
#include "record.h"
#include "slices.h"

#include <string.h>

/** A text member of a record. Texts without a member of their own answer for MEMBER_COUNT. */
struct text_field {
    size_t offset;
    size_t capacity;
    enum pgtask_member member;
};

#define FIELD(path, member)                                                                        \
    {                                                                                              \
        offsetof(struct pgtask_task, path), sizeof(((struct pgtask_task *)0)->path), member        \
    }

static struct text_field const fields[] = {
    FIELD(task_type, PGTASK_MEMBER_TASK_TYPE),
    FIELD(instance_id, PGTASK_MEMBER_DB_INSTANCE_ID),
    FIELD(status_text, PGTASK_MEMBER_STATUS),
    FIELD(start_time, PGTASK_MEMBER_START_TIME),
    FIELD(end_time, PGTASK_MEMBER_END_TIME),
    FIELD(current_step, PGTASK_MEMBER_CURRENT_STEP),
    FIELD(switch_time, PGTASK_MEMBER_SWITCH_TIME),
    FIELD(message, PGTASK_MEMBER_MESSAGE),
    FIELD(all_steps, PGTASK_MEMBER_ALL_STEPS),
    FIELD(input, PGTASK_MEMBER_INPUT),
    FIELD(output, PGTASK_MEMBER_OUTPUT),
    FIELD(restore.type_text, PGTASK_MEMBER_RESTORE_TYPE),
    FIELD(restore.backup_set_id, PGTASK_MEMBER_BACKUP_SET_ID),
    FIELD(restore.backup_set_time, PGTASK_MEMBER_BACKUP_SET_TIME),
    FIELD(restore.target_time, PGTASK_MEMBER_RESTORE_TARGET_TIME),
    FIELD(restore.message, PGTASK_MEMBER_RESTORE_MESSAGE),
};
#define FIELD_COUNT (sizeof fields / sizeof fields[0])

static bool is_cut(struct pgtask_task const *task, enum pgtask_member member)
{
    return (task->truncated >> member & 1) != 0;
}

static bool is_odd(struct pgtask_task const *task, enum pgtask_member member)
{
    return (task->odd >> member & 1) != 0;
}

/** @return the text's length */
static size_t check_text(char const *text, size_t capacity)
{
    char const *const end = memchr(text, '\0', capacity);

    FUZZ_CHECK(end != NULL);
    FUZZ_CHECK(fuzz_is_utf8(text, (size_t)(end - text)));
    return (size_t)(end - text);
}

static void check_field(struct pgtask_task const *task, struct text_field const *field)
{
    size_t const length = check_text((char const *)task + field->offset, field->capacity);
    uint8_t const presence = task->presence[field->member];

    /* a cut drops no more than the one character that does not fit */
    FUZZ_CHECK(!is_cut(task, field->member) || is_odd(task, field->member) ||
               length + 4 >= field->capacity);
    FUZZ_CHECK(length == 0 || presence == PGTASK_VALUE || presence == PGTASK_MALFORMED);
    FUZZ_CHECK(presence != PGTASK_ODD || is_odd(task, field->member));
    FUZZ_CHECK(length > 0 || presence != PGTASK_VALUE);
}

static void check_steps(struct pgtask_task const *task)
{
    FUZZ_CHECK(task->step_count <= PGTASK_STEPS || is_cut(task, PGTASK_MEMBER_STEPS));
    for (size_t i = 0; i < PGTASK_STEPS && i < task->step_count; i++) {
        struct pgtask_step const *const step = &task->steps[i];

        FUZZ_CHECK(step->progress_percent >= PGTASK_PERCENT_UNKNOWN &&
                   step->progress_percent <= 100);
        (void)check_text(step->step_name, sizeof step->step_name);
        (void)check_text(step->step_message, sizeof step->step_message);
    }
}

static void check_objects(struct pgtask_task const *task, struct pgtask_objects const *objects,
                          enum pgtask_member member)
{
    FUZZ_CHECK(objects->count <= PGTASK_RESTORE_OBJECTS || is_cut(task, member));
    for (size_t i = 0; i < PGTASK_RESTORE_OBJECTS && i < objects->count; i++) {
        (void)check_text(objects->names[i], sizeof objects->names[i]);
    }
}

void record_check(struct pgtask_task const *task)
{
    FUZZ_CHECK((uint32_t)task->type <= PGTASK_TASK_TYPE_MODIFY_INSTANCE_PARAMS);
    FUZZ_CHECK((uint32_t)task->status <= PGTASK_STATUS_PAUSE);
    FUZZ_CHECK((uint32_t)task->restore.type <= PGTASK_RESTORE_TYPE_TIMESTAMP);
    FUZZ_CHECK(task->progress_percent >= PGTASK_PERCENT_UNKNOWN && task->progress_percent <= 100);
    FUZZ_CHECK((task->truncated >> PGTASK_MEMBER_COUNT) == 0);
    FUZZ_CHECK((task->odd >> PGTASK_MEMBER_COUNT) == 0);
    for (size_t i = 0; i < PGTASK_MEMBER_COUNT; i++) {
        FUZZ_CHECK(task->presence[i] <= PGTASK_ODD);
        FUZZ_CHECK(task->presence[i] < PGTASK_MALFORMED || is_odd(task, (enum pgtask_member)i));
    }
    FUZZ_CHECK(task->presence[PGTASK_MEMBER_TASK_ID] == PGTASK_VALUE);
    FUZZ_CHECK(task->presence[PGTASK_MEMBER_STATUS] == PGTASK_VALUE);
    FUZZ_CHECK(memchr(task->progress_text, '\0', sizeof task->progress_text) != NULL);
    FUZZ_CHECK(task->progress_text[0] == '\0' || is_odd(task, PGTASK_MEMBER_PROGRESS));
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        check_field(task, &fields[i]);
    }
    FUZZ_CHECK((task->status == PGTASK_STATUS_SUCCESS) ==
               (strcmp(task->status_text, "Success") == 0));
    FUZZ_CHECK((task->status == PGTASK_STATUS_FAIL) == (strcmp(task->status_text, "Fail") == 0));
    check_steps(task);
    check_objects(task, &task->restore.before, PGTASK_MEMBER_RESTORE_OBJECTS);
    check_objects(task, &task->restore.after, PGTASK_MEMBER_AFTER_RESTORE_OBJECTS);
}

/** FNV-1a. */
static uint64_t add_bytes(uint64_t digest, void const *bytes, size_t length)
{
    uint8_t const *const byte = bytes;

    for (size_t i = 0; i < length; i++) {
        digest = (digest ^ byte[i]) * UINT64_C(0x100000001b3);
    }
    return digest;
}

static uint64_t add_text(uint64_t digest, char const *text)
{
    return add_bytes(digest, text, strlen(text) + 1);
}

static uint64_t add_objects(uint64_t digest, struct pgtask_objects const *objects)
{
    digest = add_bytes(digest, &objects->count, sizeof objects->count);
    for (size_t i = 0; i < PGTASK_RESTORE_OBJECTS && i < objects->count; i++) {
        digest = add_text(digest, objects->names[i]);
    }
    return digest;
}

uint64_t record_digest(struct pgtask_task const *task)
{
    uint64_t const numbers[] = {
        task->task_id,
        task->type,
        task->status,
        (uint64_t)task->progress_percent,
        task->truncated,
        task->odd,
        (uint64_t)task->start_unix_s,
        (uint64_t)task->end_unix_s,
        task->switch_tag,
        task->step_count,
        task->restore.type,
        (uint64_t)task->restore.backup_set_unix_s,
        (uint64_t)task->restore.target_unix_s,
    };
    uint64_t digest = add_bytes(UINT64_C(0xcbf29ce484222325), numbers, sizeof numbers);

    digest = add_bytes(digest, task->presence, sizeof task->presence);
    digest = add_text(digest, task->progress_text);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        digest = add_text(digest, (char const *)task + fields[i].offset);
    }
    for (size_t i = 0; i < PGTASK_STEPS && i < task->step_count; i++) {
        struct pgtask_step const *const step = &task->steps[i];

        digest = add_bytes(digest, &step->step_id, sizeof step->step_id);
        digest = add_bytes(digest, &step->progress_percent, sizeof step->progress_percent);
        digest = add_text(digest, step->step_name);
        digest = add_text(digest, step->step_message);
    }
    digest = add_objects(digest, &task->restore.before);
    return add_objects(digest, &task->restore.after);
}

/** These texts go to a terminal, so they have no control characters. */
static void check_plain(char const *text, size_t capacity)
{
    size_t const length = check_text(text, capacity);

    for (size_t i = 0; i < length; i++) {
        FUZZ_CHECK((uint8_t)text[i] >= 0x20 && text[i] != 0x7f);
        /* U+0080 to U+009F; `text` ends with a NUL */
        FUZZ_CHECK((uint8_t)text[i] != 0xc2 || (uint8_t)text[i + 1] >= 0xa0);
    }
}

void failure_check(struct pgtask_failure const *failure)
{
    char text[512];
    size_t const length = pgtask_failure_write(failure, text, sizeof text);

    check_plain(failure->member, sizeof failure->member);
    check_plain(failure->code, sizeof failure->code);
    check_plain(failure->message, sizeof failure->message);
    check_plain(failure->request_id, sizeof failure->request_id);
    FUZZ_CHECK(length < sizeof text && text[length] == '\0');
    check_plain(text, sizeof text);
}

uint64_t failure_digest(struct pgtask_failure const *failure)
{
    bool const has_offset = pgtask_error_layer(failure->error) == PGTASK_LAYER_JSON;
    uint64_t const numbers[] = {(uint64_t)(int64_t)failure->error, (uint64_t)failure->detail,
                                has_offset ? failure->offset : 0};
    uint64_t digest = add_bytes(UINT64_C(0xcbf29ce484222325), numbers, sizeof numbers);

    digest = add_text(digest, failure->member);
    digest = add_text(digest, failure->code);
    digest = add_text(digest, failure->message);
    return add_text(digest, failure->request_id);
}
