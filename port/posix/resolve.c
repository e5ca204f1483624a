/* SPDX-License-Identifier: MIT */
/*
 * A child process looks names up, because getaddrinfo() blocks and cannot be cancelled.
 *
 * The child writes its reply into a pipe: either whole addresses, or one int32_t that says why
 * there are none. The parent reads the pipe without blocking, straight into `addresses`, and reaps
 * the child. A resolver of the program takes the child's place: see pgtask_posix.h.
 */
#include "posix_private.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* One more than the highest signal number of the known systems; the system refuses the others. */
#define SIGNALS 65

/* EAI_* is negative on some systems and positive on others. */
static int32_t failure_of(int eai)
{
    return -1000 - (eai < 0 ? -eai : eai);
}

static bool parse_literal(struct pgtask_posix_address *address, char const *host)
{
    struct sockaddr_in *const ipv4 = (struct sockaddr_in *)&address->storage;
    struct sockaddr_in6 *const ipv6 = (struct sockaddr_in6 *)&address->storage;

    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, host, &ipv4->sin_addr) == 1) {
        ipv4->sin_family = AF_INET;
        address->length = sizeof *ipv4;
        return true;
    }
    if (inet_pton(AF_INET6, host, &ipv6->sin6_addr) == 1) {
        ipv6->sin6_family = AF_INET6;
        address->length = sizeof *ipv6;
        return true;
    }
    return false;
}

/* The child's work. */
static void look_up(struct pgtask_posix *posix, char const *host, int reply)
{
    struct addrinfo const hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int const eai = getaddrinfo(host, NULL, &hints, &found);
    size_t count = 0;

    if (eai != 0) {
        int32_t const failure = eai == EAI_SYSTEM ? errno : failure_of(eai);

        (void)!write(reply, &failure, sizeof failure);
        return;
    }
    memset(posix->addresses, 0, sizeof posix->addresses);
    for (struct addrinfo const *at = found; at != NULL && count < PGTASK_POSIX_ADDRESSES;
         at = at->ai_next) {
        if (at->ai_addrlen <= sizeof posix->addresses[0].storage) {
            memcpy(&posix->addresses[count].storage, at->ai_addr, at->ai_addrlen);
            posix->addresses[count].length = at->ai_addrlen;
            count++;
        }
    }
    (void)!write(reply, posix->addresses, count * sizeof posix->addresses[0]);
}

/* The program's handlers know nothing of this child and must not run in it. */
static void drop_signal_handlers(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    for (int number = 1; number < SIGNALS; number++) {
        (void)sigaction(number, &action, NULL);
    }
}

static pid_t fork_resolver(struct pgtask_posix *posix, char const *host, int reply)
{
    sigset_t all;
    sigset_t before;
    pid_t child;

    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, &before);
    child = fork();
    if (child == 0) {
        drop_signal_handlers();
        (void)sigemptyset(&all);
        (void)sigprocmask(SIG_SETMASK, &all, NULL);
        look_up(posix, host, reply);
        _exit(0);
    }
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return child;
}

static enum pgtask_error start(struct pgtask_posix *posix, char const *host)
{
    int ends[2];

    if (pipe(ends) != 0) {
        posix->last_failure = errno;
        return PGTASK_ERROR_PORT;
    }
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    posix->resolver = fork_resolver(posix, host, ends[1]);
    if (posix->resolver < 0) {
        posix->last_failure = errno;
        (void)close(ends[0]);
        (void)close(ends[1]);
        return PGTASK_ERROR_PORT;
    }
    (void)close(ends[1]);
    posix->descriptor = ends[0];
    posix->resolving = true;
    posix->reply_length = 0;
    return PGTASK_WOULD_BLOCK;
}

static void reap(pid_t child)
{
    pid_t reaped = waitpid(child, NULL, WNOHANG);

    /* -1 means that somebody else has reaped the child: its number may already be another's. */
    if (reaped == 0) {
        (void)kill(child, SIGKILL);
        do {
            reaped = waitpid(child, NULL, 0);
        } while (reaped < 0 && errno == EINTR);
    }
}

static bool has_child(struct pgtask_posix const *posix)
{
    return posix->resolver >= 0;
}

static void end_child(struct pgtask_posix *posix)
{
    (void)close(posix->descriptor);
    reap(posix->resolver);
    posix->descriptor = -1;
    posix->resolver = -1;
    posix->resolving = false;
}

void pgtaski_posix_end_resolve(struct pgtask_posix *posix)
{
    if (!posix->resolving) {
        return;
    }
    if (has_child(posix)) {
        end_child(posix);
        return;
    }
    posix->own.drop(posix->own.context);
    posix->resolving = false;
}

static enum pgtask_error take_reply(struct pgtask_posix *posix)
{
    size_t const count = posix->reply_length / sizeof posix->addresses[0];
    int32_t failure = failure_of(EAI_FAIL); /* the child died */

    end_child(posix);
    if (count > 0 && posix->reply_length % sizeof posix->addresses[0] == 0) {
        posix->address_count = count;
        return PGTASK_OK;
    }
    if (posix->reply_length == sizeof failure) {
        memcpy(&failure, posix->addresses, sizeof failure);
    }
    posix->last_failure = failure;
    return PGTASK_ERROR_RESOLVE;
}

static enum pgtask_error read_reply(struct pgtask_posix *posix)
{
    for (;;) {
        char *const reply = (char *)posix->addresses;
        ssize_t const got = read(posix->descriptor, reply + posix->reply_length,
                                 sizeof posix->addresses - posix->reply_length);

        if (got > 0 && posix->reply_length + (size_t)got < sizeof posix->addresses) {
            posix->reply_length += (size_t)got;
            continue;
        }
        if (got >= 0) {
            posix->reply_length += (size_t)got;
            return take_reply(posix);
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return PGTASK_WOULD_BLOCK;
        }
        if (errno != EINTR) {
            posix->last_failure = errno;
            end_child(posix);
            return PGTASK_ERROR_PORT;
        }
    }
}

static enum pgtask_error ask_own(struct pgtask_posix *posix, char const *host)
{
    size_t count = PGTASK_POSIX_ADDRESSES;
    enum pgtask_error const error =
        posix->own.look_up(posix->own.context, host, posix->addresses, &count);

    posix->resolving = error == PGTASK_WOULD_BLOCK;
    posix->attempt_until_ms = UINT64_MAX;
    if (posix->resolving) {
        posix->attempt_until_ms =
            posix->port.monotonic_ms(posix->port.context) + PGTASK_POSIX_ASK_AGAIN_MS;
        return PGTASK_WOULD_BLOCK;
    }
    if (error != PGTASK_OK || count == 0) {
        posix->last_failure = failure_of(EAI_FAIL);
        return error != PGTASK_OK ? error : PGTASK_ERROR_RESOLVE;
    }
    posix->address_count = count < PGTASK_POSIX_ADDRESSES ? count : PGTASK_POSIX_ADDRESSES;
    return PGTASK_OK;
}

enum pgtask_error pgtaski_posix_resolve(void *context, char const *host)
{
    struct pgtask_posix *const posix = context;

    if (posix->resolving) {
        return has_child(posix) ? read_reply(posix) : ask_own(posix, host);
    }
    posix->port.close(posix, PGTASK_OK);
    posix->attempts = 0;
    posix->address_count = 0;
    if (parse_literal(&posix->addresses[0], host)) {
        posix->address_count = 1;
        return PGTASK_OK;
    }
    return posix->own.look_up != NULL ? ask_own(posix, host) : start(posix, host);
}
