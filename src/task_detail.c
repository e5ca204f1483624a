/* SPDX-License-Identifier: MIT */
/*
 * The JSON embedded in AllSteps, Input and Output. The service calls it a summary that may change,
 * so this is lenient where the envelope is strict: a member of another type is passed over, and
 * text that is no JSON leaves the record good, without anything decoded from it.
 */
#include <pgtask/task.h>

#include <string.h>

#include "task_field.h"
#include "text.h"

enum place { PLACE_TOP, PLACE_STEPS, PLACE_STEP, PLACE_FACTS, PLACE_OBJECTS };

/* Members of a step, and the two names of one list, numbered on from those of a record. */
enum { STEP_ID = PGTASK_MEMBER_COUNT, STEP_NAME, STEP_PROCESS, STEP_MESSAGE };

#define NAMED(name, kind, member, offset, capacity)                                                \
    {                                                                                              \
        PGTASK_FIELD_NAME(name), kind, member, (uint16_t)(offset), (uint16_t)(capacity)            \
    }
#define SIZE_OF(owner, text) sizeof(((struct owner *)0)->text)
#define STEP_TEXT(name, member, text)                                                              \
    NAMED(name, PGTASK_FIELD_TEXT, member, offsetof(struct pgtask_step, text),                     \
          SIZE_OF(pgtask_step, text))
#define FACT(name, member, text)                                                                   \
    NAMED(name, PGTASK_FIELD_TEXT, member, offsetof(struct pgtask_task, restore.text),             \
          SIZE_OF(pgtask_restore, text))
#define OBJECTS(name, member, list)                                                                \
    NAMED(name, PGTASK_FIELD_ARRAY, member, offsetof(struct pgtask_task, restore.list), 0)

static struct pgtask_field const steps_field =
    NAMED("", PGTASK_FIELD_ARRAY, PGTASK_MEMBER_STEPS, 0, 0);
static struct pgtask_field const facts_field =
    NAMED("", PGTASK_FIELD_OBJECT, PGTASK_MEMBER_TASK_DETAIL, 0, 0);

static struct pgtask_field const step_fields[] = {
    NAMED("StepId", PGTASK_FIELD_NUMBER, STEP_ID, 0, 0),
    STEP_TEXT("StepName", STEP_NAME, step_name),
    NAMED("StepProcess", PGTASK_FIELD_NUMBER, STEP_PROCESS, 0, 0),
    STEP_TEXT("StepMessage", STEP_MESSAGE, step_message),
};

static struct pgtask_field const fact_fields[] = {
    OBJECTS("RestoreObjects", PGTASK_MEMBER_RESTORE_OBJECTS, before),
    OBJECTS("BeforeRestoreObjects", PGTASK_MEMBER_RESTORE_OBJECTS, before),
    OBJECTS("AfterRestoreObjects", PGTASK_MEMBER_AFTER_RESTORE_OBJECTS, after),
    FACT("RestoreType", PGTASK_MEMBER_RESTORE_TYPE, type_text),
    FACT("BackupSetTime", PGTASK_MEMBER_BACKUP_SET_TIME, backup_set_time),
    FACT("BackupSetId", PGTASK_MEMBER_BACKUP_SET_ID, backup_set_id),
    FACT("RestoreTargetTime", PGTASK_MEMBER_RESTORE_TARGET_TIME, target_time),
    FACT("Message", PGTASK_MEMBER_RESTORE_MESSAGE, message),
};

static uint32_t bit_of(unsigned member)
{
    return UINT32_C(1) << member;
}

void pgtask_detail_begin(struct pgtask_answer *answer, struct pgtask_task *task,
                         enum pgtask_member member)
{
    struct pgtask_walk *const walk = &answer->detail_walk;

    (void)task;
    if (answer->options.skip_detail) {
        return;
    }
    answer->embedding = true;
    answer->embedded = (uint8_t)member;
    memset(walk, 0, sizeof *walk);
    walk->field = member == PGTASK_MEMBER_ALL_STEPS ? &steps_field : &facts_field;
    pgtask_json_start(&answer->detail, answer->detail_window, sizeof answer->detail_window,
                      answer->detail_tokens, PGTASK_DETAIL_TOKENS);
}

