/* SPDX-License-Identifier: MIT */
#include "http_internal.h"
#include "text.h"

#include <string.h>

/** `length` of a name or element that does not fit into `text`. */
#define TOO_LONG PGTASK_HTTP_TEXT_BYTES

/** A header that is read: `take` gets its value, or each element of it if it is a list. */
struct header {
    char const *name;
    bool is_list;
    void (*take)(struct pgtask_http *http);
};

/** RFC 9110 5.6.2, less the letters. */
static bool is_token_mark(uint8_t byte)
{
    static char const marks[] = {'-', '_', '!', '#', '$', '%', '&', '\'',
                                 '*', '+', '.', '^', '`', '|', '~'};

    return is_digit(byte) || memchr(marks, byte, sizeof marks) != NULL;
}

static bool text_is(struct pgtask_http const *http, char const *text)
{
    return strcmp(http->text, text) == 0;
}

static void append(struct pgtask_http *http, uint8_t byte)
{
    if (http->length < TOO_LONG) {
        http->text[http->length++] = (char)byte;
    }
}

static void take_content_length(struct pgtask_http *http)
{
    uint64_t value = 0;
    bool good = http->length > 0 && http->length < TOO_LONG;

    for (size_t i = 0; good && i < http->length; i++) {
        good = pgtask_text_push_digit(&value, http->text[i]);
    }
    if (!good || ((http->flags & FLAG_LENGTH) != 0 && value != http->left)) {
        fail(http, PGTASK_ERROR_HTTP_LENGTH);
        return;
    }
    http->left = value;
    http->flags |= FLAG_LENGTH;
}

static void take_transfer_encoding(struct pgtask_http *http)
{
    if (!text_is(http, "chunked") || (http->flags & FLAG_CHUNKED) != 0) {
        fail(http, PGTASK_ERROR_HTTP_ENCODING);
    }
    http->flags |= FLAG_CHUNKED;
}

static void take_content_encoding(struct pgtask_http *http)
{
    if (!text_is(http, "identity") && !text_is(http, "")) {
        fail(http, PGTASK_ERROR_HTTP_ENCODING);
    }
}

static void take_connection(struct pgtask_http *http)
{
    if (text_is(http, "close")) {
        http->flags |= FLAG_CLOSE;
    }
    if (text_is(http, "keep-alive")) {
        http->flags |= FLAG_KEEP_ALIVE;
    }
}

static void take_date(struct pgtask_http *http)
{
    if (pgtask_http_read_date(http->text, http->length, &http->date_unix_s)) {
        http->has_date = true;
    }
}

/** The last row stands for all other headers. */
static struct header const headers[] = {
    {"content-length", true, take_content_length},
    {"transfer-encoding", true, take_transfer_encoding},
    {"content-encoding", true, take_content_encoding},
    {"connection", true, take_connection},
    {"date", false, take_date},
    {"", false, NULL},
};
#define HEADER_OTHER (sizeof headers / sizeof headers[0] - 1)

void pgtask_http_start_head(struct pgtask_http *http)
{
    go(http, PGTASK_HTTP_STATUS_LINE);
    http->code = 0;
    http->flags = 0;
    http->has_date = false;
    http->left = 0;
    http->header = HEADER_OTHER;
}

static void read_status_line(struct pgtask_http *http, uint8_t byte)
{
    static char const form[] = "HTTP/1.v ddd";
    char const wanted = form[http->length++];
    bool good = byte == (uint8_t)wanted;

    if (wanted == 'v') {
        good = byte == '0' || byte == '1';
        http->flags = byte == '0' ? FLAG_VERSION_1_0 : 0;
    } else if (wanted == 'd') {
        good = is_digit(byte);
        http->code = http->code * 10 + byte - '0';
    }
    if (http->length == sizeof form - 1) {
        good = good && http->code >= 100 && http->code != 101;
        go(http, PGTASK_HTTP_REASON_START);
    }
    if (!good) {
        fail_malformed(http);
    }
}

static void read_reason_start(struct pgtask_http *http, uint8_t byte)
{
    if (byte == ' ') {
        http->state = PGTASK_HTTP_REASON;
    } else if (byte == '\r') {
        go(http, PGTASK_HTTP_LINE_LF);
    } else {
        fail_malformed(http);
    }
}

/** Makes `text` comparable. One that is too long is cut: no text that is looked for has its length.
 */
static void close_text(struct pgtask_http *http)
{
    http->text[http->length < TOO_LONG ? http->length : TOO_LONG - 1] = '\0';
}

static void end_name(struct pgtask_http *http, uint8_t byte)
{
    if (byte == '\r' && http->length == 0) {
        go(http, PGTASK_HTTP_HEAD_LF);
        return;
    }
    if (byte != ':' || http->length == 0) {
        fail_malformed(http);
        return;
    }
    close_text(http);
    http->header = (http->flags & FLAG_TRAILER) != 0 ? HEADER_OTHER : 0;
    while (http->header < HEADER_OTHER && !text_is(http, headers[http->header].name)) {
        http->header++;
    }
    go(http, PGTASK_HTTP_VALUE);
}

