/* SPDX-License-Identifier: MIT */
/*
 * A board alone, without network stack or TLS: `test=NAME` of QEMU's semihosting arguments picks
 * what is tried. What happened is in the log, and in the exit status: 0 good, 1 not.
 */
#include <board.h>

#include <string.h>

static void say(char const *text)
{
    board_log(text, strlen(text));
    board_log("\r\n", 2);
}

void firmware_main(void)
{
    say("hello");
    board_exit(0);
}
