/* SPDX-License-Identifier: MIT */
/* lwIP's network interface over board.h: frames from the board into pbufs, and from pbufs to it. */
#include "network_private.h"

#include <board.h>

#include <lwip/etharp.h>
#include <lwip/pbuf.h>

#include <netif/ethernet.h>

#define MTU_BYTES 1500

static err_t send_frame(struct netif *netif, struct pbuf *frame)
{
    (void)netif;
    if (frame->tot_len > BOARD_FRAME_BYTES) {
        return ERR_IF;
    }
    if (!board_ethernet_send(frame->tot_len)) {
        return ERR_MEM;
    }
    for (struct pbuf const *part = frame; part != NULL; part = part->next) {
        board_ethernet_write(part->payload, part->len);
    }
    return ERR_OK;
}

static err_t initialize(struct netif *netif)
{
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->mtu = MTU_BYTES;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    netif->hwaddr_len = ETH_HWADDR_LEN;
    board_ethernet_address(netif->hwaddr);
    netif->output = etharp_output;
    netif->linkoutput = send_frame;
    return ERR_OK;
}

bool pgtask_network_add_interface(struct netif *netif)
{
    if (netif_add_noaddr(netif, NULL, initialize, ethernet_input) == NULL) {
        return false;
    }
    netif_set_default(netif);
    netif_set_up(netif);
    return true;
}

bool pgtask_network_take_frame(struct netif *netif)
{
    size_t const length = board_ethernet_receive();
    struct pbuf *frame;

    if (length == 0) {
        return false;
    }
    if (length > BOARD_FRAME_BYTES) {
        return true; /* too long to be Ethernet; the next receive drops it */
    }
    frame = pbuf_alloc(PBUF_RAW, (u16_t)length, PBUF_POOL);
    if (frame == NULL) {
        return true; /* no memory now; the sender will send it again */
    }
    for (struct pbuf *part = frame; part != NULL; part = part->next) {
        board_ethernet_read(part->payload, part->len);
    }
    if (netif->input(frame, netif) != ERR_OK) {
        (void)pbuf_free(frame);
    }
    return true;
}
