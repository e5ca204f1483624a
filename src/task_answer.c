/* SPDX-License-Identifier: MIT */
/*
 * Decodes the body of an answer: the envelope, and one record after the other. The walk stores the
 * values. This file holds the rules: what an odd member costs, and what the answer as a whole
 * means. The texts of AllSteps, Input and Output go to task_detail.c as they come.
 *
 * An odd member costs its own value: it is marked, and the rest goes on. A record without TaskId or
 * Status is left out and counted, and so is an element of TaskSet that is not an object. Only a
 * text that is not JSON ends an answer before its end.
 */
#include <pgtask/task.h>

#include <string.h>

#include "task_private.h"
#include "text.h"

void pgtask_answer_start(struct pgtask_answer *answer, struct pgtask_task_options const *options)
{
    /* The windows, which stand last, need no start value. */
    memset(answer, 0, offsetof(struct pgtask_answer, window));
    if (options != NULL) {
        answer->options = *options;
    }
    pgtaski_task_walk_start(&answer->walk, &pgtaski_task_root_field);
    pgtask_json_start(&answer->json, answer->window, sizeof answer->window);
}

size_t pgtask_answer_feed(struct pgtask_answer *answer, uint8_t const *bytes, size_t length)
{
    return pgtask_json_feed(&answer->json, (char const *)bytes, length);
}

void pgtask_answer_finish(struct pgtask_answer *answer)
{
    pgtask_json_finish(&answer->json);
}

static bool has_value(struct pgtask_answer const *answer, enum pgtaski_envelope member)
{
    return answer->presence[member] == PGTASK_VALUE;
}

static void reset_task(struct pgtask_answer *answer, struct pgtask_task *task)
{
    memset(task, 0, sizeof *task);
    task->progress_percent = PGTASK_PERCENT_UNKNOWN;
    task->start_unix_s = PGTASK_TIME_UNKNOWN;
    task->end_unix_s = PGTASK_TIME_UNKNOWN;
    pgtaski_task_clear_restore(task);
    answer->output_facts = 0;
}

/* Whether the text of a member is JSON that is decoded. */
static bool is_embedded(uint8_t member)
{
    return PGTASK_EMBEDDED_JSON && member >= PGTASK_MEMBER_ALL_STEPS &&
           member <= PGTASK_MEMBER_OUTPUT;
}

/* Whether the value of such a member is being decoded. */
static bool is_embedding(struct pgtask_answer const *answer)
{
    return PGTASK_EMBEDDED_JSON && answer->embedding;
}

/*
 * A member is there twice, so it could be read in two ways: its value is unknown. Of two lists of
 * tasks, or two objects around them, the first one counts, because its records have been handed on.
 */
static void on_second_value(struct pgtask_walk *walk)
{
    bool const is_value =
        walk->place >= PGTASKI_PLACE_TASK || walk->field->kind >= PGTASKI_KIND_TEXT;

    walk->field = is_value ? PGTASKI_NO_FIELD : NULL;
}

static void on_key(struct pgtask_answer *answer, struct pgtask_task *task,
                   struct pgtask_json_event const *event)
{
    struct pgtask_walk *const walk = &answer->walk;
    bool const is_of_record = walk->place >= PGTASKI_PLACE_TASK;
    uint8_t *presence = is_of_record ? task->presence : answer->presence;

    if (PGTASK_EMBEDDED_JSON) {
        answer->embedding = false;
    }
    if (walk->place == PGTASKI_PLACE_DETAIL) {
        task->presence[PGTASK_MEMBER_TASK_DETAIL] = PGTASK_VALUE;
    }
    if (!pgtaski_task_walk_key(walk, event)) {
        return;
    }
    if (walk->place == PGTASKI_PLACE_ROOT && walk->member != PGTASKI_ENVELOPE_RESPONSE &&
        has_value(answer, PGTASKI_ENVELOPE_RESPONSE)) {
        walk->field = NULL; /* beside a Response, the legacy layout does not count */
        return;
    }
    presence += walk->member;
    pgtaski_task_walk_open(walk, is_of_record ? (void *)task : answer, presence);
    if (*presence != PGTASK_ABSENT) {
        on_second_value(walk);
    } else if (is_of_record && is_embedded(walk->member)) {
        pgtaski_task_detail_begin(answer, (enum pgtask_member)walk->member);
    }
}

