/* SPDX-License-Identifier: MIT */
#include "task_private.h"

#include <string.h>

#include "text.h"

/* Most bytes of a record, and of a decoder: 16 bits reach all over usual ones. */
#define RECORD_BYTES                                                                               \
    (PGTASK_STEPS * (PGTASK_NAME_BYTES + PGTASK_MESSAGE_BYTES + 16) +                              \
     PGTASK_RESTORE_OBJECTS * PGTASK_OBJECT_BYTES + PGTASK_ALL_STEPS_BYTES + PGTASK_INPUT_BYTES +  \
     PGTASK_OUTPUT_BYTES + 8 * (PGTASK_NAME_BYTES + PGTASK_TIME_BYTES + PGTASK_MESSAGE_BYTES) +    \
     512)
#define ANSWER_BYTES                                                                               \
    (PGTASK_JSON_WINDOW_BYTES + PGTASK_DETAIL_WINDOW_BYTES +                                       \
     20 * (PGTASK_JSON_TOKENS + PGTASK_DETAIL_TOKENS) + PGTASK_ERROR_MESSAGE_BYTES + 2048)
#if RECORD_BYTES < UINT16_MAX && ANSWER_BYTES < UINT16_MAX
typedef uint16_t field_extent;
#else
typedef uint32_t field_extent;
#endif
#define EXTENT_MAX ((field_extent)-1)
typedef char fields_reach_all_over
    [sizeof(struct pgtask_task) < EXTENT_MAX && sizeof(struct pgtask_answer) < EXTENT_MAX ? 1 : -1];

/* Where a member's value goes. */
struct pgtask_field {
    field_extent offset; /* in the owner; or of an object or array: the enum pgtask_place inside */
    field_extent size;   /* an enum size */
};

/* Bytes of a number's type, or a bool that tells whether it is not 0; of a text, its capacity
 * besides TEXT. */
enum size { INNER = 0, PERCENT = 1, NOT_0 = 2, NUMBER_32 = 4, NUMBER = 8, TEXT = 8 };

#define FIELD(owner, member, size)                                                                 \
    {                                                                                              \
        (field_extent) offsetof(struct owner, member), (field_extent)(size)                        \
    }
#define TEXT_FIELD(owner, member) FIELD(owner, member, TEXT + sizeof(((struct owner *)0)->member))
#define TO(place)                                                                                  \
    {                                                                                              \
        PGTASK_PLACE_##place, INNER                                                                \
    }

struct pgtask_field const pgtaski_task_root_field = TO(ROOT);
struct pgtask_field const pgtaski_task_steps_field = TO(STEPS);
struct pgtask_field const pgtaski_task_facts_field = TO(FACTS);

/* Names of members as they follow each other in their enums, each behind its length in
 * octal. */
#define TASK_NAMES                                                                                 \
    "\6TaskId\0\10TaskType\0\14DBInstanceId\0\11StartTime\0\7EndTime\0\6Status\0"                  \
    "\10Progress\0\12TaskDetail\0"
#define DETAIL_NAMES                                                                               \
    "\13CurrentStep\0\10AllSteps\0\5Input\0\6Output\0\11SwitchTag\0\12SwitchTime\0\7Message\0"
#define FACT_NAMES                                                                                 \
    "\13RestoreType\0\13BackupSetId\0\15BackupSetTime\0\21RestoreTargetTime\0\16RestoreObjects\0"  \
    "\23AfterRestoreObjects\0\7Message\0\24BeforeRestoreObjects\0"

static char const root_names[] = "\10Response\0\4code\0\7message\0\10codeDesc";
static char const response_names[] = "\12TotalCount\0\7TaskSet\0\11RequestId\0\5Error";
static char const record_names[] = TASK_NAMES DETAIL_NAMES "\5Steps\0" FACT_NAMES;

/* Sources: API page 6.1; the legacy layout is handled by the vendor's Go SDK too. */
static struct pgtask_field const root_fields[] = {
    TO(RESPONSE),
    FIELD(pgtask_answer, legacy_failed, NOT_0),
    TEXT_FIELD(pgtask_answer, failure.message),
    TEXT_FIELD(pgtask_answer, failure.code),
};

