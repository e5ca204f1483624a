/* SPDX-License-Identifier: MIT */
/** @file leds/notify.h Notifications to systemd (sd_notify(3)), without its library. */
#ifndef CLI_NOTIFY_H
#define CLI_NOTIFY_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/** The caller places it, all zero. */
struct notify {
    int descriptor; /**< -1 if nobody listens */
    socklen_t length;
    struct sockaddr_un address;
    uint32_t watchdog_ms; /**< longest time between two heartbeats; 0: systemd expects none */
    uint64_t beat_ms;     /**< monotonic: when the next heartbeat is due */
};

/** Finds in the environment who listens. */
void notify_open(struct notify *notify);

/** Sends a text such as `READY=1`. */
void notify_send(struct notify const *notify, char const *text);

/** Sends a heartbeat if one is due. Call it at least every watchdog_ms / 2, and only from the loop
 *  that the watchdog watches. */
void notify_beat(struct notify *notify, uint64_t now_ms);

/** @return when the next heartbeat is due; UINT64_MAX: none is expected */
uint64_t notify_next_ms(struct notify const *notify);

void notify_close(struct notify *notify);

#endif