static size_t read_name(struct pgtask_http *http, uint8_t const *bytes, size_t length)
{
    for (size_t at = 0; at < length; at++) {
        uint8_t const lower = to_lower(bytes[at]);

        if (!is_lower(lower) && !is_token_mark(lower)) {
            end_name(http, lower);
            return at + 1;
        }
        append(http, lower);
    }
    return length;
}

/** White space is kept as one byte: a blank for one blank, a tab for anything else, which equals
 *  nothing. So any amount of it after a value fits. */
static void append_blank(struct pgtask_http *http, uint8_t byte)
{
    if (http->length == 0 || http->length == TOO_LONG) {
        return;
    }
    if (is_blank((uint8_t)http->text[http->length - 1])) {
        http->text[http->length - 1] = '\t';
    } else {
        append(http, byte);
    }
}

/** Hands on a value or an element of one. */
static void end_element(struct pgtask_http *http)
{
    if (http->length > 0 && http->length < TOO_LONG &&
        is_blank((uint8_t)http->text[http->length - 1])) {
        http->length--;
    }
    close_text(http);
    headers[http->header].take(http);
    http->length = 0;
}

/** What ends a line: CR, or a byte that must not be there. */
static void end_line(struct pgtask_http *http, uint8_t byte)
{
    http->state = PGTASK_HTTP_LINE_LF;
    if (byte != '\r') {
        fail_malformed(http);
    } else if (http->header != HEADER_OTHER) {
        end_element(http);
    }
}

static size_t read_value(struct pgtask_http *http, uint8_t const *bytes, size_t length)
{
    bool const is_list = headers[http->header].is_list;
    size_t at = 0;

    for (; at < length && is_text(bytes[at]); at++) {
        if (is_list && bytes[at] == ',') {
            end_element(http);
            return at + 1;
        }
        if (is_blank(bytes[at])) {
            append_blank(http, bytes[at]);
        } else {
            append(http, is_list ? to_lower(bytes[at]) : bytes[at]);
        }
    }
    if (at < length) {
        end_line(http, bytes[at++]);
    }
    return at;
}

/** Passes over a reason, or a value that is not read. */
static size_t skip_text(struct pgtask_http *http, uint8_t const *bytes, size_t length)
{
    size_t at = 0;

    while (at < length && is_text(bytes[at])) {
        at++;
    }
    if (at < length) {
        end_line(http, bytes[at++]);
    }
    return at;
}

/** RFC 9112 6.3, for an answer to a POST. */
static void choose_body(struct pgtask_http *http)
{
    if (http->status == 204 || http->status == 304) {
        go(http, PGTASK_HTTP_END);
    } else if ((http->flags & FLAG_CHUNKED) != 0) {
        go(http, PGTASK_HTTP_CHUNK_SIZE);
    } else if ((http->flags & FLAG_LENGTH) != 0) {
        go(http, http->left > 0 ? PGTASK_HTTP_BODY_LENGTH : PGTASK_HTTP_END);
    } else {
        go(http, PGTASK_HTTP_BODY_CLOSE);
        http->keep_alive = false;
    }
}

void pgtask_http_end_head(struct pgtask_http *http)
{
    bool const is_1_0 = (http->flags & FLAG_VERSION_1_0) != 0;

    if ((http->flags & FLAG_TRAILER) != 0) {
        go(http, PGTASK_HTTP_END);
    } else if (http->code < 200) {
        pgtask_http_start_head(http);
    } else if ((http->flags & FLAG_CHUNKED) != 0 && (http->flags & FLAG_LENGTH) != 0) {
        fail(http, PGTASK_ERROR_HTTP_LENGTH);
    } else if ((http->flags & FLAG_CHUNKED) != 0 && is_1_0) {
        fail(http, PGTASK_ERROR_HTTP_ENCODING);
    } else {
        http->status = (uint16_t)http->code;
        http->head_done = true;
        http->keep_alive =
            (http->flags & FLAG_CLOSE) == 0 && (!is_1_0 || (http->flags & FLAG_KEEP_ALIVE) != 0);
        http->framing = 0;
        choose_body(http);
    }
}

size_t pgtask_http_read_head(struct pgtask_http *http, uint8_t const *bytes, size_t length)
{
    switch (http->state) {
    case PGTASK_HTTP_STATUS_LINE: read_status_line(http, bytes[0]); return 1;
    case PGTASK_HTTP_REASON_START: read_reason_start(http, bytes[0]); return 1;
    case PGTASK_HTTP_NAME: return read_name(http, bytes, length);
    case PGTASK_HTTP_VALUE:
        if (http->header != HEADER_OTHER) {
            return read_value(http, bytes, length);
        }
        return skip_text(http, bytes, length);
    default: return skip_text(http, bytes, length);
    }
}
