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
extern void show(struct pgtask_task const *task);
extern void tell(char const *text);

int main(void)
{
    static struct pgtask_client client;
    static struct pgtask_task task;
    char text[256];
    uint64_t until_ms;
    enum pgtask_error error = pgtask_client_open(&client, &config, &port);

    if (error == PGTASK_OK) {
        error = pgtask_client_list_all(&client, &query);
    }
    while (error >= PGTASK_OK && error != PGTASK_DONE) {
        error = pgtask_client_next(&client, &task);
        if (error == PGTASK_OK) {
            show(&task);
        } else if (error == PGTASK_WOULD_BLOCK) {
            (void)pgtask_client_wait_for(&client, &until_ms);
        }
    }
    if (error != PGTASK_DONE) {
        (void)pgtask_failure_write(pgtask_client_failure(&client), text, sizeof text);
        tell(text);
    }
    pgtask_client_close(&client);
    return error == PGTASK_DONE ? 0 : 1;
}
