/* SPDX-License-Identifier: MIT */
/*
 * Reads the lines of an answer's head: the status line, headers, and later the trailers, which
 * pass through the states of headers. Bytes may come in slices of any size.
 *
 *     HTTP/1.1 200 OK\r\n         STATUS_LINE up to the code, REASON_START, SKIPPED, LINE_LF
 *     Server: nginx\r\n           NAME, SKIPPED, LINE_LF
 *     Connection: Close, x\r\n    NAME, VALUE, LINE_LF
 *     \r\n                        NAME, HEAD_LF
 *
 * `text` keeps the name under way, and then one element of the value at a time. Both are closed
 * before they are compared: blanks at the end go, and letters become small. So the line above has
 * the name "connection", which lets its value be read, and the elements "close" and "x". Each
 * element that is known sets a flag. The flags decide, once the head ends, how the body is framed.
 *
 * A name or element that is too long for `text` gets a '?' as its first character, so that it
 * equals nothing that is known.
 */
#include "http_private.h"

#include <string.h>

#include "number.h"
#include "text.h"

/** Headers that matter, in the order of `names`. */
enum header {
    HEADER_OTHER,
    HEADER_DATE, /**< the only one whose value is not a list of elements */
    HEADER_CONNECTION,
    HEADER_CONTENT_LENGTH,
    HEADER_TRANSFER_ENCODING,
    HEADER_CONTENT_ENCODING
};

static char const names[] =
    "date\0connection\0content-length\0transfer-encoding\0content-encoding\0";

/** Elements that are known, in the order of their flags from PGTASKI_FLAG_CHUNKED on. */
static char const elements[] = "chunked\0identity\0close\0keep-alive\0";

void pgtaski_http_fail(struct pgtask_http *http, enum pgtask_error error)
{
    http->state = PGTASK_HTTP_FAILED;
    http->error = error;
    http->keep_alive = false;
}

/** Trailers share the states of headers, but belong to the chunked coding. */
void pgtaski_http_refuse(struct pgtask_http *http)
{
    pgtaski_http_fail(http, http->head_done ? PGTASK_ERROR_HTTP_CHUNK : PGTASK_ERROR_HTTP_SYNTAX);
}

/** RFC 9110 5.6.2: letters, digits and !#$%&'*+-.^_`|~, each a bit. */
static bool is_token(uint8_t byte)
{
    static uint32_t const tokens[] = {0, 0x03FF6CFA, 0xC7FFFFFE, 0x57FFFFFF};

    return byte < 128 && (tokens[byte / 32] >> byte % 32 & 1) != 0;
}

