/* SPDX-License-Identifier: MIT */
#include "session/host_port.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <string.h>

static char const *read_port(char const *text, uint16_t *port)
{
    uint64_t number;

    if (!text_to_uint64(text, &number) || number == 0 || number > UINT16_MAX) {
        return "the port must be a number from 1 to 65535";
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

char const *host_read(char const *text, struct host *host)
{
    struct host read = {.port = 0};
    bool const bracketed = text[0] == '[';
    size_t const length = bracketed ? strcspn(++text, "]") : strcspn(text, ":");
    char const *rest = text + length;

    if (strstr(text, "://") != NULL) {
        return "give the host alone, without https://";
    }
    if (length >= sizeof read.name) {
        return "a host name has at most 253 characters";
    }
    memcpy(read.name, text, length);
    if (bracketed && (*rest != ']' || !is_ipv6(read.name))) {
        return "not an IPv6 address in brackets";
    }
    rest += bracketed ? 1 : 0;
    if (!bracketed && is_ipv6(text)) {
        return "an IPv6 address needs brackets: [ADDRESS] or [ADDRESS]:PORT";
    }
    if (!bracketed && !is_name(read.name)) {
        return "not a host name: letters, digits, '-' and '.' only";
    }
    if (*rest != '\0' && *rest != ':') {
        return "after the brackets only :PORT may follow";
    }
    char const *wrong = *rest == ':' ? read_port(rest + 1, &read.port) : NULL;
    if (wrong == NULL) {
        *host = read;
    }
    return wrong;
}
