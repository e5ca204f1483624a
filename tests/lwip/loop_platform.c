/* SPDX-License-Identifier: MIT */
#include "loop_platform.h"

#include <stdlib.h>
#include <time.h>

#include <lwip/netif.h>
#include <lwip/timeouts.h>

uint16_t pgtask_network_dns_port = 53;
uint16_t pgtask_network_sntp_port = 123;

void pgtask_network_set_unix_time(uint32_t unix_s)
{
    (void)unix_s;
}

uint32_t pgtask_lwip_random(void)
{
    return (uint32_t)rand();
}

uint64_t loop_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint32_t sys_now(void)
{
    return (uint32_t)loop_ms();
}

void loop_turn(void)
{
    netif_poll_all();
    sys_check_timeouts();
}
