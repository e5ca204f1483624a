/* SPDX-License-Identifier: MIT */
/*
 * The conformance test of the lwIP port on a board. QEMU's arguments are `network`, the address of
 * the peer, and its ports `peer_port`, `dns_port` and `sntp_port`. The log has a line for each
 * promise.
 */
#include "log.h"

#include <conformance.h>

#include <board.h>
#include <pgtask_lwip.h>
#include <pgtask_network.h>

static struct pgtask_network network;
static struct pgtask_lwip lwip;

static uint16_t read_number(char const *name)
{
    char text[8];
    uint32_t number = 0;

    board_argument(name, text, sizeof text);
    for (char const *at = text; *at >= '0' && *at <= '9'; at++) {
        number = number * 10 + (uint32_t)(*at - '0');
    }
    return (uint16_t)number;
}

static void turn(uint64_t until_ms)
{
    (void)pgtask_network_poll(&network);
    if (board_monotonic_ms() < until_ms) {
        board_sleep();
    }
}

static void log_promise(void *context, char const *promise, char const *broken, int64_t number)
{
    (void)context;
    log_begin(broken == NULL ? "kept: " : "broken: ");
    log_text(promise);
    if (broken != NULL) {
        log_text(": ");
        log_text(broken);
        log_text(number < 0 ? " -" : " ");
        log_number((uint64_t)(number < 0 ? -number : number));
    }
    log_end();
}

void firmware_main(void)
{
    static char host[16];
    static struct pgtask_lwip_platform const platform = {.monotonic_ms = board_monotonic_ms,
                                                         .unix_time_s = pgtask_network_unix_time_s,
                                                         .entropy = board_entropy,
                                                         .turn = turn,
                                                         .pulse = board_watchdog_pulse};
    struct pgtask_network_settings const settings = {.sntp_server = host,
                                                     .sntp_port = read_number("sntp_port"),
                                                     .dns_server = host,
                                                     .dns_port = read_number("dns_port")};
    struct port_check_settings const check = {.port = &lwip.port,
                                              .peer_address = host,
                                              .peer_name = "peer.test",
                                              .missing_name = "missing.test",
                                              .first_port = read_number("peer_port"),
                                              .call_limit_ms = 50,
                                              .patience_ms = 10000,
                                              .report = log_promise};
    unsigned broken;

    board_argument("network", host, sizeof host);
    pgtask_lwip_open(&lwip, &platform);
    if (!pgtask_network_start(&network, &settings)) {
        board_exit(1);
    }
    while (pgtask_network_poll(&network) != PGTASK_NETWORK_UP) {
        board_sleep();
    }
    broken = port_conformance(&check);
    log_begin("broken promises: ");
    log_number(broken);
    log_end();
    board_exit(broken == 0 ? 0 : 1);
}
