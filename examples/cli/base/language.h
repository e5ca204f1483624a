/* SPDX-License-Identifier: MIT */
/**
 * @file base/language.h
 * The program's texts in Chinese. English texts stand where they are used; base/chinese.c has a
 * table of them with the Chinese ones beside. A writer whose reader wants Chinese looks each form
 * up there (base/writer.h), so other code hardly knows of languages.
 *
 * A build with PGTASK_CHINESE=0 has no table and asks no questions.
 */
#ifndef CLI_LANGUAGE_H
#define CLI_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#ifndef PGTASK_CHINESE
#define PGTASK_CHINESE 1
#endif

/** The compiler checks the result as a form with the conversions of the argument. */
#ifdef __GNUC__
#define LANGUAGE_FORM(argument) __attribute__((format_arg(argument)))
#else
#define LANGUAGE_FORM(argument)
#endif

/** A text in both languages. Both have the same conversions in the same order. */
struct language_row {
    char const *english;
    char const *chinese;
};

#if PGTASK_CHINESE

extern struct language_row const language_rows[]; /**< in the order of strcmp() by English text */
extern size_t const language_row_count;

/** @return the Chinese text, or `english` itself if the table does not have it */
char const *language_chinese(char const *english) LANGUAGE_FORM(1);

#else

static inline char const *language_chinese(char const *english) LANGUAGE_FORM(1);
static inline char const *language_chinese(char const *english)
{
    return english;
}

#endif

#endif
