/* SPDX-License-Identifier: MIT */
/** @file session/options.h What the command line asked for. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "session/host_port.h"

#include <stddef.h>

/** Choices as numbers; 0 is "not given". The order of the first two is that of the library. */
enum options_order_by { OPTIONS_START_TIME = 1, OPTIONS_END_TIME };
enum options_order { OPTIONS_DESC = 1, OPTIONS_ASC };
enum options_output { OPTIONS_TABLE = 1, OPTIONS_JSON, OPTIONS_JSONL, OPTIONS_CSV };
enum options_tls_max { OPTIONS_TLS_1_2 = 1, OPTIONS_TLS_1_3 };
enum options_language { OPTIONS_ZH_CN = 1, OPTIONS_EN_US };
enum options_ui_language { OPTIONS_UI_ZH = 1, OPTIONS_UI_EN };

/** Options as bit numbers in options.given. */
enum options_name {
    OPTION_TASK_ID,
    OPTION_INSTANCE,
    OPTION_TYPE,
    OPTION_STATUS,
    OPTION_COLUMNS,
    OPTION_WIDE,
    OPTION_QUIET,
    OPTION_MIN_START,
    OPTION_MAX_START,
    OPTION_LIMIT,
    OPTION_OFFSET,
    OPTION_ORDER_BY,
    OPTION_ORDER,
    OPTION_ALL,
    OPTION_COUNT,
    OPTION_INTERVAL,
    OPTION_IDLE,
    OPTION_STALE,
    OPTION_UNTIL_DONE,
    OPTION_WAIT_PAUSE,
    OPTION_MAX_WAIT,
    OPTION_LOOKBACK,
    OPTION_EXEC,
    OPTION_LED,
    OPTION_SHOW_SUCCESS,
    OPTION_METRICS_FILE,
    OPTION_OUTPUT,
    OPTION_DRY_RUN,
    OPTION_AS_CURL,
    OPTION_UTC,
    OPTION_LOCAL,
    OPTION_REGION,
    OPTION_PROFILE,
    OPTION_USE_CVM_ROLE,
    OPTION_ROLE_ARN,
    OPTION_ROLE_SESSION_NAME,
    OPTION_ENDPOINT,
    OPTION_FALLBACK_ENDPOINT,
    OPTION_CONNECT,
    OPTION_PROXY,
    OPTION_CA_FILE,
    OPTION_TLS_MAX,
    OPTION_NO_CLOCK,
    OPTION_TIMEOUT,
    OPTION_ATTEMPTS,
    OPTION_LANGUAGE,
    OPTION_ASCII,
    OPTION_UI_LANGUAGE,
    OPTION_VERBOSE,
    OPTION_HELP,
    OPTION_VERSION
};

/** What was asked for. Texts point into argv; what was not given is 0, NULL or "". */
struct options {
    uint64_t given;       /**< bit 1 << enum options_name for each */
    char const *command;  /**< the first argument that is not an option */
    char const *argument; /**< the second */
    uint64_t task_id;
    char const *instance;
    uint32_t task_types;    /**< bits 1 << enum pgtask_task_type; 0: all */
    uint32_t task_statuses; /**< bits 1 << enum pgtask_status; 0: all */
    char const *columns;    /**< as column_list_read() takes them */
    bool wide;
    bool quiet;
    char const *min_start;
    char const *max_start;
    uint32_t limit;
    uint64_t offset;
    uint8_t order_by;
    uint8_t order;
    bool all;
    bool may_be_split_time; /**< `argument` stands right after a time */
    uint32_t count;
    uint32_t interval_ms;
    uint32_t idle_ms;
    uint32_t stale_ms;
    uint32_t max_wait_ms;
    uint32_t lookback_ms;
    char const *exec;
    char const *led;
    uint32_t show_success_ms;
    char const *metrics_file;
    char const *region;
    char const *profile;
    char const *role_arn;
    char const *role_session_name;
    struct host_port endpoint;
    struct host_port fallback_endpoint;
    struct host_port connect;
    char const *proxy;
    char const *ca_file;
    uint32_t timeout_ms;
    uint32_t attempts; /**< of one request; 0: the library's default */
    uint8_t output;
    uint8_t tls_max;
    uint8_t language;
    uint8_t ui_language;
    bool dry_run;
    bool as_curl;
    bool until_done;
    bool wait_pause;
    bool use_cvm_role;
    bool no_clock; /**< the device's clock is not trusted */
    bool utc;
    bool local;
    bool ascii;
    bool verbose;
    bool help;
    bool version;
};

/** @return whether the option was given */
bool options_has(struct options const *options, enum options_name name);

/** Reads the TASK_ID: --task-id or the argument after the command. @return false if it is not a
 *  number */
bool options_task_id(struct options const *options, uint64_t *task_id);

#endif
