/* SPDX-License-Identifier: MIT */
/* JSONTestSuite: every y_ document is accepted and every n_ document refused, whole and byte by
 * byte.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pgtask/json.h>

#include "guard.h"

enum { LARGEST_FILE = 1 << 20, ACCEPTED_TEXTS = 95, REFUSED_TEXTS = 188 };

static char text[LARGEST_FILE];

static size_t read_text(char const *directory, char const *name)
{
    char path[4096];
    FILE *file;
    size_t length;

    assert_true(snprintf(path, sizeof path, "%s/%s", directory, name) < (int)sizeof path);
    file = fopen(path, "rb");
    assert_non_null(file);
    length = fread(text, 1, sizeof text, file);
    assert_true(length < sizeof text);
    (void)fclose(file);
    return length;
}

static bool is_accepted(char const *bytes, size_t length, size_t slice)
{
    char window[PGTASK_JSON_WINDOW_BYTES];
    struct pgtask_json json;
    struct pgtask_json_event event;

    pgtask_json_start(&json, window, sizeof window);
    for (;;) {
        enum pgtask_error const error = pgtask_json_next(&json, &event);

        if (error == PGTASK_MORE && length == 0) {
            pgtask_json_finish(&json);
        } else if (error == PGTASK_MORE) {
            size_t const taken = pgtask_json_feed(&json, bytes, slice < length ? slice : length);

            bytes += taken;
            length -= taken;
        } else if (error != PGTASK_OK) {
            return error == PGTASK_DONE;
        }
    }
}

static unsigned check_all(char const *prefix, bool accepted)
{
    char const *const path = getenv("JSON_TEST_SUITE_DIR");
    DIR *const directory = opendir(path != NULL ? path : "deps/json-test-suite");
    unsigned count = 0;

    assert_non_null(directory);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        size_t length;
        char *copy;

        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0) {
            continue;
        }
        length = read_text(path != NULL ? path : "deps/json-test-suite", entry->d_name);
        copy = guard_copy(text, length);
        if (is_accepted(copy, length, length) != accepted ||
            is_accepted(copy, length, 1) != accepted) {
            fail_msg("%s", entry->d_name);
        }
        guard_free(copy, length);
        count++;
    }
    (void)closedir(directory);
    return count;
}

static void every_good_text_is_accepted(void **state)
{
    assert_true(check_all("y_", true) >= ACCEPTED_TEXTS);
    (void)state;
}

static void every_bad_text_is_refused(void **state)
{
    assert_true(check_all("n_", false) >= REFUSED_TEXTS);
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(every_good_text_is_accepted),
        cmocka_unit_test(every_bad_text_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
