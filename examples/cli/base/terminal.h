/* SPDX-License-Identifier: MIT */
/**
 * @file base/terminal.h
 * What a terminal can show: its size, its locale, the user's wish for ASCII, and the width of
 * ambiguous characters.
 */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include "base/language.h"

#include <stdbool.h>

/** @return the value of the environment's variable, "" if there is none */
char const *terminal_variable(char const *name);

/** @return whether standard output is a terminal that can move its cursor: not one of TERM=dumb */
bool terminal_can_draw(void);

/** @return whether the user wants colours: NO_COLOR is not set, or empty (no-color.org) */
bool terminal_has_colour(void);

/** Measures the terminal on standard output: 80 by 24 if it does not tell its size, as when it is
 *  none. */
void terminal_measure(unsigned *columns, unsigned *rows);

/** @return whether the locale names UTF-8 and nobody has asked for ASCII */
bool terminal_shows_utf8(void);

/**
 * From now on what goes to standard output and standard error is limited to what their reader can
 * show (writer.is_ascii): everything to ASCII if that is asked for, and what goes to a terminal if
 * the locale names another character set than UTF-8, such as GB18030. A locale that names none,
 * such as C, limits nothing.
 * @param is_asked  whether `--ascii` is given; PGTASK_ASCII counts as well, unless empty or 0
 * @return the locale to warn of: it names another character set, and a terminal is limited for it;
 *         NULL if there is none
 */
char const *terminal_limit_output(bool is_asked);

#if PGTASK_CHINESE

/** What the user wants to read. */
enum terminal_language {
    TERMINAL_USUAL, /**< Chinese on a terminal if the locale is Chinese, English in all other cases
                     */
    TERMINAL_CHINESE,
    TERMINAL_ENGLISH
};

/** Chooses the language of standard output and of standard error (writer.is_chinese). What is
 *  limited to ASCII is in English. Call terminal_limit_output() before. */
void terminal_choose_language(enum terminal_language wish);

#endif

/**
 * Asks the terminal on standard output how many columns an ambiguous character (UAX #11) takes. It
 * writes one, asks for the cursor's position (ECMA-48 DSR 6) and erases it. It waits at most one
 * second and reads at most 64 bytes; keys that are typed meanwhile are lost.
 * @return 1 or 2; 0 if the terminal does not answer, or if the program is in the background
 */
unsigned terminal_ask_ambiguous_columns(void);

#endif
