/* SPDX-License-Identifier: MIT */
/*
 * The program of --exec. The queue keeps at most one replaceable event of each task. The child gets
 * its facts as PGTASK_* variables, no descriptor but 0, 1 and 2, and a process group of its own, so
 * that Ctrl-C reaches only pgtask, which then ends the program.
 */
#include "watching/hook.h"

#include "base/report.h"
#include "base/signals.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LIMIT_MS = 60000, /* for one program, before SIGTERM */
    GRACE_MS = 2000,  /* from SIGTERM to SIGKILL */
    START_S = 5,      /* between two tries to start a program, if the system cannot */
    CANNOT_RUN = 127
};

extern char **environ;

char const *hook_check(char const *path)
{
    struct stat facts;

    if (stat(path, &facts) != 0) {
        return "no such program; give the path of a program";
    }
    return S_ISREG(facts.st_mode) && access(path, X_OK) == 0 ? NULL : "cannot be run; try chmod +x";
}

static bool is_kept(struct hook_event const *event)
{
    switch (event->kind) {
    case PGTASK_EVENT_ENDED:
    case PGTASK_EVENT_OPERATOR:
    case PGTASK_EVENT_VANISHED:
    case PGTASK_EVENT_ABSENT: return true;
    default: return event->has_task && event->task.status == PGTASK_STATUS_PAUSE;
    }
}

static void drop(struct hook *hook, size_t at)
{
    hook->count--;
    memmove(&hook->events[at], &hook->events[at + 1], (hook->count - at) * sizeof hook->events[0]);
}

bool hook_has_room(struct hook const *hook)
{
    for (size_t i = 0; i < hook->count; i++) {
        if (!is_kept(&hook->events[i])) {
            return true;
        }
    }
    return hook->count < HOOK_EVENTS;
}

/* Drops the event that the new one replaces, or else, if all places are taken, the oldest one that
 * may be lost. */
static void make_room(struct hook *hook, struct hook_event const *event)
{
    for (size_t i = 0; i < hook->count; i++) {
        struct hook_event const *const waiting = &hook->events[i];
        if (!is_kept(waiting) && waiting->has_task == event->has_task &&
            waiting->task.task_id == event->task.task_id) {
            drop(hook, i);
            return;
        }
    }
    for (size_t i = 0; hook->count == HOOK_EVENTS && i < HOOK_EVENTS; i++) {
        if (!is_kept(&hook->events[i])) {
            drop(hook, i);
        }
    }
}

/* The program may write what it is given to a terminal or a log, line by line. */
static void make_printable(struct hook_event *event)
{
    text_make_printable(event->task.task_type);
    text_make_printable(event->task.instance_id);
    text_make_printable(event->task.status_text);
    text_make_printable(event->task.current_step);
    text_make_printable(event->message);
}

void hook_take(struct hook *hook, struct event const *event)
{
    struct pgtask_event const *const watched = event->event;
    struct hook_event taken = {.kind = watched->kind,
                               .has_task = watched->task != NULL,
                               .has_elapsed = event->has_elapsed,
                               .unix_s = event->unix_s,
                               .elapsed_s = event->elapsed_s,
                               .left = event->left};

    if (hook->path == NULL) {
        return;
    }
    if (watched->task != NULL) {
        taken.task = *watched->task;
    }
    if (watched->record != NULL) {
        strcpy(taken.message, event_message(watched->record));
    } else if (event->trouble != NULL) {
        strcpy(taken.message, event->trouble);
    }
    make_printable(&taken);
    make_room(hook, &taken);
    if (hook->count < HOOK_EVENTS) {
        hook->events[hook->count++] = taken;
    }
}

/* --- In the child, which may use the heap. --- */

static void set_text(char const *name, char const *text)
{
    if (setenv(name, text, 1) != 0) {
        _exit(CANNOT_RUN);
    }
}

static void set_number(char const *name, uint64_t number)
{
    char digits[24];

    (void)text_print(digits, sizeof digits, "%ju", number);
    set_text(name, digits);
}

