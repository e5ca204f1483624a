/* SPDX-License-Identifier: MIT */
/* Most advice is the library's. Some errors mean something narrower at a command line, and advice
 * that names a variable names the file instead if the keys are from there. */
#include "session/advice.h"

#include "base/text.h"

#include <errno.h>
#include <string.h>

static char const *library_advice(struct pgtask_failure const *failure)
{
    struct pgtask_service_error service;

    if (failure->error != PGTASK_ERROR_SERVICE) {
        return pgtask_error_advice(failure->error);
    }
    (void)pgtask_service_error_find(failure->code, &service);
    return service.advice;
}

/* Only fork() gives EAGAIN to the port as a failure of its own: a socket that would block is no
 * failure. So is ENOMEM, which a socket hardly ever gives. */
bool advice_is_shortage(struct pgtask_failure const *failure)
{
    return failure->error == PGTASK_ERROR_PORT &&
           (failure->detail == EAGAIN || failure->detail == ENOMEM);
}

static bool is_denied(struct pgtask_failure const *failure)
{
    return failure->error == PGTASK_ERROR_SERVICE &&
           (strstr(failure->code, "UnauthorizedOperation") != NULL ||
            strstr(failure->code, "CamDeniedError") != NULL);
}

static char const *find_advice(struct pgtask_failure const *failure, bool has_clock)
{
    bool const is_full = failure->detail == EMFILE || failure->detail == ENFILE;

    if (failure->error == PGTASK_ERROR_PORT && is_full) {
        return "Too many files are open: close some, or raise the limit (ulimit -n).";
    }
    if (advice_is_shortage(failure)) {
        return "No process can be started to look up the host: end other programs, or raise the "
               "limit (ulimit -u, or TasksMax of the unit).";
    }
    if (failure->error == PGTASK_ERROR_NO_TIME && !has_clock) {
        return "The service told no time either: set this device's clock, and omit --no-clock.";
    }
    /* The API reports its errors with status 200. Another status that stays is not the API's. */
    if (failure->error == PGTASK_ERROR_HTTP_STATUS &&
        pgtask_failure_retry(failure) == PGTASK_RETRY_NO) {
        return "The API did not answer this: look for a proxy, and check --endpoint and --connect.";
    }
    if (is_denied(failure)) {
        return "Allow this user postgres:DescribeTasks in the console (CAM): SECURITY.md has the "
               "policy.";
    }
    return library_advice(failure);
}

/* Appends the part of `advice` before `end`. */
static void append_part(char text[ADVICE_BYTES], char const *advice, char const *end)
{
    char part[128];
    size_t const length = (size_t)(end - advice);

    if (length < sizeof part) {
        memcpy(part, advice, length);
        part[length] = '\0';
        (void)text_append(text, ADVICE_BYTES, "%s", part);
    }
}

/* tccli has other names for the same keys. */
static bool is_of_tccli(char const *file)
{
    static char const ending[] = ".credential";
    size_t const length = strlen(file);

    return length >= strlen(ending) && strcmp(file + length - strlen(ending), ending) == 0;
}

/* Variables that the advice names are replaced by their keys in the file. */
static void append_for_file(char text[ADVICE_BYTES], char const *advice,
                            struct writer const *reader, char const *file)
{
    static struct {
        char const *variable;
        char const *key;
        char const *key_of_tccli;
    } const names[] = {{"TENCENTCLOUD_SECRET_ID", "secret_id", "secretId"},
                       {"TENCENTCLOUD_SECRET_KEY", "secret_key", "secretKey"}};
    char const *rest = advice;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char const *const found = strstr(rest, names[i].variable);

        if (found != NULL) {
            append_part(text, rest, found);
            (void)text_append(text, ADVICE_BYTES, "%s",
                              is_of_tccli(file) ? names[i].key_of_tccli : names[i].key);
            rest = found + strlen(names[i].variable);
        }
    }
    if (rest != advice) {
        (void)text_append(text, ADVICE_BYTES, writer_text(reader, " in %s"), file);
    }
    (void)text_append(text, ADVICE_BYTES, "%s", rest);
}

/* The finance regions have hosts of their own, and no other host serves them. */
static bool is_of_finance(struct pgtask_failure const *failure, char const *region)
{
    static char const ending[] = "-fsi";
    size_t const length = strlen(region);

    return failure->error == PGTASK_ERROR_SERVICE &&
           strcmp(failure->code, "UnsupportedRegion") == 0 && length >= strlen(ending) &&
           strcmp(region + length - strlen(ending), ending) == 0;
}

/* Replaces the first `english` in the text. What is too long is cut at the end. */
static void replace(char text[ADVICE_BYTES], char const *english, char const *other)
{
    char rest[ADVICE_BYTES];
    char *const found = english[0] != '\0' ? strstr(text, english) : NULL;

    if (found != NULL && english != other) {
        (void)text_print(rest, sizeof rest, "%s", found + strlen(english));
        *found = '\0';
        (void)text_append(text, ADVICE_BYTES, "%s%s", other, rest);
    }
}

/* The library writes English. Its own sentences stand before what the service says. */
static void write_cause(char text[ADVICE_BYTES], struct pgtask_failure const *failure,
                        struct writer const *reader)
{
    struct pgtask_service_error service = {.meaning = ""};
    char const *const cause = pgtask_error_text(failure->error);

    (void)pgtask_failure_write_cause(failure, text, ADVICE_BYTES);
    replace(text, cause, writer_text(reader, cause));
    if (failure->error == PGTASK_ERROR_SERVICE && failure->message[0] == '\0') {
        (void)pgtask_service_error_find(failure->code, &service);
        replace(text, service.meaning, writer_text(reader, service.meaning));
    }
}

char const *advice_write(char text[ADVICE_BYTES], struct pgtask_failure const *failure,
                         struct writer const *reader, char const *file, bool has_clock,
                         char const *region, char const *where)
{
    enum pgtask_layer const layer = pgtask_error_layer(failure->error);
    char const *const advice = writer_text(reader, find_advice(failure, has_clock));

    write_cause(text, failure, reader);
    if ((layer == PGTASK_LAYER_NETWORK || layer == PGTASK_LAYER_TLS) && where[0] != '\0') {
        (void)text_append(text, ADVICE_BYTES, " (%s)", where);
    }
    size_t const length = strlen(text);
    if (advice[0] == '\0') {
        return text;
    }
    (void)text_append(text, ADVICE_BYTES, "%s",
                      length > 0 && text[length - 1] == '.' ? " " : writer_text(reader, ". "));
    if (is_of_finance(failure, region)) {
        (void)text_append(text, ADVICE_BYTES,
                          writer_text(reader,
                                      "Finance regions have hosts of their own: add --endpoint "
                                      "postgres.%s.tencentcloudapi.com."),
                          region);
    } else if (file != NULL) {
        append_for_file(text, advice, reader, file);
    } else {
        (void)text_append(text, ADVICE_BYTES, "%s", advice);
    }
    return text;
}
