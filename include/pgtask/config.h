/* SPDX-License-Identifier: MIT */
/**
 * @file config.h
 * Sizes that are fixed when the library is compiled: meaning, range, default, and a check of each.
 *
 * Set a size with `-D` on the command line, or in a header of your own that you name with
 * `-DPGTASK_CONFIG_FILE='"my_config.h"'`. Compile the library and everything that includes its
 * headers with the same values: they decide the size of the structs that you place. What mbedTLS
 * can do and how much memory it has is set in port/mbedtls.
 */
#ifndef PGTASK_CONFIG_H
#define PGTASK_CONFIG_H

#include <stdint.h>

#ifdef PGTASK_CONFIG_FILE
#include PGTASK_CONFIG_FILE
#endif

#define PGTASK_OUTSIDE(value, least, most) ((value) < (least) || (value) > (most))

/**
 * Bytes of the answer that are in view at once. A number or literal must fit; strings and keys of
 * any length pass through in pieces. 64 to 32,000.
 */
#ifndef PGTASK_JSON_WINDOW_BYTES
#define PGTASK_JSON_WINDOW_BYTES 512
#endif
#if PGTASK_OUTSIDE(PGTASK_JSON_WINDOW_BYTES, 64, 32000)
#error PGTASK_JSON_WINDOW_BYTES is 64 to 32,000
#endif

/** The same window for the JSON inside AllSteps, Input and Output. 64 to 32,000. */
#ifndef PGTASK_DETAIL_WINDOW_BYTES
#define PGTASK_DETAIL_WINDOW_BYTES 256
#endif
#if PGTASK_OUTSIDE(PGTASK_DETAIL_WINDOW_BYTES, 64, 32000)
#error PGTASK_DETAIL_WINDOW_BYTES is 64 to 32,000
#endif

/**
 * The one buffer of the client: it holds the request's head and body while they are sent, then each
 * slice of the answer as TLS decrypts it. A request needs about 620 bytes plus the lengths of host
 * (twice), secret id, region and query. A token needs no room here; with room for it, a request is
 * one TLS record, otherwise three. If a request does not fit, the client says PGTASK_ERROR_BUFFER.
 * 512 to 16,384. On Unix the default has room for a secret id of 1,024 bytes, the longest that the
 * service gives.
 */
#ifndef PGTASK_BUFFER_BYTES
#ifdef __unix__
#define PGTASK_BUFFER_BYTES 2048
#else
#define PGTASK_BUFFER_BYTES 1280
#endif
#endif
#if PGTASK_OUTSIDE(PGTASK_BUFFER_BYTES, 512, 16384)
#error PGTASK_BUFFER_BYTES is 512 to 16,384
#endif

/**
 * Task ids that the client remembers, 8 bytes each, so that it hands on once a task that is on two
 * pages. The largest page of the API has 100 tasks (API page, Limit). 1 to 100.
 */
#ifndef PGTASK_SEEN_TASKS
#define PGTASK_SEEN_TASKS 100
#endif
#if PGTASK_OUTSIDE(PGTASK_SEEN_TASKS, 1, 100)
#error PGTASK_SEEN_TASKS is 1 to 100
#endif

/**
 * A bounded turn: one call takes bytes from the port until it has these, and then returns
 * PGTASK_WOULD_BLOCK with PGTASK_INTEREST_TIME, so that a peer that sends without pause cannot hold
 * the caller's loop. A call of the TLS room takes at most this many. A call of the client ends its
 * turn after the TLS call that reaches this number, so it takes less than twice as many. A call of
 * the TLS room also sends at most this many. 64 to 65,536.
 */
#ifndef PGTASK_TURN_BYTES
#define PGTASK_TURN_BYTES 4096
#endif
#if PGTASK_OUTSIDE(PGTASK_TURN_BYTES, 64, 65536)
#error PGTASK_TURN_BYTES is 64 to 65,536
#endif

/**
 * Bytes that a peer may send before the handshake is complete, and later between two bytes of data.
 * Only alerts, tickets and the like come there. The largest handshake of an honest peer has about
 * 20,000 bytes. 32,768 to 1,048,576.
 */
#ifndef PGTASK_TLS_IDLE_BYTES
#define PGTASK_TLS_IDLE_BYTES 65536
#endif
#if PGTASK_OUTSIDE(PGTASK_TLS_IDLE_BYTES, 32768, 1048576)
#error PGTASK_TLS_IDLE_BYTES is 32,768 to 1,048,576
#endif

/**
 * Largest TLS session that is kept for resumption, bytes. A session takes the server's ticket and
 * some 200 bytes. A larger one is not kept, and the next handshake is a full one. 256 to 16,384.
 */