/** @return false if the byte does not fit the form; `v` stands for 0 or 1 and `d` for a digit */
static bool take_status_byte(struct pgtask_http *http, uint8_t byte)
{
    static char const form[] = "HTTP/1.v ddd";
    char const wanted = form[http->length++];
    uint32_t const digit = (uint32_t)byte - '0';

    if (wanted == 'v') {
        http->flags = digit == 0 ? PGTASKI_FLAG_VERSION_1_0 : 0;
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
    if (!take_status_byte(http, byte)) {
        pgtaski_http_refuse(http);
    }
}

/** Several lengths are good if they are equal (RFC 9112 6.3). */
static void use_content_length(struct pgtask_http *http)
{
    uint64_t value = 0;
    char const *at = http->text;

    while (pgtaski_number_push_digit(&value, *at)) {
        at++;
    }
    if (at == http->text || *at != '\0' ||
        ((http->flags & PGTASKI_FLAG_LENGTH) != 0 && value != http->left)) {
        pgtaski_http_fail(http, PGTASK_ERROR_HTTP_LENGTH);
    }
    http->left = value;
    http->flags |= PGTASKI_FLAG_LENGTH;
}

/** Uses an element of Connection, Transfer-Encoding or Content-Encoding. */
static void use_flag(struct pgtask_http *http)
{
    uint32_t flag = 1u << pgtaski_text_number(elements, http->text);

    if (http->header == HEADER_CONNECTION) {
        flag &= PGTASKI_FLAG_CLOSE | PGTASKI_FLAG_KEEP_ALIVE;
    } else if (http->header == HEADER_TRANSFER_ENCODING
                   ? flag != PGTASKI_FLAG_CHUNKED || (http->flags & PGTASKI_FLAG_CHUNKED) != 0
                   : flag != PGTASKI_FLAG_IDENTITY && http->text[0] != '\0') {
        pgtaski_http_fail(http, PGTASK_ERROR_HTTP_ENCODING);
    }
    http->flags |= (uint8_t)flag;
}

static void use_element(struct pgtask_http *http)
{
    switch (http->header) {
    case HEADER_CONTENT_LENGTH: use_content_length(http); break;
    case HEADER_DATE:
        http->has_date |= pgtaski_http_read_date(http->text, http->length, &http->date_unix_s);
        break;
    default: use_flag(http); break;
    }
}

/** Makes `text` comparable. Setting bit 0x20 makes letters small; a character that is not a letter
 *  may become another one, but never one that occurs in `names` or `elements`. */
static void close_text(struct pgtask_http *http)
{
    char *end = http->text + http->length;

    while (end > http->text && is_sp_or_htab(end[-1])) {
        end--;
    }
    *end = '\0';
    http->length = (uint8_t)(end - http->text);
    while (end > http->text && http->header != HEADER_DATE) {
        *--end |= 0x20;
    }
}

/** @param byte  the first one that cannot belong to a name */
static void end_name(struct pgtask_http *http, uint8_t byte)
{
    if (byte == '\r' && http->length == 0) {
        http->state = PGTASK_HTTP_HEAD_LF;
    } else if (byte == ':' && http->length > 0) {
        http->header = HEADER_OTHER;
        close_text(http);
        http->header = (uint8_t)pgtaski_text_number(names, http->text);
        enter(http, http->header == HEADER_OTHER || (http->flags & PGTASKI_FLAG_TRAILER) != 0
                        ? PGTASK_HTTP_SKIPPED
                        : PGTASK_HTTP_VALUE);
    } else {
        pgtaski_http_refuse(http);
    }
}

/** @param byte  the first one that cannot belong to the element or reason */
static void end_element(struct pgtask_http *http, uint8_t byte)
{
    bool const matters = http->state == PGTASK_HTTP_VALUE;

    if (byte == '\r') {
        http->state = PGTASK_HTTP_LINE_LF;
    } else if (byte != ',') {
        pgtaski_http_refuse(http);
        return;
    }
    if (matters) {
        close_text(http);
        use_element(http);
        http->length = 0;
    }
}

/** @return how many bytes belong to the name, element or reason under way */
static size_t count_text(struct pgtask_http const *http, uint8_t const *bytes, size_t length)
{
    bool const is_name = http->state == PGTASK_HTTP_NAME;
    bool const is_list = http->state == PGTASK_HTTP_VALUE && http->header != HEADER_DATE;
    size_t at = 0;

    while (at < length &&
           (is_name ? is_token(bytes[at]) : is_text(bytes[at]) && !(is_list && bytes[at] == ','))) {
        at++;
    }
    return at;
}

/** Appends to `text`, without the blanks before it. Blanks that do not fit do no harm, since those
 *  at the end go anyway. */
static void keep(struct pgtask_http *http, uint8_t const *bytes, size_t length)
{
    size_t const room = sizeof http->text - 1 - http->length;
    size_t kept;

    while (http->length == 0 && length > 0 && is_sp_or_htab((char)bytes[0])) {
        bytes++;
        length--;
    }
    kept = length < room ? length : room;
    memcpy(http->text + http->length, bytes, kept);
    http->length = (uint8_t)(http->length + kept);
    for (; length > room; length--) {
        if (!is_sp_or_htab((char)bytes[length - 1])) {
            http->text[0] = '?';
        }
    }
}

size_t pgtaski_http_read_text(struct pgtask_http *http, uint8_t const *bytes, size_t length)
{
    size_t at = count_text(http, bytes, length);

    if (http->state != PGTASK_HTTP_SKIPPED) {
        keep(http, bytes, at);
    }
    if (at < length) {
        if (http->state == PGTASK_HTTP_NAME) {
            end_name(http, bytes[at]);
        } else {
            end_element(http, bytes[at]);
        }
        at++;
    }
    return at;
}
