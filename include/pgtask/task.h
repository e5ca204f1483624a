/* SPDX-License-Identifier: MIT */
/**
 * @file task.h
 * A task of the service as one fixed-size record, and the decoder that makes records from the
 * body of an answer.
 *
 * Member names and meanings: API page "DescribeTasks", TaskSet and TaskDetail.
 */
#ifndef PGTASK_TASK_H
#define PGTASK_TASK_H

#include <pgtask/failure.h>
#include <pgtask/json.h>
#include <pgtask/text.h>

#ifdef __cplusplus
extern "C" {
#endif

/** `Status`. The record keeps its text too. */
enum pgtask_status {
    PGTASK_STATUS_UNKNOWN, /**< a text that this library does not know: show it, go on polling */
    PGTASK_STATUS_RUNNING, /**< `Running` */
    PGTASK_STATUS_SUCCESS, /**< `Success`: ended well */
    PGTASK_STATUS_WAIT_SWITCH, /**< `WaitSwitch`: waits for its switch, maybe for days */
    PGTASK_STATUS_FAIL,        /**< `Fail`: ended badly */
    PGTASK_STATUS_PAUSE        /**< `Pause`: needs an operator */
};

/** `TaskType`, an open set. The record keeps its text too. */
enum pgtask_task_type {
    PGTASK_TASK_TYPE_OTHER,
    PGTASK_TASK_TYPE_RESTORE_DATABASE,
    PGTASK_TASK_TYPE_CLONE_INSTANCE,
    PGTASK_TASK_TYPE_RESTART_INSTANCE,
    PGTASK_TASK_TYPE_DESTROY_INSTANCE,
    PGTASK_TASK_TYPE_MODIFY_INSTANCE_PARAMS
};

/** How a member came. Absent, null and empty differ in the answer; all mean "no value". */
enum pgtask_presence {
    PGTASK_ABSENT = 0,
    PGTASK_NULL,  /**< `null` */
    PGTASK_EMPTY, /**< `""` or, for TaskDetail, `{}` */
    PGTASK_VALUE,
    PGTASK_MALFORMED, /**< not the embedded JSON that it should be: only its text is kept */
    PGTASK_ODD        /**< of another type or range, or there twice: its value is unknown */
};

/** Members of a record: indexes into `presence`, and bit numbers in `truncated` and `odd`. */
enum pgtask_member {
    PGTASK_MEMBER_TASK_ID,
    PGTASK_MEMBER_TASK_TYPE,
    PGTASK_MEMBER_DB_INSTANCE_ID,
    PGTASK_MEMBER_START_TIME,
    PGTASK_MEMBER_END_TIME,
    PGTASK_MEMBER_STATUS,
    PGTASK_MEMBER_PROGRESS,
    PGTASK_MEMBER_TASK_DETAIL,
    PGTASK_MEMBER_CURRENT_STEP,
    PGTASK_MEMBER_ALL_STEPS,
    PGTASK_MEMBER_INPUT,
    PGTASK_MEMBER_OUTPUT,
    PGTASK_MEMBER_SWITCH_TAG,
    PGTASK_MEMBER_SWITCH_TIME,
    PGTASK_MEMBER_MESSAGE,
    /* of the embedded JSON; STEPS has no presence */
    PGTASK_MEMBER_STEPS, /**< cut: more steps than PGTASK_STEPS, or a step with a cut text; odd: a
                              step that is odd, or that has an odd member */
    PGTASK_MEMBER_RESTORE_TYPE,
    PGTASK_MEMBER_BACKUP_SET_ID,
    PGTASK_MEMBER_BACKUP_SET_TIME,
    PGTASK_MEMBER_RESTORE_TARGET_TIME,
    PGTASK_MEMBER_RESTORE_OBJECTS, /**< cut: more names than PGTASK_RESTORE_OBJECTS, or a cut one */
    PGTASK_MEMBER_AFTER_RESTORE_OBJECTS,
    PGTASK_MEMBER_RESTORE_MESSAGE,
    PGTASK_MEMBER_COUNT
};

/** @return the API's name of a member, such as "TaskId"; a constant; "" for other numbers */
char const *pgtask_member_text(enum pgtask_member member);

/** Bytes of a number that is kept as text, or that comes as one, with NUL. A longer one is odd. */
#define PGTASK_NUMBER_BYTES 24

/** Stands for a time that is not given or cannot be read. */
#define PGTASK_TIME_UNKNOWN INT64_MIN

/** Stands for a percentage that is not given or cannot be read. */
#define PGTASK_PERCENT_UNKNOWN (-1)

/** One step of AllSteps. The service calls AllSteps a summary that may change. */
struct pgtask_step {
    uint64_t step_id;        /**< StepId, from 1; 0 if not given */
    int8_t progress_percent; /**< StepProcess, clamped to 0 to 100, or PGTASK_PERCENT_UNKNOWN */
    char step_name[PGTASK_NAME_BYTES];
    char step_message[PGTASK_MESSAGE_BYTES];
};

/** `RestoreType`. */
enum pgtask_restore_type {
    PGTASK_RESTORE_TYPE_UNKNOWN,    /**< absent, or a text this library does not know */
    PGTASK_RESTORE_TYPE_BACKUP_SET, /**< `specifyBackupSet` */
    PGTASK_RESTORE_TYPE_TIMESTAMP   /**< `timestamp` */
};

/** A list of object names. */
struct pgtask_objects {
    uint32_t count; /**< names in the answer; the first PGTASK_RESTORE_OBJECTS of them are kept */
    char names[PGTASK_RESTORE_OBJECTS][PGTASK_OBJECT_BYTES];
};

/**
 * What Input and Output say about a restore. If both have a member, the one of Output counts. If
 * one of the two is malformed, what it says is unknown.
 */
struct pgtask_restore {
    enum pgtask_restore_type type;
    char type_text[PGTASK_NAME_BYTES];
    char backup_set_id[PGTASK_NAME_BYTES];
    char backup_set_time[PGTASK_TIME_BYTES];
    char target_time[PGTASK_TIME_BYTES];
    int64_t backup_set_unix_s; /**< or PGTASK_TIME_UNKNOWN */
    int64_t target_unix_s;     /**< or PGTASK_TIME_UNKNOWN; Unix 0 in an answer means "not set" */
    char message[PGTASK_MESSAGE_BYTES];
    struct pgtask_objects before; /**< BeforeRestoreObjects or RestoreObjects */
    struct pgtask_objects after;  /**< AfterRestoreObjects: the names they were restored as */
};

/**
 * A task. Texts are NUL-terminated UTF-8, and "" if there is none; a U+0000 in a text becomes
 * U+FFFD. Times are kept as text and as Unix seconds; the service writes them in UTC+8.
 *
 * A member that is not as the API describes it is *odd*. It costs nothing but its own value, which
 * is unknown then, with two exceptions: a Progress outside 0 to 100 is clamped, and kept as text;
 * and AllSteps, Input or Output as a real array or object is decoded, though it has no text.
 */
struct pgtask_task {
    uint64_t task_id;
    enum pgtask_task_type type;
    enum pgtask_status status;
    int8_t progress_percent;               /**< 0 to 100, or PGTASK_PERCENT_UNKNOWN */
    uint8_t presence[PGTASK_MEMBER_COUNT]; /**< an enum pgtask_presence for each member */
    uint32_t truncated;   /**< bit 1 << enum pgtask_member for each text or list that was cut */
    uint32_t odd;         /**< bit 1 << enum pgtask_member for each odd member */
    uint32_t step_count;  /**< steps in the answer, may exceed PGTASK_STEPS */
    int64_t start_unix_s; /**< or PGTASK_TIME_UNKNOWN */
    int64_t end_unix_s;   /**< or PGTASK_TIME_UNKNOWN: while it runs */
    uint64_t switch_tag;  /**< SwitchTag: 0 none, 1 at once, 2 at a time, 3 maintenance window */
    char progress_text[PGTASK_NUMBER_BYTES]; /**< Progress as it came, if it is outside 0 to 100 */
    char task_type[PGTASK_NAME_BYTES];
    char instance_id[PGTASK_NAME_BYTES];
    char status_text[PGTASK_NAME_BYTES];
    char start_time[PGTASK_TIME_BYTES];
    char end_time[PGTASK_TIME_BYTES];
    char current_step[PGTASK_NAME_BYTES];
    char switch_time[PGTASK_TIME_BYTES];
    char message[PGTASK_MESSAGE_BYTES];
    char all_steps[PGTASK_ALL_STEPS_BYTES]; /**< AllSteps as it came: JSON in a string */
    char input[PGTASK_INPUT_BYTES];         /**< Input as it came */
    char output[PGTASK_OUTPUT_BYTES];       /**< Output as it came */
    struct pgtask_step steps[PGTASK_STEPS];
    struct pgtask_restore restore;
};

/** @return whether a status never changes any more: it is Success or Fail */
bool pgtask_status_is_final(enum pgtask_status status);

/** How to decode. All zero is the default. */
struct pgtask_task_options {
    bool skip_detail;     /**< keep AllSteps, Input and Output as text, without decoding them */
    int32_t utc_offset_s; /**< zone of times that name none; 0 for the service's own, UTC+8 */
};

/** `utc_offset_s` for UTC itself, since 0 stands for UTC+8. */
#define PGTASK_UTC_OFFSET_ZERO INT32_MIN

/**
 * Reads a time: `YYYY-MM-DD HH:MM:SS` in the given zone, or RFC 3339, which names its own zone.
 * @param utc_offset_s  as in struct pgtask_task_options
 * @return Unix seconds, or PGTASK_TIME_UNKNOWN if `text` has neither form
 */
int64_t pgtask_time_read(char const *text, int32_t utc_offset_s);

/** Bytes of a time written by pgtask_time_write(), with NUL. */
#define PGTASK_TIME_TEXT_BYTES 20

/**
 * Writes a time as `YYYY-MM-DD HH:MM:SS` in the given zone.
 * @return PGTASK_OK, or PGTASK_ERROR_ARGUMENT outside the years 1970 to 9999
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_time_write(int64_t unix_s, int32_t utc_offset_s,
                                                      char text[PGTASK_TIME_TEXT_BYTES]);

struct pgtask_field; /* what value is expected, and where it goes; private */

/** A walk through one JSON document, the body itself or an embedded one. Private. */
struct pgtask_walk {
    uint8_t place;                    /**< object or array that the next event is in */
    uint8_t member;                   /**< number of the member whose value comes next */
    bool in_key;                      /**< another fragment of a key comes next */
    uint8_t unkept;                   /**< takes the presence of a member that has none */
    struct pgtask_field const *field; /**< of the member; NULL to pass its value over */
    char *target;                     /**< where its value goes */
    uint8_t *presence;                /**< where its presence goes, an enum pgtask_presence */
    struct pgtask_text text;          /**< the string under way */
    uint32_t skip_depth;              /**< containers open in a value that is passed over */
    char word[PGTASK_NUMBER_BYTES];   /**< a key, or a number that came as a string */
};

/** Members of the envelope. Private. */
#define PGTASK_ENVELOPE_MEMBERS 10

/** Stands for a TotalCount that is not given or cannot be read. */
#define PGTASK_COUNT_UNKNOWN UINT64_MAX

/**
 * The decoder of one answer's body. The caller places it. `total_count`, `task_count`,
 * `left_out_count` and `failure` are valid once pgtask_answer_next() has returned PGTASK_DONE or an
 * error; the rest is private.
 */
struct pgtask_answer {
    bool embedding;   /**< embedded JSON is under way, and good so far */
    uint8_t embedded; /**< which one: AllSteps, Input or Output, an enum pgtask_member */
    uint8_t presence[PGTASK_ENVELOPE_MEMBERS]; /**< of the envelope's members */
    uint32_t output_facts;                     /**< facts that Output has, a bit each */
    struct pgtask_walk walk;                   /**< through the body */
    uint32_t task_count;                       /**< records handed on */
    uint32_t left_out_count; /**< elements of TaskSet that lack TaskId or Status, or are odd */
    uint64_t total_count;    /**< tasks that match, on all pages, or PGTASK_COUNT_UNKNOWN */
    uint64_t legacy_code;    /**< `code` of the legacy layout, 0 if there was no error */
    struct pgtask_task_options options;
    struct pgtask_json json; /**< of the body */
#if PGTASK_EMBEDDED_JSON
    struct pgtask_walk detail_walk; /**< through the embedded JSON */
    struct pgtask_json detail;      /**< of the embedded JSON */
#endif
    struct pgtask_failure failure; /**< why, after an error; its request_id in any case */
    char window[PGTASK_JSON_WINDOW_BYTES];
#if PGTASK_EMBEDDED_JSON
    char detail_window[PGTASK_DETAIL_WINDOW_BYTES];
#endif
};

/** Makes ready for one body. `options` may be NULL. */
void pgtask_answer_start(struct pgtask_answer *answer, struct pgtask_task_options const *options);

/**
 * Takes bytes of the body. Call only after pgtask_answer_next() returned PGTASK_MORE.
 * @return how many were taken, 1 or more if length > 0
 */
size_t pgtask_answer_feed(struct pgtask_answer *answer, uint8_t const *bytes, size_t length);

/** Says that the body ends here. Then call pgtask_answer_next() until it is done. */
void pgtask_answer_finish(struct pgtask_answer *answer);

/**
 * Finds the next record.
 *
 * @param task  the caller's; valid on PGTASK_OK only. It is filled as the bytes come: pass the same
 *              object until the record is whole
 * @return PGTASK_OK    `task` is one whole record
 *         PGTASK_MORE  feed or finish
 *         PGTASK_DONE  the answer was whole and good
 *         PGTASK_ERROR_SERVICE  the service refused; code, message, request id in `failure`
 *         PGTASK_ERROR_JSON_*, PGTASK_ERROR_ANSWER_*; details in `failure`. Errors stick
 */
PGTASK_MUST_CHECK enum pgtask_error pgtask_answer_next(struct pgtask_answer *answer,
                                                       struct pgtask_task *task);

#ifdef __cplusplus
}
#endif

#endif