#ifndef PGTASK_SESSION_BYTES
#define PGTASK_SESSION_BYTES 1024
#endif
#if PGTASK_OUTSIDE(PGTASK_SESSION_BYTES, 256, 16384)
#error PGTASK_SESSION_BYTES is 256 to 16,384
#endif

/** Largest root certificate that a PEM store takes, bytes of DER. 256 to 16,384. */
#ifndef PGTASK_PEM_ROOT_BYTES
#define PGTASK_PEM_ROOT_BYTES 4096
#endif
#if PGTASK_OUTSIDE(PGTASK_PEM_ROOT_BYTES, 256, 16384)
#error PGTASK_PEM_ROOT_BYTES is 256 to 16,384
#endif

/**
 * Clocks that claim an earlier time are not trusted, Unix seconds. Set it to the day on which your
 * firmware is built. The default is the month of this release, 2026-11-01. 0 to 253,402,300,799,
 * the end of the year 9999.
 */
#ifndef PGTASK_EARLIEST_UNIX_S
#define PGTASK_EARLIEST_UNIX_S INT64_C(1793491200)
#endif
#if PGTASK_OUTSIDE(PGTASK_EARLIEST_UNIX_S, 0, INT64_C(253402300799))
#error PGTASK_EARLIEST_UNIX_S is 0 to 253,402,300,799
#endif

/** Steps of a task's AllSteps that are kept. The most seen is 5 (API page, example 3). 1 to 255. */
#ifndef PGTASK_STEPS
#define PGTASK_STEPS 8
#endif
#if PGTASK_OUTSIDE(PGTASK_STEPS, 1, 255)
#error PGTASK_STEPS is 1 to 255
#endif

/** Names that are kept in each list of restored objects. 1 to 255. */
#ifndef PGTASK_RESTORE_OBJECTS
#define PGTASK_RESTORE_OBJECTS 4
#endif
#if PGTASK_OUTSIDE(PGTASK_RESTORE_OBJECTS, 1, 255)
#error PGTASK_RESTORE_OBJECTS is 1 to 255
#endif

/*
 * Sizes of the strings of a record, in bytes, with the NUL. A longer string is cut at a character
 * boundary and named in pgtask_task.truncated. 1 keeps nothing of a string.
 */

/** AllSteps as the service sent it. The longest seen is 389 bytes. 1 to 65,536. */
#ifndef PGTASK_ALL_STEPS_BYTES
#define PGTASK_ALL_STEPS_BYTES 512
#endif
#if PGTASK_OUTSIDE(PGTASK_ALL_STEPS_BYTES, 1, 65536)
#error PGTASK_ALL_STEPS_BYTES is 1 to 65,536
#endif

/** Input as the service sent it. The longest seen is 117 bytes. 1 to 65,536. */
#ifndef PGTASK_INPUT_BYTES
#define PGTASK_INPUT_BYTES 256
#endif
#if PGTASK_OUTSIDE(PGTASK_INPUT_BYTES, 1, 65536)
#error PGTASK_INPUT_BYTES is 1 to 65,536
#endif

/** Output as the service sent it. The longest seen is 184 bytes. 1 to 65,536. */
#ifndef PGTASK_OUTPUT_BYTES
#define PGTASK_OUTPUT_BYTES 320
#endif
#if PGTASK_OUTSIDE(PGTASK_OUTPUT_BYTES, 1, 65536)
#error PGTASK_OUTPUT_BYTES is 1 to 65,536
#endif

/** TaskType, DBInstanceId, Status, CurrentStep, StepName. 1 to 4,096. */
#ifndef PGTASK_NAME_BYTES
#define PGTASK_NAME_BYTES 48
#endif
#if PGTASK_OUTSIDE(PGTASK_NAME_BYTES, 1, 4096)
#error PGTASK_NAME_BYTES is 1 to 4,096
#endif

/** StartTime, EndTime, SwitchTime, backup set and target time. 1 to 4,096. */
#ifndef PGTASK_TIME_BYTES
#define PGTASK_TIME_BYTES 36
#endif
#if PGTASK_OUTSIDE(PGTASK_TIME_BYTES, 1, 4096)
#error PGTASK_TIME_BYTES is 1 to 4,096
#endif

/** StepMessage, Message of a task and of its output. 1 to 4,096. */
#ifndef PGTASK_MESSAGE_BYTES
#define PGTASK_MESSAGE_BYTES 96
#endif
#if PGTASK_OUTSIDE(PGTASK_MESSAGE_BYTES, 1, 4096)
#error PGTASK_MESSAGE_BYTES is 1 to 4,096
#endif

/** The name of a database object: PostgreSQL allows 63 bytes. 1 to 4,096. */
#ifndef PGTASK_OBJECT_BYTES
#define PGTASK_OBJECT_BYTES 64
#endif
#if PGTASK_OUTSIDE(PGTASK_OBJECT_BYTES, 1, 4096)
#error PGTASK_OBJECT_BYTES is 1 to 4,096
#endif

