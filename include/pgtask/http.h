/* SPDX-License-Identifier: MIT */
/**
 * @file http.h
 * Decodes an answer in HTTP/1.1 (RFC 9112, "response"), fed in slices of any size.
 *
 * The decoder keeps one element of one header's value at a time and nothing else. Body bytes stay
 * where they are: the caller learns where in its slice they stand.
 */
#ifndef PGTASK_HTTP_H
#define PGTASK_HTTP_H

#include <pgtask/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Longest header name, or element of a value, that the decoder can know, with NUL. Private. */
#define PGTASK_HTTP_TEXT_BYTES 33

/** Which part of an answer comes next. Private. */
enum pgtask_http_state {
    PGTASK_HTTP_STATUS_LINE,
    PGTASK_HTTP_NAME,         /**< the name of a header or trailer, or an empty line */
    PGTASK_HTTP_VALUE,        /**< the value of a header that matters */
    PGTASK_HTTP_SKIPPED,      /**< a reason, or the value of another header */
    PGTASK_HTTP_REASON_START, /**< what follows the three digits of the status code */
    PGTASK_HTTP_LINE_LF,
    PGTASK_HTTP_HEAD_LF,     /**< the LF of the empty line that ends the head or the trailers */
    PGTASK_HTTP_CHUNK_START, /**< the first digit of a chunk's size */
    PGTASK_HTTP_CHUNK_SIZE,  /**< another digit, or what follows the digits */
    PGTASK_HTTP_CHUNK_SPACE, /**< blanks behind the size */
    PGTASK_HTTP_CHUNK_EXTENSION,
    PGTASK_HTTP_CHUNK_QUOTED,  /**< a quoted string in an extension */
    PGTASK_HTTP_CHUNK_ESCAPED, /**< the character behind a backslash in it */
    PGTASK_HTTP_CHUNK_SIZE_LF,
    PGTASK_HTTP_CHUNK_DATA_CR, /**< the CR behind the data of a chunk */
    PGTASK_HTTP_CHUNK_DATA_LF,
    PGTASK_HTTP_BODY_LENGTH, /**< body bytes up to Content-Length; this and the next two: body */
    PGTASK_HTTP_BODY_CLOSE,  /**< body bytes until the peer closes the connection */
    PGTASK_HTTP_CHUNK_DATA,
    PGTASK_HTTP_END,
    PGTASK_HTTP_FAILED
};

/**
 * One answer under way. The caller places it, and calls pgtask_http_start() before each answer.
 * The members of the first group are valid once `head_done` is true; the others are private.
 */
struct pgtask_http {
    uint16_t status;     /**< of the final answer (not 1xx); 0 before its head is whole */
    bool head_done;      /**< the head is whole: the members of this group are valid */
    bool keep_alive;     /**< the connection may carry another request after this answer */
    bool has_date;       /**< there was a valid Date header */
    int64_t date_unix_s; /**< time of the Date, if has_date; RFC 9110 5.6.7, IMF-fixdate only */
    uint64_t body_bytes; /**< body bytes found so far */

    enum pgtask_http_state state;
    enum pgtask_error error; /**< why the state is PGTASK_HTTP_FAILED */
    uint8_t header;          /**< which header the value belongs to */
    uint8_t flags;           /**< what the head said */
    uint8_t length;          /**< bytes in `text`; in the status line, bytes read of it */
    uint32_t framing; /**< bytes of heads; of chunk framing that no body bytes outweigh yet */
    uint32_t code;    /**< status code of the head under way */
    uint64_t left;    /**< bytes left of the body or chunk */
    char text[PGTASK_HTTP_TEXT_BYTES]; /**< name or element under way */
};

/** Makes ready for the answer to a request other than HEAD. */
void pgtask_http_start(struct pgtask_http *http);

/**
 * Decodes the next slice, up to the end of the first body bytes in it.
 *
 * @param bytes   the slice; not kept
 * @param length  its length; 0 asks whether the answer is whole by now
 * @param taken   set in any case: how many bytes were used; call again with the rest
 * @param body    set on PGTASK_OK: where body bytes stand, inside `bytes`
 * @param body_length  set on PGTASK_OK: how many, 1 or more; `taken` counts them too
 * @return PGTASK_OK     body bytes were found: use them, then call again with the rest, even if
 *                       none is left, to learn whether they were the last
 *         PGTASK_MORE   the slice is used up and the answer is not whole
 *         PGTASK_DONE   the answer is whole; if `taken` is less than `length`, the bytes behind
 *                       it do not belong to it
 *         PGTASK_ERROR_HTTP_SYNTAX, _HEAD, _LENGTH, _CHUNK, _ENCODING; they stick
 *
 * A status other than 200 is not an error here: read `status`. Lines end with CRLF, and with
 * nothing else. A line that begins with a blank goes on with the header before (RFC 9112 5.2): it
 * is passed over, as curl does, unless that header frames the body. Whatever could be read in two
 * ways is refused. After an error `keep_alive` is false.
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_http_feed(struct pgtask_http *http, uint8_t const *bytes,
                                                     size_t length, size_t *taken,
                                                     uint8_t const **body, size_t *body_length);

/**
 * Says that the peer closed the connection in an orderly way (TLS close_notify).
 * @return PGTASK_DONE if the answer is whole: this ends one that has no other end;
 *         an error of pgtask_http_feed() again; PGTASK_ERROR_HTTP_TRUNCATED otherwise, which
 *         sticks too
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_http_close(struct pgtask_http *http);

#ifdef __cplusplus
}
#endif

#endif
