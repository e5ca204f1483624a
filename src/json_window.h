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

/** Writes the quotes that the string handed on last has left out, and shows jsmn an ended one. */
void pgtask_json_put_quotes(struct pgtask_json *json);

/**
 * All that jsmn has passed was handed on, and no string follows: lets it find more.
 * @return PGTASK_OK: there is more to hand on; otherwise what to tell the caller
 */
enum pgtask_error pgtask_json_find_tokens(struct pgtask_json *json);

/**
 * Hands on the string whose quote is at `at`, or what is there of it.
 * @return as pgtask_json_next()
 */
enum pgtask_error pgtask_json_string(struct pgtask_json *json, struct pgtask_json_event *event);

#endif
