/* SPDX-License-Identifier: MIT */
/* The firmware measures the turns of its loop, and its memory. */
#include "meter.h"

#include "log.h"

#include <board.h>
#include <pgtask/tls.h>

#include <lwip/memp.h>
#include <lwip/stats.h>

void meter_turn_ended(struct turn_meter *turn, uint64_t now_ms)
{
    if (turn->last_ms != 0 && now_ms - turn->last_ms > turn->longest_ms) {
        turn->longest_ms = (uint32_t)(now_ms - turn->last_ms);
    }
    turn->last_ms = now_ms;
}

uint32_t meter_take_longest_turn(struct turn_meter *turn)
{
    uint32_t const longest_ms = turn->longest_ms;

    turn->longest_ms = 0;
    return longest_ms;
}

/* Adds "name used/peak" to the line. */
static void add_use(char const *name, uint64_t used, uint64_t peak)
{
    log_count(name, used);
    log_count("/", peak);
}

void meter_log_memory(void)
{
    struct pgtask_arena_use arena;

    pgtask_arena_measure(&arena);
    log_begin("memory:");
    add_use(" arena ", arena.used, arena.peak);
    log_count(" of ", arena.capacity);
#if MEM_STATS
    add_use(", lwip heap ", lwip_stats.mem.used, lwip_stats.mem.max);
#endif
#if MEMP_STATS
    add_use(", pbufs ", lwip_stats.memp[MEMP_PBUF_POOL]->used,
            lwip_stats.memp[MEMP_PBUF_POOL]->max);
    add_use(", segments ", lwip_stats.memp[MEMP_TCP_SEG]->used, lwip_stats.memp[MEMP_TCP_SEG]->max);
    add_use(", connections ", lwip_stats.memp[MEMP_TCP_PCB]->used,
            lwip_stats.memp[MEMP_TCP_PCB]->max);
#endif
    log_count(", stack ", board_stack_peak());
    log_end();
}