static struct pgtask_field const response_fields[] = {
    FIELD(pgtask_answer, total_count, NUMBER),
    TO(SET),
    TEXT_FIELD(pgtask_answer, failure.request_id),
    TO(ERROR),
};

static struct pgtask_field const error_fields[] = {
    TEXT_FIELD(pgtask_answer, failure.code),
    TEXT_FIELD(pgtask_answer, failure.message),
};

/* Of arrays: what their elements are. */
static struct pgtask_field const set_field = TO(TASK);
static struct pgtask_field const step_field = TO(STEP);
static struct pgtask_field const object_field = {0, TEXT + PGTASK_OBJECT_BYTES};

static struct pgtask_field const task_fields[] = {
    FIELD(pgtask_task, task_id, NUMBER),
    TEXT_FIELD(pgtask_task, task_type),
    TEXT_FIELD(pgtask_task, instance_id),
    TEXT_FIELD(pgtask_task, start_time),
    TEXT_FIELD(pgtask_task, end_time),
    TEXT_FIELD(pgtask_task, status_text),
    FIELD(pgtask_task, progress_percent, PERCENT),
    TO(DETAIL),
};

static struct pgtask_field const detail_fields[] = {
    TEXT_FIELD(pgtask_task, current_step),  TEXT_FIELD(pgtask_task, all_steps),
    TEXT_FIELD(pgtask_task, input),         TEXT_FIELD(pgtask_task, output),
    FIELD(pgtask_task, switch_tag, NUMBER), TEXT_FIELD(pgtask_task, switch_time),
    TEXT_FIELD(pgtask_task, message),
};

static struct pgtask_field const step_fields[] = {
    FIELD(pgtask_step, step_id, NUMBER_32),
    TEXT_FIELD(pgtask_step, step_name),
    FIELD(pgtask_step, progress_percent, PERCENT),
    TEXT_FIELD(pgtask_step, step_message),
};

static struct pgtask_field const fact_fields[] = {
    TEXT_FIELD(pgtask_task, restore.type_text),
    TEXT_FIELD(pgtask_task, restore.backup_set_id),
    TEXT_FIELD(pgtask_task, restore.backup_set_time),
    TEXT_FIELD(pgtask_task, restore.target_time),
    TO(OBJECTS),
    TO(OBJECTS),
    TEXT_FIELD(pgtask_task, restore.message),
    TO(OBJECTS),
};

#define FIELDS(fields) (fields), sizeof(fields) / sizeof(fields)[0]

static struct place {
    char const *names;
    struct pgtask_field const *fields; /* of an array: of its elements */
    uint8_t count;                     /* of names; 0: an array, or the top */
    uint8_t first;                     /* number of the first member */
    uint8_t outer;                     /* place where its end leads */
} const places[] = {
    [PGTASK_PLACE_TOP] = {root_names, NULL, 0, PGTASK_ENVELOPE_ROOT, PGTASK_PLACE_TOP},
    [PGTASK_PLACE_ROOT] = {root_names, FIELDS(root_fields), PGTASK_ENVELOPE_RESPONSE,
                           PGTASK_PLACE_TOP},
    [PGTASK_PLACE_RESPONSE] = {response_names, FIELDS(response_fields), PGTASK_ENVELOPE_TOTAL_COUNT,
                               PGTASK_PLACE_ROOT},
    [PGTASK_PLACE_ERROR] = {"\4Code\0\7Message", FIELDS(error_fields), PGTASK_ENVELOPE_CODE,
                            PGTASK_PLACE_RESPONSE},
    [PGTASK_PLACE_SET] = {response_names + sizeof "\12TotalCount", &set_field, 0,
                          PGTASK_ENVELOPE_TASK_SET, PGTASK_PLACE_RESPONSE},
    [PGTASK_PLACE_TASK] = {record_names, FIELDS(task_fields), PGTASK_MEMBER_TASK_ID,
                           PGTASK_PLACE_SET},
    [PGTASK_PLACE_DETAIL] = {record_names + sizeof TASK_NAMES - 1, FIELDS(detail_fields),
                             PGTASK_MEMBER_CURRENT_STEP, PGTASK_PLACE_TASK},
    [PGTASK_PLACE_STEPS] = {NULL, &step_field, 0, 0, PGTASK_PLACE_TOP},
    [PGTASK_PLACE_STEP] = {"\6StepId\0\10StepName\0\13StepProcess\0\13StepMessage",
                           FIELDS(step_fields), 0, PGTASK_PLACE_STEPS},
    [PGTASK_PLACE_FACTS] = {record_names + sizeof TASK_NAMES DETAIL_NAMES "\5Steps\0" - 1,
                            FIELDS(fact_fields), PGTASK_MEMBER_RESTORE_TYPE, PGTASK_PLACE_TOP},
    [PGTASK_PLACE_OBJECTS] = {NULL, &object_field, 0, 0, PGTASK_PLACE_FACTS},
};

