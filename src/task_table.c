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
enum { RECORD_MEMBERS(ROW_INDEX) RECORD_ROWS };
typedef char record_rows_follow_their_enum[1 RECORD_MEMBERS(IS_IN_ORDER) ? 1 : -1];
typedef char presence_has_room_for_the_envelope[ENVELOPE_COUNT == PGTASK_ENVELOPE_MEMBERS ? 1 : -1];

/* The kinds of fields, as the rows write them. */
#define STORED(owner, member, its_kind)                                                            \
    .to.offset = (field_extent)offsetof(struct owner, member), .kind = (its_kind)
#define TEXT(owner, member)                                                                        \
    STORED(owner, member, KIND_TEXT), .capacity = (field_extent)sizeof(((struct owner *)0)->member)
#define UINT64(owner, member)   STORED(owner, member, KIND_UINT64)
#define UINT32(owner, member)   STORED(owner, member, KIND_UINT32)
#define PERCENT(owner, member)  STORED(owner, member, KIND_PERCENT)
#define IS_NOT_0(owner, member) STORED(owner, member, KIND_IS_NOT_0)
#define OBJECT(inner)           .to.place = (inner), .kind = KIND_OBJECT
#define ARRAY(inner)            .to.place = (inner), .kind = KIND_ARRAY
#define NO_FIELD                .kind = KIND_NOTHING

#define ROW_NAME(number, name, field)  name "\0"
#define ROW_FIELD(number, name, field) {field, .name_length = sizeof name - 1},
#define ROW_COUNT(number, name, field) +1
#define NAMES(rows)                    rows(ROW_NAME)
#define FIELDS(rows)                   rows(ROW_FIELD)
#define COUNT(rows)                    (0 rows(ROW_COUNT))

/* Three lists. In each, the members of one place stand side by side. */
static char const envelope_names[] = NAMES(ENVELOPE_MEMBERS);
static char const record_names[] = NAMES(RECORD_MEMBERS);
static char const step_names[] = NAMES(STEP_MEMBERS);

static struct pgtask_field const envelope_fields[] = {FIELDS(ENVELOPE_MEMBERS)};
static struct pgtask_field const record_fields[] = {FIELDS(RECORD_MEMBERS)};
static struct pgtask_field const step_fields[] = {FIELDS(STEP_MEMBERS)};

/* Elements of arrays. */
static struct pgtask_field const task_field = {OBJECT(PLACE_TASK)};
static struct pgtask_field const step_field = {OBJECT(PLACE_STEP)};
static struct pgtask_field const object_field = {.kind = KIND_TEXT,
                                                 .capacity = PGTASK_OBJECT_BYTES};

struct pgtask_field const pgtaski_task_root_field = {OBJECT(PLACE_ROOT)};
struct pgtask_field const pgtaski_task_steps_field = {ARRAY(PLACE_STEPS)};
struct pgtask_field const pgtaski_task_facts_field = {OBJECT(PLACE_FACTS)};

/* The first members of struct pgtaski_task_place: of an object whose rows begin in a list with the
 * number `start`, behind these names; and of an array with its own number. */
#define MEMBERS(list, names_before, start, rows)                                                   \
    list##_names + sizeof(names_before) - 1, list##_fields + (start), (start), (start) + COUNT(rows)
#define ELEMENTS(field, number) NULL, &(field), (number), (number)

struct pgtaski_task_place const pgtaski_task_places[PLACES] = {
    [PLACE_TOP] = {NULL, NULL, ENVELOPE_ROOT, ENVELOPE_ROOT, PLACE_TOP},
    [PLACE_ROOT] = {MEMBERS(envelope, NAMES(TOP_MEMBER), ENVELOPE_RESPONSE, ROOT_MEMBERS),
                    PLACE_TOP},
    [PLACE_RESPONSE] = {MEMBERS(envelope, NAMES(TOP_MEMBER) NAMES(ROOT_MEMBERS),
                                ENVELOPE_TOTAL_COUNT, RESPONSE_MEMBERS),
                        PLACE_ROOT},
    [PLACE_ERROR] = {MEMBERS(envelope,
                             NAMES(TOP_MEMBER) NAMES(ROOT_MEMBERS) NAMES(RESPONSE_MEMBERS),
                             ENVELOPE_CODE, ERROR_MEMBERS),
                     PLACE_RESPONSE},
    [PLACE_SET] = {ELEMENTS(task_field, ENVELOPE_TASK_SET), PLACE_RESPONSE},
    [PLACE_TASK] = {MEMBERS(record, "", PGTASK_MEMBER_TASK_ID, TASK_MEMBERS), PLACE_SET},
    [PLACE_DETAIL] = {MEMBERS(record, NAMES(TASK_MEMBERS), PGTASK_MEMBER_CURRENT_STEP,
                              DETAIL_MEMBERS),
                      PLACE_TASK},
    [PLACE_STEPS] = {ELEMENTS(step_field, 0), PLACE_TOP},
    [PLACE_STEP] = {MEMBERS(step, "", 0, STEP_MEMBERS), PLACE_STEPS},
    [PLACE_FACTS] = {MEMBERS(record, NAMES(TASK_MEMBERS) NAMES(DETAIL_MEMBERS) NAMES(STEPS_MEMBER),
                             PGTASK_MEMBER_RESTORE_TYPE, FACT_MEMBERS),
                     PLACE_TOP},
    [PLACE_OBJECTS] = {ELEMENTS(object_field, 0), PLACE_FACTS},
};

char const *pgtask_member_text(enum pgtask_member member)
{
    if (member == PGTASK_MEMBER_RESTORE_MESSAGE) {
        return "Output.Message";
    }
    return (unsigned)member < PGTASK_MEMBER_COUNT ? pgtaski_text_at(record_names, member) : "";
}

char const *pgtaski_task_member_name(enum place place, uint8_t member)
{
    return pgtaski_text_at(place < PLACE_TASK ? envelope_names : record_names, member);
}
