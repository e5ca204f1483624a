/* SPDX-License-Identifier: MIT */
/**
 * @file text.h
 * A string that is written piece by piece. It is public only because a decoder holds one: all
 * members are private.
 */
#ifndef PGTASK_TEXT_H
#define PGTASK_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A string under construction. It is NUL-terminated after each piece. */
struct pgtask_text {
    char *bytes;     /**< the owner's */
    size_t capacity; /**< of `bytes`, 1 or more */
    size_t length;   /**< without the NUL */
    bool cut;        /**< a piece did not fit; later pieces are dropped */
};

#ifdef __cplusplus
}
#endif

#endif