static char const *name_at(char const *names, size_t index)
{
    for (; index > 0; index--) {
        names += *names + 2; /* its length, and NUL */
    }
    return names + 1;
}

char const *pgtask_member_text(enum pgtask_member member)
{
    if (member == PGTASK_MEMBER_RESTORE_MESSAGE) {
        return "Output.Message";
    }
    return (unsigned)member < PGTASK_MEMBER_COUNT ? name_at(record_names, member) : "";
}

char const *pgtaski_task_walk_name(enum pgtask_place place, uint8_t member)
{
    return name_at(places[place].names, (size_t)(member - places[place].first));
}

void pgtaski_task_walk_start(struct pgtask_walk *walk, struct pgtask_field const *field)
{
    memset(walk, 0, sizeof *walk);
    walk->field = field;
    walk->presence = &walk->unkept;
}

bool pgtaski_task_walk_skips(struct pgtask_walk *walk, struct pgtask_json_event const *event)
{
    bool begins;
    bool ends;

    if (walk->field != NULL && walk->skip_depth == 0) {
        return false;
    }
    begins = event->type == PGTASK_JSON_BEGIN_OBJECT || event->type == PGTASK_JSON_BEGIN_ARRAY;
    ends = event->type == PGTASK_JSON_END_OBJECT || event->type == PGTASK_JSON_END_ARRAY;
    if (walk->skip_depth == 0 && (ends || event->type == PGTASK_JSON_KEY)) {
        return false;
    }
    walk->skip_depth += begins ? 1u : 0u;
    walk->skip_depth -= ends ? 1u : 0u;
    return true;
}

/* Names have letters alone, which differ by this bit from those of the other case. */
enum { CASE_BIT = 0x20 };

static bool is_same(char const *name, char const *key, size_t length, int ignored)
{
    if (memcmp(name, key, length) == 0) {
        return true;
    }
    while (length > 0 && ((*name ^ *key) & ~ignored) == 0) {
        name++;
        key++;
        length--;
    }
    return length == 0;
}

static void find(struct pgtask_walk *walk, char const *key, size_t length)
{
    struct place const *const place = &places[walk->place];
    int const ignored = walk->place >= PGTASK_PLACE_STEPS ? CASE_BIT : 0;
    char const *name = place->names;

    walk->field = NULL;
    for (size_t number = 0; number < place->count; number++) {
        size_t const size = (size_t)*name++;

        if (size == length && is_same(name, key, length, ignored)) {
            walk->member = (uint8_t)(place->first + number);
            walk->field = &place->fields[number];
            break;
        }
        name += size + 1;
    }
}

bool pgtaski_task_walk_key(struct pgtask_walk *walk, struct pgtask_json_event const *event)
{
    if (!event->has_more && !walk->in_key) {
        find(walk, event->text, event->length);
        return walk->field != NULL;
    }
    if (!walk->in_key) {
        pgtaski_text_start(&walk->text, walk->word, sizeof walk->word);
    }
    pgtaski_task_walk_add(&walk->text, event);
    walk->in_key = event->has_more;
    walk->field = NULL;
    if (!event->has_more && !walk->text.cut) {
        find(walk, walk->word, walk->text.length);
    }
    return walk->field != NULL;
}

