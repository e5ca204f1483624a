/* SPDX-License-Identifier: MIT */
/*
 * The Ethernet controller inside Stellaris chips. The names of registers and bits are those of the
 * data sheet.
 *
 * Its two FIFOs share one address. Two bytes with a length go before each frame: for a received
 * frame it counts these two bytes, the frame and its checksum; for a frame to be sent it counts the
 * bytes after the header.
 */
#include <board.h>
#include <cortex_m.h>
#include <frame_fifo.h>
#include <hardware.h>
#include <registers.h>

#define MACIACK (ETHERNET_BASE + 0x00)
#define MACIM   (ETHERNET_BASE + 0x04)
#define MACRCTL (ETHERNET_BASE + 0x08)
#define MACTCTL (ETHERNET_BASE + 0x0c)
#define MACIA0  (ETHERNET_BASE + 0x14)
#define MACIA1  (ETHERNET_BASE + 0x18)
#define MACTHR  (ETHERNET_BASE + 0x1c)
#define MACMCTL (ETHERNET_BASE + 0x20)
#define MACMDV  (ETHERNET_BASE + 0x24)
#define MACMRXD (ETHERNET_BASE + 0x30)
#define MACNP   (ETHERNET_BASE + 0x34)
#define MACTR   (ETHERNET_BASE + 0x38)

#define MACIACK_RECEIVED 0x01u
#define MACIACK_ALL      0x7fu

#define MACRCTL_ENABLE      0x01u
#define MACRCTL_REJECT_BAD  0x08u
#define MACRCTL_CLEAR_FIFO  0x10u
#define MACTCTL_ENABLE      0x01u
#define MACTCTL_PAD         0x02u
#define MACTCTL_CHECKSUM    0x04u
#define MACTCTL_FULL_DUPLEX 0x10u
#define MACTHR_WHOLE_FRAME  0x3fu
#define MACTR_SEND          0x01u

#define MACMCTL_START    0x01u
#define MACMCTL_REGISTER 3 /* where MACMCTL has the number of the PHY's register */
#define MANAGEMENT_HZ    2500000u

enum { PHY_STATUS = 1, PHY_IDENTIFIER = 2 };
#define PHY_STATUS_LINK 0x0004u

/* Flash holds the address of this unit, three bytes a word. */
#define USER_REG0 (SYSTEM_CONTROL + 0x1e0)
#define USER_REG1 (SYSTEM_CONTROL + 0x1e4)

enum { LENGTH_BYTES = 2, HEADER_BYTES = 14, CHECKSUM_BYTES = 4 };

static bool is_started;

static uint32_t phy_read(unsigned number)
{
    register_write(MACMCTL, number << MACMCTL_REGISTER | MACMCTL_START);
    while ((register_read(MACMCTL) & MACMCTL_START) != 0) {
    }
    return register_read(MACMRXD) & 0xffff;
}

void board_ethernet_address(uint8_t mac[6])
{
    uint32_t const words[] = {register_read(USER_REG0), register_read(USER_REG1)};

    for (unsigned i = 0; i < 6; i++) {
        mac[i] = (uint8_t)(words[i / 3] >> 8 * (i % 3));
    }
}

static void set_address(void)
{
    uint8_t mac[6];

    board_ethernet_address(mac);
    register_write(MACIA0, (uint32_t)mac[3] << 24 | (uint32_t)mac[2] << 16 | (uint32_t)mac[1] << 8 |
                               mac[0]);
    register_write(MACIA1, (uint32_t)mac[5] << 8 | mac[4]);
}

bool board_ethernet_start(void)
{
    interrupt_disable(ETHERNET_INTERRUPT);
    register_write(MACRCTL, 0);
    register_write(MACTCTL, 0);
    register_write(MACRCTL, MACRCTL_CLEAR_FIFO);
    frame_receive_begin(0);
    frame_send_begin(0);
    register_write(MACIACK, MACIACK_ALL);
    register_write(MACIM, MACIACK_RECEIVED);
    register_write(MACMDV, CLOCK_HZ / 2 / MANAGEMENT_HZ - 1);
    register_write(MACTHR, MACTHR_WHOLE_FRAME);
    set_address();
    register_write(MACTCTL, MACTCTL_FULL_DUPLEX | MACTCTL_CHECKSUM | MACTCTL_PAD | MACTCTL_ENABLE);
    register_write(MACRCTL, MACRCTL_REJECT_BAD | MACRCTL_ENABLE);
    is_started = true;
    return true;
}

/* QEMU's model has no PHY, so its identifier reads 0. The link then counts as up. */
bool board_ethernet_link(void)
{
    return phy_read(PHY_IDENTIFIER) == 0 || (phy_read(PHY_STATUS) & PHY_STATUS_LINK) != 0;
}

bool ethernet_arm_interrupt(void)
{
    if (!is_started) {
        return true;
    }
    register_write(MACIACK, MACIACK_RECEIVED);
    if (register_read(MACNP) != 0) {
        return false;
    }
    interrupt_enable(ETHERNET_INTERRUPT);
    return true;
}

size_t board_ethernet_receive(void)
{
    frame_receive_drop();
    while (register_read(MACNP) != 0) {
        uint8_t bytes[LENGTH_BYTES];
        size_t length;

        frame_receive_begin(LENGTH_BYTES);
        board_ethernet_read(bytes, sizeof bytes);
        length = (size_t)bytes[0] | (size_t)bytes[1] << 8;
        if (length > LENGTH_BYTES + CHECKSUM_BYTES) {
            frame_receive_extend(length);
            return length - LENGTH_BYTES - CHECKSUM_BYTES;
        }
    }
    return 0;
}

bool board_ethernet_send(size_t length)
{
    uint8_t const bytes[LENGTH_BYTES] = {(uint8_t)(length - HEADER_BYTES),
                                         (uint8_t)((length - HEADER_BYTES) >> 8)};

    if (length < HEADER_BYTES || length > BOARD_FRAME_BYTES ||
        (register_read(MACTR) & MACTR_SEND) != 0) {
        return false;
    }
    frame_send_begin(LENGTH_BYTES + length);
    board_ethernet_write(bytes, sizeof bytes);
    return true;
}

void frame_written(void)
{
    register_write(MACTR, MACTR_SEND);
}
