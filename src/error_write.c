/* SPDX-License-Identifier: MIT */
#include <pgtask/error.h>

#include "text.h"

/*
 * Texts come over the network. A control character could move a terminal's cursor or forge a line
 * of a log: each becomes a blank, those of two bytes (U+0080 to U+009F) too.
 */
static size_t blank_controls(char *text)
{
    char *end = text;

    for (char const *at = text; *at != '\0'; at++) {
        uint8_t const byte = (uint8_t)at[0];
        bool const two_bytes = byte == 0xC2 && ((uint8_t)at[1] & 0xE0) == 0x80;

        at += two_bytes ? 1 : 0;
        *end++ = two_bytes || byte < 0x20 || byte == 0x7F ? ' ' : *at;
    }
    *end = '\0';
    return (size_t)(end - text);
}

/* `form` with the text in it, if there is one. */
static void add_part(struct pgtask_text *text, char const *form, char const *part)
{
    if (part[0] != '\0') {
        pgtask_text_add_form(text, form, &part);
    }
}

static void add_number(struct pgtask_text *text, int32_t number)
{
    pgtask_text_add(text, number < 0 ? "-" : "");
    pgtask_text_add_number(text, number < 0 ? 0 - (uint32_t)number : (uint32_t)number);
}

/* mbedTLS's codes are known by their hexadecimal form, such as -0x7280. */
static void add_hex(struct pgtask_text *text, int32_t number)
{
    uint32_t const size = number < 0 ? 0 - (uint32_t)number : (uint32_t)number;

    pgtask_text_add(text, number < 0 ? "-0x" : "0x");
    for (int shift = 28; shift >= 0; shift -= 4) {
        if (size >> shift != 0) {
            pgtask_text_add_bytes(text, &"0123456789ABCDEF"[(size >> shift) & 15], 1);
        }
    }
}

static void add_detail(struct pgtask_text *text, enum pgtask_layer layer, int32_t detail)
{
    if (detail == 0) {
        return;
    }
    pgtask_text_add(text, layer == PGTASK_LAYER_HTTP ? " (status " : " (code ");
    if (layer == PGTASK_LAYER_TLS) {
        add_hex(text, detail);
    } else {
        add_number(text, detail);
    }
    pgtask_text_add(text, ")");
}

static void add_advice(struct pgtask_text *text, char const *advice)
{
    bool const ended = text->length > 0 && text->bytes[text->length - 1] == '.';

    if (advice[0] != '\0') {
        pgtask_text_add(text, ended ? " " : ". ");
        pgtask_text_add(text, advice);
    }
}

/* Without sentences the error is told by its number in error.h. */
static void add_cause(struct pgtask_text *text, enum pgtask_error error)
{
#if PGTASK_ERROR_TEXTS
    pgtask_text_add(text, pgtask_error_text(error));
#else
    pgtask_text_add(text, "error ");
    add_number(text, error);
#endif
}

static void find_texts(struct pgtask_failure const *failure, struct pgtask_service_error *texts)
{
    if (failure->error == PGTASK_ERROR_SERVICE) {
        (void)pgtask_service_error_find(failure->code, texts);
    } else {
        texts->advice = pgtask_error_advice(failure->error);
    }
}

/* @param texts  of the error, "" where the build has no sentences */
static void add_failure(struct pgtask_text *written, struct pgtask_failure const *failure,
                        struct pgtask_service_error const *texts)
{
    enum pgtask_layer const layer = pgtask_error_layer(failure->error);

    if (layer != PGTASK_LAYER_NONE) {
        add_part(written, "%: ", pgtask_layer_text(layer));
    }
    add_cause(written, failure->error);
    add_part(written, " (%)", failure->member);
    add_detail(written, layer, failure->detail);
    if (layer == PGTASK_LAYER_JSON) {
        pgtask_text_add(written, " (byte ");
        pgtask_text_add_number(written, failure->offset);
        pgtask_text_add(written, ")");
    }
    add_part(written, ": %", failure->code);
    add_part(written, ": %", failure->message[0] != '\0' ? failure->message : texts->meaning);
    add_part(written, " (RequestId %)", failure->request_id);
}

static size_t write_failure(struct pgtask_failure const *failure, char *text, size_t capacity,
                            bool has_advice)
{
    struct pgtask_service_error texts = {.meaning = "", .advice = ""};
    struct pgtask_text written;

    if (capacity == 0) {
        return 0;
    }
    if (PGTASK_ERROR_TEXTS) {
        find_texts(failure, &texts);
    }
    pgtask_text_start(&written, text, capacity);
    add_failure(&written, failure, &texts);
    if (PGTASK_ERROR_TEXTS && has_advice) {
        add_advice(&written, texts.advice);
    }
    return blank_controls(text);
}

size_t pgtask_failure_write(struct pgtask_failure const *failure, char *text, size_t capacity)
{
    return write_failure(failure, text, capacity, true);
}

size_t pgtask_failure_write_cause(struct pgtask_failure const *failure, char *text,
                                  size_t capacity)
{
    return write_failure(failure, text, capacity, false);
}
