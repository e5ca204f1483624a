/* SPDX-License-Identifier: MIT */
/* `openssl s_server` runs as a child, and its port is open when the start returns. */
#include "openssl_server.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORDS      32
#define LIFETIME_S 120

static void give_up(char const *what)
{
    perror(what);
    abort();
}

static void split(char *text, char **words, size_t count)
{
    for (char *word = strtok(text, " "); word != NULL && count + 1 < WORDS;
         word = strtok(NULL, " ")) {
        words[count++] = word;
    }
    words[count] = NULL;
}

static void become_server(char const *directory, char const *certificate, char const *options,
                          int input, int output)
{
    char pem[64];
    char key[64];
    char text[512];
    char *words[WORDS] = {"openssl", "s_server", "-accept", "127.0.0.1:0",
                          "-cert",   pem,        "-key",    key};

    (void)snprintf(pem, sizeof pem, "%s.pem", certificate);
    (void)snprintf(key, sizeof key, "%s.key", certificate);
    (void)snprintf(text, sizeof text, "%s", options);
    split(text, words, 8);
    if (chdir(directory) != 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) {
        _exit(126);
    }
    (void)alarm(LIFETIME_S); /* it must not outlive a test that failed */
    (void)execvp(words[0], words);
    _exit(127);
}

/* It says "ACCEPT 127.0.0.1:NUMBER" once it listens. */
static uint16_t listening_port(int output)
{
    char text[8192];
    struct timespec const pause = {0, 5000000};

    for (int i = 0; i < 4000; i++) {
        ssize_t const length = pread(output, text, sizeof text - 1, 0);
        char const *at;

        text[length > 0 ? length : 0] = '\0';
        at = strstr(text, "ACCEPT 127.0.0.1:");
        if (at != NULL && strchr(at, '\n') != NULL) {
            return (uint16_t)strtoul(at + strlen("ACCEPT 127.0.0.1:"), NULL, 10);
        }
        (void)nanosleep(&pause, NULL);
    }
    (void)fprintf(stderr, "openssl s_server does not start:\n%s\n", text);
    abort();
}

void openssl_server_start(struct openssl_server *server, char const *directory,
                          char const *certificate, char const *options)
{
    char path[] = "/tmp/pgtask-openssl-XXXXXX";
    int ends[2];
    int output;

    output = mkstemp(path);
    if (output < 0 || fcntl(output, F_SETFD, FD_CLOEXEC) != 0 || pipe(ends) != 0 ||
        fcntl(ends[1], F_SETFD, FD_CLOEXEC) != 0) {
        give_up(path);
    }
    (void)unlink(path);
    server->process = fork();
    if (server->process < 0) {
        give_up("fork");
    }
    if (server->process == 0) {
        become_server(directory, certificate, options, ends[0], output);
    }
    (void)close(ends[0]);
    server->input = ends[1];
    server->port_number = listening_port(output);
    (void)close(output);
}

static int reap(pid_t process)
{
    int status = 0;

    while (waitpid(process, &status, 0) < 0) {
        if (errno != EINTR) {
            give_up("waitpid");
        }
    }
    return status;
}

void openssl_server_kill(struct openssl_server *server)
{
    if (server->process > 0) {
        (void)kill(server->process, SIGKILL);
        (void)reap(server->process);
        (void)close(server->input);
        server->process = 0;
    }
}
