/* SPDX-License-Identifier: MIT */
/*
 * A status LED for the restores of a database, on a board without an operating system. One loop
 * brings the network up, learns the time, follows the tasks of an instance and lights the LED; no
 * part of it ever waits, so the LED keeps its time whatever the network does.
 */
#include "events.h"
#include "log.h"
#include "meter.h"
#include "options.h"

#include <board.h>
#include <pgtask/led.h>
#include <pgtask/watch.h>
#include <pgtask_lwip.h>
#include <pgtask_network.h>

/* Longer than the longest single computation, RSA with a 4,096-bit root, by far. */
#define WATCHDOG_MS 8000u

enum device_state {
    DEVICE_NETWORK, /* is not up yet */
    DEVICE_LIST,
    DEVICE_FOLLOW,
    DEVICE_ENDED
};

static struct {
    enum device_state state;
    enum pgtask_network_state network_state;
    bool network_told;
    bool time_told;
    uint32_t polls;
    uint32_t handshakes;
    uint32_t handshakes_full; /* of them */
    uint64_t answer_ms;
    struct meter meter;
    struct options options;
    struct pgtask_network network;
    struct pgtask_lwip lwip;
    struct pgtask_client client;
    struct pgtask_watch watch;
    struct pgtask_task record;
} device;

static void end(int status)
{
    log_line(status == 0 ? "ended: good" : "ended: failed");
    device.state = DEVICE_ENDED;
    board_exit(status);
}

static void check_entropy(void)
{
    uint8_t byte;

    if (!board_entropy(&byte, sizeof byte)) {
        log_line("no random bytes: there will be no connection until the board has a source");
    }
}

static void open_all(void)
{
    static struct pgtask_lwip_platform const platform = {.monotonic_ms = board_monotonic_ms,
                                                         .unix_time_s = pgtask_network_unix_time_s,
                                                         .entropy = board_entropy};
    struct pgtask_watch_config const follow = {.instance_id = device.options.instance_id,
                                               .task_types = PGTASK_WATCH_RESTORES,
                                               .active_ms = device.options.poll_ms,
                                               .idle_ms = device.options.poll_ms,
                                               .stale_ms = device.options.stale_ms,
                                               .until_done = device.options.quit};
    enum pgtask_error error;

    pgtask_lwip_open(&device.lwip, &platform);
    error = pgtask_client_open(&device.client, &device.options.config, &device.lwip.port);
    if (error == PGTASK_OK) {
        error = pgtask_watch_open(&device.watch, &follow, &device.client, &device.record);
    }
    if (error != PGTASK_OK) {
        events_log_failure("settings", &device.client);
        end(1);
    }
}

static void start(void)
{
    options_read(&device.options);
    log_line(board_watchdog_caused_reset() ? "started: the watchdog reset the board" : "started");
    check_entropy();
    open_all();
    if (!pgtask_network_start(&device.network, &device.options.network)) {
        log_line("no Ethernet");
        end(1);
    }
    board_watchdog_start(WATCHDOG_MS);
}

/* The first state in which there is something to do with a network that is up. */
static enum device_state begin_work(void)
{
    struct pgtask_query const query = {.instance_id = device.options.instance_id,
                                       .limit = device.options.page_size};

    if (device.options.page_size == 0) {
        return DEVICE_FOLLOW;
    }
    if (pgtask_client_list_all(&device.client, &query) != PGTASK_OK) {
        events_log_failure("list", &device.client);
        end(1);
    }
    return DEVICE_LIST;
}

static void tell_time(void)
{
    char text[PGTASK_TIME_TEXT_BYTES];
    int64_t unix_s;

    if (!device.time_told && pgtask_client_unix_time_s(&device.client, &unix_s) &&
        pgtask_time_write(unix_s, PGTASK_UTC_OFFSET_ZERO, text) == PGTASK_OK) {
        device.time_told = true;
        log_begin("time ");
        log_text(text);
        log_text(" UTC");
        log_end();
    }
}

