/* SPDX-License-Identifier: MIT */
/** @file loopback.h A name of this machine that needs neither /etc/hosts nor a name server. */
#ifndef LOOPBACK_H
#define LOOPBACK_H

/** inet_aton()'s short form of 127.0.0.1. getaddrinfo() knows it; the port's own test for an
 * address (inet_pton()) does not, so it takes the way of a name. */
#define NAME_OF_LOOPBACK "127.1"

#endif
