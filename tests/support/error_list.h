/* SPDX-License-Identifier: MIT */
/** @file error_list.h Every error of the library, and every documented code of the service. */
#ifndef PGTASK_TEST_ERROR_LIST_H
#define PGTASK_TEST_ERROR_LIST_H

#include <pgtask/failure.h>

#define LISTED_ERRORS 60
#define LISTED_CODES  53

/** A negative value of enum pgtask_error, its layer, and whether to send the request again. */
struct listed_error {
    enum pgtask_error error;
    char const *layer;
    enum pgtask_retry retry;
};

extern struct listed_error const listed_errors[LISTED_ERRORS];

/** A code of the service, and what the API page advises for a call that only reads. */
struct listed_code {
    char const *code;
    enum pgtask_retry retry;
};

extern struct listed_code const listed_codes[LISTED_CODES];

/** @return a refusal of the service with this code */
struct pgtask_failure service_failure(char const *code);

/** @return whether `text` begins with a capital and ends with a full stop */
bool is_sentence(char const *text);

/** @return whether `text` has some words and no full stop */
bool is_clause(char const *text);

#endif
