/* SPDX-License-Identifier: MIT */
/*
 * The smallest program that lists tasks, follows them by an LED and tells why it failed: what it
 * pulls in is what src/ costs a device. Linked, never run: TLS, the port and the program around
 * are left open.
 */
#include <pgtask/pgtask.h>

extern struct pgtask_port port;
extern struct pgtask_config config;
extern struct pgtask_query query;
extern struct pgtask_watch_config followed;
extern void show(struct pgtask_task const *task);
extern void light(uint8_t brightness);
extern void tell(char const *text);

static struct pgtask_client client;
static struct pgtask_task task;
static struct pgtask_watch watch;

static enum pgtask_error list(void)
{
    enum pgtask_error error = pgtask_client_list_all(&client, &query);
    uint64_t until_ms;

    while (error >= PGTASK_OK && error != PGTASK_DONE) {
        error = pgtask_client_next(&client, &task);
        if (error == PGTASK_OK) {
            show(&task);
        } else if (error == PGTASK_WOULD_BLOCK) {
            (void)pgtask_client_wait_for(&client, &until_ms);
        }
    }
    return error;
}

static enum pgtask_error follow(void)
{
    enum pgtask_error error = pgtask_watch_open(&watch, &followed, &client, &task);
    struct pgtask_event event;
    uint64_t until_ms;

    while (error >= PGTASK_OK && error != PGTASK_DONE) {
        struct pgtask_led_signal const sign =
            pgtask_led_signal(&watch, NULL, port.monotonic_ms(port.context));

        light(pgtask_led_brightness(&sign, port.monotonic_ms(port.context)));
        error = pgtask_watch_next(&watch, &event);
        if (error == PGTASK_WOULD_BLOCK) {
            (void)pgtask_watch_wait_for(&watch, &until_ms);
        }
    }
    return error;
}

int main(void)
{
    char text[256];
    enum pgtask_error error = pgtask_client_open(&client, &config, &port);

    if (error == PGTASK_OK) {
        error = list();
    }
    if (error == PGTASK_DONE) {
        error = follow();
    }
    if (error != PGTASK_DONE) {
        (void)pgtask_failure_write(pgtask_client_failure(&client), text, sizeof text);
        tell(text);
    }
    pgtask_client_close(&client);
    return error == PGTASK_DONE ? 0 : 1;
}
