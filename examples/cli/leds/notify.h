/* SPDX-License-Identifier: MIT */
/** @file leds/notify.h What a service tells systemd (sd_notify(3)), without its library. */
#ifndef CLI_NOTIFY_H
#define CLI_NOTIFY_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/** The caller places it, all zero. */
struct notify {
    int descriptor; /**< -1 where nobody listens */
    socklen_t length;
    struct sockaddr_un address;
    uint32_t watchdog_ms; /**< longest time between two signs of life; 0: none is awaited */
    uint64_t beat_ms;     /**< monotonic: the next is due */
};

/** Finds out from the environment who listens. */
void notify_open(struct notify *notify);

/** Tells something such as `READY=1`. */
void notify_send(struct notify const *notify, char const *text);

/** A sign of life, when one is due. Call it from the loop that is to be watched, and from there
 *  alone, at least every watchdog_ms / 2. */
void notify_beat(struct notify *notify, uint64_t now_ms);

void notify_close(struct notify *notify);

#endif
