/* SPDX-License-Identifier: MIT */
/*
 * Decodes the JSON that is embedded in AllSteps, Input and Output, fragment by fragment, while the
 * text itself goes to the record. A member of another type is odd and passed over. If the text is
 * not JSON, what it has said so far is forgotten.
 *
 *     AllSteps    [{"StepId":1,"StepName":"Pre-check"},{"StepId":2, ... }]
 *     Input       {"RestoreType":"timestamp","RestoreObjects":["a","b"], ... }
 *     Output      the same members as Input, which replace those of Input in any order
 */
#include <pgtask/task.h>

#include <string.h>

#include "task_private.h"
#include "text.h"

#if PGTASK_EMBEDDED_JSON

void pgtaski_task_detail_begin(struct pgtask_answer *answer, enum pgtask_member member)
{
    if (answer->options.skip_detail) {
        return;
    }
    answer->embedding = true;
    answer->embedded = (uint8_t)member;
    pgtaski_task_walk_start(&answer->detail_walk, member == PGTASK_MEMBER_ALL_STEPS
                                                      ? &pgtaski_task_steps_field
                                                      : &pgtaski_task_facts_field);
    pgtask_json_start(&answer->detail, answer->detail_window, sizeof answer->detail_window);
}

/* The step under way; NULL if there are more steps than a record holds. */
static struct pgtask_step *current_step(struct pgtask_task *task)
{
    return task->step_count <= PGTASK_STEPS ? &task->steps[task->step_count - 1] : NULL;
}

static void begin_step(struct pgtask_task *task)
{
    if (task->step_count < UINT32_MAX) {
        task->step_count++;
    }
    if (current_step(task) != NULL) {
        current_step(task)->progress_percent = PGTASK_PERCENT_UNKNOWN;
    } else {
        task->truncated |= bit_of(PGTASK_MEMBER_STEPS);
    }
}

static struct pgtask_objects *objects_of(struct pgtask_task *task, uint8_t member)
{
    return member == PGTASK_MEMBER_RESTORE_OBJECTS ? &task->restore.before : &task->restore.after;
}

/* Marks what is odd: a fact, the steps, or the text as a whole. */
static void mark_odd(struct pgtask_answer const *answer, struct pgtask_task *task)
{
    unsigned member = answer->detail_walk.member;

    if (answer->detail_walk.place == PGTASKI_PLACE_TOP) {
        member = answer->embedded;
    } else if (answer->detail_walk.place <= PGTASKI_PLACE_STEP) {
        member = PGTASK_MEMBER_STEPS;
    }
    task->odd |= bit_of(member);
}

/* Clears a fact before its value comes. A fact of Input is passed over if Output has it. */
static void begin_fact(struct pgtask_answer *answer, struct pgtask_task *task)
{
    struct pgtask_walk *const walk = &answer->detail_walk;
    uint32_t bit;

    if (walk->member == PGTASK_MEMBER_BEFORE_RESTORE_OBJECTS) { /* its second name */
        walk->member = PGTASK_MEMBER_RESTORE_OBJECTS;
    }
    bit = bit_of(walk->member);
    if (answer->embedded == PGTASK_MEMBER_OUTPUT) {
        answer->output_facts |= bit;
    } else if ((answer->output_facts & bit) != 0) {
        walk->field = NULL;
        return;
    }
    task->truncated &= ~bit;
    task->presence[walk->member] = PGTASK_ABSENT;
    pgtaski_task_walk_open(walk, task, &task->presence[walk->member]);
    pgtaski_task_derive(answer, walk, task); /* from a text that is empty so far */
    if (walk->member == PGTASK_MEMBER_RESTORE_OBJECTS ||
        walk->member == PGTASK_MEMBER_AFTER_RESTORE_OBJECTS) {
        walk->target = (char *)objects_of(task, walk->member);
        objects_of(task, walk->member)->count = 0;
    }
}

static void on_key(struct pgtask_answer *answer, struct pgtask_task *task,
                   struct pgtask_json_event const *event)
{
    struct pgtask_walk *const walk = &answer->detail_walk;

    if (!pgtaski_task_walk_key(walk, event)) {
        return;
    }
    if (walk->place == PGTASKI_PLACE_FACTS) {
        begin_fact(answer, task);
    } else if (current_step(task) != NULL) {
        pgtaski_task_walk_open(walk, current_step(task), &walk->unkept);
    } else {
        walk->field = NULL;
    }
}

/* A fragment of the next name in a list of objects. Between two names, no text is under way. */
static void on_object_name(struct pgtask_walk *walk, struct pgtask_task *task,
                           struct pgtask_json_event const *event)
{
    struct pgtask_objects *const objects = (void *)walk->target;

