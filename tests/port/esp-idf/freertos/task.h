/* SPDX-License-Identifier: MIT */
/** @file task.h A stub of FreeRTOS's. */
#ifndef STUB_FREERTOS_TASK_H
#define STUB_FREERTOS_TASK_H

#include <freertos/FreeRTOS.h>

typedef struct stub_task *TaskHandle_t;

TaskHandle_t xTaskCreateStatic(void (*code)(void *), char const *name, uint32_t stack_depth,
                               void *parameters, UBaseType_t priority, StackType_t *stack,
                               StaticTask_t *task);
BaseType_t xTaskNotifyGive(TaskHandle_t task);
uint32_t ulTaskNotifyTake(BaseType_t clear, TickType_t ticks);
void vTaskDelay(TickType_t ticks);

#endif
