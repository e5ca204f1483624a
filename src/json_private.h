/* SPDX-License-Identifier: MIT */
/**
 * @file json_private.h
 * What json.c needs of json_string.c: the contents of strings.
 */
#ifndef PGTASKI_JSON_PRIVATE_H
#define PGTASKI_JSON_PRIVATE_H

#include <pgtask/json.h>

/** Bytes on both sides of a window that hold no text: room for a machine word. */
#define PGTASKI_JSON_SPARE 8

/**
 * Unescapes the string that begins at `at`, up to its closing quote, to the end of the window, or
 * to an escape or character that the window cuts short.
 *
 * @param json   `at` moves to where the text ended, or to what is bad
 * @param event  set, except for its type; its text begins up to PGTASKI_JSON_SPARE bytes before
 * `at`
 * @return false for a control byte, a wrong escape or invalid UTF-8 (RFC 8259 section 7, RFC 3629
 *         section 4)
 */
bool pgtaski_json_unescape(struct pgtask_json *json, struct pgtask_json_event *event);

#endif
