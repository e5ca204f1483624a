/* SPDX-License-Identifier: MIT */
/* The envelope of an answer and the members of a task. Embedded JSON is src/task_detail.c's. */
#include <pgtask/task.h>

#include <string.h>

#include "task_field.h"
#include "text.h"

enum place {
    PLACE_TOP,
    PLACE_ROOT,
    PLACE_RESPONSE,
    PLACE_ERROR,
    PLACE_SET,
    PLACE_TASK,
    PLACE_DETAIL
};

/* Members of the envelope, numbered on from those of a record. */
enum {
    ENVELOPE_ROOT = PGTASK_MEMBER_COUNT,
    ENVELOPE_RESPONSE,
    ENVELOPE_LEGACY_CODE,
    ENVELOPE_LEGACY_MESSAGE,
    ENVELOPE_LEGACY_NAME,
    ENVELOPE_TOTAL_COUNT,
    ENVELOPE_TASK_SET,
    ENVELOPE_REQUEST_ID,
    ENVELOPE_ERROR,
    ENVELOPE_CODE,
    ENVELOPE_MESSAGE,
    /* not a member: `code` of the legacy layout is not 0 */
    ENVELOPE_LEGACY_FAILED
};

/* Added to a member of the envelope: its name was met, with a value or not. */
enum { ENVELOPE_NAMED = 16 };

#define NAMED(name, kind, member)                                                                  \
    {                                                                                              \
        PGTASK_FIELD_NAME(name), kind, member, 0, 0                                                \
    }
#define TEXT(name, member, owner, text)                                                            \
    {                                                                                              \
        PGTASK_FIELD_NAME(name), PGTASK_FIELD_TEXT, member,                                        \
            (uint16_t)offsetof(struct owner, text), (uint16_t)sizeof(((struct owner *)0)->text)    \
    }

static struct pgtask_field const top_field = NAMED("Response", PGTASK_FIELD_OBJECT, ENVELOPE_ROOT);

/* Sources: API page 6.1; the legacy layout is handled by the vendor's Go SDK too. */
static struct pgtask_field const root_fields[] = {
    NAMED("Response", PGTASK_FIELD_OBJECT, ENVELOPE_RESPONSE),
    NAMED("code", PGTASK_FIELD_NUMBER, ENVELOPE_LEGACY_CODE),
    TEXT("message", ENVELOPE_LEGACY_MESSAGE, pgtask_failure, message),
    TEXT("codeDesc", ENVELOPE_LEGACY_NAME, pgtask_failure, code),
};

static struct pgtask_field const response_fields[] = {
    NAMED("TotalCount", PGTASK_FIELD_NUMBER, ENVELOPE_TOTAL_COUNT),
    NAMED("TaskSet", PGTASK_FIELD_ARRAY, ENVELOPE_TASK_SET),
    TEXT("RequestId", ENVELOPE_REQUEST_ID, pgtask_failure, request_id),
    NAMED("Error", PGTASK_FIELD_OBJECT, ENVELOPE_ERROR),
};

static struct pgtask_field const error_fields[] = {
    TEXT("Code", ENVELOPE_CODE, pgtask_failure, code),
    TEXT("Message", ENVELOPE_MESSAGE, pgtask_failure, message),
};

static struct pgtask_field const task_fields[] = {
    TEXT("DBInstanceId", PGTASK_MEMBER_DB_INSTANCE_ID, pgtask_task, instance_id),
    TEXT("EndTime", PGTASK_MEMBER_END_TIME, pgtask_task, end_time),
    NAMED("Progress", PGTASK_FIELD_NUMBER, PGTASK_MEMBER_PROGRESS),
    TEXT("StartTime", PGTASK_MEMBER_START_TIME, pgtask_task, start_time),
    TEXT("Status", PGTASK_MEMBER_STATUS, pgtask_task, status_text),
    NAMED("TaskDetail", PGTASK_FIELD_OBJECT, PGTASK_MEMBER_TASK_DETAIL),
    NAMED("TaskId", PGTASK_FIELD_NUMBER, PGTASK_MEMBER_TASK_ID),
    TEXT("TaskType", PGTASK_MEMBER_TASK_TYPE, pgtask_task, task_type),
};

