/* SPDX-License-Identifier: MIT */
/* Splits a text at the colon before its port, and checks both parts. */
#include "session/host_port.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <string.h>

static char const *read_port(char const *text, uint16_t *port)
{
    uint64_t number;

    if (!text_to_uint64(text, &number) || number == 0 || number > UINT16_MAX) {
        return "needs a port from 1 to 65535";
    }
    *port = (uint16_t)number;
    return NULL;
}

static bool is_name(char const *name)
{
    static char const characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789-.";

    return name[0] != '\0' && name[0] != '.' && name[0] != '-' &&
           name[strspn(name, characters)] == '\0' && strstr(name, "..") == NULL;
}

static bool is_ipv6(char const *name)
{
    struct in6_addr address;

    return inet_pton(AF_INET6, name, &address) == 1;
}

/* @param rest  set to what follows the name and its brackets */
static char const *read_name(char const *text, struct host_port *read, char const **rest)
{
    bool const has_brackets = text[0] == '[';
    size_t const length = has_brackets ? strcspn(++text, "]") : strcspn(text, ":");

    if (length >= sizeof read->name) {
        return "takes a host name of at most 253 characters";
    }
    memcpy(read->name, text, length);
    *rest = text + length;
    if (!has_brackets && is_ipv6(text)) {
        return "needs brackets around an IPv6 address: [ADDRESS] or [ADDRESS]:PORT";
    }
    if (!has_brackets) {
        return is_name(read->name)
                   ? NULL
                   : "is not a host name; a host name has only letters, digits, '-' and '.'";
    }
    if (**rest != ']' || !is_ipv6(read->name)) {
        return "needs an IPv6 address in the brackets";
    }
    ++*rest;
    return NULL;
}

char const *host_port_read(char const *text, struct host_port *host_port)
{
    struct host_port read = {.port = 0};
    char const *rest = "";

    if (strstr(text, "://") != NULL) {
        return "takes only the host, without https://";
    }
    char const *wrong = read_name(text, &read, &rest);
    if (wrong == NULL && rest[0] != '\0' && rest[0] != ':') {
        wrong = "after the brackets only :PORT may follow";
    }
    if (wrong == NULL && rest[0] == ':') {
        wrong = read_port(rest + 1, &read.port);
    }
    if (wrong == NULL) {
        *host_port = read;
    }
    return wrong;
}
