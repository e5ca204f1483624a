/* SPDX-License-Identifier: MIT */
/** @file dry_run.h Shows the request that `list` would send, and sends nothing. */
#ifndef CLI_DRY_RUN_H
#define CLI_DRY_RUN_H

#include "base/writer.h"
#include "session/session.h"

/** A request taken apart. Its strings lie in `text`. */
struct dry_run {
    char text[PGTASK_BUFFER_BYTES + 1];
    char *lines[24]; /**< of the head: the request line, and then headers */
    size_t line_count;
    char *body;
};

/** Takes a request apart, head and body. @return false if it has no end or too many lines */
bool dry_run_read(struct dry_run *request, char const *text, size_t length);

/** @return the value of a header; NULL if there is none */
char const *dry_run_header(struct dry_run const *request, char const *name);

/**
 * Prints a request, what is signed of it, and the signature, as the vendor's API Explorer does. No
 * key and no token is printed.
 * @param credentials  with which it was signed
 */
enum pgtask_error dry_run_explain(struct writer *writer, struct dry_run const *request,
                                  struct pgtask_credentials const *credentials);

/** How curl is to reach the host. Members that are NULL are left out. */
struct dry_run_way {
    char const *connect_host;
    unsigned connect_port;
    char const *ca_file;
    char const *proxy; /**< of the option; curl reads the variables itself */
};

/** Prints the command of curl that sends the request. A token is left to the shell's variable
 *  TENCENTCLOUD_TOKEN, and goes to curl by its standard input. */
void dry_run_as_curl(struct writer *writer, struct dry_run const *request,
                     struct dry_run_way const *way);

/** Shows the request of a query by one of these ways. */
enum exit_status dry_run(struct session *session, struct options const *options,
                         struct pgtask_query const *query);

#endif
