/* SPDX-License-Identifier: MIT */
/* The locale is read from the environment: setlocale() would use the heap. */
#include "base/terminal.h"

#include "base/text.h"
#include "base/writer.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_MS = 1000, ANSWER_BYTES = 64, USUAL_COLUMNS = 80, USUAL_ROWS = 24 };

static bool is_ascii_asked;

char const *terminal_variable(char const *name)
{
    char const *const value = getenv(name);

    return value != NULL ? value : "";
}

bool terminal_can_draw(void)
{
    char const *const term = terminal_variable("TERM");

    return isatty(STDOUT_FILENO) == 1 && term[0] != '\0' && strcmp(term, "dumb") != 0;
}

bool terminal_has_colour(void)
{
    return terminal_variable("NO_COLOR")[0] == '\0';
}

void terminal_measure(unsigned *columns, unsigned *rows)
{
    struct winsize size;
    bool const is_known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;

    *columns = is_known && size.ws_col > 0 ? size.ws_col : (unsigned)USUAL_COLUMNS;
    *rows = is_known && size.ws_row > 0 ? size.ws_row : (unsigned)USUAL_ROWS;
}

/* @return the first of the locale's variables that is not empty, "" if none is set */
static char const *locale_name(void)
{
    static char const *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    char const *value = "";

    for (size_t i = 0; i < sizeof names / sizeof names[0] && *value == '\0'; i++) {
        value = terminal_variable(names[i]);
    }
    return value;
}

static char lower(char character)
{
    return (char)(character >= 'A' && character <= 'Z' ? character - 'A' + 'a' : character);
}

static bool begins_with(char const *text, char const *word)
{
    for (; *word != '\0'; text++, word++) {
        if (lower(*text) != *word) {
            return false;
        }
    }
    return true;
}

/* A locale is language_REGION.CHARSET@variant; some systems write the character set alone. */
static bool is_utf8_locale(void)
{
    char const *const name = locale_name();
    char const *const point = strchr(name, '.');
    char const *const charset = point != NULL ? point + 1 : name;

    return begins_with(charset, "utf-8") || begins_with(charset, "utf8");
}

/* A language and region alone mean the character set that was usual there before UTF-8. */
static bool is_other_locale(void)
{
    char const *const name = locale_name();

    return name[0] != '\0' && strcmp(name, "C") != 0 && strcmp(name, "POSIX") != 0 &&
           !is_utf8_locale();
}

bool terminal_shows_utf8(void)
{
    return is_utf8_locale() && !is_ascii_asked;
}

char const *terminal_limit_output(bool is_asked)
{
    char const *const wish = terminal_variable("PGTASK_ASCII");
    bool const is_other = is_other_locale();

    is_ascii_asked = is_asked || (wish[0] != '\0' && strcmp(wish, "0") != 0);
    writer_out.is_ascii = is_ascii_asked || (is_other && isatty(STDOUT_FILENO) == 1);
    writer_error.is_ascii = is_ascii_asked || (is_other && isatty(STDERR_FILENO) == 1);
    return (writer_out.is_ascii || writer_error.is_ascii) && !is_ascii_asked ? locale_name() : NULL;
}

#if PGTASK_CHINESE

/* As setlocale() reads them for messages. */
static bool is_chinese_locale(void)
{
    static char const *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char const *const value = terminal_variable(names[i]);
        if (value[0] != '\0') {
            return begins_with(value, "zh") &&
                   (value[2] == '_' || value[2] == '.' || value[2] == '\0');
        }
    }
    return false;
}

void terminal_choose_language(enum terminal_language wish)
{
    bool const is_asked = wish == TERMINAL_CHINESE;
    bool const is_usual = wish == TERMINAL_USUAL && is_chinese_locale();

    writer_out.is_chinese =
        !writer_out.is_ascii && (is_asked || (is_usual && isatty(STDOUT_FILENO) == 1));
    writer_error.is_chinese =
        !writer_error.is_ascii && (is_asked || (is_usual && isatty(STDERR_FILENO) == 1));
}

#endif

/* @return milliseconds until the answer is late, 0 once it is */
static int time_left(struct timespec const *begin)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    long const passed =
        (long)(now.tv_sec - begin->tv_sec) * 1000 + (now.tv_nsec - begin->tv_nsec) / 1000000;
    return passed >= 0 && passed < ANSWER_MS ? (int)(ANSWER_MS - passed) : 0;
}

/* @return the column of a cursor's position, `ESC [ row ; column R`; 0 if the text has none */
static unsigned column_of(char const *text)
{
    char const *const begin = strstr(text, "\033[");
    char const *const middle = begin != NULL ? strchr(begin, ';') : NULL;

    return middle == NULL || strchr(middle, 'R') == NULL ? 0
                                                         : (unsigned)strtoul(middle + 1, NULL, 10);
}

static unsigned read_column(int descriptor)
{
    char answer[ANSWER_BYTES + 1] = "";
    size_t length = 0;
    struct pollfd ready = {.fd = descriptor, .events = POLLIN};
    struct timespec begin;

    (void)clock_gettime(CLOCK_MONOTONIC, &begin);
    while (length < ANSWER_BYTES && column_of(answer) == 0 &&
           poll(&ready, 1, time_left(&begin)) == 1) {
        ssize_t const count = read(descriptor, answer + length, ANSWER_BYTES - length);
        if (count <= 0) {
            break;
        }
        length += (size_t)count;
        answer[length] = '\0';
    }
    return column_of(answer);
}

/* U+2026, the mark of a cut, from the first column on: the cursor then stands in column 2 or 3. */
static unsigned ask(int descriptor)
{
    struct termios before;
    struct termios raw;

    if (tcgetattr(descriptor, &before) != 0) {
        return 0;
    }
    raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    if (tcsetattr(descriptor, TCSANOW, &raw) != 0) {
        return 0;
    }
    writer_print(&writer_out, "\r\xE2\x80\xA6\033[6n");
    unsigned const column = writer_flush(&writer_out) ? read_column(descriptor) : 0;
    writer_print(&writer_out, "\r\033[K");
    (void)writer_flush(&writer_out);
    (void)tcsetattr(descriptor, TCSANOW, &before);
    return column == 2 || column == 3 ? column - 1 : 0;
}

unsigned terminal_ask_ambiguous_columns(void)
{
    sigset_t all;
    sigset_t before;
    unsigned columns = 0;
    /* Only the terminal's foreground may change it; this also proves that it is the one that
     * controls the program, which /dev/tty opens. */
    int const descriptor = tcgetpgrp(STDOUT_FILENO) == getpgrp()
                               ? open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
                               : -1;

    if (descriptor >= 0) {
        /* A signal that ended or stopped the program here would leave the terminal without echo. */
        (void)sigfillset(&all);
        (void)sigprocmask(SIG_SETMASK, &all, &before);
        columns = ask(descriptor);
        (void)sigprocmask(SIG_SETMASK, &before, NULL);
        (void)close(descriptor);
    }
    return columns;
}
