/* SPDX-License-Identifier: MIT */
/**
 * @file task_members_private.h
 * Every member of an answer that the decoder knows, in one row each:
 *
 *     X(number, name, field)
 *
 * `number` is an enumerator without its prefix: of enum pgtaski_envelope, which is made of these
 * rows, or of enum pgtask_member, which the compiler holds against these rows. `name` is the API's
 * name. `field` says what is stored, and where; or which place an object or array is.
 *
 * Sources: API page 6.1; the vendor's Go SDK handles the legacy layout too.
 */
#ifndef PGTASKI_TASK_MEMBERS_PRIVATE_H
#define PGTASKI_TASK_MEMBERS_PRIVATE_H

/** Of the top-level object. The last three are the legacy layout of a refusal. */
#define PGTASKI_ROOT_MEMBERS(X)                                                                    \
    X(ENVELOPE_RESPONSE, "Response", OBJECT(RESPONSE))                                             \
    X(ENVELOPE_LEGACY_CODE, "code", UINT64(pgtask_answer, legacy_code))                            \
    X(ENVELOPE_LEGACY_MESSAGE, "message", TEXT(pgtask_answer, failure.message))                    \
    X(ENVELOPE_LEGACY_NAME, "codeDesc", TEXT(pgtask_answer, failure.code))

/** Of Response. */
#define PGTASKI_RESPONSE_MEMBERS(X)                                                                \
    X(ENVELOPE_TOTAL_COUNT, "TotalCount", UINT64(pgtask_answer, total_count))                      \
    X(ENVELOPE_TASK_SET, "TaskSet", ARRAY(SET))                                                    \
    X(ENVELOPE_REQUEST_ID, "RequestId", TEXT(pgtask_answer, failure.request_id))                   \
    X(ENVELOPE_ERROR, "Error", OBJECT(ERROR))

/** Of Error. */
#define PGTASKI_ERROR_MEMBERS(X)                                                                   \
    X(ENVELOPE_CODE, "Code", TEXT(pgtask_answer, failure.code))                                    \
    X(ENVELOPE_MESSAGE, "Message", TEXT(pgtask_answer, failure.message))

/** All that stands around the tasks. */
#define PGTASKI_ENVELOPE_MEMBERS(X)                                                                \
    PGTASKI_ROOT_MEMBERS(X) PGTASKI_RESPONSE_MEMBERS(X) PGTASKI_ERROR_MEMBERS(X)

/** Of an element of TaskSet. */
#define PGTASKI_TASK_MEMBERS(X)                                                                    \
    X(MEMBER_TASK_ID, "TaskId", UINT64(pgtask_task, task_id))                                      \
    X(MEMBER_TASK_TYPE, "TaskType", TEXT(pgtask_task, task_type))                                  \
    X(MEMBER_DB_INSTANCE_ID, "DBInstanceId", TEXT(pgtask_task, instance_id))                       \
    X(MEMBER_START_TIME, "StartTime", TEXT(pgtask_task, start_time))                               \
    X(MEMBER_END_TIME, "EndTime", TEXT(pgtask_task, end_time))                                     \
    X(MEMBER_STATUS, "Status", TEXT(pgtask_task, status_text))                                     \
    X(MEMBER_PROGRESS, "Progress", PERCENT(pgtask_task, progress_percent))                         \
    X(MEMBER_TASK_DETAIL, "TaskDetail", OBJECT(DETAIL))

/** Of TaskDetail. */
#define PGTASKI_DETAIL_MEMBERS(X)                                                                  \
    X(MEMBER_CURRENT_STEP, "CurrentStep", TEXT(pgtask_task, current_step))                         \
    X(MEMBER_ALL_STEPS, "AllSteps", TEXT(pgtask_task, all_steps))                                  \
    X(MEMBER_INPUT, "Input", TEXT(pgtask_task, input))                                             \
    X(MEMBER_OUTPUT, "Output", TEXT(pgtask_task, output))                                          \
    X(MEMBER_SWITCH_TAG, "SwitchTag", UINT64(pgtask_task, switch_tag))                             \
    X(MEMBER_SWITCH_TIME, "SwitchTime", TEXT(pgtask_task, switch_time))                            \
    X(MEMBER_MESSAGE, "Message", TEXT(pgtask_task, message))

#if PGTASK_EMBEDDED_JSON
/** Of the JSON in Input and Output. The last row is a second name of RestoreObjects. */
#define PGTASKI_FACT_MEMBERS(X)                                                                    \
    X(MEMBER_RESTORE_TYPE, "RestoreType", TEXT(pgtask_task, restore.type_text))                    \
    X(MEMBER_BACKUP_SET_ID, "BackupSetId", TEXT(pgtask_task, restore.backup_set_id))               \
    X(MEMBER_BACKUP_SET_TIME, "BackupSetTime", TEXT(pgtask_task, restore.backup_set_time))         \
    X(MEMBER_RESTORE_TARGET_TIME, "RestoreTargetTime", TEXT(pgtask_task, restore.target_time))     \
    X(MEMBER_RESTORE_OBJECTS, "RestoreObjects", ARRAY(OBJECTS))                                    \
    X(MEMBER_AFTER_RESTORE_OBJECTS, "AfterRestoreObjects", ARRAY(OBJECTS))                         \
    X(MEMBER_RESTORE_MESSAGE, "Message", TEXT(pgtask_task, restore.message))                       \
    X(MEMBER_BEFORE_RESTORE_OBJECTS, "BeforeRestoreObjects", ARRAY(OBJECTS))
#else
#define PGTASKI_FACT_MEMBERS(X)
#endif

/** Not a member of an answer: it only has a bit in `truncated`. */
#define PGTASKI_STEPS_MEMBER(X) X(MEMBER_STEPS, "Steps", NO_FIELD)

/** All that a record is made of. */
#define PGTASKI_RECORD_MEMBERS(X)                                                                  \
    PGTASKI_TASK_MEMBERS(X)                                                                        \
    PGTASKI_DETAIL_MEMBERS(X) PGTASKI_STEPS_MEMBER(X) PGTASKI_FACT_MEMBERS(X)

/** Of an element of the JSON in AllSteps. */
#define PGTASKI_STEP_MEMBERS(X)                                                                    \
    X(STEP_ID, "StepId", UINT64(pgtask_step, step_id))                                             \
    X(STEP_NAME, "StepName", TEXT(pgtask_step, step_name))                                         \
    X(STEP_PROGRESS, "StepProcess", PERCENT(pgtask_step, progress_percent))                        \
    X(STEP_MESSAGE, "StepMessage", TEXT(pgtask_step, step_message))

#endif
