/* SPDX-License-Identifier: MIT */
/**
 * @file json_private.h
 * Inside src/json: the contents of strings and the grammar of numbers.
 */
#ifndef PGTASK_JSON_PRIVATE_H
#define PGTASK_JSON_PRIVATE_H

#include <pgtask/json.h>

/** Bytes of a window that are kept free on both sides of its text: room for a machine word. */
#define PGTASK_JSON_SPARE 8

/**
 * Unescapes what is there of the string under way, up to its closing quote, to the end of the
 * window, or to an escape or character that the end cuts short.
 *
 * @param json   `at` is moved to where it ended, or to what is bad
 * @param event  set, but for its type; the text begins up to PGTASK_JSON_SPARE bytes before `at`
 * @return false: a control byte, a wrong escape, a lone surrogate or invalid UTF-8 (RFC 8259
 *         section 7, RFC 3629 section 4)
 */
bool pgtaski_json_unescape(struct pgtask_json *json, struct pgtask_json_event *event);

#endif
