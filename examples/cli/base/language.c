/* SPDX-License-Identifier: MIT */
/* Finds a Chinese text by its English one. */
#include "base/language.h"

#include <string.h>

#if PGTASK_CHINESE

char const *language_chinese(char const *english)
{
    size_t low = 0;
    size_t high = language_row_count;

    while (low < high) {
        size_t const middle = low + (high - low) / 2;
        int const order = strcmp(english, language_rows[middle].english);
        if (order == 0) {
            return language_rows[middle].chinese;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return english;
}

#else

/* An empty source is not C99. */
typedef int language_is_left_out;

#endif