    if (walk->text.bytes == NULL && objects->count < PGTASK_RESTORE_OBJECTS) {
        pgtaski_text_start(&walk->text, objects->names[objects->count], PGTASK_OBJECT_BYTES);
    }
    if (walk->text.bytes != NULL) {
        pgtaski_task_walk_add(&walk->text, event);
    }
    if (walk->text.bytes == NULL || walk->text.cut) {
        task->truncated |= bit_of(walk->member);
    }
    if (!event->has_more) {
        walk->text.bytes = NULL;
        *walk->presence = PGTASK_VALUE;
        if (objects->count < UINT32_MAX) {
            objects->count++;
        }
    }
}

/* An object or array has begun, as expected. */
static void begin_value(struct pgtask_walk *walk, struct pgtask_task *task)
{
    if (walk->place == PGTASKI_PLACE_STEP) {
        begin_step(task);
    } else if (walk->place == PGTASKI_PLACE_OBJECTS) {
        *walk->presence = PGTASK_EMPTY;
        walk->text.bytes = NULL;
    }
}

/* A text or a quoted number is complete. */
static void end_string(struct pgtask_answer *answer, struct pgtask_task *task)
{
    struct pgtask_walk *const walk = &answer->detail_walk;
    bool const is_of_step = walk->place == PGTASKI_PLACE_STEP;

    if (walk->text.cut) {
        task->truncated |= bit_of(is_of_step ? (unsigned)PGTASK_MEMBER_STEPS : walk->member);
    }
    if (!is_of_step) {
        pgtaski_task_derive(answer, walk, task);
    }
}

static void on_value(struct pgtask_answer *answer, struct pgtask_task *task,
                     struct pgtask_json_event const *event)
{
    struct pgtask_walk *const walk = &answer->detail_walk;

    if (walk->place == PGTASKI_PLACE_OBJECTS && event->type == PGTASK_JSON_STRING) {
        on_object_name(walk, task, event);
        return;
    }
    if (!pgtaski_task_walk_value(walk, event)) {
        mark_odd(answer, task);
        return;
    }
    switch (event->type) {
    case PGTASK_JSON_BEGIN_OBJECT:
    case PGTASK_JSON_BEGIN_ARRAY: begin_value(walk, task); break;
    case PGTASK_JSON_STRING:
        if (!event->has_more) {
            end_string(answer, task);
        }
        break;
    default: break;
    }
}

void pgtaski_task_detail_event(struct pgtask_answer *answer, struct pgtask_task *task,
                               struct pgtask_json_event const *event)
{
    if (pgtaski_task_walk_pass_over(&answer->detail_walk, event)) {
        return;
    }
    if (event->type == PGTASK_JSON_KEY) {
        on_key(answer, task, event);
    } else {
        on_value(answer, task, event);
    }
}

/* Takes all events that the text so far yields. */
static enum pgtask_error drain(struct pgtask_answer *answer, struct pgtask_task *task)
{
    struct pgtask_json_event event;
    enum pgtask_error error;

    while ((error = pgtask_json_next(&answer->detail, &event)) == PGTASK_OK) {
        pgtaski_task_detail_event(answer, task, &event);
    }
    return error;
}

void pgtaski_task_detail_text(struct pgtask_answer *answer, struct pgtask_task *task,
                              char const *text, size_t length)
{
    while (length > 0 && answer->embedding) {
        size_t const taken = pgtask_json_feed(&answer->detail, text, length);

        text += taken;
        length -= taken;
        answer->embedding = drain(answer, task) == PGTASK_MORE;
    }
}

void pgtaski_task_detail_end(struct pgtask_answer *answer, struct pgtask_task *task)
{
    if (answer->embedding) {
        answer->embedding = false;
        pgtask_json_finish(&answer->detail);
        if (drain(answer, task) == PGTASK_DONE) {
            return;
        }
    }
    if (!answer->options.skip_detail) {
        task->presence[answer->embedded] = PGTASK_MALFORMED;
        task->odd |= bit_of(answer->embedded);
    }
}

void pgtaski_task_detail_settle(struct pgtask_task *task)
{
    uint32_t kept = UINT32_MAX; /* of the bits in `truncated` and `odd` */

    if (task->presence[PGTASK_MEMBER_ALL_STEPS] == PGTASK_MALFORMED) {
        task->step_count = 0;
        memset(task->steps, 0, sizeof task->steps);
        kept = ~bit_of(PGTASK_MEMBER_STEPS);
    }
    if (task->presence[PGTASK_MEMBER_INPUT] == PGTASK_MALFORMED ||
        task->presence[PGTASK_MEMBER_OUTPUT] == PGTASK_MALFORMED) {
        pgtaski_task_clear_restore(task);
        memset(task->presence + PGTASK_MEMBER_RESTORE_TYPE, PGTASK_ABSENT,
               PGTASK_MEMBER_COUNT - PGTASK_MEMBER_RESTORE_TYPE);
        kept &= bit_of(PGTASK_MEMBER_RESTORE_TYPE) - 1;
    }
    task->truncated &= kept;
    task->odd &= kept;
}

#endif
