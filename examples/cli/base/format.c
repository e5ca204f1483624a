/* SPDX-License-Identifier: MIT */
/* The formatter: literal parts of the form alternate with conversions. */
#include "base/format.h"

#include <stdint.h>
#include <string.h>

enum { DIGITS_MAX = 20 }; /* of UINT64_MAX */

struct conversion {
    unsigned width; /* 0: none */
    char size;      /* 'j', 'z' or '\0' */
    char kind;      /* 's', 'u' or '%'; '\0' for any other */
    size_t length;  /* of the conversion in the form */
};

static struct conversion read_conversion(char const *form)
{
    struct conversion read = {.length = 1};

    if (form[1] == '0' && form[2] >= '1' && form[2] <= '9') {
        read.width = (unsigned)(form[2] - '0');
        read.length += 2;
    }
    if (form[read.length] == 'j' || form[read.length] == 'z') {
        read.size = form[read.length++];
    }
    if (strchr("su%", form[read.length]) != NULL) {
        read.kind = form[read.length++];
    }
    return read;
}

static void write_number(struct format_sink const *sink, uint64_t number, unsigned width)
{
    char digits[DIGITS_MAX];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (sizeof digits - at < width) {
        digits[--at] = '0';
    }
    sink->write(sink->context, digits + at, sizeof digits - at);
}

void format_write(struct format_sink const *sink, char const *form, va_list arguments)
{
    for (;;) {
        size_t const literal = strcspn(form, "%");
        if (literal > 0) {
            sink->write(sink->context, form, literal);
        }
        form += literal;
        if (*form == '\0') {
            return;
        }
        struct conversion const read = read_conversion(form);
        switch (read.kind) {
        case '%': sink->write(sink->context, "%", 1); break;
        case 's': sink->text(sink->context, va_arg(arguments, char const *)); break;
        case 'u':
            write_number(sink,
                         read.size == 'j'   ? va_arg(arguments, uint64_t)
                         : read.size == 'z' ? (uint64_t)va_arg(arguments, size_t)
                                            : (uint64_t)va_arg(arguments, unsigned),
                         read.width);
            break;
        default: sink->write(sink->context, form, strlen(form)); return;
        }
        form += read.length;
    }
}
