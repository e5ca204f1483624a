/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_esp_idf.h
 * The port for ESP-IDF: lwIP's sockets and resolver, the timer, the random number generator, and
 * the trusted roots of esp_crt_bundle.
 *
 * The client may run in any task, one call at a time. It never blocks except in
 * pgtask_client_sleep(), which lets other tasks run. Names are looked up by a small task of the
 * port's own, because getaddrinfo() blocks; it needs PGTASK_ESP_IDF_STACK bytes of stack.
 *
 * The port was compiled with lwIP's headers for riscv32, and tested against stubs. It has not run
 * on ESP-IDF yet.
 */
#ifndef PGTASK_ESP_IDF_H
#define PGTASK_ESP_IDF_H

#include <freertos/FreeRTOS.h>
#include <freertos/queue.h>
#include <freertos/task.h>

#include <pgtask/tls.h>
#include <pgtask_sockets.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Stack of the task that looks names up, bytes. */
#ifndef PGTASK_ESP_IDF_STACK
#define PGTASK_ESP_IDF_STACK 3072
#endif

/** The longest name of a host, with its NUL (RFC 1035, 2.3.4). */
#define PGTASK_ESP_IDF_HOST_BYTES 254

/** What the task has found. */
struct pgtask_esp_idf_answer {
    char host[PGTASK_ESP_IDF_HOST_BYTES];
    int32_t failure; /**< of getaddrinfo(); 0: there are addresses */
    uint8_t count;
    struct pgtask_sockets_address addresses[PGTASK_SOCKETS_ADDRESSES];
};

/** One port. The caller places it in static memory, all zero at first; members are private. The
 *  task lives as long as the program, so a port is opened once. */
struct pgtask_esp_idf {
    struct pgtask_sockets sockets;       /**< give `&esp.sockets.port` to the client */
    bool is_asked;                       /**< the task works, or its answer waits */
    struct pgtask_esp_idf_answer answer; /**< the task's while it works */
    TaskHandle_t task;
    QueueHandle_t done;
    StaticTask_t task_memory;
    StaticQueue_t done_memory;
    uint8_t done_item;
    StackType_t stack[PGTASK_ESP_IDF_STACK / sizeof(StackType_t)];
};

/**
 * Fills in the port and starts its task. The network may come up later, but esp_netif_init() must
 * have been called. Unix time is that of time(), as soon as it is later than the build of pgtask
 * (PGTASK_EARLIEST_UNIX_S); until SNTP has set it, the client learns the time from the service.
 *
 * Random bytes are those of esp_fill_random(). They are fit for keys while Wi-Fi, Bluetooth or the
 * bootloader's entropy source is on, as Espressif's manual tells.
 */
void pgtask_esp_idf_open(struct pgtask_esp_idf *esp);

/**
 * A walk through the bundle of trusted roots of ESP-IDF, esp_crt_bundle. The bundle keeps the name
 * and the key of each root, and no certificate. The walk wraps them into a certificate: what
 * RFC 5280, 6.1.1 calls a trust anchor is just that, name and key.
 */
struct pgtask_esp_idf_roots {
    uint8_t const *bundle;
    size_t length;
    size_t count;   /**< of roots */
    bool is_sorted; /**< the format of newer releases, with a table of offsets */
    size_t at;      /**< index of the next root */
    size_t offset;  /**< of the next root, in the older format */
    uint8_t der[PGTASK_PEM_ROOT_BYTES];
};

/**
 * Opens a bundle.
 * @param bundle  the bytes of a bundle in either format of ESP-IDF, which stay; NULL: the one that
 *                is linked in with CONFIG_MBEDTLS_CERTIFICATE_BUNDLE
 * @param roots   filled on PGTASK_OK; put it into struct pgtask_config
 * @return PGTASK_OK; PGTASK_ERROR_TLS_ROOTS if it is not a bundle
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_esp_idf_roots_open(struct pgtask_esp_idf_roots *walk,
                                                              uint8_t const *bundle, size_t length,
                                                              struct pgtask_roots *roots);

#ifdef __cplusplus
}
#endif

#endif
