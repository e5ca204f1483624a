/* SPDX-License-Identifier: MIT */
/**
 * @file task_private.h
 * What the files of src/task share: the table of known members, and the walk through a document.
 *
 *     task_answer.c    the envelope and its records: the public functions
 *     task_detail.c    the JSON inside AllSteps, Input and Output
 *     task_walk.c      the walk that both of them take through a JSON document
 *     task_table.c     the table that leads the walk
 *     task_fields.c    what follows from a member's text, such as a status
 *     task_time.c      times
 */
#ifndef PGTASKI_TASK_PRIVATE_H
#define PGTASKI_TASK_PRIVATE_H

#include <pgtask/task.h>

#include "task_members_private.h"

/** Where an event is: in an object or in an array of a known kind. */
enum pgtaski_place {
    PGTASKI_PLACE_TOP, /**< outside of all */
    PGTASKI_PLACE_ROOT,
    PGTASKI_PLACE_RESPONSE,
    PGTASKI_PLACE_ERROR,
    PGTASKI_PLACE_SET, /**< the array of tasks */
    PGTASKI_PLACE_TASK,
    PGTASKI_PLACE_DETAIL,
#if PGTASK_EMBEDDED_JSON
    PGTASKI_PLACE_STEPS, /**< the array of steps */
    PGTASKI_PLACE_STEP,
    PGTASKI_PLACE_FACTS,
    PGTASKI_PLACE_OBJECTS, /**< an array of object names */
#endif
    PGTASKI_PLACES
};

#define PGTASKI_ROW_NUMBER(number, name, field) PGTASKI_##number,

/** Members of the envelope, as index into the `presence` of struct pgtask_answer. */
enum pgtaski_envelope { PGTASKI_ENVELOPE_MEMBERS(PGTASKI_ROW_NUMBER) PGTASKI_ENVELOPE_COUNT };

/** A second name of RestoreObjects has the row behind the members of a record. */
#define PGTASK_MEMBER_BEFORE_RESTORE_OBJECTS PGTASK_MEMBER_COUNT

/** Bytes of a record and of a decoder, at most. Sixteen bits reach over the usual ones. */
#define PGTASKI_RECORD_BYTES                                                                       \
    (PGTASK_STEPS * (PGTASK_NAME_BYTES + PGTASK_MESSAGE_BYTES + 16) +                              \
     PGTASK_RESTORE_OBJECTS * PGTASK_OBJECT_BYTES + PGTASK_ALL_STEPS_BYTES + PGTASK_INPUT_BYTES +  \
     PGTASK_OUTPUT_BYTES + 8 * (PGTASK_NAME_BYTES + PGTASK_TIME_BYTES + PGTASK_MESSAGE_BYTES) +    \
     512)
#define PGTASKI_ANSWER_BYTES                                                                       \
    (PGTASK_JSON_WINDOW_BYTES + PGTASK_DETAIL_WINDOW_BYTES + PGTASK_ERROR_MESSAGE_BYTES + 2048)
#if PGTASKI_RECORD_BYTES < UINT16_MAX && PGTASKI_ANSWER_BYTES < UINT16_MAX
typedef uint16_t field_extent;
#else
typedef uint32_t field_extent;
#endif

/** What a value is, and what is stored of it. Kinds from TEXT on accept a string, since the service
 * is known to quote numbers; kinds from UINT64 on accept a number. */
enum pgtaski_kind {
    PGTASKI_KIND_NOTHING, /**< no value is accepted */
    PGTASKI_KIND_OBJECT,
    PGTASKI_KIND_ARRAY,
    PGTASKI_KIND_TEXT,
    PGTASKI_KIND_UINT64,
    PGTASKI_KIND_PERCENT /**< a number, clamped to 0 to 100, in an int8_t */
};

/** Where the value of a member, or of an array's element, goes. */
struct pgtask_field {
    union {
        field_extent offset; /**< in the struct that owns it */
        field_extent place;  /**< of an object or array: the enum pgtaski_place inside */
    } to;
    field_extent capacity; /**< of a text, or bytes of a number */
    uint8_t kind;          /**< an enum pgtaski_kind */
    uint8_t name_length;   /**< of the member's name; 0 for an element */
};

