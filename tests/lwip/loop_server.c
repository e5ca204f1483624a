/* SPDX-License-Identifier: MIT */
#include "loop_server.h"

#include <stdbool.h>
#include <stdlib.h>

#include <lwip/pbuf.h>
#include <lwip/tcp.h>

enum { LARGEST_PIECE = 700 };

struct loop_server loop_server;

static struct tcp_pcb *stream;

uint8_t loop_server_byte(uint32_t at)
{
    return (uint8_t)(at * 7);
}

static void forget(struct tcp_pcb *pcb)
{
    tcp_sent(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_err(pcb, NULL);
    stream = NULL;
}

static err_t end(struct tcp_pcb *pcb)
{
    forget(pcb);
    if (tcp_close(pcb) == ERR_OK) {
        return ERR_OK;
    }
    tcp_abort(pcb);
    return ERR_ABRT;
}

/* One piece of a length by chance. @return false if there is nothing to send, or no room */
static bool send_piece(void)
{
    uint8_t piece[LARGEST_PIECE];
    uint32_t length = (uint32_t)rand() % LARGEST_PIECE + 1;
    uint32_t const left = loop_server.length - loop_server.sent;

    length = length < left ? length : left;
    length = length < tcp_sndbuf(stream) ? length : tcp_sndbuf(stream);
    for (uint32_t i = 0; i < length; i++) {
        piece[i] = loop_server_byte(loop_server.sent + i);
    }
    if (length == 0 || tcp_write(stream, piece, (u16_t)length, TCP_WRITE_FLAG_COPY) != ERR_OK) {
        return false;
    }
    loop_server.sent += length;
    return true;
}

static err_t pump(void)
{
    while (send_piece()) {
    }
    (void)tcp_output(stream);
    return loop_server.ending == LOOP_SERVER_CLOSE && loop_server.sent == loop_server.length
               ? end(stream)
               : ERR_OK;
}

static err_t on_sent(void *context, struct tcp_pcb *pcb, u16_t length)
{
    (void)context;
    (void)pcb;
    loop_server.arrived += length;
    return pump();
}

static void on_error(void *context, err_t error)
{
    (void)context;
    (void)error;
    stream = NULL;
}

static err_t on_received(void *context, struct tcp_pcb *pcb, struct pbuf *segment, err_t error)
{
    (void)context;
    (void)error;
    if (segment == NULL) {
        return end(pcb);
    }
    tcp_recved(pcb, segment->tot_len);
    for (struct pbuf const *part = segment; part != NULL; part = part->next) {
        if (loop_server.ending == LOOP_SERVER_ECHO) {
            (void)tcp_write(pcb, part->payload, part->len, TCP_WRITE_FLAG_COPY);
        }
    }
    (void)pbuf_free(segment);
    if (loop_server.ending == LOOP_SERVER_ABORT) {
        forget(pcb);
        tcp_abort(pcb);
        return ERR_ABRT;
    }
    return tcp_output(pcb);
}

static err_t on_accepted(void *context, struct tcp_pcb *pcb, err_t error)
{
    (void)context;
    (void)error;
    stream = pcb;
    loop_server.accepted++;
    tcp_nagle_disable(pcb);
    tcp_recv(pcb, on_received);
    tcp_sent(pcb, on_sent);
    tcp_err(pcb, on_error);
    return pump();
}

void loop_server_start(void)
{
    struct tcp_pcb *listener = tcp_new_ip_type(IPADDR_TYPE_ANY);

    (void)tcp_bind(listener, IP_ANY_TYPE, LOOP_SERVER_PORT);
    listener = tcp_listen(listener);
    tcp_accept(listener, on_accepted);
}
