/* SPDX-License-Identifier: MIT */
#include "http_internal.h"

#include <string.h>

/** `length` of an element that is longer than `text`: it equals nothing that is looked for. */
#define TOO_LONG (PGTASK_HTTP_TEXT_BYTES + 1)

/** A header that is read: `take` gets its value, or each element of it if it is a list. */
struct header {
    char const *name;
    bool is_list;
    void (*take)(struct pgtask_http *http);
};

/** RFC 9110 5.6.2. */
static bool is_token(uint8_t byte)
{
    static char const marks[] = {'-', '_', '!', '#', '$', '%', '&', '\'',
                                 '*', '+', '.', '^', '`', '|', '~'};

    return is_letter(byte) || is_digit(byte) || memchr(marks, byte, sizeof marks) != NULL;
}

static bool text_is(struct pgtask_http const *http, char const *text)
{
    return http->length == strlen(text) && memcmp(http->text, text, http->length) == 0;
}

static void append(struct pgtask_http *http, uint8_t byte)
{
    if (http->length < PGTASK_HTTP_TEXT_BYTES) {
        http->text[http->length++] = (char)byte;
    } else {
        http->length = TOO_LONG;
    }
}

static void take_content_length(struct pgtask_http *http)
{
    uint64_t value = 0;
    bool good = http->length > 0 && http->length <= PGTASK_HTTP_TEXT_BYTES;

    for (size_t i = 0; good && i < http->length; i++) {
        uint8_t const digit = (uint8_t)(http->text[i] - '0');

        good = digit <= 9 && value <= UINT64_MAX / 10 && value * 10 <= UINT64_MAX - digit;
        value = value * 10 + digit;
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

static void read_reason(struct pgtask_http *http, uint8_t byte)
{
    if (byte == '\r') {
        go(http, PGTASK_HTTP_LINE_LF);
    } else if (http->state == PGTASK_HTTP_REASON_START ? byte == ' ' : is_text(byte)) {
        http->state = PGTASK_HTTP_REASON;
    } else {
        fail_malformed(http);
    }
}

static void end_name(struct pgtask_http *http)
{
    http->header = (http->flags & FLAG_TRAILER) != 0 ? HEADER_OTHER : 0;
    while (http->header < HEADER_OTHER && !text_is(http, headers[http->header].name)) {
        http->header++;
    }
    go(http, PGTASK_HTTP_VALUE);
}

static void read_name(struct pgtask_http *http, uint8_t byte)
{
    if (is_token(byte)) {
        append(http, to_lower(byte));
    } else if (byte == ':' && http->length > 0) {
        end_name(http);
    } else if (byte == '\r' && http->length == 0) {
        go(http, PGTASK_HTTP_HEAD_LF);
    } else {
        fail_malformed(http);
    }
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
    if (http->length > 0 && http->length <= PGTASK_HTTP_TEXT_BYTES &&
        is_blank((uint8_t)http->text[http->length - 1])) {
        http->length--;
    }
    headers[http->header].take(http);
    http->length = 0;
}

static void read_value(struct pgtask_http *http, uint8_t byte)
{
    struct header const *const header = &headers[http->header];

    if (byte == '\r') {
        http->state = PGTASK_HTTP_LINE_LF;
        if (header->take != NULL) {
            end_element(http);
        }
    } else if (!is_text(byte)) {
        fail_malformed(http);
    } else if (header->take == NULL) {
        return;
    } else if (header->is_list && byte == ',') {
        end_element(http);
    } else if (is_blank(byte)) {
        append_blank(http, byte);
    } else {
        append(http, header->is_list ? to_lower(byte) : byte);
    }
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

void pgtask_http_read_head(struct pgtask_http *http, uint8_t byte)
{
    switch (http->state) {
    case PGTASK_HTTP_STATUS_LINE: read_status_line(http, byte); break;
    case PGTASK_HTTP_NAME: read_name(http, byte); break;
    case PGTASK_HTTP_VALUE: read_value(http, byte); break;
    default: read_reason(http, byte); break;
    }
}
