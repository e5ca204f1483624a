/* SPDX-License-Identifier: MIT */
/**
 * @file task_private.h
 * Inside src/task: what the decoders of an answer and of its embedded JSON share. Both walk through
 * places; what is in each, and where its members go, is a table.
 */
#ifndef PGTASK_TASK_PRIVATE_H
#define PGTASK_TASK_PRIVATE_H

#include <pgtask/task.h>

/** Where an event is: in the object of a kind, or in the array of a kind. */
enum pgtask_place {
    PGTASK_PLACE_TOP, /**< outside of all: its field is set by who starts the walk */
    PGTASK_PLACE_ROOT,
    PGTASK_PLACE_RESPONSE,
    PGTASK_PLACE_ERROR,
    PGTASK_PLACE_SET,
    PGTASK_PLACE_TASK,
    PGTASK_PLACE_DETAIL,
    /* of embedded JSON */
    PGTASK_PLACE_STEPS,
    PGTASK_PLACE_STEP,
    PGTASK_PLACE_FACTS,
    PGTASK_PLACE_OBJECTS
};

/** Members of the envelope, numbered as in its places. */
enum pgtask_envelope {
    PGTASK_ENVELOPE_ROOT,
    PGTASK_ENVELOPE_RESPONSE,
    PGTASK_ENVELOPE_LEGACY_CODE,
    PGTASK_ENVELOPE_LEGACY_MESSAGE,
    PGTASK_ENVELOPE_LEGACY_NAME,
    PGTASK_ENVELOPE_TOTAL_COUNT,
    PGTASK_ENVELOPE_TASK_SET,
    PGTASK_ENVELOPE_REQUEST_ID,
    PGTASK_ENVELOPE_ERROR,
    PGTASK_ENVELOPE_CODE,
    PGTASK_ENVELOPE_MESSAGE
};

/** A second name of RestoreObjects, numbered on from the members of a record. */
#define PGTASK_MEMBER_BEFORE_RESTORE_OBJECTS PGTASK_MEMBER_COUNT

/** Fields by which an answer, AllSteps, and Input or Output begin. */
extern struct pgtask_field const pgtaski_task_root_field, pgtaski_task_steps_field,
    pgtaski_task_facts_field;

/** Starts a walk at the top of a text. */
void pgtaski_task_walk_start(struct pgtask_walk *walk, struct pgtask_field const *field);

/** @return the name of a member in a place */
char const *pgtaski_task_walk_name(enum pgtask_place place, uint8_t member);

/** @return whether the event belongs to a value that is passed over */
bool pgtaski_task_walk_skips(struct pgtask_walk *walk, struct pgtask_json_event const *event);

/**
 * Takes a key.
 * @return true if it is whole and known: `field` and `member` are set; then open it, or pass its
 * value over by setting `field` to NULL
 */
bool pgtaski_task_walk_key(struct pgtask_walk *walk, struct pgtask_json_event const *event);

/** Says where the value of a member goes that was just found, and its presence. */
void pgtaski_task_walk_open(struct pgtask_walk *walk, void *owner, uint8_t *presence);

/**
 * Takes another event: stores a text or number, sets its presence, or goes to another place.
 * @return PGTASK_OK; PGTASK_MORE: a fragment of a text; PGTASK_ERROR_ANSWER_TYPE: the member is
 *         of another type; PGTASK_ERROR_ANSWER_RANGE: such a number cannot be
 */
enum pgtask_error pgtaski_task_walk_value(struct pgtask_walk *walk,
                                          struct pgtask_json_event const *event);

/** Adds a fragment; a U+0000 in it becomes U+FFFD. */
void pgtaski_task_walk_add(struct pgtask_text *text, struct pgtask_json_event const *event);

/** Sets what follows from the text of a member of a record, as the walk has it. */
void pgtaski_task_derive(struct pgtask_answer const *answer, struct pgtask_walk const *walk,
                         struct pgtask_task *task);

/** Starts, goes on with and ends the text of AllSteps, Input or Output. */
void pgtaski_task_detail_begin(struct pgtask_answer *answer, enum pgtask_member member);
void pgtaski_task_detail_text(struct pgtask_answer *answer, struct pgtask_task *task,
                              char const *text, size_t length);
void pgtaski_task_detail_end(struct pgtask_answer *answer, struct pgtask_task *task);

/** Clears what the record says of a restore. */
void pgtaski_task_detail_clear_restore(struct pgtask_task *task);

/** Clears what cannot be trusted once the record is complete. */
void pgtaski_task_detail_settle(struct pgtask_task *task);

#endif
