/* SPDX-License-Identifier: MIT */
/* Texts that are too long are cut: they are for a person. */
#include "session/problem.h"

#include "base/text.h"

bool problem_set(struct problem *problem, char const *source, char const *cause)
{
    (void)text_print(problem->source, sizeof problem->source, "%s", source);
    (void)text_print(problem->cause, sizeof problem->cause, "%s",
                     writer_text(&writer_error, cause));
    return false;
}

bool problem_set_line(struct problem *problem, char const *path, uint32_t line, char const *cause)
{
    (void)text_print(problem->source, sizeof problem->source, "%s:%u", path, line);
    (void)text_print(problem->cause, sizeof problem->cause, "%s",
                     writer_text(&writer_error, cause));
    return false;
}
