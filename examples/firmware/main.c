/* SPDX-License-Identifier: MIT */
/*
 * A status LED for the restores of a database, on a board without an operating system. One loop
 * brings the network up, learns the time, follows the tasks of an instance and chooses what the LED
 * says. No part of it ever waits. A computation of TLS can still take a second, so the board's tick
 * lights the LED, and the LED keeps its rhythm whatever the network does.
 *
 *     DEVICE_NETWORK --the network is up--> DEVICE_FOLLOW: events, until the power goes
 *                    \--argument list=N---> DEVICE_LIST: every task once, then the run ends
 */
#include "events.h"
#include "keep.h"
#include "log.h"
#include "meter.h"
#include "options.h"

#include <board.h>
#include <pgtask/led.h>
#include <pgtask/watch.h>
#include <pgtask_lwip.h>
#include <pgtask_network.h>

/* Much longer than what lies between two pulses of a computation: a million instructions, which are
 * 40 ms on the slowest board. The log and the random source may take 300 ms. */
#define WATCHDOG_MS 2000u

enum device_state {
    DEVICE_NETWORK, /* waits for the network */
    DEVICE_LIST,
    DEVICE_FOLLOW
};

static struct {
    enum device_state state;
    enum pgtask_network_state network_state; /* as logged last */
    bool is_network_logged;
    bool is_time_logged;
    uint32_t polls;
    uint32_t handshakes;      /* as logged last */
    uint32_t handshakes_full; /* of them */
    uint32_t fallbacks;
    uint64_t answer_ms; /* time of the last answer that was counted as a poll */
    struct turn_meter turn;
    struct keep keep;
    struct options options;
    struct pgtask_network network;
    struct pgtask_lwip lwip;
    struct pgtask_client client;
    struct pgtask_watch watch;
    struct pgtask_task record;
} device;

/* What the LED says, packed into one word: 0 is dark. */
static uint16_t volatile shown;

/* It runs in the interrupt of each tick, also while a computation holds the loop. It does not feed
 * the watchdog, because it also runs while the loop hangs. */
static void light_led(uint64_t now_ms)
{
    struct pgtask_led_signal const signal = pgtask_led_unpack(shown);

    board_led(pgtask_led_is_lit(&signal, now_ms));
}

static void end(int status)
{
    log_line(status == 0 ? "run succeeded" : "run failed");
    board_exit(status);
}

static void check_entropy(void)
{
    uint8_t byte;

    if (!board_entropy(&byte, sizeof byte)) {
        log_line("no random bytes; check the board's random source");
    }
}

/* Nothing can be done until somebody writes settings and resets the board. */
static void wait_for_settings(char const *what)
{
    struct pgtask_led_signal const signal = {.state = PGTASK_LED_BLOCKED};

    shown = pgtask_led_pack(&signal);
    log_begin("no valid ");
    log_texts(what, "; write the settings.hex of make_settings.py to flash");
    log_end();
    for (;;) {
        board_sleep();
    }
}

static void open_client(void)
{
    static struct pgtask_lwip_platform const platform = {.monotonic_ms = board_monotonic_ms,
                                                         .unix_time_s = pgtask_network_unix_time_s,
                                                         .entropy = board_entropy,
                                                         .pulse = board_watchdog_pulse};
    struct pgtask_watch_config const follow = {.instance_id = device.options.instance_id,
                                               .task_types = PGTASK_WATCH_RESTORES,
                                               .active_ms = device.options.poll_ms,
                                               .idle_ms = device.options.poll_ms,
                                               .stale_ms = device.options.stale_ms,
                                               .until_done = device.options.quit};
    enum pgtask_error error;

    pgtask_lwip_open(&device.lwip, &platform);
    keep_open(&device.keep, device.options.settings.digest);
    device.options.config.earliest_unix_s = keep_load_time(&device.keep);
    error = pgtask_client_open(&device.client, &device.options.config, &device.lwip.port);
    if (error != PGTASK_OK) {
        wait_for_settings(pgtask_client_failure(&device.client)->member);
    }
    error = pgtask_watch_open(&device.watch, &follow, &device.client, &device.record);
    if (error != PGTASK_OK) {
        wait_for_settings(pgtask_error_layer(error) == PGTASK_LAYER_QUERY ? "instance"
                                                                          : "settings");
    }
    (void)keep_load_session(&device.keep, &device.client);
}

static void read_options(void)
{
    if (!options_read(&device.options)) {
        wait_for_settings("settings");
    }
    log_begin("settings ");
    log_number(device.options.settings.sequence);
    log_end();
}

static void start(void)
{
    log_line(board_watchdog_caused_reset() ? "started after a watchdog reset" : "started");
    board_on_tick(light_led);
    read_options();
    check_entropy();
    open_client();
    if (!pgtask_network_start(&device.network, &device.options.network)) {
        log_line("no Ethernet");
        end(1);
    }
    board_watchdog_start(WATCHDOG_MS);
}

