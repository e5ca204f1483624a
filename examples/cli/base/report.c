/* SPDX-License-Identifier: MIT */
/* Messages: each is one line on standard error, and is flushed at once. */
#include "base/report.h"

static bool is_plugin;

struct writer *report_begin(void)
{
    writer_begin(&writer_error);
    return &writer_error;
}

void report_end(void)
{
    writer_print(&writer_error, "\n");
    (void)writer_end(&writer_error);
}

void report_never_wait(void)
{
    writer_never_wait(&writer_error);
}

uint64_t report_catch_up(void)
{
    return writer_take_lost(&writer_error);
}

bool report_is_behind(void)
{
    return writer_is_behind(&writer_error);
}

static void report_line(char const *prefix, char const *form, va_list arguments)
{
    struct writer *const writer = report_begin();

    writer_print(writer, "%s", writer_text(writer, prefix));
    writer_print_arguments(writer, form, arguments);
    report_end();
}

void report_as_plugin(void)
{
    is_plugin = true;
}

void report_error(char const *form, ...)
{
    va_list arguments;

    va_start(arguments, form);
    if (is_plugin) {
        writer_print(&writer_out, "PGTASK UNKNOWN: ");
        writer_print_arguments(&writer_out, form, arguments);
        writer_print(&writer_out, "\n");
        (void)writer_flush(&writer_out);
    } else {
        report_line("pgtask: ", form, arguments);
    }
    va_end(arguments);
}

void report_warning(char const *form, ...)
{
    va_list arguments;

    va_start(arguments, form);
    report_line("pgtask: warning: ", form, arguments);
    va_end(arguments);
}

void report_info(char const *form, ...)
{
    va_list arguments;

    va_start(arguments, form);
    report_line("", form, arguments);
    va_end(arguments);
}

void report_detail(char const *form, ...)
{
    va_list arguments;

    va_start(arguments, form);
    report_line("* ", form, arguments);
    va_end(arguments);
}
