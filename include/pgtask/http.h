/* SPDX-License-Identifier: MIT */
/**
 * @file http.h
 * The response side of HTTP/1.1 (RFC 9112), fed in slices of any size.
 *
 * Nothing is buffered but the value of a header that matters. Body bytes are handed on where they
 * stand in the caller's slice.
 */
#ifndef PGTASK_HTTP_H
#define PGTASK_HTTP_H

#include <pgtask/error.h>

/** Longest header name, and longest value of a header that is read, without NUL. */
#define PGTASK_HTTP_NAME_BYTES  24
#define PGTASK_HTTP_VALUE_BYTES 64

/** Where in a response the decoder is. Private. */
enum pgtask_http_state {
    PGTASK_HTTP_STATUS_LINE,
    PGTASK_HTTP_HEADER_NAME,
    PGTASK_HTTP_HEADER_VALUE,
    PGTASK_HTTP_HEADER_END,
    PGTASK_HTTP_BODY_LENGTH,
    PGTASK_HTTP_BODY_CLOSE,
    PGTASK_HTTP_CHUNK_SIZE,
    PGTASK_HTTP_CHUNK_EXTENSION,
    PGTASK_HTTP_CHUNK_SIZE_END,
    PGTASK_HTTP_CHUNK_DATA,
    PGTASK_HTTP_CHUNK_DATA_CR,
    PGTASK_HTTP_CHUNK_DATA_LF,
    PGTASK_HTTP_TRAILER,
    PGTASK_HTTP_END,
    PGTASK_HTTP_FAILED
};

/**
 * One response under way. The caller places it; pgtask_http_start() before each response.
 * Read `status`, `date_unix_s`, `keep_alive` and `status`'s kin once the head is whole; the rest is
 * private.
 */
struct pgtask_http {
    uint16_t status;     /**< of the final answer (not 1xx); 0 before its head is whole */
    bool head_done;      /**< the head is whole: the members below are valid */
    bool keep_alive;     /**< the connection may carry another request after this answer */
    bool has_date;       /**< a valid Date header was there */
    int64_t date_unix_s; /**< its time; RFC 9110 5.6.7, IMF-fixdate only */
    uint64_t body_bytes; /**< body bytes handed on so far */

    enum pgtask_http_state state;
    enum pgtask_error error;
    uint64_t left;       /**< bytes left of the body or chunk */
    uint32_t head_bytes; /**< of all heads so far, against PGTASK_HTTP_HEAD_BYTES */
    uint32_t overhead;   /**< chunk framing since the last body byte: guard against floods */
    uint8_t header;      /**< which header's value is being read */
    uint8_t flags;
    uint8_t length; /**< of `text` */
    char text[PGTASK_HTTP_VALUE_BYTES + 1];
};

/** Makes ready for the response to a request other than HEAD. */
void pgtask_http_start(struct pgtask_http *http);

/**
 * Decodes the next slice, up to the first body bytes in it.
 *
 * @param bytes   the slice; not kept
 * @param length  its length, 1 or more
 * @param taken   set in any case: how many bytes were used; call again with the rest
 * @param body    set on PGTASK_OK: where body bytes stand, inside `bytes`
 * @param body_length  set on PGTASK_OK: how many, 1 or more; they are among `taken`
 * @return PGTASK_OK     body bytes were found: use them, then call again with the rest
 *         PGTASK_MORE   the slice is used up and the answer is not whole
 *         PGTASK_DONE   the answer is whole; `taken` may be less than `length`: what follows is
 *                       no part of it
 *         PGTASK_ERROR_HTTP_SYNTAX, _HEAD, _LENGTH, _CHUNK, _ENCODING; they stick
 *
 * A status other than 200 is no error here: read `status`.
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_http_feed(struct pgtask_http *http, uint8_t const *bytes,
                                                     size_t length, size_t *taken,
                                                     uint8_t const **body, size_t *body_length);

/**
 * Says that the peer closed the connection in an orderly way (TLS close_notify).
 * @return PGTASK_DONE if the answer is whole, which a close-delimited one is by now;
 *         PGTASK_ERROR_HTTP_TRUNCATED otherwise
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_http_close(struct pgtask_http *http);

/** One request, written by pgtask_http_write_request(). Texts are NUL-terminated and the caller's.
 */
struct pgtask_http_header {
    char const *name;
    char const *value; /**< NULL or "": the header is left out */
};

/**
 * Writes `POST / HTTP/1.1` and headers, each ended by CRLF, without the empty line.
 *
 * @param headers   in the order given
 * @param count     how many
 * @param text      the caller's
 * @param capacity  bytes at `text`
 * @param length    set on PGTASK_OK
 * @return PGTASK_OK; PGTASK_ERROR_BUFFER; PGTASK_ERROR_ARGUMENT if a value has a control byte,
 *         which would let a setting smuggle in a header
 */
PGTASK_MUST_CHECK enum pgtask_error
pgtask_http_write_request(struct pgtask_http_header const *headers, size_t count, char *text,
                          size_t capacity, size_t *length);

#endif
