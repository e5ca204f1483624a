/* SPDX-License-Identifier: MIT */
/**
 * @file query.h
 * What to ask for: the members of a DescribeTasks request, which are checked before they are sent.
 *
 * Source of every rule: API page "DescribeTasks" (TencentDB for PostgreSQL, 2017-03-12), input
 * parameters. The API cannot filter by status or task type: filter the records.
 */
#ifndef PGTASK_QUERY_H
#define PGTASK_QUERY_H

#include <pgtask/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Largest `Limit` (API page). */
#define PGTASK_QUERY_LIMIT_MAX 100

/** Bytes of the longest body that pgtask_query_write() makes, with its NUL. */
#define PGTASK_QUERY_BODY_BYTES 384

/** Longest DBInstanceId accepted, without its NUL. */
#define PGTASK_QUERY_INSTANCE_BYTES 64

enum pgtask_order_by {
    PGTASK_ORDER_BY_DEFAULT, /**< not sent; the service orders by StartTime */
    PGTASK_ORDER_BY_START_TIME,
    PGTASK_ORDER_BY_END_TIME
};

enum pgtask_order {
    PGTASK_ORDER_DEFAULT, /**< not sent; the service sorts descending */
    PGTASK_ORDER_DESC,
    PGTASK_ORDER_ASC
};

/**
 * A query. All zero asks for the newest 20 tasks of the region's last 180 days.
 *
 * Members are named as in the API, and only those that are set are sent. Texts are the caller's and
 * must stay until the listing has ended.
 *
 * @code
 * struct pgtask_query query = {.instance_id = "postgres-q6fj84vb", .limit = 20};
 * @endcode
 */
struct pgtask_query {
    uint64_t task_id;           /**< TaskId; 0: not sent (ids start at 1) */
    char const *instance_id;    /**< DBInstanceId: letters, digits, '-' and '_'; NULL: not sent */
    char const *min_start_time; /**< MinStartTime, `YYYY-MM-DD HH:MM:SS`, UTC+8; NULL: not sent */
    char const *max_start_time; /**< MaxStartTime, same; not before min_start_time */
    uint32_t limit;             /**< Limit, tasks a page: 1 to 100; 0: not sent (the default, 20) */
    uint64_t offset;            /**< Offset; 0: not sent */
    enum pgtask_order_by order_by;
    enum pgtask_order order;
};

/**
 * Checks a query.
 *
 * @param query   the query to check
 * @param member  on an error, set to the API's name of the wrong member, a constant; may be NULL
 * @return PGTASK_OK; PGTASK_ERROR_QUERY_RANGE, _CHARACTER, _LENGTH, _TIME, _ORDER;
 *         PGTASK_ERROR_ARGUMENT for a NULL query
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_query_check(struct pgtask_query const *query,
                                                       char const **member);

/**
 * Checks a query and writes it as the JSON body of a request, which is `{}` if nothing is set.
 *
 * @param query     the query
 * @param body      the caller's; NUL-terminated on PGTASK_OK, undefined otherwise
 * @param capacity  bytes at `body`; PGTASK_QUERY_BODY_BYTES always suffices
 * @param length    set on PGTASK_OK: length without the NUL
 * @return as pgtask_query_check(), and PGTASK_ERROR_BUFFER if `body` is too small
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_query_write(struct pgtask_query const *query, char *body,
                                                       size_t capacity, size_t *length);

#ifdef __cplusplus
}
#endif

#endif
