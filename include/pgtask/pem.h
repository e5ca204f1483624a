/* SPDX-License-Identifier: MIT */
/**
 * @file pem.h
 * Trusted roots in PEM: a decoder fed in slices of any size, and a store over a text in memory.
 *
 * A certificate is a block between the lines `-----BEGIN CERTIFICATE-----` and
 * `-----END CERTIFICATE-----`. Everything else is passed over: text between blocks, blocks of other
 * kinds, and blocks that are damaged, not DER, or larger than the room for them, which are counted:
 * see pgtask_pem_damaged(). A byte-order mark may stand before a block. A board that has
 * its roots in flash as DER does not need this header: see pgtask_roots.list.
 */
#ifndef PGTASK_PEM_H
#define PGTASK_PEM_H

#include <pgtask/tls.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The decoder. Members are private. */
struct pgtask_pem {
    uint8_t *der; /**< the caller's */
    size_t capacity;
    size_t length;       /**< of `der` */
    uint32_t damaged;    /**< blocks that were no certificate */
    uint32_t bits;       /**< of the group of four digits under way */
    uint8_t digits;      /**< digits in the group */
    uint8_t padding;     /**< '=' in the group */
    bool open;           /**< between BEGIN and END */
    bool broken;         /**< the block is not a certificate */
    bool inside_line;    /**< `line` continues a line that was longer than it */
    uint8_t line_length; /**< of `line` */
    char line[64];       /**< a line, or a piece of a longer one */
};

/**
 * Makes ready for a new text.
 * @param der  the caller's, used until the text has ended; a block is decoded into it
 */
void pgtask_pem_begin(struct pgtask_pem *pem, uint8_t *der, size_t capacity);

/**
 * Decodes the next slice, up to the end of the first certificate in it. At the end of a text feed
 * one more "\n", since its last line may have none.
 *
 * @param text  the slice
 * @param used  set in any case: how many bytes were used; call again with the rest
 * @param root  set on PGTASK_OK; its bytes stay until the next call
 * @return PGTASK_OK: a certificate was found; PGTASK_MORE: the slice is used up
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

/** @return how many blocks in the text so far are no certificate, one without an end included */
static inline uint32_t pgtask_pem_damaged(struct pgtask_pem const *pem)
{
    return pem->damaged + pem->open;
}

/** Roots in PEM in memory that stays, such as flash. The caller places it. Members are private. */
struct pgtask_pem_roots {
    char const *text;
    size_t length;
    size_t at;
    struct pgtask_pem pem;
    uint8_t der[PGTASK_PEM_ROOT_BYTES];
};

/**
 * Opens a text that has one or more certificates. There is nothing to close.
 *
 * @param store  the caller's, used as long as the roots are
 * @param text   likewise; it needs no NUL
 * @param roots  filled on PGTASK_OK; put it into struct pgtask_config
 * @return PGTASK_OK; PGTASK_ERROR_TLS_ROOTS if there is no certificate in the text
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_pem_roots_open(struct pgtask_pem_roots *store,
                                                          char const *text, size_t length,
                                                          struct pgtask_roots *roots);

#ifdef __cplusplus
}
#endif

#endif
