/* SPDX-License-Identifier: MIT */
/**
 * @file pem_texts.h
 * Texts in PEM, good and bad, each with the number of certificates in it.
 */
#ifndef PGTASK_TEST_PEM_TEXTS_H
#define PGTASK_TEST_PEM_TEXTS_H

#include <stddef.h>

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END   "-----END CERTIFICATE-----\n"

/** The smallest whole block: an empty SEQUENCE, 30 00. */
#define EMPTY BEGIN "MAA=\n" END

struct pem_text {
    char const *promise; /**< names the test */
    char const *text;
    size_t count;     /**< of certificates in it */
    unsigned damaged; /**< blocks of such a kind in it that are no certificate */
};

#define PEM_TEXTS 28
extern struct pem_text const pem_texts[PEM_TEXTS];

/** Reads a whole file, which must be shorter than `capacity` and not empty. @return its length */
size_t pem_read_file(char const *directory, char const *name, void *bytes, size_t capacity);

#endif
