/* SPDX-License-Identifier: MIT */
/**
 * @file config.h
 * Sizes fixed when the library is compiled.
 *
 * Each has a default here and can be set by `-D` on the command line, or by one header of your
 * own, named with `-DPGTASK_CONFIG_FILE='"my_config.h"'`. Compile the library and everything that
 * includes its headers with the same values: they decide the size of the structs you place.
 */
#ifndef PGTASK_CONFIG_H
#define PGTASK_CONFIG_H

#ifdef PGTASK_CONFIG_FILE
#include PGTASK_CONFIG_FILE
#endif

/**
 * Bytes of the answer that are in view at once. A number or literal must fit; strings and keys of
 * any length pass through in fragments. 64 to 32,000.
 */
#ifndef PGTASK_JSON_WINDOW_BYTES
#define PGTASK_JSON_WINDOW_BYTES 512
#endif

/**
 * Tokens of 20 bytes for the window above. One is kept for each open container and each key with
 * an open container, so this also bounds the nesting of an answer: PGTASK_JSON_TOKENS / 2 objects
 * deep. 16 to 255.
 */
#ifndef PGTASK_JSON_TOKENS
#define PGTASK_JSON_TOKENS 28
#endif

/** The same two for the JSON embedded in AllSteps, Input and Output. */
#ifndef PGTASK_DETAIL_WINDOW_BYTES
#define PGTASK_DETAIL_WINDOW_BYTES 256
#endif
#ifndef PGTASK_DETAIL_TOKENS
#define PGTASK_DETAIL_TOKENS 20
#endif

/**
 * One buffer of the client, used in turn: the request's head and body while it is sent, then each
 * slice of the answer as TLS decrypts it. A request needs about 620 bytes plus the lengths of host
 * (twice), secret id, region and query (a token is not copied here). 512 to 16,384;
 * PGTASK_ERROR_BUFFER tells when it is too small for a request.
 */
#ifndef PGTASK_BUFFER_BYTES
#define PGTASK_BUFFER_BYTES 1280
#endif

/**
 * Task ids remembered to drop a task seen twice across a page border, 8 bytes each: the largest
 * page of the API is 100 tasks (API page, Limit). 1 to 100.
 */
#ifndef PGTASK_SEEN_TASKS
#define PGTASK_SEEN_TASKS 100
#endif

/**
 * Largest TLS session kept for resumption, bytes. What a server may ask for is its ticket and some
 * 200 bytes; a larger one is not kept, and the next handshake is a full one. 256 to 16,384.
 */
#ifndef PGTASK_SESSION_BYTES
#define PGTASK_SESSION_BYTES 1024
#endif

/**
 * No clock is believed that says it is earlier, Unix seconds: set it to the day your firmware is
 * built. The default is the month of this release, 2026-11-01.
 */
#ifndef PGTASK_EARLIEST_UNIX_S
#define PGTASK_EARLIEST_UNIX_S INT64_C(1793491200)
#endif

/** Steps kept of a task's AllSteps. The most seen is 5 (API page, example 3). 1 to 255. */
#ifndef PGTASK_STEPS
#define PGTASK_STEPS 8
#endif

/** Names kept in each list of restored objects. 1 to 255. */
#ifndef PGTASK_RESTORE_OBJECTS
#define PGTASK_RESTORE_OBJECTS 4
#endif

/*
 * Sizes of the record's texts, in bytes, with the closing NUL. A longer text is cut at a character
 * boundary and named in pgtask_task.truncated. The longest seen: AllSteps 389, Input 117,
 * Output 184 bytes. 1 keeps nothing of a text.
 */
#ifndef PGTASK_ALL_STEPS_BYTES
#define PGTASK_ALL_STEPS_BYTES 512
#endif
#ifndef PGTASK_INPUT_BYTES
#define PGTASK_INPUT_BYTES 256
#endif
#ifndef PGTASK_OUTPUT_BYTES
#define PGTASK_OUTPUT_BYTES 320
#endif
#ifndef PGTASK_NAME_BYTES
#define PGTASK_NAME_BYTES 48 /**< TaskType, DBInstanceId, Status, CurrentStep, StepName */
#endif
#ifndef PGTASK_TIME_BYTES
#define PGTASK_TIME_BYTES 36 /**< StartTime, EndTime, SwitchTime, backup set and target time */
#endif
#ifndef PGTASK_MESSAGE_BYTES
#define PGTASK_MESSAGE_BYTES 96 /**< StepMessage, Message of a task and of its output */
#endif
#ifndef PGTASK_OBJECT_BYTES
#define PGTASK_OBJECT_BYTES 64 /**< a database object's name: PostgreSQL allows 63 bytes */
#endif
#ifndef PGTASK_ERROR_MESSAGE_BYTES
#define PGTASK_ERROR_MESSAGE_BYTES 192 /**< the service's Message in a failure */
#endif

