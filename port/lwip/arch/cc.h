/* SPDX-License-Identifier: MIT */
/**
 * @file cc.h
 * What lwIP must know about the compiler and the platform. Only names that gcc and clang predefine
 * are used.
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
 * Random numbers for transactions, ports and the like. The application provides this function.
 * lwIP believes an answer of DNS or SNTP that has the right number, so nobody must guess it.
 */
uint32_t pgtask_lwip_random(void);
#define LWIP_RAND() pgtask_lwip_random()

#endif
