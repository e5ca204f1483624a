/* SPDX-License-Identifier: MIT */
/* Follows the path of the member under way. Levels that cannot hold a wanted member are counted. */
#include "base/pick.h"

#include "base/text.h"

#include <string.h>

void picker_start(struct picker *picker, struct pick *picks, size_t count)
{
    memset(picker, 0, sizeof *picker);
    picker->picks = picks;
    picker->count = count;
    for (size_t i = 0; i < count; i++) {
        picks[i].text[0] = '\0';
        picks[i].is_found = false;
        picks[i].is_bad = false;
    }
    pgtask_json_start(&picker->json, picker->window, sizeof picker->window);
}

static void append_to_path(struct picker *picker, char const *text, size_t length)
{
    if (length >= sizeof picker->path - picker->path_length) {
        picker->is_path_cut = true;
        return;
    }
    memcpy(picker->path + picker->path_length, text, length);
    picker->path_length = (uint8_t)(picker->path_length + length);
    picker->path[picker->path_length] = '\0';
}

static void take_key(struct picker *picker, struct pgtask_json_event const *event)
{
    if (picker->ignored > 0) {
        return;
    }
    if (!picker->is_in_key) {
        picker->path_length = picker->base[picker->depth - 1];
        picker->is_path_cut = false;
        append_to_path(picker, "/", 1);
    }
    if (!picker->is_path_cut) {
        append_to_path(picker, event->text, event->length);
    }
    /* A NUL would end the path early, and a slash would pass for a level: no wanted key has one. */
    picker->is_path_cut =
        picker->is_path_cut || event->has_nul || memchr(event->text, '/', event->length) != NULL;
    picker->is_in_key = event->has_more;
}

/* @return the wanted member that the present path names, or NULL */
static struct pick *find(struct picker const *picker)
{
    if (picker->ignored > 0 || picker->depth == 0 || picker->is_path_cut) {
        return NULL;
    }
    for (size_t i = 0; i < picker->count; i++) {
        if (strcmp(picker->picks[i].path, picker->path) == 0) {
            return &picker->picks[i];
        }
    }
    return NULL;
}

/* The flags of an event count only for a string. */
static void take_value(struct picker *picker, struct pgtask_json_event const *event)
{
    bool const is_string = event->type == PGTASK_JSON_STRING;

    if (!picker->is_in_string) {
        picker->current = find(picker);
        if (picker->current != NULL) {
            picker->current->text[0] = '\0';
            picker->current->is_found = true;
            picker->current->is_bad = false;
        }
    }
    struct pick *const pick = picker->current;
    picker->is_in_string = is_string && event->has_more;
    if (pick == NULL || pick->is_bad) {
        return;
    }
    size_t const length = strlen(pick->text);
    if ((is_string && event->has_nul) || event->length >= pick->capacity - length) {
        pick->is_bad = true;
        return;
    }
    memcpy(pick->text + length, event->text, event->length);
    pick->text[length + event->length] = '\0';
}

/* null, true and false are no values that are wanted: the member counts as absent. */
static void take_other(struct picker *picker)
{
    struct pick *const pick = find(picker);

    if (pick != NULL) {
        pick->text[0] = '\0';
        pick->is_found = false;
    }
}

static void begin_object(struct picker *picker)
{
    if (picker->ignored > 0 || picker->is_path_cut || picker->depth == sizeof picker->base) {
        picker->ignored++;
        return;
    }
    picker->base[picker->depth++] = picker->path_length;
}

static void end_level(struct picker *picker)
{
    if (picker->ignored > 0) {
        picker->ignored--;
        return;
    }
    picker->depth--;
}

static void take(struct picker *picker, struct pgtask_json_event const *event)
{
    switch (event->type) {
    case PGTASK_JSON_BEGIN_OBJECT: begin_object(picker); return;
    case PGTASK_JSON_BEGIN_ARRAY: picker->ignored++; return;
    case PGTASK_JSON_END_OBJECT:
    case PGTASK_JSON_END_ARRAY: end_level(picker); return;
    case PGTASK_JSON_KEY: take_key(picker, event); return;
    case PGTASK_JSON_STRING:
    case PGTASK_JSON_NUMBER: take_value(picker, event); return;
    case PGTASK_JSON_TRUE:
    case PGTASK_JSON_FALSE:
    case PGTASK_JSON_NULL: take_other(picker); return;
    }
}

/* @return PGTASK_MORE, PGTASK_DONE or an error */
static enum pgtask_error drain(struct picker *picker)
{
    struct pgtask_json_event event;
    enum pgtask_error error = pgtask_json_next(&picker->json, &event);

    for (; error == PGTASK_OK; error = pgtask_json_next(&picker->json, &event)) {
        take(picker, &event);
    }
    return error;
}

bool picker_feed(struct picker *picker, char const *bytes, size_t length)
{
    while (length > 0) {
        if (drain(picker) != PGTASK_MORE) {
            return false;
        }
        size_t const taken = pgtask_json_feed(&picker->json, bytes, length);
        bytes += taken;
        length -= taken;
    }
    return true;
}

bool picker_finish(struct picker *picker)
{
    if (drain(picker) != PGTASK_MORE) {
        return false;
    }
    pgtask_json_finish(&picker->json);
    return drain(picker) == PGTASK_DONE;
}

void picker_wipe(struct picker *picker)
{
    text_wipe(picker, sizeof *picker);
}
