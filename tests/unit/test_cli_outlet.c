/* SPDX-License-Identifier: MIT */
/* A writer that never waits, in front of pipes, sockets and terminals that nobody empties. A call
 * that blocks is ended by the alarm. */
#define _XOPEN_SOURCE 700 /* for terminals */

#include "base/writer.h"

#include "base/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define LINE "this line is one of a great many lines, all of them alike, and it has a number: "

enum { LINES = 100000 };

static struct writer writer;
static int ends[2]; /* to read, to write */
static char got[1 << 22];

static bool write_line(unsigned number)
{
    writer_begin(&writer);
    writer_print(&writer, LINE "%u\n", number);
    return writer_end(&writer);
}

static void start_writer(void)
{
    writer = (struct writer){.descriptor = ends[1]};
    (void)alarm(20);
    writer_never_wait(&writer);
}

/* Writes all lines while nobody reads. @return how many of them are not lost */
static unsigned write_lines(void)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < LINES; i++) {
        bool const is_kept = write_line(i);
        assert_true(!is_kept || kept == i); /* after the first lost line there is no other */
        kept += is_kept;
    }
    assert_in_range(kept, 1, LINES - 1);
    assert_true(writer_is_behind(&writer));
    return kept;
}

/* Reads until there is nothing left. @return the length of all that was read since the start */
static size_t read_on(size_t length)
{
    ssize_t count;

    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    while ((count = read(ends[0], got + length, sizeof got - 1 - length)) > 0) {
        length += (size_t)count;
    }
    got[length] = '\0';
    return length;
}

static void expect_whole_lines(unsigned kept, uint64_t lost)
{
    size_t length = 0;
    uint64_t told;

    assert_int_equal(writer_take_lost(&writer), 0); /* it is too early */
    do {
        length = read_on(length);
        told = writer_take_lost(&writer);
    } while (told == 0);
    length = read_on(length);
    assert_true(told == lost);
    char const *at = got;
    for (unsigned i = 0; i < kept; i++) {
        char line[sizeof LINE + 12];
        size_t const size = (size_t)snprintf(line, sizeof line, LINE "%u\n", i);
        assert_memory_equal(at, line, size);
        at += size;
    }
    assert_int_equal(at - got, length);
    assert_false(writer_is_behind(&writer));
    assert_true(write_line(1));
    assert_true(read_on(0) > 0);
}

static void close_all(void)
{
    (void)alarm(0);
    if (writer.descriptor != ends[1]) {
        (void)close(writer.descriptor);
    }
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void a_full_pipe_drops_whole_lines_and_their_number_is_told_once_there_is_room(void **state)
{
    assert_int_equal(pipe(ends), 0);
    start_writer();
    unsigned const kept = write_lines();
    expect_whole_lines(kept, LINES - kept);
    assert_int_equal(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0); /* others do not expect it */
    close_all();
    (void)state;
}

/* As where /proc is missing, or the pipe belongs to another user. */
static void a_pipe_that_cannot_be_opened_again_drops_whole_lines_too(void **state)
{
    assert_int_equal(pipe(ends), 0);
    start_writer();
    (void)close(writer.descriptor);
    writer.descriptor = ends[1];
    unsigned const kept = write_lines();
    expect_whole_lines(kept, LINES - kept);
    close_all();
    (void)state;
}

static void a_full_socket_drops_whole_lines_too(void **state)
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    start_writer();
    unsigned const kept = write_lines();
    expect_whole_lines(kept, LINES - kept);
    close_all();
    (void)state;
}

static void a_terminal_that_is_stopped_does_not_hold_the_writer(void **state)
{
    ends[0] = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(ends[0] >= 0 && grantpt(ends[0]) == 0 && unlockpt(ends[0]) == 0);
    ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY);
    assert_true(ends[1] >= 0);
    start_writer();
    (void)write_lines();
    size_t length = 0;
    while (writer_take_lost(&writer) == 0) {
        length = read_on(length);
    }
    assert_true(length > 0);
    close_all();
    (void)state;
}

static void a_reader_that_has_gone_away_does_not_end_the_program(void **state)
{
    (void)signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(ends), 0);
    start_writer();
    (void)close(ends[0]);
    (void)write_lines();
    writer_settle(&writer);
    close_all();
    (void)state;
}

static void a_file_that_may_not_grow_takes_lines_again_once_it_may(void **state)
{
    FILE *const file = tmpfile();
    struct rlimit before;

    (void)signal(SIGXFSZ, SIG_IGN);
    assert_non_null(file);
    ends[0] = dup(fileno(file));
    ends[1] = dup(fileno(file));
    start_writer();
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit const low = {.rlim_cur = 1000, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    unsigned const kept = write_lines();
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_true(writer_take_lost(&writer) == LINES - kept);
    assert_true(write_line(1));
    assert_int_equal(fclose(file), 0);
    close_all();
    (void)state;
}

static void a_line_longer_than_the_buffer_is_cut_and_keeps_its_end(void **state)
{
    static char text[2 * sizeof writer.buffer];

    memset(text, 'x', sizeof text - 1);
    assert_int_equal(pipe(ends), 0);
    start_writer();
    writer_begin(&writer);
    writer_print(&writer, "%s\n", text);
    assert_true(writer_end(&writer));
    size_t const length = read_on(0);
    assert_int_equal(length, sizeof writer.buffer);
    assert_int_equal(got[length - 1], '\n');
    assert_true(write_line(7));
    close_all();
    (void)state;
}

static void lines_that_wait_come_out_at_the_end_if_somebody_reads(void **state)
{
    assert_int_equal(pipe(ends), 0);
    start_writer();
    (void)write_lines();
    (void)alarm(5);
    writer_settle(&writer);
    assert_true(writer_is_behind(&writer)); /* nobody read */
    pid_t const reader = fork();
    if (reader == 0) {
        struct timespec const pause = {.tv_nsec = 50000000};
        (void)nanosleep(&pause, NULL);
        _exit(read_on(0) > 0 ? 0 : 1);
    }
    writer_settle(&writer);
    assert_int_equal(writer.whole_length, 0);
    int status = -1;
    assert_int_equal(waitpid(reader, &status, 0), reader);
    assert_int_equal(status, 0);
    close_all();
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(a_full_pipe_drops_whole_lines_and_their_number_is_told_once_there_is_room),
        cmocka_unit_test(a_pipe_that_cannot_be_opened_again_drops_whole_lines_too),
        cmocka_unit_test(a_full_socket_drops_whole_lines_too),
        cmocka_unit_test(a_terminal_that_is_stopped_does_not_hold_the_writer),
        cmocka_unit_test(a_reader_that_has_gone_away_does_not_end_the_program),
        cmocka_unit_test(a_file_that_may_not_grow_takes_lines_again_once_it_may),
        cmocka_unit_test(a_line_longer_than_the_buffer_is_cut_and_keeps_its_end),
        cmocka_unit_test(lines_that_wait_come_out_at_the_end_if_somebody_reads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
