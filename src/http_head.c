/* SPDX-License-Identifier: MIT */
/*
 * Reads the lines of an answer's head: the status line, headers, and later the trailers, which
 * pass through the states of headers. Bytes may come in slices of any size.
 *
 *     line                        states that it passes through
 *     HTTP/1.1 200 OK\r\n         STATUS_LINE up to the code, REASON_START, SKIPPED, LINE_LF
 *     Server: nginx\r\n           NAME, SKIPPED, LINE_LF
 *     Connection: Close, x\r\n    NAME, VALUE, LINE_LF
 *       more\r\n                  NAME, SKIPPED, LINE_LF
 *     \r\n                        NAME, HEAD_LF
 *
 * STATUS_LINE, NAME, VALUE and SKIPPED are read here; http_response.c reads the bytes of the
 * others, and lets `head_done` be true once the final head is whole. From then on names and values
 * belong to trailers.
 *
 * `text` keeps the name under way, and then one element of the value at a time; `length` counts its
 * bytes. Both are normalized before they are compared: blanks at the end go, and letters become
 * small. So the line above has the name "connection", which lets its value be read, and the
 * elements "close" and "x". Each element that is known sets a flag. The flags decide, once the head
 * ends, how the body is framed.
 *
 * A name or element that is too long for `text` gets a '?' as its first character, so that it
 * equals nothing that is known.
 */
#include "http_private.h"

#include <string.h>

#include "number.h"
#include "text.h"

/* Headers that matter. pgtaski_text_number() finds them in `names`: it counts from 1, and 0 is a
 * name that is not in the list. */
enum header {
    HEADER_OTHER,
    HEADER_DATE, /* the only one whose value is not a list of elements */
    HEADER_CONNECTION,
    HEADER_CONTENT_LENGTH, /* this and those below frame the body */
    HEADER_TRANSFER_ENCODING,
    HEADER_CONTENT_ENCODING
};

static char const names[] =
    "date\0connection\0content-length\0transfer-encoding\0content-encoding\0";

/* Elements that are known. The number of an element is the number of its flag's bit: 1 is
 * PGTASKI_FLAG_CHUNKED, and 0, an element that is not in the list, PGTASKI_FLAG_OTHER. */
static char const elements[] = "chunked\0identity\0close\0keep-alive\0";

void pgtaski_http_fail(struct pgtask_http *http, enum pgtask_error error)
{
    http->state = PGTASK_HTTP_FAILED;
    http->error = error;
    http->keep_alive = false;
}

/* Fails for bad syntax: of a trailer, which belongs to the chunked coding, or of the head. */
void pgtaski_http_refuse(struct pgtask_http *http)
{
    pgtaski_http_fail(http, http->head_done ? PGTASK_ERROR_HTTP_CHUNK : PGTASK_ERROR_HTTP_SYNTAX);
}

/* RFC 9110 5.6.2: letters, digits and !#$%&'*+-.^_`|~. Each character has a bit. */
static bool is_token(uint8_t byte)
{
    static uint32_t const tokens[] = {
        0,          /* 0x00 to 0x1F */
        0x03FF6CFA, /* 0x20 to 0x3F */
        0xC7FFFFFE, /* 0x40 to 0x5F */
        0x57FFFFFF, /* 0x60 to 0x7F */
    };

    return byte < 128 && ((tokens[byte / 32] >> (byte % 32)) & 1) != 0;
}

/* Takes the next byte of the status line. The last digit of the code leads to REASON_START.
 * @return false if the byte does not fit the form, where `v` stands for 0 or 1 and `d` for a digit
 */
static bool take_status_byte(struct pgtask_http *http, uint8_t byte)
{
    static char const form[] = "HTTP/1.v ddd";
    char const wanted = form[http->length++]; /* `length` counts bytes of the line: no text yet */
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
    http->header = HEADER_CONTENT_LENGTH; /* so that no line goes on with this one */
    /* 101 would switch to a protocol that nobody asked for. */
    return digit <= 9 && http->code >= 100 && http->code != 101;
}

void pgtaski_http_read_status_line(struct pgtask_http *http, uint8_t byte)
{
    if (!take_status_byte(http, byte)) {
        pgtaski_http_refuse(http);
    }
}

/* Several lengths are good if they are equal (RFC 9112 6.3). */
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
        return;
    }
    http->left = value;
    http->flags |= PGTASKI_FLAG_LENGTH;
}

/* A coding may be identity, or an empty element, which says nothing (RFC 9110 5.6.1.2).
 * Transfer-Encoding may also say chunked, and only one time. */
