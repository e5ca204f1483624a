/* SPDX-License-Identifier: MIT */
/* Takes any bytes as trusted roots in PEM: the same ones are found in any slices, and in a store.
 */
#include <pgtask/pem.h>
#include "slices.h"

#include <string.h>

/* So many bytes of text hold a block at least: its two lines and one group of digits. */
#define BLOCK_BYTES 58
#define ROOTS       (FUZZ_TEXT_BYTES / BLOCK_BYTES + 1)

struct outcome {
    size_t count;
    size_t lengths[ROOTS];
    size_t total; /* of `der` */
    uint8_t der[FUZZ_TEXT_BYTES];
};

static void add(struct outcome *outcome, struct pgtask_root const *root)
{
    FUZZ_CHECK(root->length >= 2 && root->length <= PGTASK_PEM_ROOT_BYTES);
    FUZZ_CHECK(root->der[0] == 0x30);
    FUZZ_CHECK(outcome->count < ROOTS && root->length <= sizeof outcome->der - outcome->total);
    outcome->lengths[outcome->count++] = root->length;
    memcpy(outcome->der + outcome->total, root->der, root->length);
    outcome->total += root->length;
}

static void feed(struct outcome *outcome, struct pgtask_pem *pem, char const *text, size_t length)
{
    enum pgtask_error error;

    do {
        struct pgtask_root root;
        size_t used = SIZE_MAX;

        error = pgtask_pem_feed(pem, text, length, &used, &root);
        FUZZ_CHECK(error == PGTASK_OK || error == PGTASK_MORE);
        FUZZ_CHECK(used <= length && (error == PGTASK_OK || used == length));
        text += used;
        length -= used;
        if (error == PGTASK_OK) {
            add(outcome, &root);
        }
    } while (error == PGTASK_OK);
}

static void run(struct outcome *outcome, uint8_t const *steer, uint8_t const *text, size_t length)
{
    static uint8_t der[PGTASK_PEM_ROOT_BYTES];
    struct fuzz_slices slices;
    struct pgtask_pem pem;
    uint8_t const *slice;
    size_t slice_length;

    outcome->count = 0;
    outcome->total = 0;
    pgtask_pem_begin(&pem, der, sizeof der);
    fuzz_slices_start(&slices, steer, text, length);
    while ((slice = fuzz_slices_next(&slices, &slice_length)) != NULL) {
        feed(outcome, &pem, (char const *)slice, slice_length);
    }
    feed(outcome, &pem, "\n", 1);
}

/* Walks the store twice: it begins anew as often as it is asked to. */
static void walk(struct outcome *outcome, uint8_t const *text, size_t length)
{
    static struct pgtask_pem_roots store;
    struct pgtask_roots roots;
    enum pgtask_error error = pgtask_pem_roots_open(&store, (char const *)text, length, &roots);

    FUZZ_CHECK(error == PGTASK_OK || error == PGTASK_ERROR_TLS_ROOTS);
    for (int i = 0; i < 2; i++) {
        struct pgtask_root root;
        bool restart = true;

        outcome->count = 0;
        outcome->total = 0;
        if (error != PGTASK_OK) {
            return;
        }
        while (roots.next(roots.context, restart, &root) == PGTASK_OK) {
            restart = false;
            add(outcome, &root);
        }
    }
    FUZZ_CHECK(outcome->count > 0);
}

static bool are_same(struct outcome const *one, struct outcome const *other)
{
    return one->count == other->count && one->total == other->total &&
           memcmp(one->lengths, other->lengths, one->count * sizeof one->lengths[0]) == 0 &&
           memcmp(one->der, other->der, one->total) == 0;
}

void fuzz_one(uint8_t const *steer, uint8_t const *text, size_t length)
{
    static struct outcome whole;
    static struct outcome other;

    run(&whole, NULL, text, length);
    run(&other, steer, text, length);
    FUZZ_CHECK(are_same(&whole, &other));
    walk(&other, text, length);
    FUZZ_CHECK(are_same(&whole, &other));
}
