/* SPDX-License-Identifier: MIT */
/** @file pem_texts.h Texts in PEM, good and bad, and how many certificates are in each. */
#ifndef PGTASK_TEST_PEM_TEXTS_H
#define PGTASK_TEST_PEM_TEXTS_H

#include <stddef.h>

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END   "-----END CERTIFICATE-----\n"

/* The smallest whole block: an empty SEQUENCE, 30 00. */
#define EMPTY BEGIN "MAA=\n" END

struct pem_text {
    char const *promise;
    char const *text;
    size_t count;
};

#define PEM_TEXTS 26
extern struct pem_text const pem_texts[PEM_TEXTS];

#endif
