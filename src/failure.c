/* SPDX-License-Identifier: MIT */
/* What to do about a failed call, and the sentence that tells a person about it. */
#include <pgtask/failure.h>

#include "error_private.h"
#include "text.h"

/* Statuses that speak of load, or of a server behind the one that answered. */
static enum pgtask_retry status_retry(int32_t status)
{
    bool const may_pass = status == 429 || status == 500 || (status >= 502 && status <= 504);

    return may_pass ? PGTASK_RETRY_BACKOFF : PGTASK_RETRY_NO;
}

enum pgtask_retry pgtask_failure_retry(struct pgtask_failure const *failure)
{
    switch (failure->error) {
    case PGTASK_ERROR_SERVICE: return pgtaski_error_service_retry(failure->code);
    case PGTASK_ERROR_HTTP_STATUS: return status_retry(failure->detail);
    default: return pgtaski_error_retry(failure->error);
    }
}

/* Adds `form` with `part` in it, unless the part is empty. */
static void add_part(struct pgtask_text *text, char const *form, char const *part)
{
    if (part[0] != '\0') {
        pgtaski_text_add_form(text, form, &part);
    }
}

static void add_number(struct pgtask_text *text, int32_t number)
{
    pgtaski_text_add(text, number < 0 ? "-" : "");
    pgtaski_text_add_number(text, number < 0 ? 0 - (uint32_t)number : (uint32_t)number);
}

/* The manual of mbedTLS writes its codes in hexadecimal, such as -0x7280. */
static void add_hex(struct pgtask_text *text, int32_t number)
{
    uint32_t const size = number < 0 ? 0 - (uint32_t)number : (uint32_t)number;

    pgtaski_text_add(text, number < 0 ? "-0x" : "0x");
    for (int shift = 28; shift >= 0; shift -= 4) {
        if (size >> shift != 0) {
            pgtaski_text_add_bytes(text, &"0123456789ABCDEF"[(size >> shift) & 15], 1);
        }
    }
}

static void add_detail(struct pgtask_text *text, enum pgtask_layer layer, int32_t detail)
{
    if (detail == 0) {
        return;
    }
    pgtaski_text_add(text, layer == PGTASK_LAYER_HTTP ? " (status " : " (code ");
    if (layer == PGTASK_LAYER_TLS) {
        add_hex(text, detail);
    } else {
        add_number(text, detail);
    }
    pgtaski_text_add(text, ")");
}

/* Where in the answer the error is, or how large the message was that did not fit. */
static void add_place(struct pgtask_text *text, enum pgtask_layer layer, uint64_t offset)
{
    bool const is_size = layer == PGTASK_LAYER_TLS && offset != 0;

    if (layer == PGTASK_LAYER_JSON || is_size) {
        pgtaski_text_add(text, is_size ? " (message of " : " (byte ");
        pgtaski_text_add_number(text, offset);
        pgtaski_text_add(text, is_size ? " bytes)" : ")");
    }
}

static void add_advice(struct pgtask_text *text, char const *advice)
{
    bool const has_stop = text->length > 0 && text->bytes[text->length - 1] == '.';

    if (advice[0] != '\0') {
        pgtaski_text_add(text, has_stop ? " " : ". ");
        pgtaski_text_add(text, advice);
    }
}

/* A build without sentences names the error by its number in error.h. */
static void add_cause(struct pgtask_text *text, enum pgtask_error error)
{
#if PGTASK_ERROR_TEXTS
    pgtaski_text_add(text, pgtask_error_text(error));
#else
    pgtaski_text_add(text, "error ");
    add_number(text, error);
#endif
}

static void find_advice(struct pgtask_failure const *failure, struct pgtask_service_error *found)
{
    if (failure->error == PGTASK_ERROR_SERVICE) {
        (void)pgtask_service_error_find(failure->code, found);
    } else {
        found->advice = pgtask_error_advice(failure->error);
    }
}

/* @param meaning  of the service's code, "" if it is not known */
static void add_failure(struct pgtask_text *text, struct pgtask_failure const *failure,
                        char const *meaning)
{
    enum pgtask_layer const layer = pgtask_error_layer(failure->error);

    if (layer != PGTASK_LAYER_NONE) {
        add_part(text, "%: ", pgtask_layer_text(layer));
    }
    add_cause(text, failure->error);
    add_part(text, " (%)", failure->member);
    add_detail(text, layer, failure->detail);
    add_place(text, layer, failure->offset);
    add_part(text, ": %", failure->code);
    add_part(text, ": %", failure->message[0] != '\0' ? failure->message : meaning);
    add_part(text, " (RequestId %)", failure->request_id);
}

static size_t write_failure(struct pgtask_failure const *failure, char *text, size_t capacity,
                            bool with_advice)
{
    struct pgtask_service_error service = {.meaning = "", .advice = ""};
    struct pgtask_text written;

    if (capacity == 0) {
        return 0;
    }
    if (PGTASK_ERROR_TEXTS) {
        find_advice(failure, &service);
    }
    pgtaski_text_start(&written, text, capacity);
    add_failure(&written, failure, service.meaning);
    if (PGTASK_ERROR_TEXTS && with_advice) {
        add_advice(&written, service.advice);
    }
    return pgtaski_text_blank_controls(text);
}

size_t pgtask_failure_write(struct pgtask_failure const *failure, char *text, size_t capacity)
{
    return write_failure(failure, text, capacity, true);
}

size_t pgtask_failure_write_cause(struct pgtask_failure const *failure, char *text, size_t capacity)
{
    return write_failure(failure, text, capacity, false);
}
