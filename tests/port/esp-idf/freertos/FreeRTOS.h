/* SPDX-License-Identifier: MIT */
/** @file FreeRTOS.h A stub: what port/esp-idf uses of FreeRTOS, with the same types. */
#ifndef STUB_FREERTOS_H
#define STUB_FREERTOS_H

#include <stdint.h>

typedef uint32_t TickType_t;
typedef int BaseType_t;
typedef unsigned UBaseType_t;
typedef uint8_t StackType_t;

typedef struct {
    uint32_t dummy[64];
} StaticTask_t;

typedef struct {
    uint32_t dummy[32];
} StaticQueue_t;

#define pdTRUE            1
#define pdFALSE           0
#define portMAX_DELAY     UINT32_MAX
#define tskIDLE_PRIORITY  0
#define pdMS_TO_TICKS(ms) ((ms) / 10)

#endif
