/* SPDX-License-Identifier: MIT */
#include "http_private.h"
#include "number.h"
#include "text.h"

#include <string.h>

/** Headers that are read; 0 stands for all others. */
enum header {
    HEADER_OTHER,
    HEADER_DATE, /**< the only one that is no list of elements in any case */
    HEADER_CONNECTION,
    HEADER_CONTENT_LENGTH,
    HEADER_TRANSFER_ENCODING,
    HEADER_CONTENT_ENCODING
};

static char const names[] =
    "date\0connection\0content-length\0transfer-encoding\0content-encoding\0";

/** Elements with a meaning, in the order of their flags from FLAG_CHUNKED on. */
static char const words[] = "chunked\0identity\0close\0keep-alive\0";

void pgtaski_http_fail(struct pgtask_http *http, enum pgtask_error error)
{
    http->state = PGTASK_HTTP_FAILED;
    http->error = error;
    http->keep_alive = false;
}

/** RFC 9110 5.6.2: letters, digits and !#$%&'*+-.^_`|~, each a bit. */
static bool is_token(uint8_t byte)
{
    static uint32_t const tokens[] = {0, 0x03FF6CFA, 0xC7FFFFFE, 0x57FFFFFF};

    return byte < 128 && (tokens[byte / 32] >> byte % 32 & 1) != 0;
}

static bool is_status_line(struct pgtask_http *http, uint8_t byte)
{
    static char const form[] = "HTTP/1.v ddd";
    char const wanted = form[http->length++];
    uint32_t const digit = (uint32_t)byte - '0';

    if (wanted == 'v') {
        http->flags = digit == 0 ? FLAG_VERSION_1_0 : 0;
        return digit <= 1;
    }
    if (wanted != 'd') {
        return byte == (uint8_t)wanted;
    }
    http->code = http->code * 10 + digit;
    if (http->length < sizeof form - 1) {
        return digit <= 9;
    }
    http->state = PGTASK_HTTP_REASON_START;
    return digit <= 9 && http->code >= 100 && http->code != 101;
}

void pgtaski_http_read_status_line(struct pgtask_http *http, uint8_t byte)
{
    if (!is_status_line(http, byte)) {
        pgtaski_http_refuse(http);
    }
}

static void read_content_length(struct pgtask_http *http)
{
    uint64_t value = 0;
    char const *at = http->text;

    while (pgtaski_number_push_digit(&value, *at)) {
        at++;
    }
    if (at == http->text || *at != '\0' ||
        ((http->flags & FLAG_LENGTH) != 0 && value != http->left)) {
        pgtaski_http_fail(http, PGTASK_ERROR_HTTP_LENGTH);
    }
    http->left = value;
    http->flags |= FLAG_LENGTH;
}

/** An element of Connection, Transfer-Encoding or Content-Encoding. */
static void read_word(struct pgtask_http *http)
{
    uint32_t word = 1u << pgtaski_text_number(words, http->text);

    if (http->header == HEADER_CONNECTION) {
        word &= FLAG_CLOSE | FLAG_KEEP_ALIVE;
    } else if (http->header == HEADER_TRANSFER_ENCODING
                   ? word != FLAG_CHUNKED || (http->flags & FLAG_CHUNKED) != 0
                   : word != FLAG_IDENTITY && http->text[0] != '\0') {
        pgtaski_http_fail(http, PGTASK_ERROR_HTTP_ENCODING);
    }
    http->flags |= (uint8_t)word;
}

static void read_element(struct pgtask_http *http)
{
    switch (http->header) {
    case HEADER_CONTENT_LENGTH: read_content_length(http); break;
    case HEADER_DATE:
        http->has_date |= pgtaski_http_read_date(http->text, http->length, &http->date_unix_s);
        break;
    default: read_word(http); break;
    }
}

/** Makes `text` comparable: without blanks at its end, and in small letters but for a date. What is
 *  no letter and has no bit 0x20 becomes something else that equals nothing either. */
static void close_text(struct pgtask_http *http)
{
    char *end = http->text + http->length;

    while (end > http->text && is_blank(end[-1])) {
        end--;
    }
    *end = '\0';
    http->length = (uint8_t)(end - http->text);
    while (end > http->text && http->header != HEADER_DATE) {
        *--end |= 0x20;
    }
}