static bool is_good_coding(struct pgtask_http const *http, uint32_t flag)
{
    if (flag == PGTASKI_FLAG_CHUNKED) {
        return http->header == HEADER_TRANSFER_ENCODING &&
               (http->flags & PGTASKI_FLAG_CHUNKED) == 0;
    }
    return flag == PGTASKI_FLAG_IDENTITY || http->text[0] == '\0';
}

/* Uses an element of Connection, Transfer-Encoding or Content-Encoding. */
static void use_flag(struct pgtask_http *http)
{
    uint32_t flag = 1u << pgtaski_text_number(elements, http->text);

    if (http->header == HEADER_CONNECTION) {
        flag &= PGTASKI_FLAG_CLOSE | PGTASKI_FLAG_KEEP_ALIVE;
    } else if (!is_good_coding(http, flag)) {
        pgtaski_http_fail(http, PGTASK_ERROR_HTTP_ENCODING);
        return;
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

/*
 * Makes `text` comparable, unless it is a date, whose letters stay. Setting bit 0x20 makes letters
 * small, and leaves digits and '-' alone. It cannot make a letter, digit or '-' of anything else:
 * of the characters below 0x20, only the tab can be in `text`.
 */
static void normalize_text(struct pgtask_http *http, bool is_date)
{
    char *end = http->text + http->length;

    while (end > http->text && is_sp_or_htab(end[-1])) {
        end--;
    }
    *end = '\0';
    http->length = (uint8_t)(end - http->text);
    while (end > http->text && !is_date) {
        *--end |= 0x20;
    }
}

/* @return whether a line that begins with a blank may go on with the line before, which it does not
 * if that line frames the body, or is no header */
static bool may_go_on(struct pgtask_http const *http)
{
    return http->length == 0 && http->header < HEADER_CONTENT_LENGTH;
}

/* @param byte  the first one that cannot belong to a name */
static void end_name(struct pgtask_http *http, uint8_t byte)
{
    if (byte == '\r' && http->length == 0) {
        http->state = PGTASK_HTTP_HEAD_LF;
    } else if (byte == ':' && http->length > 0) {
        normalize_text(http, false);
        http->header = (uint8_t)pgtaski_text_number(names, http->text);
        /* Trailers are read, but none of them matters. */
        enter_state(http, http->header == HEADER_OTHER || http->head_done ? PGTASK_HTTP_SKIPPED
                                                                          : PGTASK_HTTP_VALUE);
    } else if (is_sp_or_htab((char)byte) && may_go_on(http)) {
        http->state = PGTASK_HTTP_SKIPPED;
    } else {
        pgtaski_http_refuse(http);
    }
}

/* @param byte  the first one that cannot belong to the element or to the skipped text */
static void end_element(struct pgtask_http *http, uint8_t byte)
{
    bool const was_value = http->state == PGTASK_HTTP_VALUE;

    if (byte == '\r') {
        http->state = PGTASK_HTTP_LINE_LF;
    } else if (byte != ',') {
        pgtaski_http_refuse(http);
        return;
    }
    if (was_value) {
        normalize_text(http, http->header == HEADER_DATE);
        use_element(http);
        http->length = 0;
    }
}

/* @return how many bytes belong to the name, element or skipped text under way */
static size_t count_text(struct pgtask_http const *http, uint8_t const *bytes, size_t length)
{
    bool const is_list = http->state == PGTASK_HTTP_VALUE && http->header != HEADER_DATE;
    size_t at = 0;

    if (http->state == PGTASK_HTTP_NAME) {
        while (at < length && is_token(bytes[at])) {
            at++;
        }
        return at;
    }
    while (at < length && is_text(bytes[at])) {
        if (is_list && bytes[at] == ',') {
            break;
        }
        at++;
    }
    return at;
}

/* Appends to `text`, without the blanks at its start. If bytes do not fit, they make the text
 * unknown. Blanks that do not fit do no harm, since those at the end go anyway. */
static void append_text(struct pgtask_http *http, uint8_t const *bytes, size_t length)
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
    for (; kept < length; kept++) {
        if (!is_sp_or_htab((char)bytes[kept])) {
            http->text[0] = '?';
        }
    }
}

size_t pgtaski_http_read_text(struct pgtask_http *http, uint8_t const *bytes, size_t length)
{
    size_t at = count_text(http, bytes, length);

    if (http->state != PGTASK_HTTP_SKIPPED) {
        append_text(http, bytes, at);
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
