/* SPDX-License-Identifier: MIT */
#include "fault_port.h"

#include <string.h>

/* Counts a call. @return whether it goes wrong */
static bool goes_wrong(struct fault_port *faulty, enum fault_call call)
{
    struct fault const *const fault = &faulty->fault;
    uint32_t const number = ++faulty->calls[call];
    bool const wrong = fault->call == call && fault->at > 0 && number >= fault->at &&
                       number - fault->at < fault->times;

    if (wrong) {
        faulty->injected++;
    }
    faulty->blocked = wrong && fault->error == PGTASK_WOULD_BLOCK;
    return wrong;
}

static uint64_t monotonic_ms(void *context)
{
    struct fault_port *const faulty = context;
    bool const blocked = faulty->blocked;

    if (goes_wrong(faulty, FAULT_CLOCK)) {
        faulty->jumped_ms += faulty->fault.jump_ms;
    }
    faulty->blocked = blocked;
    return faulty->inner->monotonic_ms(faulty->inner->context) + faulty->jumped_ms;
}

static bool unix_time_s(void *context, int64_t *unix_s)
{
    struct fault_port *const faulty = context;

    return faulty->inner->unix_time_s(faulty->inner->context, unix_s);
}

static enum pgtask_error entropy(void *context, uint8_t *bytes, size_t length)
{
    struct fault_port *const faulty = context;

    return goes_wrong(faulty, FAULT_ENTROPY)
               ? faulty->fault.error
               : faulty->inner->entropy(faulty->inner->context, bytes, length);
}

static enum pgtask_error resolve(void *context, char const *host)
{
    struct fault_port *const faulty = context;

    return goes_wrong(faulty, FAULT_RESOLVE) ? faulty->fault.error
                                             : faulty->inner->resolve(faulty->inner->context, host);
}

static enum pgtask_error connect_stream(void *context, uint16_t port_number)
{
    struct fault_port *const faulty = context;

    return goes_wrong(faulty, FAULT_CONNECT)
               ? faulty->fault.error
               : faulty->inner->connect(faulty->inner->context, port_number);
}

static enum pgtask_error send_bytes(void *context, uint8_t const *bytes, size_t length,
                                    size_t *sent)
{
    struct fault_port *const faulty = context;

    if (goes_wrong(faulty, FAULT_SEND)) {
        if (faulty->fault.error != PGTASK_OK) {
            return faulty->fault.error;
        }
        length = 1;
    }
    return faulty->inner->send(faulty->inner->context, bytes, length, sent);
}

static enum pgtask_error receive_bytes(void *context, uint8_t *bytes, size_t capacity,
                                       size_t *received)
{
    struct fault_port *const faulty = context;

    if (goes_wrong(faulty, FAULT_RECV)) {
        if (faulty->fault.error != PGTASK_OK) {
            return faulty->fault.error;
        }
        capacity = 1;
    }
    return faulty->inner->recv(faulty->inner->context, bytes, capacity, received);
}

static void close_stream(void *context, enum pgtask_error failure)
{
    struct fault_port *const faulty = context;

    faulty->inner->close(faulty->inner->context, failure);
}

static void wait_until(void *context, enum pgtask_interest interest, uint64_t until_ms)
{
    struct fault_port *const faulty = context;

    if (!faulty->blocked) {
        faulty->inner->wait(faulty->inner->context, interest,
                            until_ms > faulty->jumped_ms ? until_ms - faulty->jumped_ms : 0);
    }
    faulty->blocked = false;
}

static int32_t last_failure(void *context)
{
    struct fault_port *const faulty = context;

    return faulty->inner->last_failure(faulty->inner->context);
}

void fault_port_open(struct fault_port *faulty, struct pgtask_port const *inner)
{
    memset(faulty, 0, sizeof *faulty);
    faulty->inner = inner;
    faulty->port = (struct pgtask_port){.context = faulty,
                                        .monotonic_ms = monotonic_ms,
                                        .unix_time_s = unix_time_s,
                                        .entropy = entropy,
                                        .resolve = resolve,
                                        .connect = connect_stream,
                                        .send = send_bytes,
                                        .recv = receive_bytes,
                                        .close = close_stream,
                                        .wait = wait_until,
                                        .last_failure = last_failure};
}

void fault_port_set(struct fault_port *faulty, struct fault const *fault)
{
    faulty->fault = *fault;
    faulty->injected = 0;
    faulty->blocked = false;
    memset(faulty->calls, 0, sizeof faulty->calls);
}