/* @return whether the record is whole; false if it is left out */
static bool end_task(struct pgtask_answer *answer, struct pgtask_task *task)
{
    if (task->presence[PGTASK_MEMBER_TASK_ID] != PGTASK_VALUE ||
        task->presence[PGTASK_MEMBER_STATUS] != PGTASK_VALUE) {
        answer->left_out_count++;
        return false;
    }
    if (PGTASK_EMBEDDED_JSON) {
        pgtaski_task_detail_settle(task);
    }
    answer->task_count++;
    return true;
}

/* A string is complete. */
static void end_string(struct pgtask_answer *answer, struct pgtask_task *task, uint8_t member)
{
    struct pgtask_walk *const walk = &answer->walk;

    task->truncated |= (uint32_t)walk->text.cut << member;
    pgtaski_task_derive(answer, walk, task);
    if (is_embedded(member) && *walk->presence != PGTASK_EMPTY) {
        pgtaski_task_detail_end(answer, task);
    }
}

/* The value of a record's member is odd. */
static void on_odd_value(struct pgtask_answer *answer, struct pgtask_task *task,
                         struct pgtask_json_event const *event)
{
    struct pgtask_walk const *const walk = &answer->walk;
    bool const is_number = event->type == PGTASK_JSON_NUMBER;
    size_t const length = is_number ? event->length : walk->text.length;

    task->odd |= bit_of(walk->member);
    pgtaski_task_derive(answer, walk, task); /* from an empty text: an earlier value may be there */
    if (is_embedding(answer)) {
        pgtaski_task_detail_event(answer, task, event); /* a real array or object begins, maybe */
    } else if (is_embedded(walk->member)) {
        *walk->presence = PGTASK_MALFORMED; /* there twice: what it has said does not count */
    } else if (walk->member == PGTASK_MEMBER_PROGRESS &&
               task->progress_percent != PGTASK_PERCENT_UNKNOWN &&
               length < sizeof task->progress_text) {
        memcpy(task->progress_text, is_number ? event->text : walk->word, length);
    }
}

/* @return whether the record is whole */
static bool on_value(struct pgtask_answer *answer, struct pgtask_task *task,
                     struct pgtask_json_event const *event)
{
    struct pgtask_walk *const walk = &answer->walk;
    enum pgtaski_place const place = walk->place;
    uint8_t const member = walk->member;
    bool const is_good = pgtaski_task_walk_value(walk, event);

    if (event->type == PGTASK_JSON_STRING) {
        if (is_embedding(answer)) {
            pgtaski_task_detail_text(answer, task, event->text, event->length);
        }
        if (event->has_more) {
            return false;
        }
    }
    if (!is_good) {
        if (place == PGTASKI_PLACE_SET) {
            answer->left_out_count++;
        } else if (place >= PGTASKI_PLACE_TASK) {
            on_odd_value(answer, task, event);
        }
        return false;
    }
    switch (event->type) {
    case PGTASK_JSON_STRING:
        if (place >= PGTASKI_PLACE_TASK) {
            end_string(answer, task, member);
        }
        break;
    case PGTASK_JSON_BEGIN_OBJECT:
        if (walk->place == PGTASKI_PLACE_TASK) {
            reset_task(answer, task);
        } else if (walk->place == PGTASKI_PLACE_DETAIL) {
            *walk->presence = PGTASK_EMPTY; /* until it has a member */
        }
        break;
    case PGTASK_JSON_END_OBJECT:
        if (place == PGTASKI_PLACE_TASK) {
            return end_task(answer, task);
        }
        break;
    default: break;
    }
    return false;
}

