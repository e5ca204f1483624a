/* SPDX-License-Identifier: MIT */
/**
 * @file transition.h
 * The result of a transition of a state machine that the public results lack.
 */
#ifndef PGTASKI_TRANSITION_H
#define PGTASKI_TRANSITION_H

#include <pgtask/error.h>

/**
 * The state machine has moved on: take the next transition at once. A transition may return this
 * instead of a value of enum pgtask_error, which has one value less; no public function does.
 */
#define PGTASKI_MOVED_ON ((enum pgtask_error)4)

#endif
