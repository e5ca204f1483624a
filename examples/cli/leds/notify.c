/* SPDX-License-Identifier: MIT */
/* Datagrams to the socket that NOTIFY_SOCKET names. Nothing waits for systemd: a datagram that
 * cannot be sent at once is dropped. */
#include "leds/notify.h"

#include "base/text.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Heartbeats are sent four times as often as systemd expects them. */
enum { BEATS = 4 };

static uint32_t find_watchdog_ms(void)
{
    char const *const process = getenv("WATCHDOG_PID");
    char const *const limit = getenv("WATCHDOG_USEC");
    uint64_t number;

    if (process != NULL && (!text_to_uint64(process, &number) || number != (uint64_t)getpid())) {
        return 0;
    }
    if (limit == NULL || !text_to_uint64(limit, &number) || number / 1000 > UINT32_MAX) {
        return 0;
    }
    return (uint32_t)(number / 1000);
}

void notify_open(struct notify *notify)
{
    char const *const path = getenv("NOTIFY_SOCKET");
    size_t const length = path != NULL ? strlen(path) : 0;

    *notify = (struct notify){.descriptor = -1, .watchdog_ms = find_watchdog_ms()};
    if (length < 2 || length >= sizeof notify->address.sun_path ||
        (path[0] != '/' && path[0] != '@')) {
        notify->watchdog_ms = 0;
        return;
    }
    notify->descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    notify->address.sun_family = AF_UNIX;
    memcpy(notify->address.sun_path, path, length);
    notify->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    if (path[0] == '@') {
        notify->address.sun_path[0] = '\0'; /* an abstract name, which has no file */
    }
}

void notify_send(struct notify const *notify, char const *text)
{
    if (notify->descriptor >= 0) {
        (void)sendto(notify->descriptor, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT,
                     (struct sockaddr const *)&notify->address, notify->length);
    }
}

void notify_beat(struct notify *notify, uint64_t now_ms)
{
    if (notify->watchdog_ms > 0 && now_ms >= notify->beat_ms) {
        notify_send(notify, "WATCHDOG=1");
        notify->beat_ms = now_ms + notify->watchdog_ms / BEATS;
    }
}

uint64_t notify_next_ms(struct notify const *notify)
{
    return notify->watchdog_ms > 0 ? notify->beat_ms : UINT64_MAX;
}

void notify_close(struct notify *notify)
{
    if (notify->descriptor >= 0) {
        (void)close(notify->descriptor);
        notify->descriptor = -1;
    }
}
