/* SPDX-License-Identifier: MIT */
/*
 * The program that test_board.py runs to test a board alone, without network stack or TLS. QEMU's
 * argument `try=NAME` selects what it tries. The log says what happened, and so does the exit
 * status if the run ends by itself.
 */
#include <board.h>
#include <pgtask/port.h>

#include <string.h>

enum { GOOD = 0, BAD = 1, HEADER_BYTES = 14, ADDRESS_BYTES = 6 };

/* Start-up does not clear it, and QEMU's RAM begins as zero: it counts resets. */
__attribute__((section(".noinit"))) static uint32_t volatile starts;

static void print(char const *text)
{
    board_log(text, strlen(text));
}

static void print_number(char const *name, uint64_t number)
{
    char digits[20];
    size_t begin = sizeof digits;

    do {
        digits[--begin] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    print(name);
    print(" ");
    board_log(digits + begin, sizeof digits - begin);
    print("\r\n");
}

static void print_bytes(char const *name, uint8_t const *bytes, size_t length)
{
    print(name);
    print(" ");
    for (size_t i = 0; i < length; i++) {
        board_log(&"0123456789abcdef"[bytes[i] >> 4], 1);
        board_log(&"0123456789abcdef"[bytes[i] & 15], 1);
    }
    print("\r\n");
}

static void sleep_ms(uint32_t span_ms)
{
    uint64_t const end_ms = board_monotonic_ms() + span_ms;

    while (board_monotonic_ms() < end_ms) {
        board_sleep();
    }
}

static void try_clock(void)
{
    uint32_t sleeps = 0;

    print_number("begin", board_monotonic_ms());
    for (uint64_t const end_ms = board_monotonic_ms() + 1000; board_monotonic_ms() < end_ms;) {
        board_sleep();
        sleeps++;
    }
    print_number("end", board_monotonic_ms());
    print_number("sleeps", sleeps);
}

static uint32_t volatile ticks;
static uint64_t volatile last_tick_ms;

static void count_tick(uint64_t now_ms)
{
    ticks = ticks + 1;
    last_tick_ms = now_ms;
}

/* The loop computes without a pause meanwhile. */
static void try_tick(void)
{
    uint64_t const begin_ms = board_monotonic_ms();

    board_on_tick(count_tick);
    while (board_monotonic_ms() - begin_ms < 200) {
    }
    print_number("ticks", ticks);
    print_number("behind", board_monotonic_ms() - last_tick_ms);
}

static void print_state(void)
{
    static uint8_t bytes[BOARD_STATE_BYTES];
    size_t const length = board_state_load(bytes, sizeof bytes);

    if (length > 0) {
        print_bytes("state", bytes, length);
    }
}

/* The second of two stores is the one that counts. A board that was reset prints it. */
static void try_state(void)
{
    static uint8_t bytes[BOARD_STATE_BYTES + 1];

    print_number("nothing", board_state_load(bytes, sizeof bytes));
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(7 * i);
    }
    if (!board_state_store(bytes, BOARD_STATE_BYTES) || !board_state_store(bytes, 20) ||
        board_state_store(bytes, sizeof bytes)) {
        print("stored wrongly\r\n");
    }
    print_number("too small", board_state_load(bytes, 19));
    board_watchdog_start(100);
    for (;;) {
    }
}

static void try_entropy(void)
{
    for (int round = 0; round < 3; round++) {
        uint8_t bytes[32] = {0};
        uint64_t const begin_ms = board_monotonic_ms();
        bool const good = board_entropy(bytes, sizeof bytes);

        print_number("took", board_monotonic_ms() - begin_ms);
        if (good) {
            print_bytes("random", bytes, sizeof bytes);
        } else {
            print("refused\r\n");
        }
    }
}

static void try_led(void)
{
    for (int i = 0; i < 3; i++) {
        board_led(true);
        sleep_ms(20);
        board_led(false);
        sleep_ms(20);
    }
}

/* Sends a frame back to where it came from, in pieces of 1, 2, 3 ... bytes. */
static void echo(size_t length, uint8_t const mac[ADDRESS_BYTES])
{
    uint8_t header[HEADER_BYTES];
    uint8_t piece[64];
    size_t left = length - HEADER_BYTES;

    board_ethernet_read(header, sizeof header);
    if (!board_ethernet_send(length)) {
        print("no room\r\n");
        return;
    }
    board_ethernet_write(header + ADDRESS_BYTES, ADDRESS_BYTES);
    board_ethernet_write(mac, ADDRESS_BYTES);
    board_ethernet_write(header + HEADER_BYTES - 2, 2);
    for (size_t size = 1; left > 0; size = size % sizeof piece + 1) {
        size_t const part = size < left ? size : left;

        board_ethernet_read(piece, part);
        board_ethernet_write(piece, part);
        left -= part;
    }
}

