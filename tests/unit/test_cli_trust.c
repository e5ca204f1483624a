/* SPDX-License-Identifier: MIT */
/* CA certificates whose file changes while the program runs. */
#include "session/trust.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "pem_texts.h"

/* The roots of these tests are SEQUENCE { n zero bytes }. */
#define ROOT_OF_1 BEGIN "MAEA\n" END
#define ROOT_OF_3 BEGIN "MAMAAAA=\n" END

static char directory[] = "/tmp/pgtask-trust-XXXXXX";
static char path[64];
static char next_path[64];
static struct trust trust;
static struct pgtask_roots roots;
static uint64_t now_ms;

static void write_file(char const *at, char const *text)
{
    int const file = open(at, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    size_t const length = strlen(text);

    assert_int_equal(write(file, text, length), length);
    assert_int_equal(close(file), 0);
}

static void replace_file(char const *text)
{
    write_file(next_path, text);
    assert_int_equal(rename(next_path, path), 0);
}

/* @return the length of the only root in use */
static size_t root_in_use(void)
{
    struct pgtask_root root;
    struct pgtask_root none;

    assert_int_equal(roots.next(roots.context, true, &root), PGTASK_OK);
    size_t const length = root.length;
    assert_int_equal(roots.next(roots.context, false, &none), PGTASK_DONE);
    return length - 2;
}

/* @return what a look finds once it is due */
static enum trust_news look(void)
{
    now_ms += 2000;
    return trust_look(&trust, now_ms, false);
}

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL) {
        return -1;
    }
    (void)snprintf(path, sizeof path, "%s/ca.pem", directory);
    (void)snprintf(next_path, sizeof next_path, "%s/next.pem", directory);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(directory);
}

static int open_trust(void **state)
{
    (void)state;
    memset(&trust, 0, sizeof trust);
    write_file(path, ROOT_OF_1);
    return trust_open(&trust, path, &roots) ? 0 : -1;
}

static int close_trust(void **state)
{
    (void)state;
    trust_close(&trust);
    trust_close(&trust);
    return 0;
}

static void a_file_that_stays_is_read_again_only_if_asked(void **state)
{
    assert_string_equal(trust_path(&trust), path);
    assert_int_equal(look(), TRUST_SAME);
    assert_int_equal(trust_look(&trust, now_ms, true), TRUST_NEW);
    assert_int_equal(look(), TRUST_SAME);
    assert_int_equal(root_in_use(), 1);
    (void)state;
}

static void a_file_that_was_replaced_or_written_counts_from_the_next_look(void **state)
{
    replace_file(ROOT_OF_3);
    assert_int_equal(root_in_use(), 1);
    assert_int_equal(look(), TRUST_NEW);
    assert_int_equal(root_in_use(), 3);
    write_file(path, ROOT_OF_1 "\n");
    assert_int_equal(look(), TRUST_NEW);
    assert_int_equal(root_in_use(), 1);
    assert_int_equal(look(), TRUST_SAME);
    (void)state;
}

static void looks_are_at_least_2_s_apart(void **state)
{
    assert_int_equal(look(), TRUST_SAME);
    replace_file(ROOT_OF_3);
    assert_int_equal(trust_look(&trust, now_ms + 1999, false), TRUST_SAME);
    assert_int_equal(trust_look(&trust, now_ms + 2000, false), TRUST_NEW);
    (void)state;
}

static void without_a_certificate_those_in_use_stay_and_that_is_told_once(void **state)
{
    replace_file("no certificate");
    assert_int_equal(look(), TRUST_BROKEN);
    assert_int_equal(look(), TRUST_SAME);
    assert_int_equal(root_in_use(), 1);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(look(), TRUST_BROKEN);
    assert_int_equal(look(), TRUST_SAME);
    assert_int_equal(root_in_use(), 1);
    assert_int_equal(trust_look(&trust, now_ms, true), TRUST_BROKEN);
    replace_file(ROOT_OF_3);
    assert_int_equal(look(), TRUST_NEW);
    assert_int_equal(root_in_use(), 3);
    (void)state;
}

/* As an editor or a copy does it: the file stays the same one, and its old text is gone at once. */
static void a_file_that_is_half_written_in_place_leaves_those_in_use(void **state)
{
    static char const *const halves[] = {
        "", "-----BEGIN CERT", BEGIN, BEGIN "MAMAA", ROOT_OF_3 BEGIN "MAEA\n", "no certificate"};

    for (size_t i = 0; i < sizeof halves / sizeof halves[0]; i++) {
        write_file(path, halves[i]);
        assert_int_equal(root_in_use(), 1);
        assert_int_equal(look(), TRUST_BROKEN);
        assert_int_equal(look(), TRUST_SAME);
        assert_int_equal(root_in_use(), 1);
        assert_int_equal(trust_look(&trust, now_ms, true), TRUST_BROKEN);
    }
    write_file(path, ROOT_OF_3);
    assert_int_equal(look(), TRUST_NEW);
    assert_int_equal(root_in_use(), 3);
    (void)state;
}

/* The file keeps its number, its length and the time that it says it was written. */
static void a_file_that_was_overwritten_is_noticed_whatever_its_time_says(void **state)
{
    struct stat before;

    write_file(path, ROOT_OF_1 "\n\n\n\n");
    assert_int_equal(stat(path, &before), 0);
    assert_int_equal(look(), TRUST_NEW);
    write_file(path, ROOT_OF_3);
    assert_int_equal(
        utimensat(AT_FDCWD, path, (struct timespec[]){before.st_atim, before.st_mtim}, 0), 0);
    struct stat after;
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(after.st_size, before.st_size);
    assert_int_equal(after.st_ino, before.st_ino);
    assert_int_equal(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
    assert_int_equal(look(), TRUST_NEW);
    assert_int_equal(root_in_use(), 3);
    (void)state;
}

static void a_fifo_in_its_place_is_not_waited_for(void **state)
{
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    (void)alarm(5);
    assert_int_equal(look(), TRUST_BROKEN);
    (void)alarm(0);
    assert_int_equal(root_in_use(), 1);
    assert_int_equal(unlink(path), 0);
    (void)state;
}

static void no_descriptor_is_left_after_many_changes(void **state)
{
    int const before = dup(0);

    assert_int_equal(close(before), 0);
    for (int i = 0; i < 100; i++) {
        replace_file(i % 3 == 0 ? "no certificate" : i % 3 == 1 ? ROOT_OF_1 : ROOT_OF_3);
        (void)look();
    }
    trust_close(&trust);
    int const after = dup(0);
    assert_in_range(after, 0, before);
    assert_int_equal(close(after), 0);
    (void)state;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_trust, close_trust)

int main(void)
{
    struct CMUnitTest const tests[] = {
        TEST(a_file_that_stays_is_read_again_only_if_asked),
        TEST(a_file_that_was_replaced_or_written_counts_from_the_next_look),
        TEST(looks_are_at_least_2_s_apart),
        TEST(without_a_certificate_those_in_use_stay_and_that_is_told_once),
        TEST(a_file_that_is_half_written_in_place_leaves_those_in_use),
        TEST(a_file_that_was_overwritten_is_noticed_whatever_its_time_says),
        TEST(a_fifo_in_its_place_is_not_waited_for),
        TEST(no_descriptor_is_left_after_many_changes),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
