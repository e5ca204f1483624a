/* SPDX-License-Identifier: MIT */
/** @file loop_names.h A name server over the same lwIP, which answers each question alike. */
#ifndef PGTASK_LOOP_NAMES_H
#define PGTASK_LOOP_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The name server's own address, and the most addresses that it puts into an answer. */
#define LOOP_NAMES_SERVER "10.0.0.1"
#define LOOP_NAMES_MOST   100

/** What it does with the next question. */
struct loop_names {
    size_t count;
    uint8_t last[LOOP_NAMES_MOST];  /**< the last bytes of the addresses 10.0.0.x */
    size_t count6;                  /**< the same of IPv6, in answers of their own */
    uint8_t last6[LOOP_NAMES_MOST]; /**< of the addresses fd00::x */
    bool has_alias;                 /**< another name and a text come before the addresses */
    size_t cut;                     /**< so many bytes are left out at the end of the answer */
    bool has_false_number;          /**< the answer is to another question */
    unsigned questions;             /**< so far */
};

extern struct loop_names loop_names;

/** Starts to answer, as lwIP's only name server. Once, after lwip_init(). */
void loop_names_start(void);

#endif