static void end_name(struct pgtask_http *http, uint8_t byte)
{
    if (byte == '\r' && http->length == 0) {
        http->state = PGTASK_HTTP_HEAD_LF;
    } else if (byte == ':' && http->length > 0) {
        http->header = HEADER_OTHER;
        close_text(http);
        http->header = (uint8_t)pgtaski_text_number(names, http->text);
        go(http, http->header == HEADER_OTHER || (http->flags & FLAG_TRAILER) != 0
                     ? PGTASK_HTTP_TEXT
                     : PGTASK_HTTP_VALUE);
    } else {
        pgtaski_http_refuse(http);
    }
}

/** At a byte that ends a value, an element of it or a reason, or must not be there. */
static void end_value(struct pgtask_http *http, uint8_t byte)
{
    bool const is_read = http->state == PGTASK_HTTP_VALUE;

    if (byte == '\r') {
        http->state = PGTASK_HTTP_LINE_LF;
    } else if (byte != ',') {
        pgtaski_http_refuse(http);
        return;
    }
    if (is_read) {
        close_text(http);
        read_element(http);
        http->length = 0;
    }
}

/** @return how many bytes belong to the name, value, element or reason under way */
static size_t count_text(struct pgtask_http const *http, uint8_t const *bytes, size_t length)
{
    bool const name = http->state == PGTASK_HTTP_NAME;
    bool const list = http->state == PGTASK_HTTP_VALUE && http->header != HEADER_DATE;
    size_t at = 0;

    while (at < length &&
           (name ? is_token(bytes[at]) : is_text(bytes[at]) && !(list && bytes[at] == ','))) {
        at++;
    }
    return at;
}

/** Blanks before a text are passed over. One that is too long is made one that equals nothing. */
static void keep(struct pgtask_http *http, uint8_t const *bytes, size_t length)
{
    size_t const room = sizeof http->text - 1 - http->length;
    size_t kept;

    while (http->length == 0 && length > 0 && is_blank((char)bytes[0])) {
        bytes++;
        length--;
    }
    kept = length < room ? length : room;
    memcpy(http->text + http->length, bytes, kept);
    http->length = (uint8_t)(http->length + kept);
    for (; length > room; length--) {
        if (!is_blank((char)bytes[length - 1])) {
            http->text[0] = '?';
        }
    }
}

size_t pgtaski_http_read_text(struct pgtask_http *http, uint8_t const *bytes, size_t length)
{
    size_t at = count_text(http, bytes, length);

    if (http->state != PGTASK_HTTP_TEXT) {
        keep(http, bytes, at);
    }
    if (at < length) {
        if (http->state == PGTASK_HTTP_NAME) {
            end_name(http, bytes[at]);
        } else {
            end_value(http, bytes[at]);
        }
        at++;
    }
    return at;
}

/** RFC 9112 6.3, for an answer to a POST. */
static void choose_body(struct pgtask_http *http)
{
    if (http->code == 204 || http->code == 304) {
        http->state = PGTASK_HTTP_END;
    } else if ((http->flags & FLAG_CHUNKED) != 0) {
        http->state = PGTASK_HTTP_CHUNK_START;
    } else if ((http->flags & FLAG_LENGTH) != 0) {
        http->state = http->left > 0 ? PGTASK_HTTP_BODY_LENGTH : PGTASK_HTTP_END;
    } else {
        http->state = PGTASK_HTTP_BODY_CLOSE;
        http->left = UINT64_MAX;
        http->keep_alive = false;
    }
}

void pgtaski_http_end_head(struct pgtask_http *http)
{
    uint32_t const flags = http->flags;
    uint32_t const framing = http->framing;

    if ((flags & FLAG_TRAILER) != 0) {
        http->state = PGTASK_HTTP_END;
    } else if (http->code < 200) {
        pgtask_http_start(http);
        http->framing = framing;
    } else if ((flags & FLAG_CHUNKED) != 0 && (flags & (FLAG_LENGTH | FLAG_VERSION_1_0)) != 0) {
        pgtaski_http_fail(http, (flags & FLAG_LENGTH) != 0 ? PGTASK_ERROR_HTTP_LENGTH
                                                           : PGTASK_ERROR_HTTP_ENCODING);
    } else {
        http->status = (uint16_t)http->code;
        http->head_done = true;
        http->framing = 0;
        http->keep_alive = (flags & (FLAG_VERSION_1_0 | FLAG_KEEP_ALIVE)) != FLAG_VERSION_1_0;
        if ((flags & FLAG_CLOSE) != 0) {
            http->keep_alive = false;
        }
        choose_body(http);
    }
}