/* The network is up: begins the listing if one was asked for. @return the state that follows */
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

static void log_time(void)
{
    char text[PGTASK_TIME_TEXT_BYTES];
    int64_t unix_s;

    if (!device.is_time_logged && pgtask_client_unix_time_s(&device.client, &unix_s) &&
        pgtask_time_write(unix_s, PGTASK_UTC_OFFSET_ZERO, text) == PGTASK_OK) {
        device.is_time_logged = true;
        log_begin("time ");
        log_texts(text, " UTC");
        log_end();
    }
}

static void update_network(void)
{
    enum pgtask_network_state const state = pgtask_network_poll(&device.network);

    if (device.is_network_logged && state == device.network_state) {
        return;
    }
    log_begin("network: ");
    log_text(pgtask_network_state_text(state));
    log_end();
    device.is_network_logged = true;
    device.network_state = state;
    if (state == PGTASK_NETWORK_UP) {
        log_time();
        if (device.state == DEVICE_NETWORK) {
            device.state = begin_work();
        } else if (device.state == DEVICE_FOLLOW) {
            pgtask_watch_poll_now(&device.watch);
        }
    }
}

/* Ends a line of the log with the longest turn of the loop since the last such line. */
static void log_longest_turn(void)
{
    log_count(", longest turn ", meter_take_longest_turn(&device.turn));
    log_text(" ms");
    log_end();
}

/* Runs after every step of the client, so the line comes before the answer over the connection. */
static void log_connection(void)
{
    struct pgtask_counters const *const counters = pgtask_client_counters(&device.client);
    uint32_t const roots_left_out = pgtask_client_roots_left_out(&device.client);

    if (counters->handshakes_full + counters->handshakes_resumed == device.handshakes) {
        return;
    }
    device.handshakes = counters->handshakes_full + counters->handshakes_resumed;
    log_begin("connected: ");
    log_texts(pgtask_client_tls_version(&device.client),
              counters->handshakes_full != device.handshakes_full ? ", full handshake"
                                                                  : ", resumed");
    if (counters->fallbacks != device.fallbacks) {
        log_text(", without TLS 1.3 after a failure");
    }
    if (roots_left_out > 0) {
        log_count(", roots left out: ", roots_left_out);
    }
    device.handshakes_full = counters->handshakes_full;
    device.fallbacks = counters->fallbacks;
    log_longest_turn();
}

/* Runs after every good answer. It logs the first poll, and then each `report_polls` polls. */
static void log_poll(void)
{
    uint32_t const report = device.options.report_polls;

    device.polls++;
    keep_save(&device.keep, &device.client);
    log_time();
    if (device.polls != 1 && (report == 0 || device.polls % report != 0)) {
        return;
    }
    log_begin("poll ");
    log_number(device.polls);
    log_longest_turn();
    if (report != 0) {
        meter_log_memory();
    }
}

/* @return whether the listing may have more to do at once */
static bool continue_listing(void)
{
    enum pgtask_error const error = pgtask_client_next(&device.client, &device.record);

    log_connection();
    switch (error) {
    case PGTASK_OK: events_log_task(&device.record); return true;
    case PGTASK_WOULD_BLOCK: return false;
    case PGTASK_DONE:
        log_poll();
        end(0);
        return false;
    default:
        events_log_failure("list", &device.client);
        end(1);
        return false;
    }
}

/* @return whether the watch may have more to do at once */
static bool continue_following(void)
{
    struct pgtask_event event;
    enum pgtask_error const error = pgtask_watch_next(&device.watch, &event);

    log_connection();
    if (error == PGTASK_OK) {
        events_log(&event, &device.client);
    }
    if (device.watch.answered && device.watch.answer_ms != device.answer_ms) {
        device.answer_ms = device.watch.answer_ms;
        log_poll();
    }
    if (error == PGTASK_DONE && device.options.quit) {
        end(0);
    }
    return error == PGTASK_OK;
}

/* The loop stores what the LED says, in one step. */
static void choose_signal(void)
{
    struct pgtask_led_signal const signal =
        pgtask_led_signal(&device.watch, NULL, board_monotonic_ms());

    shown = pgtask_led_pack(&signal);
}

/* A computation that is divided into steps asks for its next turn at once. */
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
        bool has_more = false;

        board_watchdog_feed();
        update_network();
        switch (device.state) {
        case DEVICE_LIST: has_more = continue_listing(); break;
        case DEVICE_FOLLOW: has_more = continue_following(); break;
        default: break;
        }
        choose_signal();
        meter_turn_ended(&device.turn, board_monotonic_ms());
        if (!has_more && may_sleep()) {
            board_sleep();
        }
    }
}
