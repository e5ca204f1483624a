/* SPDX-License-Identifier: MIT */
/*
 * Decodes the body of an answer: the envelope, and one record after the other. The walk stores the
 * values. This file holds the rules: which members an answer must have, that none may come twice,
 * and what the answer as a whole means. The texts of AllSteps, Input and Output go to task_detail.c
 * as they come.
 */
#include <pgtask/task.h>

#include <string.h>

#include "task_private.h"
#include "text.h"

/* A result inside this file besides those of enum pgtask_error, which has no such value. */
#define RECORD_COMPLETE ((enum pgtask_error)4)

void pgtask_answer_start(struct pgtask_answer *answer, struct pgtask_task_options const *options)
{
    /* Tokens and windows, which stand last, need no start value. */
    memset(answer, 0, offsetof(struct pgtask_answer, tokens));
    if (options != NULL) {
        answer->options = *options;
    }
    pgtaski_task_walk_start(&answer->walk, &pgtaski_task_root_field);
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

static bool has_value(struct pgtask_answer const *answer, enum pgtaski_envelope member)
{
    return answer->presence[member] == PGTASK_VALUE;
}

/* @return the error, which is about this member */
static enum pgtask_error refuse(struct pgtask_answer *answer, enum pgtaski_place place,
                                uint8_t member, enum pgtask_error error)
{
    char const *const name = pgtaski_task_member_name(place, member);

    memcpy(answer->failure.member, name, strlen(name) + 1);
    return error;
}

static void reset_task(struct pgtask_answer *answer, struct pgtask_task *task)
{
    memset(task, 0, sizeof *task);
    task->progress_percent = PGTASK_PERCENT_UNKNOWN;
    task->start_unix_s = PGTASK_TIME_UNKNOWN;
    task->end_unix_s = PGTASK_TIME_UNKNOWN;
    pgtaski_task_detail_clear_restore(task);
    answer->output_facts = 0;
}

/* Whether the text of a member is JSON. */
static bool is_embedded(uint8_t member)
{
    return member >= PGTASK_MEMBER_ALL_STEPS && member <= PGTASK_MEMBER_OUTPUT;
}

static enum pgtask_error on_key(struct pgtask_answer *answer, struct pgtask_task *task,
                                struct pgtask_json_event const *event)
{
    struct pgtask_walk *const walk = &answer->walk;
    bool const is_of_record = walk->place >= PGTASKI_PLACE_TASK;
    uint8_t *presence = is_of_record ? task->presence : answer->presence;

    answer->embedding = false;
    if (walk->place == PGTASKI_PLACE_DETAIL) {
        task->presence[PGTASK_MEMBER_TASK_DETAIL] = PGTASK_VALUE;
    }
    if (!pgtaski_task_walk_key(walk, event)) {
        return PGTASK_OK;
    }
    if (walk->place == PGTASKI_PLACE_ROOT && walk->member != PGTASKI_ENVELOPE_RESPONSE &&
        has_value(answer, PGTASKI_ENVELOPE_RESPONSE)) {
        walk->field = NULL; /* beside a Response, the legacy layout does not count */
        return PGTASK_OK;
    }
    presence += walk->member;
    if (*presence != PGTASK_ABSENT) {
        return refuse(answer, walk->place, walk->member, PGTASK_ERROR_ANSWER_DUPLICATE);
    }
    pgtaski_task_walk_open(walk, is_of_record ? (void *)task : answer, presence);
    if (is_of_record && is_embedded(walk->member)) {
        pgtaski_task_detail_begin(answer, (enum pgtask_member)walk->member);
    }
    return PGTASK_OK;
}

/* @return RECORD_COMPLETE or an error */
static enum pgtask_error end_task(struct pgtask_answer *answer, struct pgtask_task *task)
{
    static uint8_t const needed[] = {PGTASK_MEMBER_TASK_ID, PGTASK_MEMBER_STATUS};

    for (size_t i = 0; i < sizeof needed; i++) {
        if (task->presence[needed[i]] != PGTASK_VALUE) {
            return refuse(answer, PGTASKI_PLACE_TASK, needed[i], PGTASK_ERROR_ANSWER_MISSING);
        }
    }
    pgtaski_task_detail_settle(task);
    answer->task_count++;
    return RECORD_COMPLETE;
}

/* A string is complete. */
static void end_string(struct pgtask_answer *answer, struct pgtask_task *task,
                       enum pgtaski_place place, uint8_t member)
{
    struct pgtask_walk *const walk = &answer->walk;

    if (place < PGTASKI_PLACE_TASK) {
        return;
    }
    task->truncated |= (uint32_t)walk->text.cut << member;
    pgtaski_task_derive(answer, walk, task);
    if (is_embedded(member) && *walk->presence != PGTASK_EMPTY) {
        pgtaski_task_detail_end(answer, task);
    }
}

/* @return PGTASK_OK, RECORD_COMPLETE or an error */
static enum pgtask_error on_value(struct pgtask_answer *answer, struct pgtask_task *task,
                                  struct pgtask_json_event const *event)
{
    struct pgtask_walk *const walk = &answer->walk;
    enum pgtaski_place const place = walk->place;
    uint8_t const member = walk->member;
    enum pgtask_error const error = pgtaski_task_walk_value(walk, event);

    if (event->type == PGTASK_JSON_STRING) {
        pgtaski_task_detail_text(answer, task, event->text, event->length);
        if (event->has_more) {
            return PGTASK_OK;
        }
    }
    if (error != PGTASK_OK) {
        return refuse(answer, place, member, error);
    }
    switch (event->type) {
    case PGTASK_JSON_STRING: end_string(answer, task, place, member); break;
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
    return PGTASK_OK;
}

/* @return PGTASK_DONE or an error: what an answer means that is whole and good JSON */
static enum pgtask_error judge(struct pgtask_answer *answer)
{
    if (has_value(answer, PGTASKI_ENVELOPE_ERROR)) {
        return has_value(answer, PGTASKI_ENVELOPE_CODE)
                   ? PGTASK_ERROR_SERVICE
                   : refuse(answer, PGTASKI_PLACE_ERROR, PGTASKI_ENVELOPE_CODE,
                            PGTASK_ERROR_ANSWER_MISSING);
    }
    if (!has_value(answer, PGTASKI_ENVELOPE_RESPONSE)) {
        return answer->legacy_failed ? PGTASK_ERROR_SERVICE
                                     : refuse(answer, PGTASKI_PLACE_ROOT, PGTASKI_ENVELOPE_RESPONSE,
                                              PGTASK_ERROR_ANSWER_MISSING);
    }
    for (uint8_t member = PGTASKI_ENVELOPE_TOTAL_COUNT; member <= PGTASKI_ENVELOPE_TASK_SET;
         member++) {
        if (!has_value(answer, member)) {
            return refuse(answer, PGTASKI_PLACE_RESPONSE, member, PGTASK_ERROR_ANSWER_MISSING);
        }
    }
    return PGTASK_DONE;
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
            continue;
        }
        error = event.type == PGTASK_JSON_KEY ? on_key(answer, task, &event)
                                              : on_value(answer, task, &event);
        if (error == RECORD_COMPLETE) {
            return PGTASK_OK;
        }
        if (error != PGTASK_OK) {
            return finish(answer, error);
        }
    }
    if (error == PGTASK_MORE) {
        return PGTASK_MORE;
    }
    return finish(answer, error == PGTASK_DONE ? judge(answer) : error);
}
