/* SPDX-License-Identifier: MIT */
#include <pgtask/http.h>

#include <string.h>

/** Text under construction in the caller's buffer. */
struct writer {
    char *text;
    size_t capacity;
    size_t length;
    enum pgtask_error error;
};

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

static void append(struct writer *writer, char const *text)
{
    size_t const length = strlen(text);

    if (writer->error != PGTASK_OK) {
        return;
    }
    if (length > writer->capacity - writer->length) {
        writer->error = PGTASK_ERROR_BUFFER;
        return;
    }
    memcpy(writer->text + writer->length, text, length);
    writer->length += length;
}

static void append_header(struct writer *writer, struct pgtask_http_header const *header)
{
    if (header->value == NULL || header->value[0] == '\0') {
        return;
    }
    if (has_control_byte(header->name) || has_control_byte(header->value)) {
        writer->error = PGTASK_ERROR_ARGUMENT;
    }
    append(writer, header->name);
    append(writer, ": ");
    append(writer, header->value);
    append(writer, "\r\n");
}

enum pgtask_error pgtask_http_write_request(struct pgtask_http_header const *headers, size_t count,
                                            char *text, size_t capacity, size_t *length)
{
    struct writer writer = {text, capacity, 0, PGTASK_OK};

    append(&writer, "POST / HTTP/1.1\r\n");
    for (size_t i = 0; i < count && writer.error == PGTASK_OK; i++) {
        append_header(&writer, &headers[i]);
    }
    if (writer.error == PGTASK_OK) {
        *length = writer.length;
    }
    return writer.error;
}
