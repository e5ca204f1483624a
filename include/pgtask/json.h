/* SPDX-License-Identifier: MIT */
/**
 * @file json.h
 * Strict, streaming JSON (RFC 8259) over jsmn: bytes go in, events come out.
 *
 * A document may have any length and come in slices of any size; memory is one window, and one bit
 * for each level of nesting, of which there may be 543. Strings come unescaped, as fragments of
 * valid UTF-8 that never cut a character in two. Everything that RFC 8259 does not allow is an
 * error. It allows a surrogate without its other half, which comes as U+FFFD.
 *
 * @code
 * pgtask_json_start(&json, window, sizeof window);
 * while ((error = pgtask_json_next(&json, &event)) != PGTASK_DONE) {
 *     if (error == PGTASK_MORE) {
 *         if (length == 0) { pgtask_json_finish(&json); continue; }
 *         size_t taken = pgtask_json_feed(&json, bytes, length);
 *         bytes += taken; length -= taken;
 *     } else if (error != PGTASK_OK) return error;
 *     else use(&event);
 * }
 * @endcode
 */
#ifndef PGTASK_JSON_H
#define PGTASK_JSON_H

#include <pgtask/error.h>

#ifdef __cplusplus
extern "C" {
#endif

enum pgtask_json_type {
    PGTASK_JSON_BEGIN_OBJECT,
    PGTASK_JSON_END_OBJECT,
    PGTASK_JSON_BEGIN_ARRAY,
    PGTASK_JSON_END_ARRAY,
    PGTASK_JSON_KEY,    /**< text: a fragment of a member's name, often all of it */
    PGTASK_JSON_STRING, /**< text: a fragment of a string, often all of it */
    PGTASK_JSON_NUMBER, /**< text: as written, grammar checked; empty if the window cannot hold it
                         */
    PGTASK_JSON_TRUE,   /**< text of this and the two below: as written */
    PGTASK_JSON_FALSE,
    PGTASK_JSON_NULL
};

struct pgtask_json_event {
    enum pgtask_json_type type;
    bool has_more;    /**< KEY, STRING: the next event is another fragment of the same string */
    bool has_nul;     /**< KEY, STRING: the text contains U+0000 */
    char const *text; /**< in the window, valid until the next call; not NUL-terminated */
    size_t length;    /**< of `text`, bytes; may be 0 */
};

/** What may come next, a bit each. Private. */
enum pgtask_json_expect {
    PGTASK_JSON_EXPECT_TOKEN = 1, /**< a value, or in an object a key */
    PGTASK_JSON_EXPECT_COLON = 2,
    PGTASK_JSON_EXPECT_COMMA = 4,
    PGTASK_JSON_EXPECT_END = 8,     /**< of an object or array */
    PGTASK_JSON_EXPECT_STRING = 16, /**< the rest of a string whose first quote was passed */
    PGTASK_JSON_EXPECT_NOTHING = 0  /**< the top-level value is complete */
};

/** Bits that are kept of a document's containers, one for each level from 0 on. Private. */
#define PGTASK_JSON_LEVELS 544

/** One document under way. The caller places it and its window. Members are private. */
struct pgtask_json {
    uint8_t expect;          /**< of enum pgtask_json_expect */
    bool in_object;          /**< the innermost open container is an object */
    bool has_key;            /**< the value of a member comes next: its key has been handed on */
    bool is_shortened;       /**< the number under way has lost digits */
    bool is_finished;        /**< no more bytes will come */
    enum pgtask_error error; /**< sticks */
    char *window;
    uint32_t capacity; /**< of the window */
    uint32_t length;   /**< bytes in the window */
    uint32_t at;       /**< bytes before it have been handed on */
    uint32_t level;    /**< open containers */
    uint64_t dropped;  /**< bytes of the document that have left the window */
    uint32_t objects[PGTASK_JSON_LEVELS / 32]; /**< whether the container at a level is an object */
};

/**
 * Makes ready for one document.
 * @param window        the caller's, used until the document has ended
 * @param window_bytes  48 to 32,000; the text of a number is shorter than this less 16
 */
void pgtask_json_start(struct pgtask_json *json, char *window, size_t window_bytes);

/**
 * Takes bytes into the window. Call only at the start, or after pgtask_json_next() returned
 * PGTASK_MORE.
 * @return how many bytes were taken: 1 or more if length > 0
 */
size_t pgtask_json_feed(struct pgtask_json *json, char const *bytes, size_t length);

/** Says that the document ends here. Then call pgtask_json_next() until PGTASK_DONE or an error. */
void pgtask_json_finish(struct pgtask_json *json);

/**
 * Finds the next event.
 * @param event  set on PGTASK_OK
 * @return PGTASK_OK; PGTASK_MORE: feed or finish; PGTASK_DONE: the document was whole and good;
 *         PGTASK_ERROR_JSON_SYNTAX, _STRING, _NUMBER, _DEPTH, _TRUNCATED: they stick
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_json_next(struct pgtask_json *json,
                                                     struct pgtask_json_event *event);

/** @return offset in the document of the next byte to be read; after an error, of the bad one */
uint64_t pgtask_json_offset(struct pgtask_json const *json);

/**
 * Reads a whole non-negative number in any JSON notation: `100`, `1e2`, `100.0`, `-0`.
 * @param text    a JSON number, or the same from a string (the service is known to send both)
 * @param number  set on PGTASK_OK; on PGTASK_ERROR_ANSWER_RANGE to one nearby: 0 for a negative
 *                number, otherwise the whole part as far as 64 bits hold it
 * @return PGTASK_OK; PGTASK_ERROR_JSON_NUMBER: not a number; PGTASK_ERROR_ANSWER_RANGE: negative,
 *         a fraction, or more than UINT64_MAX
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_json_to_uint64(char const *text, size_t length,
                                                          uint64_t *number);

#ifdef __cplusplus
}
#endif

#endif
