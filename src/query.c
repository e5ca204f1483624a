/* SPDX-License-Identifier: MIT */
/*
 * Checks a query and writes it as the body of a request:
 *
 *     {"DBInstanceId":"postgres-q6fj84vb","Limit":20}
 */
#include <pgtask/query.h>

#include <string.h>

#include "calendar.h"
#include "text.h"

/* Members, in the order in which they are sent. */
enum member {
    TASK_ID,
    DB_INSTANCE_ID,
    MIN_START_TIME,
    MAX_START_TIME,
    LIMIT,
    OFFSET,
    ORDER_BY,
    ORDER_BY_TYPE
};

static char const *name_of(enum member member)
{
    return pgtaski_text_at("TaskId\0DBInstanceId\0MinStartTime\0MaxStartTime\0Limit\0Offset\0"
                           "OrderBy\0OrderByType",
                           member);
}

static enum pgtask_error refuse(char const **name, enum member member, enum pgtask_error error)
{
    if (name != NULL) {
        *name = name_of(member);
    }
    return error;
}

static bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

static enum pgtask_error check_instance(char const *instance_id)
{
    size_t length = 0;

    if (instance_id == NULL) {
        return PGTASK_OK;
    }
    for (; instance_id[length] != '\0'; length++) {
        if (length == PGTASK_QUERY_INSTANCE_BYTES) {
            return PGTASK_ERROR_QUERY_LENGTH;
        }
        if (!is_name_character(instance_id[length])) {
            return PGTASK_ERROR_QUERY_CHARACTER;
        }
    }
    return length > 0 ? PGTASK_OK : PGTASK_ERROR_QUERY_LENGTH;
}

static bool is_time(char const *text)
{
    int64_t unix_s;

    return text == NULL || (pgtaski_calendar_read(text, ' ', &unix_s) &&
                            text[PGTASKI_CALENDAR_TEXT_LENGTH] == '\0');
}

enum pgtask_error pgtask_query_check(struct pgtask_query const *query, char const **member)
{
    enum pgtask_error error;

    if (query == NULL) {
        return PGTASK_ERROR_ARGUMENT;
    }
    error = check_instance(query->instance_id);
    if (error != PGTASK_OK) {
        return refuse(member, DB_INSTANCE_ID, error);
    }
    if (!is_time(query->min_start_time)) {
        return refuse(member, MIN_START_TIME, PGTASK_ERROR_QUERY_TIME);
    }
    if (!is_time(query->max_start_time)) {
        return refuse(member, MAX_START_TIME, PGTASK_ERROR_QUERY_TIME);
    }
    /* Times of this form are ordered like their texts. */
    if (query->min_start_time != NULL && query->max_start_time != NULL &&
        memcmp(query->min_start_time, query->max_start_time, PGTASKI_CALENDAR_TEXT_LENGTH) > 0) {
        return refuse(member, MIN_START_TIME, PGTASK_ERROR_QUERY_ORDER);
    }
    if (query->limit > PGTASK_QUERY_LIMIT_MAX) {
        return refuse(member, LIMIT, PGTASK_ERROR_QUERY_RANGE);
    }
    if ((unsigned)query->order_by > PGTASK_ORDER_BY_END_TIME) {
        return refuse(member, ORDER_BY, PGTASK_ERROR_QUERY_RANGE);
    }
    if ((unsigned)query->order > PGTASK_ORDER_ASC) {
        return refuse(member, ORDER_BY_TYPE, PGTASK_ERROR_QUERY_RANGE);
    }
    return PGTASK_OK;
}

/* Adds a member by a form of its name and value. The form begins with a comma; at the end,
 * pgtask_query_write() makes the first comma the opening brace. */
static void add_member(struct pgtask_text *text, enum member member, char const *form,
                       char const *value)
{
    char const *const pieces[] = {name_of(member), value};

    pgtaski_text_add_form(text, form, pieces);
}

static void add_number(struct pgtask_text *text, enum member member, uint64_t number)
{
    if (number > 0) {
        add_member(text, member, ",\"%\":", NULL);
        pgtaski_text_add_number(text, number);
    }
}

/* No value needs an escape: pgtask_query_check() refuses such characters. */
static void add_string(struct pgtask_text *text, enum member member, char const *value)
{
    if (value != NULL && value[0] != '\0') {
        add_member(text, member, ",\"%\":\"%\"", value);
    }
}

enum pgtask_error pgtask_query_write(struct pgtask_query const *query, char *body, size_t capacity,
                                     size_t *length)
{
    enum pgtask_error const error = pgtask_query_check(query, NULL);
    struct pgtask_text text;

    if (error != PGTASK_OK) {
        return error;
    }
    if (body == NULL || length == NULL) {
        return PGTASK_ERROR_ARGUMENT;
    }
    if (capacity == 0) {
        return PGTASK_ERROR_BUFFER;
    }
    pgtaski_text_start(&text, body, capacity);
    add_number(&text, TASK_ID, query->task_id);
    add_string(&text, DB_INSTANCE_ID, query->instance_id);
    add_string(&text, MIN_START_TIME, query->min_start_time);
    add_string(&text, MAX_START_TIME, query->max_start_time);
    add_number(&text, LIMIT, query->limit);
    add_number(&text, OFFSET, query->offset);
    add_string(&text, ORDER_BY, pgtaski_text_at("\0StartTime\0EndTime", query->order_by));
    add_string(&text, ORDER_BY_TYPE, pgtaski_text_at("\0desc\0asc", query->order));
    pgtaski_text_add(&text, text.length == 0 ? "{}" : "}");
    body[0] = '{';
    if (text.cut) {
        return PGTASK_ERROR_BUFFER;
    }
    *length = text.length;
    return PGTASK_OK;
}
