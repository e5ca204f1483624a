/* SPDX-License-Identifier: MIT */
#include "port_peer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void become_peer(int input, int output)
{
    char *words[] = {"python3", "tests/port/peer.py", "--host", "0.0.0.0", "--with-parent", NULL};

    if (dup2(input, 0) < 0 || dup2(output, 1) < 0) {
        _exit(126);
    }
    (void)execvp(words[0], words);
    _exit(127);
}

/* It says "listening on 0.0.0.0:NUMBER" once it listens. */
int port_peer_start(struct port_peer *peer)
{
    int input[2];
    int output[2];
    char line[100] = "";
    FILE *stream;

    if (pipe(input) != 0 || pipe(output) != 0 || fcntl(input[1], F_SETFD, FD_CLOEXEC) != 0) {
        return -1;
    }
    peer->process = fork();
    if (peer->process == 0) {
        become_peer(input[0], output[1]);
    }
    (void)close(input[0]);
    (void)close(output[1]);
    peer->input = input[1];
    stream = fdopen(output[0], "r");
    if (stream == NULL || fgets(line, sizeof line, stream) == NULL) {
        return -1;
    }
    (void)fclose(stream);
    peer->first_port = (uint16_t)strtoul(strrchr(line, ':') + 1, NULL, 10);
    return 0;
}

int port_peer_stop(struct port_peer *peer)
{
    int status = 0;

    (void)close(peer->input);
    while (waitpid(peer->process, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}
