/* SPDX-License-Identifier: MIT */
/**
 * @file odd_values.h
 * Values of each kind that JSON has, and a run that puts one into a record between two good ones.
 */
#ifndef PGTASK_TEST_ODD_VALUES_H
#define PGTASK_TEST_ODD_VALUES_H

#include <pgtask/task.h>

/** What a value is: one bit each. */
enum kind {
    NOTHING = 1, /* null */
    EMPTY = 2,   /* "" */
    TEXT = 4,
    WHOLE = 8,      /* 0 to 100, quoted or not */
    LARGE = 16,     /* a whole number above that, up to 2^32 - 1 */
    HUGE_ID = 32,   /* ... up to 2^64 - 1 */
    LESS = 64,      /* a negative number */
    MORE = 128,     /* 2^64 and above, and fractions above 100 */
    FRACTION = 256, /* a fraction between 0 and 100 */
    OBJECT = 512,
    ARRAY = 1024,
    TRUTH = 2048
};

/** The kinds that a member takes which is a text. */
enum { TEXTS = NOTHING | EMPTY | TEXT };

/** A value as it stands in JSON. */
struct odd_value {
    char const *json;
    unsigned kind;
};

extern struct odd_value const odd_values[];
extern size_t const odd_value_count;

/** Which kinds a member takes. */
struct odd_rule {
    enum pgtask_member member;
    char const *format; /**< of the JSON around the value; %s stands for it */
    unsigned accepted;
};

/** @return whether `kind` has one of the `accepted` kinds */
bool is_kind(unsigned accepted, unsigned kind);

/** No text among the values is a time: such a text is odd, too, but it is kept. */
bool is_odd_time(enum pgtask_member member, unsigned kind);

/** Runs an answer whose second record has these members, with a good record on both sides, whole
 *  and split at each byte of them. Asserts that nothing is lost but odd members.
 *  @return the record in the middle */
struct pgtask_task const *odd_run(char const *members);

/** Makes a string of a JSON text, and fills it in. @return as task_fill() */
char const *fill_quoted(char const *format, char const *json);

#endif
