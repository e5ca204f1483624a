/* SPDX-License-Identifier: MIT */
/* Paths that a neighbour has prepared. A call that blocks is ended by the alarm. */
#include "base/file.h"

#include "session/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include <pgtask_posix.h>

#include "leds/led.h"

static char directory[] = "/tmp/pgtask-file-XXXXXX";
static char special[4][64]; /* a FIFO, a folder, a socket, a device */

static void make_socket(char const *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int const descriptor = socket(AF_UNIX, SOCK_STREAM, 0);

    assert_true(descriptor >= 0);
    strcpy(address.sun_path, path);
    assert_int_equal(bind(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(close(descriptor), 0);
}

static int make_special_files(void **state)
{
    if (mkdtemp(directory) == NULL) {
        return -1;
    }
    (void)snprintf(special[0], sizeof special[0], "%s/fifo", directory);
    (void)snprintf(special[1], sizeof special[1], "%s/folder", directory);
    (void)snprintf(special[2], sizeof special[2], "%s/socket", directory);
    (void)snprintf(special[3], sizeof special[3], "/dev/null");
    make_socket(special[2]);
    *state = NULL;
    return mkfifo(special[0], 0600) == 0 && mkdir(special[1], 0700) == 0 ? 0 : -1;
}

static int remove_special_files(void **state)
{
    (void)state;
    return unlink(special[0]) == 0 && rmdir(special[1]) == 0 && unlink(special[2]) == 0
               ? rmdir(directory)
               : -1;
}

static void only_a_regular_file_is_opened(void **state)
{
    static int const flags[] = {O_RDONLY, O_WRONLY, O_WRONLY | O_CREAT | O_TRUNC};

    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
        for (size_t j = 0; j < sizeof flags / sizeof flags[0]; j++) {
            (void)alarm(5);
            assert_int_equal(file_open(special[i], flags[j], 0600), FILE_NOT_REGULAR);
            (void)alarm(0);
        }
        assert_true(file_is_special(special[i]));
    }
    (void)state;
}

static void a_regular_file_is_opened_and_not_inherited(void **state)
{
    char path[96];

    (void)snprintf(path, sizeof path, "%s/plain", directory);
    assert_int_equal(file_open(path, O_RDONLY, 0), FILE_FAILED);
    assert_int_equal(errno, ENOENT);
    assert_false(file_is_special(path));
    int const descriptor = file_open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(descriptor >= 0);
    assert_int_equal(fcntl(descriptor, F_GETFD), FD_CLOEXEC);
    assert_int_equal(close(descriptor), 0);
    assert_false(file_is_special(path));
    assert_int_equal(unlink(path), 0);
    (void)state;
}

static void credentials_come_from_a_regular_file_only(void **state)
{
    static struct credentials credentials;
    struct credentials_wanted const wanted = {.profile = NULL};
    struct problem problem;

    (void)unsetenv("TENCENTCLOUD_SECRET_ID");
    (void)unsetenv("TENCENTCLOUD_SECRET_KEY");
    (void)unsetenv("TENCENTCLOUD_TOKEN");
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
        assert_int_equal(setenv("TENCENTCLOUD_CREDENTIALS_FILE", special[i], 1), 0);
        (void)alarm(5);
        assert_false(credentials_find(&credentials, &wanted, &problem));
        (void)alarm(0);
        assert_string_equal(problem.source, special[i]);
        assert_string_equal(problem.cause, FILE_MUST_BE_REGULAR);
    }
    (void)state;
}

static void roots_come_from_a_regular_file_only(void **state)
{
    static struct pgtask_posix_roots store;
    struct pgtask_roots roots;

    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
        (void)alarm(5);
        assert_int_equal(pgtask_posix_roots_open(&store, special[i], &roots),
                         PGTASK_ERROR_TLS_ROOTS);
        (void)alarm(0);
    }
    (void)state;
}

static void a_trace_goes_to_a_regular_file_only(void **state)
{
    static struct led led;

    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
        char text[sizeof special + 8];
        (void)snprintf(text, sizeof text, "trace:%s", special[i]);
        (void)alarm(5);
        assert_string_equal(led_open(&led, text), FILE_MUST_BE_REGULAR);
        (void)alarm(0);
    }
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(only_a_regular_file_is_opened),
        cmocka_unit_test(a_regular_file_is_opened_and_not_inherited),
        cmocka_unit_test(credentials_come_from_a_regular_file_only),
        cmocka_unit_test(roots_come_from_a_regular_file_only),
        cmocka_unit_test(a_trace_goes_to_a_regular_file_only),
    };

    return cmocka_run_group_tests(tests, make_special_files, remove_special_files);
}