/** The service's Message in a failure. 1 to 4,096. */
#ifndef PGTASK_ERROR_MESSAGE_BYTES
#define PGTASK_ERROR_MESSAGE_BYTES 192
#endif
#if PGTASK_OUTSIDE(PGTASK_ERROR_MESSAGE_BYTES, 1, 4096)
#error PGTASK_ERROR_MESSAGE_BYTES is 1 to 4,096
#endif

/**
 * 1: errors have sentences that say what to do. 0: errors have layer, number and the service's own
 * code and message, which suits a device that no person reads. pgtask_error_text(),
 * pgtask_error_advice() and the strings of pgtask_service_error_find() are then "", only codes that
 * may be tried again are known, and the library saves 4 KB of flash.
 */
#ifndef PGTASK_ERROR_TEXTS
#define PGTASK_ERROR_TEXTS 1
#endif
#if PGTASK_OUTSIDE(PGTASK_ERROR_TEXTS, 0, 1)
#error PGTASK_ERROR_TEXTS is 0 or 1
#endif

/**
 * 1: the JSON inside AllSteps, Input and Output is decoded. 0: it stays text; `step_count` of a
 * record is 0, `restore` is empty, and AllSteps, Input and Output as real arrays or objects are
 * odd. Then set PGTASK_STEPS and PGTASK_RESTORE_OBJECTS to 1. It saves 1.5 KB of flash.
 */
#ifndef PGTASK_EMBEDDED_JSON
#define PGTASK_EMBEDDED_JSON 1
#endif
#if PGTASK_OUTSIDE(PGTASK_EMBEDDED_JSON, 0, 1)
#error PGTASK_EMBEDDED_JSON is 0 or 1
#endif

/**
 * 1: a number may come in any notation of JSON, such as 1e2 and 100.0 for 100. 0: it counts if it
 * is written in digits, as the service writes it; its member is odd otherwise.
 */
#ifndef PGTASK_NUMBER_NOTATIONS
#define PGTASK_NUMBER_NOTATIONS 1
#endif
#if PGTASK_OUTSIDE(PGTASK_NUMBER_NOTATIONS, 0, 1)
#error PGTASK_NUMBER_NOTATIONS is 0 or 1
#endif

/**
 * 1: a time may also have the form of RFC 3339, which names its zone. The service echoes a
 * BackupSetTime in the form in which it was given. 0: only YYYY-MM-DD HH:MM:SS is read; another
 * form is kept as text, and its member is odd.
 */
#ifndef PGTASK_TIME_ZONES
#define PGTASK_TIME_ZONES 1
#endif
#if PGTASK_OUTSIDE(PGTASK_TIME_ZONES, 0, 1)
#error PGTASK_TIME_ZONES is 0 or 1
#endif

/**
 * Longest response head that is accepted, bytes: all header lines and interim answers together. 512
 * to 1,048,576.
 */
#ifndef PGTASK_HTTP_HEAD_BYTES
#define PGTASK_HTTP_HEAD_BYTES 16384
#endif
#if PGTASK_OUTSIDE(PGTASK_HTTP_HEAD_BYTES, 512, 1048576)
#error PGTASK_HTTP_HEAD_BYTES is 512 to 1,048,576
#endif

/**
 * 1: the client can reach the service through a proxy: see struct pgtask_proxy. 0: nothing of it is
 * in the library, and struct pgtask_config has no member `proxy`. It takes 0.9 KB of flash.
 */
#ifndef PGTASK_PROXY
#define PGTASK_PROXY 1
#endif
#if PGTASK_OUTSIDE(PGTASK_PROXY, 0, 1)
#error PGTASK_PROXY is 0 or 1
#endif

/**
 * 1: the client can have a second endpoint: see `fallback_endpoint` of struct pgtask_config. 0:
 * nothing of it is in the library, and the struct does not have this member. It takes 0.2 KB of
 * flash.
 */
#ifndef PGTASK_FALLBACK_ENDPOINT
#define PGTASK_FALLBACK_ENDPOINT 1
#endif
#if PGTASK_OUTSIDE(PGTASK_FALLBACK_ENDPOINT, 0, 1)
#error PGTASK_FALLBACK_ENDPOINT is 0 or 1
#endif

/** Tasks that a watch follows at once, about 300 bytes each; it keeps the most urgent. 1 to 100. */
#ifndef PGTASK_WATCH_TASKS
#define PGTASK_WATCH_TASKS 8
#endif
#if PGTASK_OUTSIDE(PGTASK_WATCH_TASKS, 1, 100)
#error PGTASK_WATCH_TASKS is 1 to 100
#endif

#endif