/* The step under way, or NULL if there is no room for it. */
static struct pgtask_step *current_step(struct pgtask_task *task)
{
    return task->step_count <= PGTASK_STEPS ? &task->steps[task->step_count - 1] : NULL;
}

static void begin_step(struct pgtask_answer *answer, struct pgtask_task *task)
{
    answer->detail_walk.place = PLACE_STEP;
    if (task->step_count < UINT32_MAX) {
        task->step_count++;
    }
    if (current_step(task) != NULL) {
        current_step(task)->progress_percent = PGTASK_PERCENT_UNKNOWN;
    } else {
        task->truncated |= bit_of(PGTASK_MEMBER_STEPS);
    }
}

/* Where a text of the place under way goes; NULL: nowhere. */
static char *owner_of(struct pgtask_answer const *answer, struct pgtask_task *task)
{
    return answer->detail_walk.place == PLACE_STEP ? (char *)current_step(task) : (char *)task;
}

static struct pgtask_objects *objects_of(struct pgtask_answer const *answer,
                                         struct pgtask_task *task)
{
    return answer->detail_walk.field->member == PGTASK_MEMBER_RESTORE_OBJECTS
               ? &task->restore.before
               : &task->restore.after;
}

/* Clears a fact before its value comes: what Output says replaces what Input said. */
static void begin_fact(struct pgtask_answer *answer, struct pgtask_task *task)
{
    struct pgtask_walk *const walk = &answer->detail_walk;
    uint32_t const bit = bit_of(walk->field->member);

    if (answer->embedded == PGTASK_MEMBER_INPUT && (answer->output_facts & bit) != 0) {
        walk->field = NULL;
        return;
    }
    if (answer->embedded == PGTASK_MEMBER_OUTPUT) {
        answer->output_facts |= bit;
    }
    task->truncated &= ~bit;
    task->presence[walk->field->member] = PGTASK_ABSENT;
    if (walk->field->kind == PGTASK_FIELD_ARRAY) {
        objects_of(answer, task)->count = 0;
    }
}

static int64_t read_time(struct pgtask_answer const *answer, char const *text)
{
    return pgtask_time_read(text, answer->options.utc_offset_s);
}

/* What follows from a fact's text, the empty one included. */
static void derive_fact(struct pgtask_answer const *answer, struct pgtask_task *task)
{
    struct pgtask_restore *const restore = &task->restore;

    switch (answer->detail_walk.field->member) {
    case PGTASK_MEMBER_RESTORE_TYPE:
        restore->type = (enum pgtask_restore_type)pgtask_text_number(
            "specifyBackupSet\0timestamp\0", restore->type_text);
        break;
    case PGTASK_MEMBER_BACKUP_SET_TIME:
        restore->backup_set_unix_s = read_time(answer, restore->backup_set_time);
        break;
    case PGTASK_MEMBER_RESTORE_TARGET_TIME:
        restore->target_unix_s = read_time(answer, restore->target_time);
        if (restore->target_unix_s == 0) {
            restore->target_unix_s = PGTASK_TIME_UNKNOWN; /* how the service writes "not set" */
        }
        break;
    default: break;
    }
}

static void on_key(struct pgtask_answer *answer, struct pgtask_task *task,
                   struct pgtask_json_event const *event)
{
    struct pgtask_walk *const walk = &answer->detail_walk;
    bool const step = walk->place == PLACE_STEP;
    size_t const count = step ? sizeof step_fields / sizeof step_fields[0]
                              : sizeof fact_fields / sizeof fact_fields[0];
    char *owner;

    if (!pgtask_walk_key(walk, event, step ? step_fields : fact_fields, count, true) ||
        walk->field == NULL) {
        return;
    }
    if (!step) {
        begin_fact(answer, task);
    }
    owner = owner_of(answer, task);
    if (owner == NULL) {
        walk->field = NULL;
    }
    if (walk->field == NULL) {
        return;
    }
    walk->cut = 0;
    if (walk->field->kind == PGTASK_FIELD_NUMBER) {
        pgtask_text_begin(&walk->sink, walk->word, sizeof walk->word, 0);
    } else if (walk->field->kind == PGTASK_FIELD_TEXT) {
        /* A step's texts are cut one by one; the record is told when the text has ended. */
        pgtask_text_begin(&walk->sink, owner + walk->field->offset, walk->field->capacity, 0);
        if (!step) {
            derive_fact(answer, task);
        }
    }
}

