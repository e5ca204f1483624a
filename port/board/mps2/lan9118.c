/* SPDX-License-Identifier: MIT */
/*
 * The Ethernet controller SMSC LAN9118 (or LAN9220), connected with 32 bits. The names of registers
 * and bits are those of its data sheet.
 *
 * Received frames: RX_STATUS_FIFO has a word with the length of each, and the receive FIFO has its
 * bytes. Sent frames: two words with commands go before the bytes into the send FIFO. The MAC has
 * its own registers behind MAC_CSR_CMD and MAC_CSR_DATA, and the PHY has its own behind the MAC's.
 */
#include <board.h>
#include <cortex_m.h>
#include <frame_fifo.h>
#include <hardware.h>
#include <registers.h>

#define RX_STATUS_FIFO (ETHERNET_BASE + 0x40)
#define TX_STATUS_FIFO (ETHERNET_BASE + 0x48)
#define IRQ_CFG        (ETHERNET_BASE + 0x54)
#define INT_STS        (ETHERNET_BASE + 0x58)
#define INT_EN         (ETHERNET_BASE + 0x5c)
#define BYTE_TEST      (ETHERNET_BASE + 0x64)
#define FIFO_INT       (ETHERNET_BASE + 0x68)
#define RX_CFG         (ETHERNET_BASE + 0x6c)
#define TX_CFG         (ETHERNET_BASE + 0x70)
#define HW_CFG         (ETHERNET_BASE + 0x74)
#define RX_FIFO_INF    (ETHERNET_BASE + 0x7c)
#define TX_FIFO_INF    (ETHERNET_BASE + 0x80)
#define MAC_CSR_CMD    (ETHERNET_BASE + 0xa4)
#define MAC_CSR_DATA   (ETHERNET_BASE + 0xa8)

#define BYTE_TEST_VALUE 0x87654321u

#define HW_CFG_SOFT_RESET  0x00000001u
#define HW_CFG_MUST_BE_ONE 0x00100000u
#define HW_CFG_TX_FIFO_5K  0x00050000u
/* An active-high push-pull line. Out of reset it is active-low, so here it is always asserted. */
#define IRQ_CFG_ENABLED        0x00000111u
#define INT_RX_STATUS          0x00000008u
#define TX_CFG_ON              0x00000002u
#define TX_WHOLE_FRAME         0x00003000u /* command A: the first segment is the last one too */
#define RX_STATUS_ERROR        0x00008000u
#define TX_STATUS_COUNT(value) (((value) >> 16) & 0xff)
#define RX_STATUS_COUNT(value) (((value) >> 16) & 0xff)
#define RX_LENGTH(value)       (((value) >> 16) & 0x3fff)
#define TX_FREE_BYTES(value)   ((value)&0xffff)

#define MAC_CSR_BUSY UINT32_C(0x80000000)
#define MAC_CSR_READ UINT32_C(0x40000000)

enum mac_register { MAC_CR = 1, ADDRH = 2, ADDRL = 3, MII_ACC = 6, MII_DATA = 7 };

#define MAC_CR_RUN   (1u << 20 | 1u << 3 | 1u << 2) /* full duplex, transmit, receive */
#define MII_BUSY     1u
#define MII_WRITE    2u
#define MII_PHY      (1u << 11)
#define MII_REGISTER 6 /* where MII_ACC has the number of the PHY's register */

/* Registers that every PHY has. */
enum { PHY_CONTROL = 0, PHY_STATUS = 1 };
#define PHY_CONTROL_NEGOTIATE 0x1200u /* enable auto-negotiation, and restart it */
#define PHY_STATUS_LINK       0x0004u

enum { CHECKSUM_BYTES = 4, COMMAND_BYTES = 8, RESET_MS = 100 };

static bool is_started;

/* noinline: otherwise gcc makes nine copies of it. */
__attribute__((noinline)) static void mac_command(uint32_t command)
{
    register_write(MAC_CSR_CMD, MAC_CSR_BUSY | command);
    while ((register_read(MAC_CSR_CMD) & MAC_CSR_BUSY) != 0) {
    }
}

static uint32_t mac_read(enum mac_register number)
{
    mac_command(MAC_CSR_READ | number);
    return register_read(MAC_CSR_DATA);
}

