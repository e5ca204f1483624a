/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* for SO_REUSEPORT and mkdtemp() */

#include "nginx_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LIFETIME_S "120"

static void give_up(char const *what)
{
    perror(what);
    abort();
}

static int open_socket(void)
{
    int const descriptor = socket(AF_INET, SOCK_STREAM, 0);

    if (descriptor < 0) {
        give_up("socket");
    }
    return descriptor;
}

/* A socket that is bound and does not listen keeps a port for nginx to listen on. */
static int keep_a_port(struct sockaddr_in *address)
{
    socklen_t length = sizeof *address;
    int const keeper = open_socket();
    int const yes = 1;

    *address = (struct sockaddr_in){.sin_family = AF_INET};
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (setsockopt(keeper, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) != 0 ||
        bind(keeper, (struct sockaddr *)address, length) != 0 ||
        getsockname(keeper, (struct sockaddr *)address, &length) != 0) {
        give_up("no port to listen on");
    }
    return keeper;
}

static void wait_until_it_listens(struct sockaddr_in const *address)
{
    struct timespec const pause = {0, 5000000};

    for (int i = 0; i < 4000; i++) {
        int const probe = open_socket();
        bool const there = connect(probe, (struct sockaddr const *)address, sizeof *address) == 0;

        (void)close(probe);
        if (there) {
            return;
        }
        (void)nanosleep(&pause, NULL);
    }
    give_up("nginx does not start");
}

static void write_configuration(struct nginx_server const *server, char const *directory,
                                char const *certificate, char const *settings)
{
    char path[600];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/nginx.conf", server->prefix);
    file = fopen(path, "w");
    if (file == NULL ||
        fprintf(file,
                "daemon off; master_process off; pid nginx.pid; error_log error.log;\n"
                "events { worker_connections 64; }\n"
                "http {\n"
                "  access_log off;\n"
                "  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n"
                "  uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n"
                "  server {\n"
                "    listen 127.0.0.1:%u ssl reuseport;\n"
                "    ssl_certificate %s/%s.pem; ssl_certificate_key %s/%s.key;\n"
                "    default_type text/plain;\n"
                "    %s\n"
                "    location / { return 200 "
                "\"$ssl_protocol $ssl_cipher reused=$ssl_session_reused\\n\"; }\n"
                "  }\n"
                "}\n",
                server->port_number, directory, certificate, directory, certificate,
                settings) < 0 ||
        fclose(file) != 0) {
        give_up(path);
    }
}

void nginx_server_start(struct nginx_server *server, char const *directory, char const *certificate,
                        char const *settings)
{
    struct sockaddr_in address;
    int const keeper = keep_a_port(&address);

    server->port_number = ntohs(address.sin_port);
    (void)snprintf(server->prefix, sizeof server->prefix, "/tmp/pgtask-nginx-XXXXXX");
    if (mkdtemp(server->prefix) == NULL) {
        give_up(server->prefix);
    }
    write_configuration(server, directory, certificate, settings);
    server->process = fork();
    if (server->process < 0) {
        give_up("fork");
    }
    if (server->process == 0) {
        (void)setenv("PATH", "/usr/sbin:/usr/local/sbin:/usr/bin:/bin", 1);
        /* It must not outlive a test that failed. */
        (void)execlp("timeout", "timeout", LIFETIME_S, NGINX, "-p", server->prefix, "-c",
                     "nginx.conf", "-e", "error.log", (char *)NULL);
        _exit(127);
    }
    wait_until_it_listens(&address);
    (void)close(keeper);
}

static void remove_prefix(struct nginx_server const *server)
{
    char command[80];

    (void)snprintf(command, sizeof command, "rm -r '%s'", server->prefix);
    if (system(command) != 0) {
        give_up(command);
    }
}

void nginx_server_stop(struct nginx_server *server)
{
    if (server->process > 0) {
        (void)kill(server->process, SIGTERM);
        (void)waitpid(server->process, NULL, 0);
        server->process = 0;
        remove_prefix(server);
    }
}
