/* SPDX-License-Identifier: MIT */
/**
 * @file guard.h
 * Copies of test input that end at a page nobody may touch: reading one byte too far is a crash.
 */
#ifndef PGTASK_TEST_GUARD_H
#define PGTASK_TEST_GUARD_H

#include <stddef.h>

/** A copy of `length` bytes (0 is fine), its last byte just before a no-access page. Aborts when
 *  there is no memory. */
void *guard_copy(void const *bytes, size_t length);

/** Gives a copy back; `length` as it was made with. */
void guard_free(void *copy, size_t length);

#endif
