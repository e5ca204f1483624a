/* SPDX-License-Identifier: MIT */
/**
 * @file base/format.h
 * The program's one formatter. printf() may allocate; this does not.
 *
 * A form is a constant of the program with these conversions:
 *
 *     %s          a text; the sink decides how a foreign text is shown
 *     %u %zu %ju  an unsigned, size_t or uint64_t in decimal digits
 *     %02u        the same with leading zeros up to this width, 1 to 9
 *     %%          a percent sign
 *
 * gcc and clang check the arguments against the form, as they do for printf().
 */
#ifndef CLI_FORMAT_H
#define CLI_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

#ifdef __GNUC__
#define FORMAT_CHECKED(form, first) __attribute__((format(printf, form, first)))
#else
#define FORMAT_CHECKED(form, first)
#endif

/** What formatted text goes to. */
struct format_sink {
    void *context;
    /** Takes a part of the form, or digits. */
    void (*write)(void *context, char const *bytes, size_t length);
    /** Takes the argument of a `%s`, which may come from the user or the service. */
    void (*text)(void *context, char const *text);
};

/** Writes a form with its arguments. From a conversion that is not in the list above on, the rest
 *  of the form is written as it stands. */
void format_write(struct format_sink const *sink, char const *form, va_list arguments);

#endif
