/* SPDX-License-Identifier: MIT */
#include <pgtask/query.h>

#include "calendar.h"
#include "text.h"

/* Indexed by the enums of the header; "" is not sent. */
static char const *const order_by_words[] = {"", "StartTime", "EndTime"};
static char const *const order_words[] = {"", "desc", "asc"};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

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

static enum pgtask_error check_time(char const *time, int64_t *unix_s)
{
    if (time != NULL &&
        (!pgtask_calendar_read(time, ' ', unix_s) || time[PGTASK_CALENDAR_TEXT_LENGTH] != '\0')) {
        return PGTASK_ERROR_QUERY_TIME;
    }
    return PGTASK_OK;
}

static char const *out_of_range(struct pgtask_query const *query)
{
    if (query->limit > PGTASK_QUERY_LIMIT_MAX) {
        return "Limit";
    }
    if ((unsigned)query->order_by >= COUNT(order_by_words)) {
        return "OrderBy";
    }
    return (unsigned)query->order >= COUNT(order_words) ? "OrderByType" : NULL;
}

static enum pgtask_error check(struct pgtask_query const *query, char const **member)
{
    int64_t min_s = INT64_MIN;
    int64_t max_s = INT64_MAX;
    enum pgtask_error error = check_instance(query->instance_id);

    *member = "DBInstanceId";
    if (error != PGTASK_OK) {
        return error;
    }
    *member = "MaxStartTime";
    error = check_time(query->max_start_time, &max_s);
    if (check_time(query->min_start_time, &min_s) != PGTASK_OK) {
        error = PGTASK_ERROR_QUERY_TIME;
        *member = "MinStartTime";
    }
    if (error != PGTASK_OK) {
        return error;
    }
    *member = "MinStartTime";
    if (min_s > max_s) {
        return PGTASK_ERROR_QUERY_ORDER;
    }
    *member = out_of_range(query);
    return *member == NULL ? PGTASK_OK : PGTASK_ERROR_QUERY_RANGE;
}

enum pgtask_error pgtask_query_check(struct pgtask_query const *query, char const **member)
{
    char const *wrong;
    enum pgtask_error error;

    if (query == NULL) {
        return PGTASK_ERROR_ARGUMENT;
    }
    error = check(query, &wrong);
    if (error != PGTASK_OK && member != NULL) {
        *member = wrong;
    }
    return error;
}

static void add_name(struct pgtask_text *text, char const *name)
{
    pgtask_text_add(text, text->length > 1 ? ",\"" : "\"");
    pgtask_text_add(text, name);
    pgtask_text_add(text, "\":");
}

static void add_number(struct pgtask_text *text, char const *name, uint64_t number)
{
    if (number > 0) {
        add_name(text, name);
        pgtask_text_add_number(text, number);
    }
}

/* No value needs an escape: that is checked before. */
static void add_string(struct pgtask_text *text, char const *name, char const *value)
{
    if (value != NULL && value[0] != '\0') {
        add_name(text, name);
        pgtask_text_add(text, "\"");
        pgtask_text_add(text, value);
        pgtask_text_add(text, "\"");
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
    pgtask_text_start(&text, body, capacity);
    pgtask_text_add(&text, "{");
    add_number(&text, "TaskId", query->task_id);
    add_string(&text, "DBInstanceId", query->instance_id);
    add_string(&text, "MinStartTime", query->min_start_time);
    add_string(&text, "MaxStartTime", query->max_start_time);
    add_number(&text, "Limit", query->limit);
    add_number(&text, "Offset", query->offset);
    add_string(&text, "OrderBy", order_by_words[query->order_by]);
    add_string(&text, "OrderByType", order_words[query->order]);
    pgtask_text_add(&text, "}");
    if (text.cut) {
        return PGTASK_ERROR_BUFFER;
    }
    *length = text.length;
    return PGTASK_OK;
}
