/* SPDX-License-Identifier: MIT */
/*
 * The smallest program that signs a request, takes the answer out of HTTP and decodes its tasks,
 * without a client: what it pulls in is what these rooms cost a device that has a client of its
 * own. It is linked and never run: TLS, hash and the program around are left open.
 */
#include <pgtask/http.h>
#include <pgtask/task.h>
#include <pgtask/tc3.h>

extern struct pgtask_credentials credentials;
extern struct pgtask_tc3_request request;
extern uint8_t slice[];
extern size_t receive(uint8_t *bytes);
extern void send(char const *authorization, size_t length);
extern void show(struct pgtask_task const *task);

static struct pgtask_tc3 tc3;
static struct pgtask_http http;
static struct pgtask_answer answer;
static struct pgtask_task task;

static enum pgtask_error sign(void)
{
    static char text[256];
    struct pgtask_tc3_signature signature;
    enum pgtask_error error = pgtask_tc3_sign(&tc3, &credentials, &request, &signature);
    size_t length;

    if (error == PGTASK_OK) {
        error = pgtask_tc3_write_authorization(&credentials, &request, &signature, text,
                                               sizeof text, &length);
    }
    if (error == PGTASK_OK) {
        send(text, length);
    }
    return error;
}

/* Shows the tasks that the answer has so far. */
static enum pgtask_error take_tasks(void)
{
    enum pgtask_error error;

    while ((error = pgtask_answer_next(&answer, &task)) == PGTASK_OK) {
        show(&task);
    }
    return error;
}

static enum pgtask_error take_body(uint8_t const *body, size_t length)
{
    enum pgtask_error error = take_tasks();

    while (error == PGTASK_MORE && length > 0) {
        size_t const taken = pgtask_answer_feed(&answer, body, length);

        body += taken;
        length -= taken;
        error = take_tasks();
    }
    return error;
}

/* Takes a slice of the answer apart. @return PGTASK_DONE: the answer has ended */
static enum pgtask_error take_slice(uint8_t const *bytes, size_t length)
{
    enum pgtask_error error = PGTASK_MORE;

    while (length > 0 || error == PGTASK_OK) {
        uint8_t const *body;
        size_t body_length;
        size_t taken;

        error = pgtask_http_feed(&http, bytes, length, &taken, &body, &body_length);
        bytes += taken;
        length -= taken;
        if (error != PGTASK_OK) {
            break;
        }
        if (take_body(body, body_length) < PGTASK_OK) {
            return answer.failure.error;
        }
    }
    return error;
}

int main(void)
{
    enum pgtask_error error = sign();
    size_t length;

    pgtask_http_start(&http);
    pgtask_answer_start(&answer, NULL);
    while (error >= PGTASK_OK && error != PGTASK_DONE) {
        length = receive(slice);
        error = length > 0 ? take_slice(slice, length) : pgtask_http_close(&http);
    }
    pgtask_answer_finish(&answer);
    return error == PGTASK_DONE && take_tasks() == PGTASK_DONE ? 0 : 1;
}
