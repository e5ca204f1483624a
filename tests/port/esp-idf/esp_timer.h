/* SPDX-License-Identifier: MIT */
/** @file esp_timer.h A stub of ESP-IDF's. */
#ifndef STUB_ESP_TIMER_H
#define STUB_ESP_TIMER_H

#include <stdint.h>

int64_t esp_timer_get_time(void);

#endif
