/* SPDX-License-Identifier: MIT */
/**
 * @file json_window.h
 * Inside src/json: the window that jsmn looks through. src/json.c walks the tokens it finds.
 */
#ifndef PGTASK_JSON_WINDOW_H
#define PGTASK_JSON_WINDOW_H

#include <pgtask/json.h>

#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#ifdef PGTASK_JSON_RUNS_JSMN
#define JSMN_STATIC
#else
#define JSMN_HEADER
#endif
#include <jsmn.h>

static inline jsmntok_t *pgtask_json_tokens(struct pgtask_json const *json)
{
    return (jsmntok_t *)json->tokens;
}

static inline bool pgtask_json_wants(struct pgtask_json const *json, unsigned expected)
{
    return (json->expect & expected) != 0;
}

/** Makes an error stick, with the offset of what is wrong. */
static inline enum pgtask_error pgtask_json_fail(struct pgtask_json *json, enum pgtask_error error,
                                                 size_t at)
{
    json->error = error;
    json->at = (uint32_t)at;
    return error;
}

/**
 * All tokens that jsmn has found were handed on: lets it find more.
 * @param event   set if `answer` is PGTASK_OK: a fragment of a string
 * @param answer  set on false: what to tell the caller
 * @return whether jsmn was shown more
 */
bool pgtask_json_find_tokens(struct pgtask_json *json, struct pgtask_json_event *event,
                             enum pgtask_error *answer);

#endif