/** What is in a place. */
struct pgtaski_task_place {
    char const *names;                 /**< of an object's members, each ended by a NUL */
    struct pgtask_field const *fields; /**< of an object's members, or of an array's element */
    uint8_t first;                     /**< number of the first member; of an array, its own */
    uint8_t end;                       /**< number behind the last member; of an array, `first` */
    uint8_t outer;                     /**< place that its end leads to */
};

/** The table, indexed by enum pgtaski_place. */
extern struct pgtaski_task_place const pgtaski_task_places[PGTASKI_PLACES];

/** The fields with which an answer, AllSteps, and Input or Output begin. */
extern struct pgtask_field const pgtaski_task_root_field, pgtaski_task_steps_field,
    pgtaski_task_facts_field;

/** The field of a member that is there twice, which takes no value: any is odd. */
#define PGTASKI_NO_FIELD (&pgtaski_task_record_fields[PGTASK_MEMBER_STEPS])
extern struct pgtask_field const pgtaski_task_record_fields[];

/** @return the API's name of a member of the envelope */
char const *pgtaski_task_envelope_name(enum pgtaski_envelope member);

/** @return the bit of a member in `truncated`, `odd` and `output_facts` */
static inline uint32_t bit_of(unsigned member)
{
    return UINT32_C(1) << member;
}

/** Starts a walk at the top of a document. */
void pgtaski_task_walk_start(struct pgtask_walk *walk, struct pgtask_field const *field);

/** Takes an event of a value that is passed over. @return false if the event is of another one */
bool pgtaski_task_walk_pass_over(struct pgtask_walk *walk, struct pgtask_json_event const *event);

/**
 * Takes a key.
 * @return true if it is whole and known: `field` and `member` are set. Then open it, or pass its
 *         value over by setting `field` to NULL
 */
bool pgtaski_task_walk_key(struct pgtask_walk *walk, struct pgtask_json_event const *event);

/**
 * Opens the member that was just found.
 * @param owner     the struct that its value goes to
 * @param presence  where its presence goes
 */
void pgtaski_task_walk_open(struct pgtask_walk *walk, void *owner, uint8_t *presence);

/**
 * Takes another event: stores a text or a number and its presence, or goes to another place. A
 * string is stored with its last fragment.
 * @return false if the value is odd: of another type, or a number that is too large, negative or a
 *         fraction. Its presence is PGTASK_ODD then, and all of it is passed over
 */
bool pgtaski_task_walk_value(struct pgtask_walk *walk, struct pgtask_json_event const *event);

/** Adds a fragment of a string. A U+0000 in it becomes U+FFFD. */
void pgtaski_task_walk_add(struct pgtask_text *text, struct pgtask_json_event const *event);

/** Sets what follows from the text of the walk's member, which is one of a record. */
void pgtaski_task_derive(struct pgtask_answer const *answer, struct pgtask_walk const *walk,
                         struct pgtask_task *task);

/** Clears what the record says about a restore. */
void pgtaski_task_clear_restore(struct pgtask_task *task);

/** Begins the text of AllSteps, Input or Output. */
void pgtaski_task_detail_begin(struct pgtask_answer *answer, enum pgtask_member member);

/** Decodes a fragment of it. */
void pgtaski_task_detail_text(struct pgtask_answer *answer, struct pgtask_task *task,
                              char const *text, size_t length);

/** Ends it. If it was not JSON, the member's presence becomes PGTASK_MALFORMED. */
void pgtaski_task_detail_end(struct pgtask_answer *answer, struct pgtask_task *task);

/** Clears what came from embedded JSON that was malformed, once the record is complete. */
void pgtaski_task_detail_settle(struct pgtask_task *task);

/** Takes an event of AllSteps, Input or Output as a real array or object. */
void pgtaski_task_detail_event(struct pgtask_answer *answer, struct pgtask_task *task,
                               struct pgtask_json_event const *event);

#endif