static void follow_network(void)
{
    enum pgtask_network_state const state = pgtask_network_poll(&device.network);

    if (device.network_told && state == device.network_state) {
        return;
    }
    log_begin("network: ");
    log_text(pgtask_network_state_text(state));
    log_end();
    device.network_told = true;
    device.network_state = state;
    if (state == PGTASK_NETWORK_UP) {
        tell_time();
        if (device.state == DEVICE_NETWORK) {
            device.state = begin_work();
        } else if (device.state == DEVICE_FOLLOW) {
            pgtask_watch_poll_now(&device.watch);
        }
    }
}

static void log_alone(void)
{
    log_text(", the LED was left alone for ");
    log_number(meter_take(&device.meter));
    log_text(" ms at most");
    log_end();
}

/* After each step of the client: before the answer, the connection has come about. */
static void tell_connection(void)
{
    struct pgtask_counters const *const counters = pgtask_client_counters(&device.client);

    if (counters->handshakes_full + counters->handshakes_resumed == device.handshakes) {
        return;
    }
    device.handshakes = counters->handshakes_full + counters->handshakes_resumed;
    log_begin("connected: ");
    log_text(pgtask_client_tls_version(&device.client));
    log_text(counters->handshakes_full != device.handshakes_full ? ", full handshake"
                                                                 : ", resumed");
    device.handshakes_full = counters->handshakes_full;
    log_alone();
}

/* After each good answer. */
static void tell_poll(void)
{
    uint32_t const report = device.options.report_polls;

    device.polls++;
    tell_time();
    if (device.polls != 1 && (report == 0 || device.polls % report != 0)) {
        return;
    }
    log_begin("poll ");
    log_number(device.polls);
    log_alone();
    if (report != 0) {
        meter_log_memory();
    }
}

/* @return whether there may be more to do at once */
static bool list(void)
{
    enum pgtask_error const error = pgtask_client_next(&device.client, &device.record);

    tell_connection();
    switch (error) {
    case PGTASK_OK: events_log_task(&device.record); return true;
    case PGTASK_WOULD_BLOCK: return false;
    case PGTASK_DONE:
        tell_poll();
        end(0);
        return false;
    default:
        events_log_failure("list", &device.client);
        end(1);
        return false;
    }
}

/* @return likewise */
static bool follow(void)
{
    struct pgtask_event event;
    enum pgtask_error const error = pgtask_watch_next(&device.watch, &event);

    tell_connection();
    if (error == PGTASK_OK) {
        events_log(&event, &device.client);
    }
    if (device.watch.answered && device.watch.answer_ms != device.answer_ms) {
        device.answer_ms = device.watch.answer_ms;
        tell_poll();
    }
    if (error == PGTASK_DONE && device.options.quit) {
        end(0);
    }
    return error == PGTASK_OK;
}

static void light(void)
{
    uint64_t const now_ms = board_monotonic_ms();
    struct pgtask_led_sign const sign = pgtask_led_sign(&device.watch, NULL, now_ms);

    board_led(pgtask_led_lit(&sign, now_ms));
    meter_turn(&device.meter, now_ms);
}

/* A divided computation asks to go on at once. */
static bool may_sleep(void)
{
    uint64_t until_ms = UINT64_MAX;

    switch (device.state) {
    case DEVICE_LIST: (void)pgtask_client_wait_for(&device.client, &until_ms); break;
    case DEVICE_FOLLOW: (void)pgtask_watch_wait_for(&device.watch, &until_ms); break;
    default: break;
    }
    return until_ms > board_monotonic_ms();
}

void firmware_main(void)
{
    start();
    for (;;) {
        bool more = false;

        board_watchdog_feed();
        follow_network();
        switch (device.state) {
        case DEVICE_LIST: more = list(); break;
        case DEVICE_FOLLOW: more = follow(); break;
        default: break;
        }
        light();
        if (!more && may_sleep()) {
            board_sleep();
        }
    }
}
