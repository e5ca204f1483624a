/* SPDX-License-Identifier: MIT */
/**
 * @file jsmn_value.h
 * Values of a text that jsmn has parsed, each checked for its type. Functions answer false for
 * another type; null leaves what it is read into as it was.
 */
#ifndef PGTASK_BENCH_JSMN_VALUE_H
#define PGTASK_BENCH_JSMN_VALUE_H

#include "record.h"

#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#ifdef JSMN_BENCH_PARSER /* defined where the parser itself is to be compiled */
#define JSMN_STATIC
#else
#define JSMN_HEADER
#endif
#include <jsmn.h>

struct jsmn_document {
    char const *json;
    jsmntok_t const *tokens;
};

static inline bool jsmn_is_null(struct jsmn_document const *document, int at)
{
    jsmntok_t const *const token = &document->tokens[at];

    return token->type == JSMN_PRIMITIVE && document->json[token->start] == 'n';
}

/** Reads a whole number of digits alone. */
bool jsmn_number(struct jsmn_document const *document, int at, uint64_t *value);

/** Reads a whole number up to 100. */
bool jsmn_percent(struct jsmn_document const *document, int at, int *value);

/**
 * Unescapes a string; a longer one is cut at a character boundary. False for half of a surrogate
 * pair and for U+0000 too.
 */
bool jsmn_text(struct jsmn_document const *document, int at, char *to, size_t capacity);

/** Whether a parsed text is JSON to the letter, which jsmn alone does not make sure of. */
bool jsmn_is_strict(struct jsmn_document const *document, size_t length);

#endif
