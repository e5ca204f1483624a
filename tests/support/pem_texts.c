/* SPDX-License-Identifier: MIT */
/* The texts hold certificates in good and in bad PEM. */
#include "pem_texts.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

struct pem_text const pem_texts[PEM_TEXTS] = {
    {"one block", EMPTY, 1, 0},
    {"two blocks", EMPTY EMPTY, 2, 0},
    {"no newline at the end", BEGIN "MAA=\n-----END CERTIFICATE-----", 1, 0},
    {"lines ended by CR LF", "-----BEGIN CERTIFICATE-----\r\nMAA=\r\n-----END CERTIFICATE-----\r\n",
     1, 0},
    {"blanks at the end of lines",
     "-----BEGIN CERTIFICATE----- \nMAA= \t\n-----END CERTIFICATE----- ", 1, 0},
    {"base64 over several lines", BEGIN "M\nA\n\nA\n=\n" END, 1, 0},
    {"text before, between and after", "# one\n\n" EMPTY "subject=/CN=x\n---\n" EMPTY "end\n", 2,
     0},
    {"other kinds are passed over",
     "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"
     "-----BEGIN TRUSTED CERTIFICATE-----\nMAA=\n-----END TRUSTED CERTIFICATE-----\n" EMPTY,
     1, 0},
    {"a byte-order mark before the first block and before another one",
     "\xef\xbb\xbf" EMPTY "\xef\xbb\xbf" EMPTY, 2, 0},
    {"a byte-order mark and a remark before the first block", "\xef\xbb\xbf# roots\n" EMPTY, 1, 0},
    {"a marker inside a line does not count", "x " EMPTY, 0, 0},
    {"nor does one behind 64 or 80 characters of its line",
     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" EMPTY
     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" EMPTY,
     0, 0},
    {"a part of a marker does not count", "-----BEGIN CERTIFICATE----\nMAA=\n" END, 0, 0},
    {"a character that is not base64", BEGIN "MA*=\n" END EMPTY, 1, 1},
    {"bytes after the padding", BEGIN "MAA=MAA=\n" END EMPTY, 1, 1},
    {"too much padding", BEGIN "MAA==\n" END BEGIN "M===\n" END EMPTY, 1, 2},
    {"base64 cut short", BEGIN "MAA\n" END EMPTY, 1, 1},
    {"an empty block", BEGIN END EMPTY, 1, 1},
    {"no END before the next BEGIN", BEGIN "MAA=\n" EMPTY, 1, 1},
    {"no END before the end of the file", EMPTY BEGIN "MAA=\n", 1, 1},
    {"END without BEGIN", END EMPTY, 1, 0},
    {"the END of another kind", BEGIN "MAA=\n-----END PRIVATE KEY-----\n" EMPTY, 1, 1},
    {"another type than SEQUENCE", BEGIN "BAA=\n" END EMPTY, 1, 1},
    {"a SEQUENCE longer than the block", BEGIN "MAE=\n" END EMPTY, 1, 1},
    {"a SEQUENCE shorter than the block", BEGIN "MAAA\n" END EMPTY, 1, 1},
    {"a length that is cut short", BEGIN "MIE=\n" END BEGIN "MIIB\n" END EMPTY, 1, 2},
    {"nothing", "", 0, 0},
    {"a text without a certificate", "hello\n", 0, 0},
};

size_t pem_read_file(char const *directory, char const *name, void *bytes, size_t capacity)
{
    char path[600];
    ssize_t length;
    int file;

    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    file = open(path, O_RDONLY);
    length = read(file, bytes, capacity);
    (void)close(file);
    assert_in_range(length, 1, capacity - 1);
    return (size_t)length;
}