/**
 * 1: errors are told in sentences, with what to do. 0: by layer, number and the service's own code
 * and message, as suits a device that no person reads: pgtask_error_text(), pgtask_error_advice()
 * and what pgtask_service_error_find() says are then "", only codes that may be tried again are
 * known, and 4 KB of flash are saved.
 */
#ifndef PGTASK_ERROR_TEXTS
#define PGTASK_ERROR_TEXTS 1
#endif

/** Longest response head accepted, all header lines and interim answers together, bytes. */
#ifndef PGTASK_HTTP_HEAD_BYTES
#define PGTASK_HTTP_HEAD_BYTES 16384
#endif

/** Tasks that a watch follows at once, about 300 bytes each; the most urgent are kept. 1 to 100. */
#ifndef PGTASK_WATCH_TASKS
#define PGTASK_WATCH_TASKS 8
#endif

/* Each within its limits: a struct that is too small would only show when it is written to. */
#define PGTASK_OUTSIDE(value, least, most) ((value) < (least) || (value) > (most))
#if PGTASK_OUTSIDE(PGTASK_JSON_WINDOW_BYTES, 64, 32000) ||                                         \
    PGTASK_OUTSIDE(PGTASK_DETAIL_WINDOW_BYTES, 64, 32000)
#error a JSON window is 64 to 32,000 bytes
#elif PGTASK_OUTSIDE(PGTASK_JSON_TOKENS, 16, 255) || PGTASK_OUTSIDE(PGTASK_DETAIL_TOKENS, 16, 255)
#error PGTASK_JSON_TOKENS and PGTASK_DETAIL_TOKENS are 16 to 255
#elif PGTASK_OUTSIDE(PGTASK_BUFFER_BYTES, 512, 16384)
#error PGTASK_BUFFER_BYTES is 512 to 16,384
#elif PGTASK_OUTSIDE(PGTASK_SEEN_TASKS, 1, 100)
#error PGTASK_SEEN_TASKS is 1 to 100
#elif PGTASK_OUTSIDE(PGTASK_STEPS, 1, 255) || PGTASK_OUTSIDE(PGTASK_RESTORE_OBJECTS, 1, 255)
#error PGTASK_STEPS and PGTASK_RESTORE_OBJECTS are 1 to 255
#elif PGTASK_OUTSIDE(PGTASK_ALL_STEPS_BYTES, 1, 65536) ||                                          \
    PGTASK_OUTSIDE(PGTASK_INPUT_BYTES, 1, 65536) || PGTASK_OUTSIDE(PGTASK_OUTPUT_BYTES, 1, 65536)
#error a raw text is 1 to 65,536 bytes
#elif PGTASK_OUTSIDE(PGTASK_NAME_BYTES, 1, 4096) || PGTASK_OUTSIDE(PGTASK_TIME_BYTES, 1, 4096) ||  \
    PGTASK_OUTSIDE(PGTASK_MESSAGE_BYTES, 1, 4096) ||                                               \
    PGTASK_OUTSIDE(PGTASK_OBJECT_BYTES, 1, 4096) ||                                                \
    PGTASK_OUTSIDE(PGTASK_ERROR_MESSAGE_BYTES, 1, 4096)
#error a text is 1 to 4,096 bytes
#elif PGTASK_OUTSIDE(PGTASK_HTTP_HEAD_BYTES, 512, 1048576)
#error PGTASK_HTTP_HEAD_BYTES is 512 to 1,048,576
#elif PGTASK_OUTSIDE(PGTASK_WATCH_TASKS, 1, 100)
#error PGTASK_WATCH_TASKS is 1 to 100
#endif

#endif
