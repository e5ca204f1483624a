/* SPDX-License-Identifier: MIT */
/*
 * The table that leads the walk through an answer: for each place, the names of its members and
 * where their values go. It is made of the rows in task_members_private.h.
 */
#include "task_private.h"

#include "text.h"

#define EXTENT_MAX ((field_extent)-1)
typedef char extents_reach_all_over
    [sizeof(struct pgtask_task) < EXTENT_MAX && sizeof(struct pgtask_answer) < EXTENT_MAX ? 1 : -1];

/* The rows of a record stand in the order of enum pgtask_member, which is public. */
#define ROW_INDEX(number, name, field)   INDEX_##number,
#define IS_IN_ORDER(number, name, field) &&INDEX_##number == (int)PGTASK_##number
enum { PGTASKI_RECORD_MEMBERS(ROW_INDEX) RECORD_ROWS };
typedef char record_rows_follow_their_enum[1 PGTASKI_RECORD_MEMBERS(IS_IN_ORDER) ? 1 : -1];
typedef char
    presence_has_room_for_the_envelope[PGTASKI_ENVELOPE_COUNT == PGTASK_ENVELOPE_MEMBERS ? 1 : -1];

/* The kinds of fields, as the rows write them. */
#define STORED(owner, member, its_kind)                                                            \
    .to.offset = (field_extent)offsetof(struct owner, member),                                     \
    .capacity = (field_extent)sizeof(((struct owner *)0)->member), .kind = (its_kind)
#define TEXT(owner, member)    STORED(owner, member, PGTASKI_KIND_TEXT)
#define UINT64(owner, member)  STORED(owner, member, PGTASKI_KIND_UINT64)
#define PERCENT(owner, member) STORED(owner, member, PGTASKI_KIND_PERCENT)
#define OBJECT(inner)          .to.place = PGTASKI_PLACE_##inner, .kind = PGTASKI_KIND_OBJECT
#define ARRAY(inner)           .to.place = PGTASKI_PLACE_##inner, .kind = PGTASKI_KIND_ARRAY
#define NO_FIELD               .kind = PGTASKI_KIND_NOTHING

#define ROW_NAME(number, name, field) name "\0"
#define ROW_FIELD(number, name, ...)  {__VA_ARGS__, .name_length = sizeof name - 1},
#define ROW_DOT(number, name, field)  "."
#define NAMES(rows)                   PGTASKI_##rows(ROW_NAME)
#define FIELDS(rows)                  PGTASKI_##rows(ROW_FIELD)
#define COUNT(rows)                   (sizeof(PGTASKI_##rows(ROW_DOT)) - 1)

/* In each list, the members of one place stand side by side. */
static char const envelope_names[] = NAMES(ENVELOPE_MEMBERS);
static char const record_names[] = NAMES(RECORD_MEMBERS);

static struct pgtask_field const envelope_fields[] = {FIELDS(ENVELOPE_MEMBERS)};
struct pgtask_field const pgtaski_task_record_fields[] = {FIELDS(RECORD_MEMBERS)};

static struct pgtask_field const task_field = {OBJECT(TASK)}; /* an element of TaskSet */
struct pgtask_field const pgtaski_task_root_field = {OBJECT(ROOT)};

#if PGTASK_EMBEDDED_JSON
static char const step_names[] = NAMES(STEP_MEMBERS);
static struct pgtask_field const step_fields[] = {FIELDS(STEP_MEMBERS)};
static struct pgtask_field const step_field = {OBJECT(STEP)};
static struct pgtask_field const object_field = {.kind = PGTASKI_KIND_TEXT,
                                                 .capacity = PGTASK_OBJECT_BYTES};
struct pgtask_field const pgtaski_task_steps_field = {ARRAY(STEPS)};
struct pgtask_field const pgtaski_task_facts_field = {OBJECT(FACTS)};
#endif

/* An object: the place that its end leads to, the list that has its members, the names before them
 * in that list, the number of the first one, and their rows. */
#define record_fields pgtaski_task_record_fields
#define OBJECT_AT(place, outer, list, names_before, first, rows)                                   \
    [PGTASKI_PLACE_##place] = {list##_names + sizeof(names_before) - 1, list##_fields + (first),   \
                               (first), (first) + COUNT(rows), PGTASKI_PLACE_##outer}

/* An array: the place that its end leads to, its elements, and its own number. */
#define ARRAY_AT(place, outer, field, number)                                                      \
    [PGTASKI_PLACE_##place] = {NULL, &(field), (number), (number), PGTASKI_PLACE_##outer}

struct pgtaski_task_place const pgtaski_task_places[PGTASKI_PLACES] = {
    [PGTASKI_PLACE_TOP] = {NULL, NULL, 0, 0, PGTASKI_PLACE_TOP},
    OBJECT_AT(ROOT, TOP, envelope, "", PGTASKI_ENVELOPE_RESPONSE, ROOT_MEMBERS),
    OBJECT_AT(RESPONSE, ROOT, envelope, NAMES(ROOT_MEMBERS), PGTASKI_ENVELOPE_TOTAL_COUNT,
              RESPONSE_MEMBERS),
    OBJECT_AT(ERROR, RESPONSE, envelope, NAMES(ROOT_MEMBERS) NAMES(RESPONSE_MEMBERS),
              PGTASKI_ENVELOPE_CODE, ERROR_MEMBERS),
    ARRAY_AT(SET, RESPONSE, task_field, PGTASKI_ENVELOPE_TASK_SET),
    OBJECT_AT(TASK, SET, record, "", PGTASK_MEMBER_TASK_ID, TASK_MEMBERS),
    OBJECT_AT(DETAIL, TASK, record, NAMES(TASK_MEMBERS), PGTASK_MEMBER_CURRENT_STEP,
              DETAIL_MEMBERS),
#if PGTASK_EMBEDDED_JSON
    ARRAY_AT(STEPS, TOP, step_field, 0),
    OBJECT_AT(STEP, STEPS, step, "", 0, STEP_MEMBERS),
    OBJECT_AT(FACTS, TOP, record, NAMES(TASK_MEMBERS) NAMES(DETAIL_MEMBERS) NAMES(STEPS_MEMBER),
              PGTASK_MEMBER_RESTORE_TYPE, FACT_MEMBERS),
    ARRAY_AT(OBJECTS, FACTS, object_field, 0),
#endif
};

/* The last row of embedded JSON is a second name. */
enum { NAMED_MEMBERS = RECORD_ROWS - PGTASK_EMBEDDED_JSON };

char const *pgtask_member_text(enum pgtask_member member)
{
    if (PGTASK_EMBEDDED_JSON && member == PGTASK_MEMBER_RESTORE_MESSAGE) {
        return "Output.Message";
    }
    return (unsigned)member < NAMED_MEMBERS ? pgtaski_text_at(record_names, member) : "";
}

char const *pgtaski_task_envelope_name(enum pgtaski_envelope member)
{
    return pgtaski_text_at(envelope_names, member);
}
