/* SPDX-License-Identifier: MIT */
/**
 * @file pem.h
 * Trusted roots in PEM: a decoder fed in slices of any size, and a store over a text in memory.
 *
 * What is read are blocks between a line `-----BEGIN CERTIFICATE-----` and a line
 * `-----END CERTIFICATE-----`. Everything else is passed over: text between the blocks, blocks of
 * other kinds, blocks that are damaged, no DER, or larger than the place for them. A board with
 * its roots in flash as DER needs none of this: see pgtask_roots.list.
 */
#ifndef PGTASK_PEM_H
#define PGTASK_PEM_H

#include <pgtask/tls.h>

/** The decoder. Members are private. */
struct pgtask_pem {
    uint8_t *der; /**< the caller's */
    size_t capacity;
    size_t length; /**< of `der` */
    uint32_t bits; /**< of the group of four digits under way */
    uint8_t digits;
    uint8_t padding;     /**< '=' in it */
    bool open;           /**< between BEGIN and END */
    bool broken;         /**< this block is of no use */
    bool inside_line;    /**< `line` is not where a line began */
    uint8_t line_length; /**< of `line` */
    char line[64];       /**< a line, or part of a longer one */
};

/**
 * Makes ready for a new text.
 * @param der  the caller's, stays; what a block decodes to is put there
 */
void pgtask_pem_begin(struct pgtask_pem *pem, uint8_t *der, size_t capacity);

/**
 * Reads on. At the end of a text feed one more "\n", for its last line may have none.
 *
 * @param text  the next slice
 * @param used  set: how many of its bytes were read
 * @param root  set on PGTASK_OK; its bytes stay until the next call
 * @return PGTASK_OK after a whole certificate: go on with the rest of the slice; PGTASK_MORE when
 *         all of it was read
 *
 * @code
 * while (pgtask_pem_feed(&pem, text, length, &used, &root) == PGTASK_OK) {
 *     use(root.der, root.length);
 *     text += used;
 *     length -= used;
 * }
 * @endcode
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_pem_feed(struct pgtask_pem *pem, char const *text,
                                                    size_t length, size_t *used,
                                                    struct pgtask_root *root);

/** Roots in PEM in memory that stays, such as flash. The caller places it; members are private. */
struct pgtask_pem_roots {
    char const *text;
    size_t length;
    size_t at;
    struct pgtask_pem pem;
    uint8_t der[PGTASK_PEM_ROOT_BYTES];
};

/**
 * Opens a text of one or more certificates. There is nothing to close.
 *
 * @param store  the caller's, stays
 * @param text   likewise; needs no NUL
 * @param roots  filled on PGTASK_OK; put it into struct pgtask_config
 * @return PGTASK_OK; PGTASK_ERROR_TLS_ROOTS if there is no certificate in it
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_pem_roots_open(struct pgtask_pem_roots *store,
                                                          char const *text, size_t length,
                                                          struct pgtask_roots *roots);

#endif