static void mac_write(enum mac_register number, uint32_t value)
{
    register_write(MAC_CSR_DATA, value);
    mac_command(number);
}

static void mii_wait(void)
{
    while ((mac_read(MII_ACC) & MII_BUSY) != 0) {
    }
}

static uint32_t phy_read(unsigned number)
{
    mac_write(MII_ACC, MII_PHY | number << MII_REGISTER | MII_BUSY);
    mii_wait();
    return mac_read(MII_DATA);
}

void board_ethernet_address(uint8_t mac[6])
{
    uint32_t const low = mac_read(ADDRL);
    uint32_t const high = mac_read(ADDRH);

    for (unsigned i = 0; i < 4; i++) {
        mac[i] = (uint8_t)(low >> 8 * i);
    }
    mac[4] = (uint8_t)high;
    mac[5] = (uint8_t)(high >> 8);
}

static bool reset_interface(void)
{
    uint32_t const begin_ms = (uint32_t)board_monotonic_ms();

    if (register_read(BYTE_TEST) != BYTE_TEST_VALUE) {
        return false;
    }
    register_write(HW_CFG, HW_CFG_SOFT_RESET);
    while ((register_read(HW_CFG) & HW_CFG_SOFT_RESET) != 0) {
        if ((uint32_t)board_monotonic_ms() - begin_ms > RESET_MS) {
            return false;
        }
    }
    return true;
}

bool board_ethernet_start(void)
{
    interrupt_disable(ETHERNET_INTERRUPT);
    is_started = false;
    if (!reset_interface()) {
        return false;
    }
    frame_receive_begin(0);
    frame_send_begin(0);
    register_write(HW_CFG, HW_CFG_MUST_BE_ONE | HW_CFG_TX_FIFO_5K);
    register_write(IRQ_CFG, IRQ_CFG_ENABLED);
    register_write(FIFO_INT, 0);
    register_write(INT_EN, INT_RX_STATUS);
    register_write(RX_CFG, 0);
    register_write(TX_CFG, TX_CFG_ON);
    mac_write(MII_DATA, PHY_CONTROL_NEGOTIATE);
    mac_write(MII_ACC, MII_PHY | PHY_CONTROL << MII_REGISTER | MII_WRITE | MII_BUSY);
    mii_wait();
    mac_write(MAC_CR, MAC_CR_RUN);
    is_started = true;
    return true;
}

bool board_ethernet_link(void)
{
    return (phy_read(PHY_STATUS) & PHY_STATUS_LINK) != 0;
}

bool ethernet_arm_interrupt(void)
{
    if (!is_started) {
        return true;
    }
    register_write(INT_STS, INT_RX_STATUS);
    if (RX_STATUS_COUNT(register_read(RX_FIFO_INF)) != 0) {
        return false;
    }
    interrupt_enable(ETHERNET_INTERRUPT);
    return true;
}

/*
 * The rest of the last frame is read and thrown away. The chip could skip it by itself, but QEMU's
 * model loses count then.
 */
size_t board_ethernet_receive(void)
{
    frame_receive_drop();
    while (RX_STATUS_COUNT(register_read(RX_FIFO_INF)) != 0) {
        uint32_t const status = register_read(RX_STATUS_FIFO);
        size_t const length = RX_LENGTH(status);

        frame_receive_begin(length);
        if ((status & RX_STATUS_ERROR) == 0 && length > CHECKSUM_BYTES) {
            return length - CHECKSUM_BYTES;
        }
        frame_receive_drop();
    }
    return 0;
}

bool board_ethernet_send(size_t length)
{
    while (TX_STATUS_COUNT(register_read(TX_FIFO_INF)) != 0) {
        (void)register_read(TX_STATUS_FIFO);
    }
    if (length == 0 || length > BOARD_FRAME_BYTES ||
        TX_FREE_BYTES(register_read(TX_FIFO_INF)) < length + FRAME_WORD_BYTES + COMMAND_BYTES) {
        return false;
    }
    register_write(FRAME_SEND_FIFO, TX_WHOLE_FRAME | (uint32_t)length);
    register_write(FRAME_SEND_FIFO, (uint32_t)length << 16 | (uint32_t)length);
    frame_send_begin(length);
    return true;
}

/* The commands before the frame already say where it ends. */
void frame_written(void)
{
}
