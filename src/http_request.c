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
    pgtaski_text_start(&request, text, capacity);
    pgtaski_text_add(&request, "POST / HTTP/1.1\r\n");
    for (; count > 0; count--, headers++) {
        char const *const parts[] = {headers->name, headers->value};

        if (parts[1] == NULL || parts[1][0] == '\0') {
            continue;
        }
        if (has_control_byte(parts[0]) || has_control_byte(parts[1])) {
            return PGTASK_ERROR_ARGUMENT;
        }
        pgtaski_text_add_form(&request, "%: %\r\n", parts);
    }
    if (request.cut) {
        return PGTASK_ERROR_BUFFER;
    }
    *length = request.length;
    return PGTASK_OK;
}
