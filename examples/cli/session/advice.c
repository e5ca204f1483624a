/* SPDX-License-Identifier: MIT */
#include "session/advice.h"

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

static char const *find_advice(struct pgtask_failure const *failure)
{
    bool const is_full = failure->detail == EMFILE || failure->detail == ENFILE;

    if (failure->error == PGTASK_ERROR_PORT && is_full) {
        return "Too many files are open: close some, or raise the limit (ulimit -n).";
    }
    /* The API tells of errors with status 200: another that stays is of something in between. */
    if (failure->error == PGTASK_ERROR_HTTP_STATUS &&
        pgtask_failure_retry(failure) == PGTASK_RETRY_NO) {
        return "The API did not answer this: look for a proxy, and check --endpoint and --connect.";
    }
    return library_advice(failure);
}

static void append(char text[FAILURE_BYTES], char const *part, size_t length)
{
    size_t const used = strlen(text);
    size_t const room = FAILURE_BYTES - 1 - used;
    size_t const fitting = length < room ? length : room;

    memcpy(text + used, part, fitting);
    text[used + fitting] = '\0';
}

/* In place of the variables that the advice names: their counterparts in the file. */
static void append_for_file(char text[FAILURE_BYTES], char const *advice, char const *file)
{
    static struct {
        char const *variable;
        char const *key;
    } const names[] = {{"TENCENTCLOUD_SECRET_ID", "secret_id"},
                       {"TENCENTCLOUD_SECRET_KEY", "secret_key"}};
    char const *rest = advice;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char const *const found = strstr(rest, names[i].variable);

        if (found != NULL) {
            append(text, rest, (size_t)(found - rest));
            append(text, names[i].key, strlen(names[i].key));
            rest = found + strlen(names[i].variable);
        }
    }
    if (rest != advice) {
        append(text, " in ", strlen(" in "));
        append(text, file, strlen(file));
    }
    append(text, rest, strlen(rest));
}

char const *failure_text(char text[FAILURE_BYTES], struct pgtask_failure const *failure,
                         char const *file)
{
    size_t const length = pgtask_failure_write(failure, text, FAILURE_BYTES);
    char const *const general = library_advice(failure);
    char const *const advice = find_advice(failure);
    size_t const general_length = strlen(general);

    if (general_length == 0 || length < general_length ||
        strcmp(text + length - general_length, general) != 0) {
        return text; /* built without sentences, or cut */
    }
    text[length - general_length] = '\0';
    if (file != NULL) {
        append_for_file(text, advice, file);
    } else {
        append(text, advice, strlen(advice));
    }
    return text;
}
