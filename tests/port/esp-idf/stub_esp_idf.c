/* SPDX-License-Identifier: MIT */
/*
 * The functions of ESP-IDF and FreeRTOS over those of this machine. One task and one queue, of one
 * item, are enough. The resolver knows peer.test with one address, pair.test with two, and the
 * service; it blocks for a while, as lwIP's does.
 */
#include <freertos/FreeRTOS.h>
#include <freertos/queue.h>
#include <freertos/task.h>
#include <lwip/netdb.h>
#include <lwip/sockets.h>

#include <esp_random.h>
#include <esp_timer.h>

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

struct stub_task {
    void (*code)(void *);
    void *parameters;
    unsigned notified;
};

struct stub_queue {
    bool is_full;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct stub_task one_task;
static struct stub_queue one_queue;

int64_t esp_timer_get_time(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void esp_fill_random(void *buf, size_t len)
{
    while (getrandom(buf, len, 0) != (ssize_t)len) {
    }
}

void vTaskDelay(TickType_t ticks)
{
    (void)poll(NULL, 0, (int)ticks * 10);
}

static void *run_task(void *context)
{
    one_task.code(one_task.parameters);
    return context;
}

/* A test opens one port after the other; all share the task, which always serves the last one. */
TaskHandle_t xTaskCreateStatic(void (*code)(void *), char const *name, uint32_t stack_depth,
                               void *parameters, UBaseType_t priority, StackType_t *stack,
                               StaticTask_t *task)
{
    pthread_t thread;

    (void)name;
    (void)stack_depth;
    (void)priority;
    (void)stack;
    (void)task;
    one_task = (struct stub_task){.code = code, .parameters = parameters};
    return pthread_create(&thread, NULL, run_task, NULL) == 0 ? &one_task : NULL;
}

BaseType_t xTaskNotifyGive(TaskHandle_t task)
{
    (void)pthread_mutex_lock(&lock);
    task->notified++;
    (void)pthread_cond_broadcast(&changed);
    (void)pthread_mutex_unlock(&lock);
    return pdTRUE;
}

uint32_t ulTaskNotifyTake(BaseType_t clear, TickType_t ticks)
{
    uint32_t count;

    (void)clear;
    (void)ticks;
    (void)pthread_mutex_lock(&lock);
    while (one_task.notified == 0) {
        (void)pthread_cond_wait(&changed, &lock);
    }
    count = one_task.notified;
    one_task.notified = 0;
    (void)pthread_mutex_unlock(&lock);
    return count;
}

QueueHandle_t xQueueCreateStatic(UBaseType_t length, UBaseType_t item_size, uint8_t *storage,
                                 StaticQueue_t *queue)
{
    (void)storage;
    (void)queue;
    one_queue.is_full = false;
    return length == 1 && item_size == 1 ? &one_queue : NULL;
}

BaseType_t xQueueSend(QueueHandle_t queue, void const *item, TickType_t ticks)
{
    (void)item;
    (void)ticks;
    (void)pthread_mutex_lock(&lock);
    queue->is_full = true;
    (void)pthread_mutex_unlock(&lock);
    return pdTRUE;
}

BaseType_t xQueueReceive(QueueHandle_t queue, void *item, TickType_t ticks)
{
    bool was_full;

    (void)item;
    (void)ticks;
    (void)pthread_mutex_lock(&lock);
    was_full = queue->is_full;
    queue->is_full = false;
    (void)pthread_mutex_unlock(&lock);
    return was_full ? pdTRUE : pdFALSE;
}

int lwip_getaddrinfo(char const *node, char const *service, struct addrinfo const *hints,
                     struct addrinfo **found)
{
    static struct sockaddr_in addresses[2];
    static struct addrinfo list[2];
    size_t const count = strcmp(node, "pair.test") == 0                      ? 2
                         : strcmp(node, "peer.test") == 0                    ? 1
                         : strcmp(node, "postgres.tencentcloudapi.com") == 0 ? 1
                                                                             : 0;

    (void)service;
    (void)hints;
    (void)poll(NULL, 0, 30);
    for (size_t i = 0; i < count; i++) {
        addresses[i] = (struct sockaddr_in){.sin_family = AF_INET};
        addresses[i].sin_addr.s_addr = htonl((uint32_t)(INADDR_LOOPBACK + i));
        list[i] = (struct addrinfo){.ai_addr = (struct sockaddr *)&addresses[i],
                                    .ai_addrlen = sizeof addresses[i],
                                    .ai_next = i + 1 < count ? &list[i + 1] : NULL};
    }
    *found = list;
    return count > 0 ? 0 : EAI_NONAME;
}

void lwip_freeaddrinfo(struct addrinfo *found)
{
    (void)found;
}
