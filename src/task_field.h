/* SPDX-License-Identifier: MIT */
/**
 * @file task_field.h
 * Inside src/task: what the decoders of an answer and of its embedded JSON share.
 */
#ifndef PGTASK_TASK_FIELD_H
#define PGTASK_TASK_FIELD_H

#include <pgtask/task.h>

/** What a member's value has to be. */
enum pgtask_field_kind {
    PGTASK_FIELD_TEXT,
    PGTASK_FIELD_NUMBER, /**< a number, or one in a string */
    PGTASK_FIELD_OBJECT,
    PGTASK_FIELD_ARRAY
};

/** A known member of one kind of object. */
struct pgtask_field {
    char const *name;
    uint8_t length;    /**< of the name */
    uint8_t kind;      /**< enum pgtask_field_kind */
    uint8_t member;    /**< enum pgtask_member, or a number of the decoder's own above those */
    uint16_t offset;   /**< TEXT: of the text in the struct that the object fills */
    uint16_t capacity; /**< TEXT: its bytes */
};

/** Forms name and length of a struct pgtask_field. */
#define PGTASK_FIELD_NAME(name) (name), (uint8_t)(sizeof(name) - 1)

/** Points a sink at an empty text. */
void pgtask_text_begin(struct pgtask_text_sink *sink, char *text, size_t capacity, uint8_t member);

/**
 * Appends a fragment, NUL-terminated, cut at a character boundary when room ends.
 * @param truncated  the sink member's bit is set when the text is cut; nothing follows then
 */
void pgtask_text_append(struct pgtask_text_sink *sink, struct pgtask_json_event const *event,
                        uint32_t *truncated);

/**
 * Keeps the next field for a key.
 * @return false if more of the key is to come: there is nothing to do yet
 */
bool pgtask_walk_key(struct pgtask_walk *walk, struct pgtask_json_event const *event,
                     struct pgtask_field const *fields, size_t count, bool any_case);

/** @return whether the event belongs to a value that is passed over */
bool pgtask_walk_skips(struct pgtask_walk *walk, struct pgtask_json_event const *event);

/** Starts, goes on with and ends the text of AllSteps, Input or Output. */
void pgtask_detail_begin(struct pgtask_answer *answer, struct pgtask_task *task,
                         enum pgtask_member member);
void pgtask_detail_text(struct pgtask_answer *answer, struct pgtask_task *task, char const *text,
                        size_t length);
void pgtask_detail_end(struct pgtask_answer *answer, struct pgtask_task *task);

/** Clears what cannot be trusted once the record is complete. */
void pgtask_detail_settle(struct pgtask_task *task);

#endif
