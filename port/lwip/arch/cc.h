/* SPDX-License-Identifier: MIT */
/**
 * @file cc.h
 * What lwIP asks about the compiler and the platform. It stands on gcc's or clang's predefined
 * names alone.
 */
#ifndef PGTASK_LWIP_ARCH_CC_H
#define PGTASK_LWIP_ARCH_CC_H

#include <stdint.h>

/* Formats of debug texts, which nothing prints: no stdio. */
#define LWIP_NO_INTTYPES_H 1
#define LWIP_NO_CTYPE_H    1
#define X8_F               "02x"
#define U16_F              "u"
#define S16_F              "d"
#define X16_F              "x"
#define U32_F              "u"
#define S32_F              "d"
#define X32_F              "x"
#define SZT_F              "u"

#define BYTE_ORDER __BYTE_ORDER__
#ifndef LITTLE_ENDIAN
#define LITTLE_ENDIAN __ORDER_LITTLE_ENDIAN__
#endif
#ifndef BIG_ENDIAN
#define BIG_ENDIAN __ORDER_BIG_ENDIAN__
#endif

#define LWIP_PLATFORM_DIAG(arguments)
#define LWIP_PLATFORM_ASSERT(text) __builtin_trap()

/**
 * Transaction numbers, ports and the like. Provided by the application from a source that nobody
 * can guess: answers of DNS and SNTP are believed for it.
 */
uint32_t pgtask_lwip_random(void);
#define LWIP_RAND() pgtask_lwip_random()

#endif