void pgtaski_task_walk_open(struct pgtask_walk *walk, void *owner, uint8_t *presence)
{
    struct pgtask_field const *const field = walk->field;

    walk->target = (char *)owner + field->offset;
    walk->presence = presence;
    if (field->size > TEXT) {
        pgtaski_text_start(&walk->text, walk->target, field->size - TEXT);
    } else {
        pgtaski_text_start(&walk->text, walk->word, sizeof walk->word);
    }
}

static enum pgtask_error take_number(struct pgtask_walk *walk, char const *text, size_t length)
{
    uint64_t number;
    enum pgtask_error const error = pgtask_json_to_uint64(text, length, &number);
    void *const target = walk->target;

    if (walk->field->size == NOT_0) {
        *(bool *)target = length != 1 || text[0] != '0';
    } else if (error != PGTASK_OK) {
        return error == PGTASK_ERROR_JSON_NUMBER ? PGTASK_ERROR_ANSWER_TYPE : error;
    } else if (walk->field->size == NUMBER) {
        *(uint64_t *)target = number;
    } else if (number > (walk->field->size == PERCENT ? 100 : UINT32_MAX)) {
        return PGTASK_ERROR_ANSWER_RANGE;
    } else if (walk->field->size == PERCENT) {
        *(int8_t *)target = (int8_t)number;
    } else {
        *(uint32_t *)target = (uint32_t)number;
    }
    *walk->presence = PGTASK_VALUE;
    return PGTASK_OK;
}

static enum pgtask_error take_string(struct pgtask_walk *walk,
                                     struct pgtask_json_event const *event)
{
    if (walk->field->size != INNER) {
        pgtaski_task_walk_add(&walk->text, event);
    }
    if (event->has_more) {
        return PGTASK_MORE;
    }
    if (walk->field->size == INNER) {
        return PGTASK_ERROR_ANSWER_TYPE;
    }
    if (walk->text.length == 0 && !walk->text.cut) {
        *walk->presence = PGTASK_EMPTY;
        return PGTASK_OK;
    }
    if (walk->field->size > TEXT) {
        *walk->presence = PGTASK_VALUE;
        return PGTASK_OK;
    }
    return walk->text.cut ? PGTASK_ERROR_ANSWER_RANGE
                          : take_number(walk, walk->word, walk->text.length);
}

static enum pgtask_error begin(struct pgtask_walk *walk, bool array)
{
    struct pgtask_field const *const field = walk->field;

    if (field->size != INNER || (places[field->offset].count == 0) != array) {
        return PGTASK_ERROR_ANSWER_TYPE;
    }
    *walk->presence = PGTASK_VALUE;
    walk->place = (uint8_t)field->offset;
    walk->field = places[field->offset].fields;
    return PGTASK_OK;
}

enum pgtask_error pgtaski_task_walk_value(struct pgtask_walk *walk,
                                          struct pgtask_json_event const *event)
{
    switch (event->type) {
    case PGTASK_JSON_BEGIN_OBJECT: return begin(walk, false);
    case PGTASK_JSON_BEGIN_ARRAY: return begin(walk, true);
    case PGTASK_JSON_END_OBJECT:
    case PGTASK_JSON_END_ARRAY:
        walk->place = places[walk->place].outer;
        walk->member = places[walk->place].first;
        walk->field = places[walk->place].fields;
        walk->presence = &walk->unkept; /* the record may have been handed on */
        return PGTASK_OK;
    case PGTASK_JSON_STRING: return take_string(walk, event);
    case PGTASK_JSON_NUMBER:
        if (walk->field->size != INNER && walk->field->size <= NUMBER) {
            return take_number(walk, event->text, event->length);
        }
        break;
    case PGTASK_JSON_NULL:
        if (places[walk->place].count > 0) {
            *walk->presence = PGTASK_NULL;
            return PGTASK_OK;
        }
        break;
    default: break;
    }
    return PGTASK_ERROR_ANSWER_TYPE;
}