static struct pgtask_field const detail_fields[] = {
    TEXT("AllSteps", PGTASK_MEMBER_ALL_STEPS, pgtask_task, all_steps),
    TEXT("CurrentStep", PGTASK_MEMBER_CURRENT_STEP, pgtask_task, current_step),
    TEXT("Input", PGTASK_MEMBER_INPUT, pgtask_task, input),
    TEXT("Output", PGTASK_MEMBER_OUTPUT, pgtask_task, output),
    NAMED("SwitchTag", PGTASK_FIELD_NUMBER, PGTASK_MEMBER_SWITCH_TAG),
    TEXT("SwitchTime", PGTASK_MEMBER_SWITCH_TIME, pgtask_task, switch_time),
    TEXT("Message", PGTASK_MEMBER_MESSAGE, pgtask_task, message),
};

/* What is known of each place: its members, and where its end leads. */
static struct {
    struct pgtask_field const *fields;
    uint8_t count;
    uint8_t outer;
} const places[] = {
    [PLACE_TOP] = {NULL, 0, PLACE_TOP},
    [PLACE_ROOT] = {root_fields, sizeof root_fields / sizeof root_fields[0], PLACE_TOP},
    [PLACE_RESPONSE] = {response_fields, sizeof response_fields / sizeof response_fields[0],
                        PLACE_ROOT},
    [PLACE_ERROR] = {error_fields, sizeof error_fields / sizeof error_fields[0], PLACE_RESPONSE},
    [PLACE_SET] = {NULL, 0, PLACE_RESPONSE},
    [PLACE_TASK] = {task_fields, sizeof task_fields / sizeof task_fields[0], PLACE_SET},
    [PLACE_DETAIL] = {detail_fields, sizeof detail_fields / sizeof detail_fields[0], PLACE_TASK},
};

void pgtask_answer_start(struct pgtask_answer *answer, struct pgtask_task_options const *options)
{
    memset(answer, 0, offsetof(struct pgtask_answer, tokens));
    if (options != NULL) {
        answer->options = *options;
    }
    answer->walk.field = &top_field;
    pgtask_json_start(&answer->json, answer->window, sizeof answer->window, answer->tokens,
                      PGTASK_JSON_TOKENS);
}

size_t pgtask_answer_feed(struct pgtask_answer *answer, uint8_t const *bytes, size_t length)
{
    return pgtask_json_feed(&answer->json, (char const *)bytes, length);
}

void pgtask_answer_finish(struct pgtask_answer *answer)
{
    pgtask_json_finish(&answer->json);
}

static bool in_record(struct pgtask_walk const *walk)
{
    return walk->place >= PLACE_TASK;
}

static void set_seen(struct pgtask_answer *answer, unsigned member)
{
    answer->seen |= UINT32_C(1) << (member - PGTASK_MEMBER_COUNT);
}

static bool was_seen(struct pgtask_answer const *answer, unsigned member)
{
    return (answer->seen >> (member - PGTASK_MEMBER_COUNT) & 1) != 0;
}

static void set_presence(struct pgtask_answer *answer, struct pgtask_task *task,
                         enum pgtask_presence presence)
{
    struct pgtask_field const *const field = answer->walk.field;

    if (field->member < PGTASK_MEMBER_COUNT) {
        task->presence[field->member] = (uint8_t)presence;
    } else if (presence == PGTASK_VALUE) {
        set_seen(answer, field->member);
    }
}

static enum pgtask_error wrong(struct pgtask_answer *answer, char const *name,
                               enum pgtask_error error)
{
    size_t const length = strlen(name);

    memcpy(answer->failure.member, name, length + 1);
    return error;
}

static void reset_task(struct pgtask_answer *answer, struct pgtask_task *task)
{
    memset(task, 0, sizeof *task);
    task->progress_percent = PGTASK_PERCENT_UNKNOWN;
    task->start_unix_s = PGTASK_TIME_UNKNOWN;
    task->end_unix_s = PGTASK_TIME_UNKNOWN;
    task->restore.backup_set_unix_s = PGTASK_TIME_UNKNOWN;
    task->restore.target_unix_s = PGTASK_TIME_UNKNOWN;
    answer->output_facts = 0;
}

