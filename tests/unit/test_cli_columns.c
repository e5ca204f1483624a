/* SPDX-License-Identifier: MIT */
/* Columns of characters, as glibc's wcwidth() counts them. */
#define _XOPEN_SOURCE 700
#include "base/character.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include <cmocka.h>

/* The blocks are those of Latin, Chinese, Japanese and Korean texts, in which releases of Unicode
 * change nothing any more. Left out are the fillers of Hangul, which glibc 2.41 shows no longer. */
static void columns_are_those_that_glibc_counts(void **state)
{
    static struct {
        uint32_t first;
        uint32_t last;
    } const blocks[] = {{0x0020, 0x007E},  {0x00A0, 0x00AC}, {0x00AE, 0x036F},   {0x20D0, 0x20F0},
                        {0x2010, 0x2027},  {0x2030, 0x205F}, {0x2500, 0x25FF},   {0x2E80, 0x2E99},
                        {0x2F00, 0x2FD5},  {0x3000, 0x303E}, {0x3041, 0x3096},   {0x3099, 0x30FF},
                        {0x3105, 0x312F},  {0x3131, 0x3163}, {0x3165, 0x318E},   {0x3190, 0x31BF},
                        {0x3200, 0x321E},  {0x3400, 0x4DBF}, {0x4E00, 0x9FFF},   {0xA000, 0xA48C},
                        {0xAC00, 0xD7A3},  {0xF900, 0xFA6D}, {0xFE30, 0xFE52},   {0xFF01, 0xFF9F},
                        {0xFFA1, 0xFFBE},  {0xFFE0, 0xFFE6}, {0x1F300, 0x1F5FF}, {0x1F600, 0x1F64F},
                        {0x20000, 0x2A6DF}};

    assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        for (uint32_t c = blocks[i].first; c <= blocks[i].last; c++) {
            assert_int_equal((int)character_columns(c, 1), wcwidth((wchar_t)c));
        }
    }
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(columns_are_those_that_glibc_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