static void take_number(struct pgtask_answer *answer, struct pgtask_task *task, char const *text,
                        size_t length)
{
    struct pgtask_step *const step = current_step(task);
    uint64_t number;

    if (pgtask_json_to_uint64(text, length, &number) != PGTASK_OK || number > UINT32_MAX) {
        return;
    }
    if (answer->detail_walk.field->member == STEP_ID) {
        step->step_id = (uint32_t)number;
    } else if (number <= 100) {
        step->progress_percent = (int8_t)number;
    }
}

/* The next name of a list of objects, or its next fragment. */
static void on_object_name(struct pgtask_answer *answer, struct pgtask_task *task,
                           struct pgtask_json_event const *event)
{
    struct pgtask_walk *const walk = &answer->detail_walk;
    struct pgtask_objects *const objects = objects_of(answer, task);

    if (walk->sink.text == NULL && objects->count < PGTASK_RESTORE_OBJECTS) {
        pgtask_text_begin(&walk->sink, objects->names[objects->count], PGTASK_OBJECT_BYTES,
                          walk->field->member);
    }
    if (walk->sink.text != NULL) {
        pgtask_text_append(&walk->sink, event, &walk->cut);
        task->truncated |= walk->cut;
    } else {
        task->truncated |= bit_of(walk->field->member);
    }
    if (!event->more) {
        walk->sink.text = NULL;
        walk->cut = 0;
        if (objects->count < UINT32_MAX) {
            objects->count++;
        }
    }
}

static void on_string(struct pgtask_answer *answer, struct pgtask_task *task,
                      struct pgtask_json_event const *event)
{
    struct pgtask_walk *const walk = &answer->detail_walk;
    bool const step = walk->place == PLACE_STEP;

    if (walk->place == PLACE_OBJECTS) {
        on_object_name(answer, task, event);
        return;
    }
    if (walk->field->kind != PGTASK_FIELD_TEXT && walk->field->kind != PGTASK_FIELD_NUMBER) {
        return;
    }
    pgtask_text_append(&walk->sink, event, &walk->cut);
    if (event->more) {
        return;
    }
    if (walk->field->kind == PGTASK_FIELD_NUMBER) {
        take_number(answer, task, walk->word, walk->cut == 0 ? walk->sink.length : 0);
        return;
    }
    if (walk->cut != 0) {
        task->truncated |= bit_of(step ? (unsigned)PGTASK_MEMBER_STEPS : walk->field->member);
    }
    if (!step) {
        task->presence[walk->field->member] =
            (uint8_t)(walk->sink.length > 0 || walk->cut != 0 ? PGTASK_VALUE : PGTASK_EMPTY);
        derive_fact(answer, task);
    }
}

static void on_begin(struct pgtask_answer *answer, struct pgtask_task *task, bool object)
{
    struct pgtask_walk *const walk = &answer->detail_walk;
    struct pgtask_field const *const field = walk->field;

    if (walk->place == PLACE_STEPS && object) {
        begin_step(answer, task);
    } else if (walk->place == PLACE_TOP &&
               field->kind == (object ? PGTASK_FIELD_OBJECT : PGTASK_FIELD_ARRAY)) {
        walk->place = object ? PLACE_FACTS : PLACE_STEPS;
    } else if (walk->place == PLACE_FACTS && !object && field->kind == PGTASK_FIELD_ARRAY) {
        walk->place = PLACE_OBJECTS;
        walk->sink.text = NULL;
        walk->cut = 0;
        task->presence[field->member] = PGTASK_EMPTY;
    } else {
        walk->skip_depth = 1;
    }
}

