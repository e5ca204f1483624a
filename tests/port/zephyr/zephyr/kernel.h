/* SPDX-License-Identifier: MIT */
/** @file kernel.h A stub of Zephyr's: what port/zephyr uses of it, with the same types. */
#ifndef STUB_ZEPHYR_KERNEL_H
#define STUB_ZEPHYR_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_NET_IPV4 1
#define CONFIG_NET_IPV6 1

typedef struct {
    int64_t ticks;
} k_timeout_t;

#define K_NO_WAIT ((k_timeout_t){0})

struct k_msgq {
    char *buffer;
    size_t msg_size;
    uint32_t max_msgs;
    uint32_t first;
    uint32_t used_msgs;
};

int64_t k_uptime_get(void);
int32_t k_msleep(int32_t ms);
void k_msgq_init(struct k_msgq *msgq, char *buffer, size_t msg_size, uint32_t max_msgs);
int k_msgq_put(struct k_msgq *msgq, void const *data, k_timeout_t timeout);
int k_msgq_get(struct k_msgq *msgq, void *data, k_timeout_t timeout);
void k_msgq_purge(struct k_msgq *msgq);
uint32_t k_msgq_num_free_get(struct k_msgq *msgq);

#endif
