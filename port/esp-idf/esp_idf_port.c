/* SPDX-License-Identifier: MIT */
/*
 * The port for ESP-IDF. A task of its own calls getaddrinfo(), which cannot be cancelled.
 *
 * `is_asked` belongs to the client's task. While it is set and `done` is empty, the task owns
 * `answer`; a notification hands it over, and an item in `done` hands it back. A look-up that was
 * dropped goes on; when the same host is asked for again, its answer is taken.
 */
#include "pgtask_esp_idf.h"

#include <string.h>
#include <time.h>

#include <esp_random.h>
#include <esp_timer.h>

#include <pgtask/config.h>

static uint64_t monotonic_ms(void)
{
    return (uint64_t)esp_timer_get_time() / 1000;
}

static bool unix_time_s(int64_t *unix_s)
{
    *unix_s = (int64_t)time(NULL);
    return *unix_s >= PGTASK_EARLIEST_UNIX_S;
}

static bool entropy(uint8_t *bytes, size_t length)
{
    esp_fill_random(bytes, length);
    return true;
}

/* --- In the port's task --- */

static void keep_addresses(struct pgtask_esp_idf_answer *answer, struct addrinfo const *found)
{
    answer->count = 0;
    for (; found != NULL && answer->count < PGTASK_SOCKETS_ADDRESSES; found = found->ai_next) {
        struct pgtask_sockets_address *const address = &answer->addresses[answer->count];

        if (found->ai_addrlen <= sizeof address->storage) {
            memset(address, 0, sizeof *address);
            memcpy(&address->storage, found->ai_addr, found->ai_addrlen);
            address->length = found->ai_addrlen;
            answer->count++;
        }
    }
}

static void answer_one(struct pgtask_esp_idf *esp)
{
    struct addrinfo const hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    uint8_t const item = 1;

    esp->answer.failure = lwip_getaddrinfo(esp->answer.host, NULL, &hints, &found);
    keep_addresses(&esp->answer, esp->answer.failure == 0 ? found : NULL);
    if (esp->answer.failure == 0) {
        lwip_freeaddrinfo(found);
    }
    (void)xQueueSend(esp->done, &item, portMAX_DELAY);
}

static void run(void *context)
{
    for (;;) {
        (void)ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
        answer_one(context);
    }
}

/* --- In the client's task --- */

static enum pgtask_error take_answer(struct pgtask_esp_idf *esp,
                                     struct pgtask_sockets_address *addresses, size_t *count,
                                     int32_t *failure)
{
    esp->is_asked = false;
    *failure = esp->answer.failure;
    *count = esp->answer.count;
    memcpy(addresses, esp->answer.addresses, sizeof esp->answer.addresses);
    return *count > 0 ? PGTASK_OK : PGTASK_ERROR_RESOLVE;
}

static enum pgtask_error look_up(void *resolver, char const *host,
                                 struct pgtask_sockets_address *addresses, size_t *count,
                                 int32_t *failure)
{
    struct pgtask_esp_idf *const esp = resolver;
    size_t const length = strlen(host);
    uint8_t item;

    if (length >= sizeof esp->answer.host) {
        *failure = EAI_NONAME;
        return PGTASK_ERROR_RESOLVE;
    }
    if (esp->is_asked) {
        if (xQueueReceive(esp->done, &item, 0) != pdTRUE) {
            return PGTASK_WOULD_BLOCK;
        }
        if (strcmp(esp->answer.host, host) == 0) {
            return take_answer(esp, addresses, count, failure);
        }
    }
    memcpy(esp->answer.host, host, length + 1);
    esp->is_asked = true;
    (void)xTaskNotifyGive(esp->task);
    return PGTASK_WOULD_BLOCK;
}

static void drop(void *resolver)
{
    (void)resolver; /* the task ends by itself, and look_up() takes or drops its answer */
}

void pgtask_esp_idf_open(struct pgtask_esp_idf *esp)
{
    struct pgtask_sockets_system const system = {.monotonic_ms = monotonic_ms,
                                                 .unix_time_s = unix_time_s,
                                                 .entropy = entropy,
                                                 .look_up = look_up,
                                                 .drop = drop,
                                                 .resolver = esp};

    memset(esp, 0, sizeof *esp);
    pgtask_sockets_open(&esp->sockets, &system);
    esp->done = xQueueCreateStatic(1, sizeof esp->done_item, &esp->done_item, &esp->done_memory);
    esp->task = xTaskCreateStatic(run, "pgtask_names", PGTASK_ESP_IDF_STACK, esp,
                                  tskIDLE_PRIORITY + 1, esp->stack, &esp->task_memory);
}
