/* SPDX-License-Identifier: MIT */
/* The listener gives a test a socket on a free port of loopback. */
#include "listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>

#include <cmocka.h>

int listen_on(char const *address, uint16_t *number)
{
    struct sockaddr_in place = {.sin_family = AF_INET};
    socklen_t length = sizeof place;
    int const listener = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(inet_pton(AF_INET, address, &place.sin_addr), 1);
    assert_int_equal(bind(listener, (struct sockaddr *)&place, length), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&place, &length), 0);
    *number = ntohs(place.sin_port);
    return listener;
}

int accept_from(int listener)
{
    int const stream = accept(listener, NULL, NULL);

    assert_true(stream >= 0);
    return stream;
}