/* In the order of enum pgtask_status, from Running on, and of enum pgtask_task_type. */
static char const statuses[] = "Running\0Success\0WaitSwitch\0Fail\0Pause\0";
static char const types[] = "RestoreDatabase\0CloneInstance\0RestartInstance\0DestroyInstance\0"
                            "ModifyInstanceParams\0";

/* A member's name was read: checks that it is the first of its name and readies its text. */
static enum pgtask_error begin_member(struct pgtask_answer *answer, struct pgtask_task *task)
{
    struct pgtask_walk *const walk = &answer->walk;
    struct pgtask_field const *const field = walk->field;
    bool const record = in_record(walk);
    char *const owner = record ? (char *)task : (char *)&answer->failure;

    if (field == NULL) {
        return PGTASK_OK;
    }
    if (walk->place == PLACE_ROOT && field->member != ENVELOPE_RESPONSE &&
        was_seen(answer, ENVELOPE_RESPONSE)) {
        walk->field = NULL;
        return PGTASK_OK;
    }
    if (record ? task->presence[field->member] != PGTASK_ABSENT
               : was_seen(answer, field->member + ENVELOPE_NAMED)) {
        return wrong(answer, field->name, PGTASK_ERROR_ANSWER_DUPLICATE);
    }
    if (!record) {
        set_seen(answer, field->member + ENVELOPE_NAMED);
    }
    walk->cut = 0;
    if (field->kind == PGTASK_FIELD_NUMBER) {
        pgtask_text_begin(&walk->sink, walk->word, sizeof walk->word, 0);
    } else if (field->kind == PGTASK_FIELD_TEXT) {
        pgtask_text_begin(&walk->sink, owner + field->offset, field->capacity,
                          record ? field->member : 0);
        if (field->member >= PGTASK_MEMBER_ALL_STEPS && field->member <= PGTASK_MEMBER_OUTPUT) {
            pgtask_detail_begin(answer, task, (enum pgtask_member)field->member);
        }
    }
    return PGTASK_OK;
}

static enum pgtask_error take_number(struct pgtask_answer *answer, struct pgtask_task *task,
                                     char const *text, size_t length)
{
    struct pgtask_field const *const field = answer->walk.field;
    uint64_t number = 0;
    enum pgtask_error error;

    if (field->member == ENVELOPE_LEGACY_CODE) {
        if (length != 1 || text[0] != '0') {
            set_seen(answer, ENVELOPE_LEGACY_FAILED);
        }
        return PGTASK_OK;
    }
    error = pgtask_json_to_uint64(text, length, &number);
    if (error == PGTASK_OK && field->member == PGTASK_MEMBER_PROGRESS && number > 100) {
        error = PGTASK_ERROR_ANSWER_RANGE;
    }
    if (error != PGTASK_OK) {
        return wrong(answer, field->name,
                     error == PGTASK_ERROR_JSON_NUMBER ? PGTASK_ERROR_ANSWER_TYPE : error);
    }
    switch (field->member) {
    case PGTASK_MEMBER_TASK_ID: task->task_id = number; break;
    case PGTASK_MEMBER_PROGRESS: task->progress_percent = (int8_t)number; break;
    case PGTASK_MEMBER_SWITCH_TAG: task->switch_tag = number; break;
    default: answer->total_count = number; break;
    }
    set_presence(answer, task, PGTASK_VALUE);
    return PGTASK_OK;
}

static void take_text(struct pgtask_answer *answer, struct pgtask_task *task)
{
    int32_t const offset_s = answer->options.utc_offset_s;

    set_presence(answer, task, PGTASK_VALUE);
    switch (answer->walk.field->member) {
    case PGTASK_MEMBER_STATUS:
        task->status = (enum pgtask_status)pgtask_text_number(statuses, task->status_text);
        break;
    case PGTASK_MEMBER_TASK_TYPE:
        task->type = (enum pgtask_task_type)pgtask_text_number(types, task->task_type);
        break;
    case PGTASK_MEMBER_START_TIME:
        task->start_unix_s = pgtask_time_read(task->start_time, offset_s);
        break;
    case PGTASK_MEMBER_END_TIME:
        task->end_unix_s = pgtask_time_read(task->end_time, offset_s);
        break;
    case PGTASK_MEMBER_ALL_STEPS:
    case PGTASK_MEMBER_INPUT:
    case PGTASK_MEMBER_OUTPUT: pgtask_detail_end(answer, task); break;
    default: break;
    }
}

