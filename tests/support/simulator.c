/* SPDX-License-Identifier: MIT */
/* The simulator of tests/sim runs as a child that a test controls over HTTP. */
#include "simulator.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS 32

static void give_up(char const *what)
{
    perror(what);
    abort();
}

static void become_simulator(char const *certificates, char const *name, char const *options,
                             int input, int output)
{
    char certificate[600];
    char key[600];
    char text[8192];
    char *words[WORDS] = {"python3", "tests/sim",      "--cert", certificate,    "--key",
                          key,       "--control-port", "0",      "--with-parent"};
    size_t count = 9;

    (void)snprintf(certificate, sizeof certificate, "%s/%s.pem", certificates, name);
    (void)snprintf(key, sizeof key, "%s/%s.key", certificates, name);
    (void)snprintf(text, sizeof text, "%s", options);
    for (char *word = strtok(text, " "); word != NULL && count + 1 < WORDS;
         word = strtok(NULL, " ")) {
        words[count++] = word;
    }
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0) {
        _exit(126);
    }
    (void)execvp(words[0], words);
    _exit(127);
}

static void make_pipe(int ends[2])
{
    if (pipe(ends) != 0 || fcntl(ends[0], F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(ends[1], F_SETFD, FD_CLOEXEC) != 0) {
        give_up("pipe");
    }
}

/* It says "listening on 127.0.0.1:NUMBER, control on 127.0.0.1:NUMBER" once it listens. */
static void read_ports(struct simulator *simulator, int output)
{
    char line[200] = "";
    FILE *const stream = fdopen(output, "r");
    char const *at;

    if (stream == NULL || fgets(line, sizeof line, stream) == NULL ||
        strncmp(line, "listening on 127.0.0.1:", 23) != 0) {
        (void)fprintf(stderr, "tests/sim does not start: %s\n", line);
        abort();
    }
    simulator->port_number = (uint16_t)strtoul(line + 23, NULL, 10);
    at = strrchr(line, ':');
    simulator->control_port = (uint16_t)strtoul(at + 1, NULL, 10);
    (void)fclose(stream);
}

void simulator_start_as(struct simulator *simulator, char const *certificates, char const *name,
                        char const *options)
{
    int input[2];
    int output[2];

    make_pipe(input);
    make_pipe(output);
    simulator->process = fork();
    if (simulator->process < 0) {
        give_up("fork");
    }
    if (simulator->process == 0) {
        become_simulator(certificates, name, options, input[0], output[1]);
    }
    (void)close(input[0]);
    (void)close(output[1]);
    simulator->input = input[1];
    read_ports(simulator, output[0]);
}

void simulator_start(struct simulator *simulator, char const *certificates, unsigned tasks)
{
    char options[32];

    (void)snprintf(options, sizeof options, "--tasks %u", tasks);
    simulator_start_as(simulator, certificates, "server", options);
}

void simulator_stop(struct simulator *simulator)
{
    int status = 0;

    (void)close(simulator->input);
    while (waitpid(simulator->process, &status, 0) < 0) {
        if (errno != EINTR) {
            give_up("waitpid");
        }
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        (void)fprintf(stderr, "tests/sim ended with %d\n", status);
        abort();
    }
}

/* The control port answers and closes. Leaves the body of the answer in `text`. */
static void exchange(struct simulator const *simulator, char const *request, char *text,
                     size_t capacity)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(simulator->control_port),
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    int const stream = socket(AF_INET, SOCK_STREAM, 0);
    size_t length = 0;
    ssize_t part;
    char *body;

    if (stream < 0 || connect(stream, (struct sockaddr *)&address, sizeof address) != 0 ||
        write(stream, request, strlen(request)) != (ssize_t)strlen(request)) {
        give_up("control port");
    }
    while ((part = read(stream, text + length, capacity - 1 - length)) > 0) {
        length += (size_t)part;
    }
    (void)close(stream);
    text[length] = '\0';
    body = strstr(text, "\r\n\r\n");
    if (strstr(text, " 200 ") == NULL || body == NULL || length == capacity - 1) {
        (void)fprintf(stderr, "control port: %s\n%s\n", request, text);
        abort();
    }
    memmove(text, body + 4, strlen(body + 4) + 1);
}

static void post(struct simulator const *simulator, char const *path, char const *json, char *text,
                 size_t capacity)
{
    char request[1024];

    (void)snprintf(request, sizeof request, "POST %s HTTP/1.0\r\nContent-Length: %zu\r\n\r\n%s",
                   path, strlen(json), json);
    exchange(simulator, request, text, capacity);
}

void simulator_play(struct simulator const *simulator, char const *scenario)
{
    char text[1024];

    post(simulator, "/scenario", scenario, text, sizeof text);
}

uint64_t simulator_start_task(struct simulator const *simulator, char const *members)
{
    char text[1024];

    post(simulator, "/tasks", members, text, sizeof text);
    return strtoull(text + strlen("{\"TaskId\": "), NULL, 10);
}

void simulator_read(struct simulator const *simulator, char const *path, char *text,
                    size_t capacity)
{
    char request[100];

    (void)snprintf(request, sizeof request, "GET %s HTTP/1.0\r\n\r\n", path);
    exchange(simulator, request, text, capacity);
}
