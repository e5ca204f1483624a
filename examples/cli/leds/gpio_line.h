/* SPDX-License-Identifier: MIT */
/** @file leds/gpio_line.h Finds a GPIO line by its name, or by the name or label of its chip. */
#ifndef CLI_GPIO_LINE_H
#define CLI_GPIO_LINE_H

#include <stdbool.h>
#include <stdint.h>

#define GPIO_LINE_TEXT_BYTES 128

/** Which line is meant. */
struct gpio_line {
    char chip[GPIO_LINE_TEXT_BYTES]; /**< its file in /dev or its label; "": any chip */
    char name[GPIO_LINE_TEXT_BYTES]; /**< of the line, if `chip` is "" */
    uint32_t offset;                 /**< of the line in its chip, as the kernel calls it */
    bool is_active_low;
};

/** Reads `CHIP/LINE`, `CHIP:LINE` or `NAME`, with or without `,active-low`.
 *  @return NULL, or what is wrong, as a clause */
char const *gpio_line_read(struct gpio_line *line, char const *text);

/**
 * Asks the kernel for the line, as a dark output.
 * @param descriptor  set to that of the line
 * @return NULL, or what is wrong, as a clause
 */
char const *gpio_line_open(struct gpio_line const *line, int *descriptor);

/** Lights the line's LED, or darkens it. @return false if that failed; errno says why */
bool gpio_line_write(int descriptor, bool is_lit);

#endif