static bool begins_with(char const *text, char const *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Removes the service's variables, which hold secrets, and those of an outer pgtask. */
static void clear_environment(void)
{
    size_t kept = 0;

    for (size_t i = 0; environ != NULL && environ[i] != NULL; i++) {
        if (!begins_with(environ[i], "TENCENTCLOUD_") && !begins_with(environ[i], "PGTASK_")) {
            environ[kept++] = environ[i];
        }
    }
    if (environ != NULL) {
        environ[kept] = NULL;
    }
}

static void set_task(struct pgtask_watch_task const *task)
{
    set_number("PGTASK_TASK_ID", task->task_id);
    set_text("PGTASK_TASK_TYPE", task->task_type);
    set_text("PGTASK_INSTANCE", task->instance_id);
    set_text("PGTASK_STATUS", task->status_text);
    set_text("PGTASK_STEP", task->current_step);
    if (task->progress_percent >= 0) {
        set_number("PGTASK_PROGRESS", (uint64_t)task->progress_percent);
    }
    if (task->step_at > 0) {
        set_number("PGTASK_STEP_AT", task->step_at);
        set_number("PGTASK_STEP_COUNT", task->step_count);
    }
}

static void set_environment(struct hook const *hook, struct hook_event const *event)
{
    char time[EVENT_TIME_BYTES];

    clear_environment();
    set_text("PGTASK_EVENT", pgtask_event_text(event->kind));
    set_text("PGTASK_AT", event_time(time, event->unix_s));
    set_text("PGTASK_REGION", hook->region);
    set_text("PGTASK_MESSAGE", event->message);
    if (event->has_task) {
        set_task(&event->task);
    }
    if (event->has_elapsed) {
        set_number("PGTASK_ELAPSED", event->elapsed_s);
    }
    if (event->left.known) {
        set_number("PGTASK_LEFT_LEAST", event->left.least_s);
        set_number("PGTASK_LEFT_MOST", event->left.most_s);
    }
}

static void set_descriptors(bool is_silent)
{
    int const null = open("/dev/null", O_RDWR);

    if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
        dup2(is_silent ? null : STDERR_FILENO, STDOUT_FILENO) < 0 ||
        (is_silent && dup2(null, STDERR_FILENO) < 0)) {
        _exit(CANNOT_RUN);
    }
    if (null > STDERR_FILENO) {
        (void)close(null);
    }
}

static void become_program(struct hook const *hook, struct hook_event const *event)
{
    (void)setpgid(0, 0);
    set_environment(hook, event);
    set_descriptors(hook->is_silent);
    (void)execl(hook->path, hook->path, (char *)NULL);
    _exit(CANNOT_RUN);
}

/* --- In the parent. --- */

static void start(struct hook *hook, uint64_t now_ms)
{
    pid_t const child = signals_fork();

    if (child == 0) {
        become_program(hook, &hook->events[0]);
    }
    int const failure = child < 0 ? errno : 0;
    hook->has_new_failure = failure != 0 && failure != hook->start_failure;
    hook->start_failure = failure;
    if (child < 0) {
        hook->start_ms = now_ms + START_S * 1000;
        return;
    }
    (void)setpgid(child, child);
    hook->child = child;
    hook->since_ms = now_ms;
    drop(hook, 0);
}

/* @return false if it runs on */
static bool reap(struct hook *hook, int options)
{
    int status = 0;
    pid_t ended;

    do {
        ended = waitpid(hook->child, &status, options);
    } while (ended < 0 && errno == EINTR);
    if (ended == 0) {
        return false;
    }
    hook->child = 0;
    if (ended > 0) {
        hook->status = status;
    }
    return true;
}

static void end_if_overdue(struct hook const *hook, uint64_t now_ms)
{
    uint64_t const ran_ms = now_ms - hook->since_ms;

    if (ran_ms >= LIMIT_MS) {
        (void)kill(-hook->child, ran_ms >= LIMIT_MS + GRACE_MS ? SIGKILL : SIGTERM);
    }
}

bool hook_turn(struct hook *hook, uint64_t now_ms)
{
    hook->status = 0;
    if (hook->child != 0 && !reap(hook, WNOHANG)) {
        end_if_overdue(hook, now_ms);
    }
    hook->has_new_failure = false;
    if (hook->child == 0 && hook->count > 0 && now_ms >= hook->start_ms) {
        start(hook, now_ms);
    }
    return hook->status == 0 && !hook->has_new_failure;
}

bool hook_is_idle(struct hook const *hook)
{
    return hook->child == 0 && hook->count == 0;
}

static void report_status(struct hook const *hook)
{
    int const status = hook->status;

    if (WIFSIGNALED(status)) {
        report_error("%s: ended by signal %u.", hook->path, (unsigned)WTERMSIG(status));
    } else if (WEXITSTATUS(status) == CANNOT_RUN) {
        report_error("%s: cannot be run (status %u).", hook->path, (unsigned)CANNOT_RUN);
    } else {
        report_error("%s: ended with status %u.", hook->path, (unsigned)WEXITSTATUS(status));
    }
}

void hook_report(struct hook const *hook)
{
    if (hook->status != 0) {
        report_status(hook);
    }
    if (hook->has_new_failure) {
        report_error("%s: no process can be started for this program: %s; pgtask tries again every "
                     "%u s.",
                     hook->path, strerror(hook->start_failure), (unsigned)START_S);
    }
}

void hook_close(struct hook *hook)
{
    enum { STEP_MS = 50 };
    size_t const undone = hook->count + (hook->child != 0 ? 1 : 0);

    hook->count = 0;
    if (hook->child != 0) {
        (void)kill(-hook->child, SIGTERM);
    }
    for (unsigned ms = 0; hook->child != 0 && !reap(hook, WNOHANG); ms += STEP_MS) {
        if (ms >= GRACE_MS) {
            (void)kill(-hook->child, SIGKILL);
            (void)reap(hook, 0);
        } else {
            signals_wait(-1, false, STEP_MS);
        }
    }
    if (undone > 0) {
        report_error("%s: not done with the last %zu events when it was ended.", hook->path,
                     undone);
    }
}