/* @return the error of an answer that lacks this member */
static enum pgtask_error lack(struct pgtask_answer *answer, enum pgtaski_envelope member)
{
    char const *const name = pgtaski_task_envelope_name(member);

    memcpy(answer->failure.member, name, strlen(name) + 1);
    return answer->presence[member] == PGTASK_ODD ? PGTASK_ERROR_ANSWER_TYPE
                                                  : PGTASK_ERROR_ANSWER_MISSING;
}

/* @return PGTASK_DONE or an error: what an answer means that is whole and good JSON */
static enum pgtask_error judge(struct pgtask_answer *answer)
{
    uint8_t const tasks = answer->presence[PGTASKI_ENVELOPE_TASK_SET];

    /* An Error of a service without an error may be there, and empty. */
    if (has_value(answer, PGTASKI_ENVELOPE_CODE) || has_value(answer, PGTASKI_ENVELOPE_MESSAGE)) {
        return PGTASK_ERROR_SERVICE;
    }
    if (!has_value(answer, PGTASKI_ENVELOPE_RESPONSE)) {
        return answer->legacy_code != 0 ||
                       answer->presence[PGTASKI_ENVELOPE_LEGACY_CODE] == PGTASK_ODD
                   ? PGTASK_ERROR_SERVICE /* an odd code is not 0 either */
                   : lack(answer, PGTASKI_ENVELOPE_RESPONSE);
    }
    if (tasks == PGTASK_VALUE || tasks == PGTASK_NULL || answer->total_count == 0) {
        return PGTASK_DONE;
    }
    return lack(answer, answer->presence[PGTASKI_ENVELOPE_ERROR] > PGTASK_NULL
                            ? PGTASKI_ENVELOPE_ERROR
                            : PGTASKI_ENVELOPE_TASK_SET);
}

/* Ends the answer: the result sticks, and its texts may go to a terminal or a log. */
static enum pgtask_error finish(struct pgtask_answer *answer, enum pgtask_error error)
{
    struct pgtask_failure *const failure = &answer->failure;

    if (error != PGTASK_DONE) {
        failure->error = error;
        failure->offset = pgtask_json_offset(&answer->json);
    }
    if (error != PGTASK_ERROR_SERVICE) {
        failure->code[0] = '\0';
        failure->message[0] = '\0';
    }
    if (!has_value(answer, PGTASKI_ENVELOPE_REQUEST_ID)) {
        failure->request_id[0] = '\0'; /* a part of an id would name another request */
    }
    (void)pgtaski_text_blank_controls(failure->code);
    (void)pgtaski_text_blank_controls(failure->message);
    (void)pgtaski_text_blank_controls(failure->request_id);
    return error;
}

enum pgtask_error pgtask_answer_next(struct pgtask_answer *answer, struct pgtask_task *task)
{
    struct pgtask_json_event event;
    enum pgtask_error error = answer->failure.error;

    if (error != PGTASK_OK) {
        return error;
    }
    while ((error = pgtask_json_next(&answer->json, &event)) == PGTASK_OK) {
        if (pgtaski_task_walk_pass_over(&answer->walk, &event)) {
            if (is_embedding(answer)) { /* AllSteps, Input or Output is a real array or object */
                pgtaski_task_detail_event(answer, task, &event);
            }
        } else if (event.type == PGTASK_JSON_KEY) {
            on_key(answer, task, &event);
        } else if (on_value(answer, task, &event)) {
            return PGTASK_OK;
        }
    }
    if (error == PGTASK_MORE) {
        return PGTASK_MORE;
    }
    if (!has_value(answer, PGTASKI_ENVELOPE_TOTAL_COUNT)) {
        answer->total_count = PGTASK_COUNT_UNKNOWN;
    }
    return finish(answer, error == PGTASK_DONE ? judge(answer) : error);
}
