/* SPDX-License-Identifier: MIT */
/*
 * A board alone, without network stack or TLS. `try=NAME` of QEMU's arguments picks what is tried;
 * what happened is in the log, and in the exit status where the run ends by itself.
 */
#include <board.h>

#include <string.h>

enum { GOOD = 0, BAD = 1, HEADER_BYTES = 14, ADDRESS_BYTES = 6 };

/* Not cleared by start-up, and zero when QEMU begins. */
__attribute__((section(".noinit"))) static uint32_t volatile starts;

static void say(char const *text)
{
    board_log(text, strlen(text));
}

static void say_number(char const *name, uint64_t number)
{
    char digits[20];
    size_t begin = sizeof digits;

    do {
        digits[--begin] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    say(name);
    say(" ");
    board_log(digits + begin, sizeof digits - begin);
    say("\r\n");
}

static void say_bytes(char const *name, uint8_t const *bytes, size_t length)
{
    say(name);
    say(" ");
    for (size_t i = 0; i < length; i++) {
        board_log(&"0123456789abcdef"[bytes[i] >> 4], 1);
        board_log(&"0123456789abcdef"[bytes[i] & 15], 1);
    }
    say("\r\n");
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

    say_number("begin", board_monotonic_ms());
    for (uint64_t const end_ms = board_monotonic_ms() + 1000; board_monotonic_ms() < end_ms;) {
        board_sleep();
        sleeps++;
    }
    say_number("end", board_monotonic_ms());
    say_number("sleeps", sleeps);
}

static void try_entropy(void)
{
    for (int round = 0; round < 3; round++) {
        uint8_t bytes[32] = {0};
        uint64_t const begin_ms = board_monotonic_ms();
        bool const good = board_entropy(bytes, sizeof bytes);

        say_number("took", board_monotonic_ms() - begin_ms);
        if (good) {
            say_bytes("random", bytes, sizeof bytes);
        } else {
            say("refused\r\n");
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
        say("no room\r\n");
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

/* Echoes what comes in, but leaves every third frame half unread, until nothing comes for 1 s. */
static void try_ethernet(void)
{
    uint8_t mac[ADDRESS_BYTES];
    uint64_t last_ms;
    uint32_t frames = 0;

    if (!board_ethernet_start() || !board_ethernet_link()) {
        say("no Ethernet\r\n");
        board_exit(BAD);
    }
    board_ethernet_address(mac);
    say_bytes("ready", mac, sizeof mac);
    if (board_ethernet_send(BOARD_FRAME_BYTES + 1)) {
        say("took a frame that is too long\r\n");
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
    say_number("frames", frames);
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

    say_number("sum", overflow(&sum));
}

/* A frame larger than the guard, beyond which the stack pointer comes to lie at once. */
static void try_stack_leap(void)
{
    uint8_t volatile bytes[4096];

    bytes[0] = 1;
    say_number("went on", bytes[0]);
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
    say_number("before", board_stack_peak());
    use_stack();
    say_number("after", board_stack_peak());
}

static void try_watchdog(void)
{
    board_watchdog_start(200);
    for (int i = 0; i < 10; i++) {
        sleep_ms(50);
        board_watchdog_feed();
    }
    say("fed\r\n");
    for (;;) {
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
    {"watchdog_masked", try_watchdog_masked},
};

void firmware_main(void)
{
    char name[20];

    starts = starts + 1;
    say_number("start", starts);
    say(board_watchdog_caused_reset() ? "barked\r\n" : "quiet\r\n");
    if (starts > 1) {
        board_exit(GOOD);
    }
    board_argument("try", name, sizeof name);
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        if (strcmp(name, tries[i].name) == 0) {
            tries[i].run();
            board_exit(GOOD);
        }
    }
    say("nothing to try\r\n");
    board_exit(BAD);
}
