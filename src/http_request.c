/* SPDX-License-Identifier: MIT */
#include <pgtask/http.h>
#include "text.h"

static bool has_control_byte(char const *text)
{
    for (; *text != '\0'; text++) {
        uint8_t const byte = (uint8_t)*text;

        if (byte < 0x20 || byte == 0x7f) {
            return true;
        }
    }
    return false;
}

enum pgtask_error pgtask_http_write_request(struct pgtask_http_header const *headers, size_t count,
                                            char *text, size_t capacity, size_t *length)
{
    struct pgtask_text request;

    if (capacity == 0) {
        return PGTASK_ERROR_BUFFER;
    }
    pgtask_text_start(&request, text, capacity);
    pgtask_text_add(&request, "POST / HTTP/1.1\r\n");
    for (size_t i = 0; i < count; i++) {
        struct pgtask_http_header const *const header = &headers[i];

        if (header->value == NULL || header->value[0] == '\0') {
            continue;
        }
        if (has_control_byte(header->name) || has_control_byte(header->value)) {
            return PGTASK_ERROR_ARGUMENT;
        }
        pgtask_text_add(&request, header->name);
        pgtask_text_add(&request, ": ");
        pgtask_text_add(&request, header->value);
        pgtask_text_add(&request, "\r\n");
    }
    if (request.cut) {
        return PGTASK_ERROR_BUFFER;
    }
    *length = request.length;
    return PGTASK_OK;
}