/* Echoes each frame, but leaves every third one half unread, until no frame comes for 1 s. */
static void try_ethernet(void)
{
    uint8_t mac[ADDRESS_BYTES];
    uint64_t last_ms;
    uint32_t frames = 0;

    if (!board_ethernet_start() || !board_ethernet_link()) {
        print("no Ethernet\r\n");
        board_exit(BAD);
    }
    board_ethernet_address(mac);
    print_bytes("ready", mac, sizeof mac);
    if (board_ethernet_send(BOARD_FRAME_BYTES + 1)) {
        print("took a frame that is too long\r\n");
    }
    last_ms = board_monotonic_ms();
    while (board_monotonic_ms() - last_ms < 1000) {
        size_t const length = board_ethernet_receive();

        if (length == 0) {
            board_sleep();
            continue;
        }
        last_ms = board_monotonic_ms();
        frames++;
        if (frames % 3 == 0) {
            board_ethernet_read(NULL, length / 2);
        } else {
            echo(length, mac);
        }
    }
    print_number("frames", frames);
}

static void write_word(uintptr_t volatile address)
{
    *(uint32_t volatile *)address = 1;
}

static void try_code_write(void)
{
    write_word(0x100);
}

static void try_null_write(void)
{
    write_word(0);
}

static void try_ram_run(void)
{
    static uint16_t const instructions[] = {0x4770, 0x4770}; /* bx lr */
    static uint16_t code[2];
    union {
        uintptr_t address;
        void (*call)(void);
    } jump = {.address = (uintptr_t)code | 1};

    (void)memcpy(code, instructions, sizeof code);
    jump.call();
}

static uint32_t overflow(uint32_t volatile *sum)
{
    uint32_t volatile more[8] = {*sum};

    return *sum == 0 ? 0 : overflow(more) + more[0];
}

static void try_stack_overflow(void)
{
    uint32_t volatile sum = 1;

    print_number("sum", overflow(&sum));
}

/* Its frame is larger than the guard, so the stack pointer steps over the guard at once. */
static void try_stack_leap(void)
{
    uint8_t volatile bytes[4096];

    bytes[0] = 1;
    print_number("went on", bytes[0]);
}

static void use_stack(void)
{
    uint8_t volatile bytes[1000];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)i;
    }
}

static void try_stack_peak(void)
{
    print_number("before", board_stack_peak());
    use_stack();
    print_number("after", board_stack_peak());
}

static void try_watchdog(void)
{
    board_watchdog_start(200);
    for (int i = 0; i < 10; i++) {
        sleep_ms(50);
        board_watchdog_feed();
    }
    print("fed\r\n");
    for (;;) {
    }
}

/* A turn of 1 s whose pulses come every 5 ms, and then one that never ends. */
static void try_watchdog_pulse(void)
{
    board_watchdog_start(200);
    board_watchdog_feed();
    for (int i = 0; i < 200; i++) {
        sleep_ms(5);
        board_watchdog_pulse();
    }
    print("alive\r\n");
    board_watchdog_feed();
    for (uint32_t pulses = 1;; pulses++) {
        sleep_ms(1);
        board_watchdog_pulse();
        if (pulses == PGTASK_TURN_PULSES) {
            print("all given\r\n");
        }
    }
}

static void try_watchdog_masked(void)
{
    board_watchdog_start(100);
    __asm volatile("cpsid i");
    for (;;) {
    }
}

static struct {
    char const *name;
    void (*run)(void);
} const tries[] = {
    {"clock", try_clock},
    {"tick", try_tick},
    {"state", try_state},
    {"entropy", try_entropy},
    {"led", try_led},
    {"ethernet", try_ethernet},
    {"code_write", try_code_write},
    {"null_write", try_null_write},
    {"ram_run", try_ram_run},
    {"stack_overflow", try_stack_overflow},
    {"stack_leap", try_stack_leap},
    {"stack_peak", try_stack_peak},
    {"watchdog", try_watchdog},
    {"watchdog_pulse", try_watchdog_pulse},
    {"watchdog_masked", try_watchdog_masked},
};

void firmware_main(void)
{
    char name[20];

    starts = starts + 1;
    print_number("start", starts);
    print(board_watchdog_caused_reset() ? "watchdog reset\r\n" : "other reset\r\n");
    if (starts > 1) {
        print_state();
        board_exit(GOOD);
    }
    board_argument("try", name, sizeof name);
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        if (strcmp(name, tries[i].name) == 0) {
            tries[i].run();
            board_exit(GOOD);
        }
    }
    print("nothing to try\r\n");
    board_exit(BAD);
}