static enum pgtask_error on_string(struct pgtask_answer *answer, struct pgtask_task *task,
                                   struct pgtask_json_event const *event)
{
    struct pgtask_walk *const walk = &answer->walk;
    struct pgtask_field const *const field = walk->field;
    uint32_t *const cut =
        in_record(walk) && field->kind == PGTASK_FIELD_TEXT ? &task->truncated : &walk->cut;

    if (field->kind != PGTASK_FIELD_TEXT && field->kind != PGTASK_FIELD_NUMBER) {
        return event->more ? PGTASK_OK : wrong(answer, field->name, PGTASK_ERROR_ANSWER_TYPE);
    }
    pgtask_text_append(&walk->sink, event, cut);
    if (answer->embedding) {
        pgtask_detail_text(answer, task, event->text, event->length);
    }
    if (event->more) {
        return PGTASK_OK;
    }
    if (walk->sink.length == 0 && (*cut >> walk->sink.member & 1) == 0) {
        set_presence(answer, task, PGTASK_EMPTY);
        answer->embedding = false;
        return PGTASK_OK;
    }
    if (field->kind == PGTASK_FIELD_TEXT) {
        take_text(answer, task);
        return PGTASK_OK;
    }
    if (walk->cut != 0) {
        return wrong(answer, field->name, PGTASK_ERROR_ANSWER_RANGE);
    }
    return take_number(answer, task, walk->word, walk->sink.length);
}

static enum pgtask_error on_begin(struct pgtask_answer *answer, struct pgtask_task *task,
                                  bool object)
{
    struct pgtask_walk *const walk = &answer->walk;
    struct pgtask_field const *const field = walk->field;

    if (walk->place == PLACE_SET && object) {
        reset_task(answer, task);
        walk->place = PLACE_TASK;
        return PGTASK_OK;
    }
    if (walk->place == PLACE_SET ||
        field->kind != (object ? PGTASK_FIELD_OBJECT : PGTASK_FIELD_ARRAY)) {
        return wrong(answer, field->name, PGTASK_ERROR_ANSWER_TYPE);
    }
    switch (field->member) {
    case ENVELOPE_ROOT: walk->place = PLACE_ROOT; return PGTASK_OK;
    case ENVELOPE_RESPONSE: walk->place = PLACE_RESPONSE; break;
    case ENVELOPE_ERROR: walk->place = PLACE_ERROR; break;
    case ENVELOPE_TASK_SET: walk->place = PLACE_SET; break;
    default:
        walk->place = PLACE_DETAIL;
        set_presence(answer, task, PGTASK_EMPTY);
        return PGTASK_OK;
    }
    set_presence(answer, task, PGTASK_VALUE);
    return PGTASK_OK;
}

/* PGTASK_DONE: the record is whole. */
static enum pgtask_error end_task(struct pgtask_answer *answer, struct pgtask_task *task)
{
    if (task->presence[PGTASK_MEMBER_TASK_ID] != PGTASK_VALUE) {
        return wrong(answer, "TaskId", PGTASK_ERROR_ANSWER_MISSING);
    }
    if (task->presence[PGTASK_MEMBER_STATUS] != PGTASK_VALUE) {
        return wrong(answer, "Status", PGTASK_ERROR_ANSWER_MISSING);
    }
    pgtask_detail_settle(task);
    answer->task_count++;
    return PGTASK_DONE;
}

static enum pgtask_error on_end(struct pgtask_answer *answer, struct pgtask_task *task)
{
    struct pgtask_walk *const walk = &answer->walk;
    uint8_t const place = walk->place;

    walk->place = places[place].outer;
    walk->field = &response_fields[1]; /* back in the set, the next object is an element of it */
    return place == PLACE_TASK ? end_task(answer, task) : PGTASK_OK;
}

static enum pgtask_error on_scalar(struct pgtask_answer *answer, struct pgtask_task *task,
                                   struct pgtask_json_event const *event)
{
    struct pgtask_field const *const field = answer->walk.field;

