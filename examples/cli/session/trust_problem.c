/* SPDX-License-Identifier: MIT */
/* The file is read once more, by its first 64 KiB: where the first certificate should be. */
#include "session/trust_problem.h"

#include "base/file.h"
#include "base/text.h"
#include "base/writer.h"

#include <pgtask/config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BEGIN             "-----BEGIN "
#define BEGIN_CERTIFICATE BEGIN "CERTIFICATE-----"
#define END_CERTIFICATE   "-----END CERTIFICATE-----"
#define BASE64            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="

enum { LOOKED_AT = 65536 };

struct view {
    char bytes[LOOKED_AT + 1]; /* with a NUL behind them */
    size_t length;
};

/* @return 0, or why the file cannot be read, as errno */
static int read_file(char const *path, struct view *view)
{
    int const file = file_open(path, O_RDONLY, 0);
    ssize_t got = 1;

    if (file < 0) {
        return file == FILE_NOT_REGULAR ? EISDIR : errno;
    }
    while (got > 0 && view->length < LOOKED_AT) {
        got = read(file, view->bytes + view->length, LOOKED_AT - view->length);
        view->length += got > 0 ? (size_t)got : 0;
    }
    int const failure = got < 0 ? errno : 0;
    (void)close(file);
    return failure;
}

/* @return the line's number, from 1 */
static unsigned line_of(struct view const *view, char const *at)
{
    unsigned line = 1;

    for (char const *one = view->bytes; one < at; one++) {
        line += *one == '\n' ? 1u : 0u;
    }
    return line;
}

/* @return whether a UTF-16 text begins: its mark, or a letter and a zero byte */
static bool is_utf16(struct view const *view)
{
    return view->length > 1 &&
           (memcmp(view->bytes, "\xff\xfe", 2) == 0 || memcmp(view->bytes, "\xfe\xff", 2) == 0);
}

static bool is_der(struct view const *view)
{
    return view->length > 3 && memcmp(view->bytes, "\x30\x82", 2) == 0;
}

/* There is no BEGIN_CERTIFICATE. */
static void describe_other(struct view const *view, char *text)
{
    char kind[40] = "";
    char const *const block = strstr(view->bytes, BEGIN);

    if (block != NULL) {
        size_t const length = strcspn(block + strlen(BEGIN), "-\r\n");
        memcpy(kind, block + strlen(BEGIN), length < sizeof kind ? length : sizeof kind - 1);
        (void)text_print(
            text, TRUST_PROBLEM_BYTES,
            writer_text(&writer_error, "this file has a %s at line %u, but no certificate"), kind,
            line_of(view, block));
    } else {
        (void)text_print(
            text, TRUST_PROBLEM_BYTES,
            writer_text(
                &writer_error,
                "this file has no certificate in PEM form: no line of it is " BEGIN_CERTIFICATE));
    }
}

/* @return the first character that no base64 has; NULL if there is none */
static char const *find_bad_character(char const *from, char const *end)
{
    for (; from < end; from++) {
        if (strchr(BASE64 "\r\n\t ", *from) == NULL || *from == '\0') {
            return from;
        }
    }
    return NULL;
}

/* @param at  not at the beginning of the file */
static bool is_line(char const *at, char const *marker)
{
    char const *const behind = at + strlen(marker);

    return at[-1] == '\n' && (*behind == '\0' || strchr("\r\n\t ", *behind) != NULL);
}

/* @param begin  of BEGIN_CERTIFICATE */
static void describe_block(struct view const *view, char const *begin, char *text)
{
    char const *const from = begin + strlen(BEGIN_CERTIFICATE);
    char const *const end = strstr(from, END_CERTIFICATE);
    char const *const bad = end != NULL ? find_bad_character(from, end) : NULL;
    unsigned const line = line_of(view, begin);

    if (begin > view->bytes && begin[-1] != '\n' && begin[-1] != '\xbf') {
        (void)text_print(text, TRUST_PROBLEM_BYTES,
                         writer_text(&writer_error,
                                     "line %u: text stands before " BEGIN_CERTIFICATE
                                     " on the same line; give that a line of its own"),
                         line);
    } else if (end == NULL) {
        (void)text_print(
            text, TRUST_PROBLEM_BYTES,
            writer_text(
                &writer_error,
                "the certificate that begins at line %u has no end: no line is " END_CERTIFICATE),
            line);
    } else if (!is_line(end, END_CERTIFICATE)) {
        (void)text_print(
            text, TRUST_PROBLEM_BYTES,
            writer_text(&writer_error, "line %u: " END_CERTIFICATE " needs a line of its own"),
            line_of(view, end));
    } else if (bad != NULL) {
        (void)text_print(
            text, TRUST_PROBLEM_BYTES,
            writer_text(&writer_error,
                        "the certificate that begins at line %u is damaged: line %u is not base64"),
            line, line_of(view, bad));
    } else if ((size_t)(end - from) / 4 * 3 > PGTASK_PEM_ROOT_BYTES) {
        (void)text_print(
            text, TRUST_PROBLEM_BYTES,
            writer_text(&writer_error,
                        "the certificate that begins at line %u is larger than %u bytes"),
            line, (unsigned)PGTASK_PEM_ROOT_BYTES);
    } else {
        (void)text_print(
            text, TRUST_PROBLEM_BYTES,
            writer_text(&writer_error,
                        "the certificate that begins at line %u is damaged: its bytes are no "
                        "whole certificate"),
            line);
    }
}

char const *trust_problem_find(char const *path, char text[TRUST_PROBLEM_BYTES])
{
    static struct view view;
    char const *cause = NULL;

    memset(&view, 0, sizeof view);
    switch (read_file(path, &view)) {
    case 0: break;
    case ENOENT:
    case ENOTDIR: cause = "there is no such file"; break;
    case EACCES:
    case EPERM: cause = "this file cannot be opened; check its owner and permissions"; break;
    case EISDIR: cause = FILE_MUST_BE_REGULAR; break;
    default: cause = "this file cannot be read"; break;
    }
    if (cause == NULL && view.length == 0) {
        cause = "this file is empty";
    } else if (cause == NULL && is_utf16(&view)) {
        cause = "this file is in UTF-16; save it as UTF-8";
    } else if (cause == NULL && strchr(view.bytes, '\n') == NULL &&
               strchr(view.bytes, '\r') != NULL) {
        cause = "the lines of this file end with CR alone; save it with LF at their ends";
    } else if (cause == NULL && is_der(&view)) {
        cause = "this file is in DER form; convert it with openssl x509 -inform der -in FILE -out "
                "NEW";
    }
    if (cause != NULL) {
        (void)text_print(text, TRUST_PROBLEM_BYTES, "%s", writer_text(&writer_error, cause));
        return text;
    }
    char const *const begin = strstr(view.bytes, BEGIN_CERTIFICATE);
    if (begin != NULL) {
        describe_block(&view, begin, text);
    } else {
        describe_other(&view, text);
    }
    return text;
}