static void on_end(struct pgtask_answer *answer, struct pgtask_task *task)
{
    struct pgtask_walk *const walk = &answer->detail_walk;

    switch (walk->place) {
    case PLACE_STEP:
        walk->place = PLACE_STEPS;
        walk->field = &steps_field;
        break;
    case PLACE_OBJECTS:
        walk->place = PLACE_FACTS;
        if (objects_of(answer, task)->count > 0) {
            task->presence[walk->field->member] = PGTASK_VALUE;
        }
        break;
    default: walk->place = PLACE_TOP; break;
    }
}

static void on_event(struct pgtask_answer *answer, struct pgtask_task *task,
                     struct pgtask_json_event const *event)
{
    struct pgtask_walk *const walk = &answer->detail_walk;

    if (pgtask_walk_skips(walk, event)) {
        return;
    }
    switch (event->type) {
    case PGTASK_JSON_KEY: on_key(answer, task, event); break;
    case PGTASK_JSON_STRING: on_string(answer, task, event); break;
    case PGTASK_JSON_BEGIN_OBJECT: on_begin(answer, task, true); break;
    case PGTASK_JSON_BEGIN_ARRAY: on_begin(answer, task, false); break;
    case PGTASK_JSON_END_OBJECT:
    case PGTASK_JSON_END_ARRAY: on_end(answer, task); break;
    case PGTASK_JSON_NUMBER:
        if (walk->field->kind == PGTASK_FIELD_NUMBER) {
            take_number(answer, task, event->text, event->length);
        }
        break;
    case PGTASK_JSON_NULL:
        if (walk->place == PLACE_FACTS) {
            task->presence[walk->field->member] = PGTASK_NULL;
        }
        break;
    default: break;
    }
}

/* Hands on all events there are; false once the text is known to be no JSON. */
static enum pgtask_error drain(struct pgtask_answer *answer, struct pgtask_task *task)
{
    struct pgtask_json_event event;
    enum pgtask_error error;

    while ((error = pgtask_json_next(&answer->detail, &event)) == PGTASK_OK) {
        on_event(answer, task, &event);
    }
    return error;
}

static void give_up(struct pgtask_answer *answer, struct pgtask_task *task)
{
    answer->embedding = false;
    task->presence[answer->embedded] = PGTASK_MALFORMED;
}

void pgtask_detail_text(struct pgtask_answer *answer, struct pgtask_task *task, char const *text,
                        size_t length)
{
    while (length > 0) {
        size_t taken;

        if (drain(answer, task) != PGTASK_MORE) {
            give_up(answer, task);
            return;
        }
        taken = pgtask_json_feed(&answer->detail, text, length);
        text += taken;
        length -= taken;
    }
}

void pgtask_detail_end(struct pgtask_answer *answer, struct pgtask_task *task)
{
    if (!answer->embedding) {
        if (!answer->options.skip_detail) {
            give_up(answer, task);
        }
        return;
    }
    answer->embedding = false;
    if (drain(answer, task) == PGTASK_MORE) {
        pgtask_json_finish(&answer->detail);
        if (drain(answer, task) == PGTASK_DONE) {
            return;
        }
    }
    give_up(answer, task);
}

void pgtask_detail_settle(struct pgtask_task *task)
{
    if (task->presence[PGTASK_MEMBER_ALL_STEPS] == PGTASK_MALFORMED) {
        task->step_count = 0;
        memset(task->steps, 0, sizeof task->steps);
        task->truncated &= ~bit_of(PGTASK_MEMBER_STEPS);
    }
    if (task->presence[PGTASK_MEMBER_INPUT] == PGTASK_MALFORMED ||
        task->presence[PGTASK_MEMBER_OUTPUT] == PGTASK_MALFORMED) {
        memset(&task->restore, 0, sizeof task->restore);
        task->restore.backup_set_unix_s = PGTASK_TIME_UNKNOWN;
        task->restore.target_unix_s = PGTASK_TIME_UNKNOWN;
        memset(task->presence + PGTASK_MEMBER_RESTORE_TYPE, PGTASK_ABSENT,
               PGTASK_MEMBER_COUNT - PGTASK_MEMBER_RESTORE_TYPE);
        task->truncated &= bit_of(PGTASK_MEMBER_RESTORE_TYPE) - 1;
    }
}