    if (event->type == PGTASK_JSON_NULL && answer->walk.place != PLACE_SET &&
        field->member != ENVELOPE_ROOT) {
        set_presence(answer, task, PGTASK_NULL);
        answer->embedding = false;
        return PGTASK_OK;
    }
    if (event->type == PGTASK_JSON_NUMBER && field->kind == PGTASK_FIELD_NUMBER) {
        return take_number(answer, task, event->text, event->length);
    }
    return wrong(answer, field->name, PGTASK_ERROR_ANSWER_TYPE);
}

static enum pgtask_error on_key(struct pgtask_answer *answer, struct pgtask_task *task,
                                struct pgtask_json_event const *event)
{
    struct pgtask_walk *const walk = &answer->walk;

    if (walk->place == PLACE_DETAIL) {
        task->presence[PGTASK_MEMBER_TASK_DETAIL] = PGTASK_VALUE;
    }
    if (!pgtask_walk_key(walk, event, places[walk->place].fields, places[walk->place].count,
                         false)) {
        return PGTASK_OK;
    }
    return begin_member(answer, task);
}

static enum pgtask_error on_event(struct pgtask_answer *answer, struct pgtask_task *task,
                                  struct pgtask_json_event const *event)
{
    if (pgtask_walk_skips(&answer->walk, event)) {
        return PGTASK_OK;
    }
    switch (event->type) {
    case PGTASK_JSON_KEY: return on_key(answer, task, event);
    case PGTASK_JSON_STRING: return on_string(answer, task, event);
    case PGTASK_JSON_BEGIN_OBJECT: return on_begin(answer, task, true);
    case PGTASK_JSON_BEGIN_ARRAY: return on_begin(answer, task, false);
    case PGTASK_JSON_END_OBJECT:
    case PGTASK_JSON_END_ARRAY: return on_end(answer, task);
    default: return on_scalar(answer, task, event);
    }
}

static void replace_controls(char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            *text = ' ';
        }
    }
}

static enum pgtask_error judge(struct pgtask_answer *answer)
{
    if (was_seen(answer, ENVELOPE_ERROR)) {
        if (!was_seen(answer, ENVELOPE_CODE)) {
            return wrong(answer, error_fields[0].name, PGTASK_ERROR_ANSWER_MISSING);
        }
        return PGTASK_ERROR_SERVICE;
    }
    if (!was_seen(answer, ENVELOPE_RESPONSE)) {
        return was_seen(answer, ENVELOPE_LEGACY_FAILED)
                   ? PGTASK_ERROR_SERVICE
                   : wrong(answer, root_fields[0].name, PGTASK_ERROR_ANSWER_MISSING);
    }
    for (size_t i = 0; i < 2; i++) {
        if (!was_seen(answer, response_fields[i].member)) {
            return wrong(answer, response_fields[i].name, PGTASK_ERROR_ANSWER_MISSING);
        }
    }
    return PGTASK_DONE;
}

static enum pgtask_error fail(struct pgtask_answer *answer, enum pgtask_error error)
{
    answer->failure.error = error;
    answer->failure.offset = pgtask_json_offset(&answer->json);
    if (error != PGTASK_ERROR_SERVICE) {
        answer->failure.code[0] = '\0';
        answer->failure.message[0] = '\0';
    }
    if (!was_seen(answer, ENVELOPE_REQUEST_ID)) {
        answer->failure.request_id[0] = '\0'; /* a part of one would name another request */
    }
    replace_controls(answer->failure.code);
    replace_controls(answer->failure.message);
    replace_controls(answer->failure.request_id);
    return error;
}

enum pgtask_error pgtask_answer_next(struct pgtask_answer *answer, struct pgtask_task *task)
{
    struct pgtask_json_event event;
    enum pgtask_error error = answer->failure.error;

    while (error == PGTASK_OK) {
        error = pgtask_json_next(&answer->json, &event);
        if (error == PGTASK_MORE) {
            return PGTASK_MORE;
        }
        if (error == PGTASK_DONE) {
            replace_controls(answer->failure.request_id);
            error = judge(answer);
            return error == PGTASK_DONE ? error : fail(answer, error);
        }
        if (error == PGTASK_OK) {
            error = on_event(answer, task, &event);
            if (error == PGTASK_DONE) {
                return PGTASK_OK;
            }
        }
        if (error != PGTASK_OK) {
            return fail(answer, error);
        }
    }
    return error;
}
