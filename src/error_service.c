/* SPDX-License-Identifier: MIT */
/*
 * The service's error codes. Many codes mean the same for a caller, so there are two tables: KINDS
 * says what a kind of refusal means and what to do, and CODES says which kind a code is.
 */
#include <pgtask/error.h>

#include <string.h>

#include "error_private.h"
#include "text.h"

/* Name, retry, advice, meaning. */
#define KINDS(X)                                                                                   \
    X(UNKNOWN, NO, CODE, "the error code is unknown")                                              \
    X(OFFLINE, NO, UPDATE, "this API has been taken offline")                                      \
    X(ACTION, NO, UPDATE, "the action, version or product does not exist")                         \
    X(FORM, NO, UPDATE, "the request has a wrong form")                                            \
    X(DRY_RUN, NO, UPDATE, "the request was a dry run")                                            \
    X(PARAMETER, NO, UPDATE, "a parameter is missing or unknown")                                  \
    X(UNSUPPORTED, NO, UPDATE, "the operation is not supported")                                   \
    X(VALUE, NO, VALUE, "a value is wrong")                                                        \
    X(EXCEEDS, NO, LIMIT, "a value is above its limit")                                            \
    X(REQUEST_SIZE, NO, VALUE, "the request is too large")                                         \
    X(ANSWER_SIZE, NO, SMALLER, "the answer is too large")                                         \
    X(AUTH, NO, SECRETS, "authentication failed")                                                  \
    X(SECRET_ID, NO, SECRET_ID, "the secret id is unknown or disabled")                            \
    X(FACTOR, NO, FACTOR, "the second factor failed")                                              \
    X(CLOCK, CLOCK, CLOCK, "the clock is more than 5 minutes off")                                 \
    X(SIGNATURE, NO, SECRET_KEY, "the signature does not match")                                   \
    X(TOKEN, CREDENTIALS, TOKEN, "the token is wrong or has expired")                              \
    X(DENIED, NO, POLICY, "access is denied")                                                      \
    X(ADDRESS, NO, ADDRESS, "this IP address is not allowed")                                      \
    X(RATE, BACKOFF, RATE, "there were too many requests")                                         \
    X(QUOTA, NO, QUOTA, "a quota is used up")                                                      \
    X(FAULT, FEW, LATER, "the service has an internal fault")                                      \
    X(UNAVAILABLE, BACKOFF, LATER, "the service is unavailable")                                   \
    X(FAILED, NO, SUPPORT, "the operation failed")                                                 \
    X(NOT_NOW, NO, SUPPORT, "the operation is not allowed now")                                    \
    X(BUSY, FEW, LATER, "the resource is busy or unavailable")                                     \
    X(SCARCE, NO, SUPPORT, "the service has run out of resources")                                 \
    X(NOT_FOUND, NO, INSTANCE, "the instance or task does not exist")                              \
    X(REGION, NO, REGION, "the region is not served")

/*
 * Code and kind: the business codes of DescribeTasks, the common codes, and codes of the product
 * that have no category or a misleading one. A code that means the same as its category has no row.
 * Codes that may be tried again have a list of their own: a build without sentences needs no
 * others.
 */
#define CODES_TO_RETRY(X)                                                                          \
    X("FailedOperation.DatabaseAccessError", UNAVAILABLE)                                          \
    X("FailedOperation.FailedOperationError", UNAVAILABLE)                                         \
    X("FailedOperation.OperateFrequencyLimitedError", RATE)                                        \
    X("AuthFailure.SignatureExpire", CLOCK)                                                        \
    X("AuthFailure.TokenFailure", TOKEN)                                                           \
    X("InternalError", FAULT)                                                                      \
    X("RequestLimitExceeded", RATE)                                                                \
    X("ResourceInUse", BUSY)                                                                       \
    X("ResourceUnavailable", BUSY)                                                                 \
    X("ServiceUnavailable", UNAVAILABLE)                                                           \
    X("UnknownParameter.HttpError", FAULT)                                                         \
    X("UnknownParameter.InternalInnerServiceError", FAULT)                                         \
    X("SystemError", FAULT)                                                                        \
    X("UnknownError", FAULT)                                                                       \
    X("DBError", FAULT)                                                                            \
    X("FlowError", FAULT)

#define CODES_TO_REFUSE(X)                                                                         \
    X("FailedOperation", FAILED)                                                                   \
    X("InvalidParameterValue", VALUE)                                                              \
    X("InvalidParameterValue.ParameterValueExceedError", EXCEEDS)                                  \
    X("ActionOffline", OFFLINE)                                                                    \
    X("AuthFailure", AUTH)                                                                         \
    X("AuthFailure.InvalidSecretId", SECRET_ID)                                                    \
    X("AuthFailure.MFAFailure", FACTOR)                                                            \
    X("AuthFailure.SecretIdNotFound", SECRET_ID)                                                   \
    X("AuthFailure.SignatureFailure", SIGNATURE)                                                   \
    X("AuthFailure.UnauthorizedOperation", DENIED)                                                 \
    X("DryRunOperation", DRY_RUN)                                                                  \
    X("InvalidAction", ACTION)                                                                     \
    X("InvalidParameter", VALUE)                                                                   \
    X("InvalidRequest", FORM)                                                                      \
    X("IpInBlacklist", ADDRESS)                                                                    \
    X("IpNotInWhitelist", ADDRESS)                                                                 \
    X("LimitExceeded", QUOTA)                                                                      \
    X("MissingParameter", PARAMETER)                                                               \
    X("NoSuchProduct", ACTION)                                                                     \
    X("NoSuchVersion", ACTION)                                                                     \
    X("RequestSizeLimitExceeded", REQUEST_SIZE)                                                    \
    X("ResourceInsufficient", SCARCE)                                                              \
    X("ResourceNotFound", NOT_FOUND)                                                               \
    X("ResponseSizeLimitExceeded", ANSWER_SIZE)                                                    \
    X("UnauthorizedOperation", DENIED)                                                             \
    X("UnknownParameter", PARAMETER)                                                               \
    X("UnsupportedOperation", UNSUPPORTED)                                                         \
    X("UnsupportedProtocol", FORM)                                                                 \
    X("UnsupportedRegion", REGION)                                                                 \
    X("OperationDenied", NOT_NOW)                                                                  \
    X("OperationDenied.CamDeniedError", DENIED)                                                    \
    X("InstanceNotExist", NOT_FOUND)

#if PGTASK_ERROR_TEXTS
#define CODES(X) CODES_TO_RETRY(X) CODES_TO_REFUSE(X)
#else
#define CODES(X) CODES_TO_RETRY(X)
#endif

#define KIND_NUMBER(name, retry, advice, meaning)  KIND_##name,
#define KIND_RETRY(name, retry, advice, meaning)   RETRY_##name = PGTASK_RETRY_##retry,
#define KIND_ADVICE(name, retry, advice, meaning)  PGTASKI_ADVICE_##advice,
#define KIND_MEANING(name, retry, advice, meaning) meaning "\0"
#define CODE_FACTS(code, kind)                     KIND_##kind *PGTASKI_RETRY_KINDS + RETRY_##kind,
#define CODE_TEXT(code, kind)                      code "\0"

enum { KINDS(KIND_NUMBER) };
enum { KINDS(KIND_RETRY) };

static uint8_t const facts[] = {CODES(CODE_FACTS)};
static char const codes[] = CODES(CODE_TEXT);

/* Kind and retry of the code in the first `length` bytes of `text`; 0 if the code is unknown. */
static uint32_t find_facts(char const *text, size_t length)
{
    char const *code = codes;

    for (size_t i = 0; i < sizeof facts; i++) {
        size_t const code_length = strlen(code);

        if (code_length == length && memcmp(code, text, length) == 0) {
            return facts[i];
        }
        code += code_length + 1;
    }
    return 0;
}

/* The same for a whole code; if it is unknown, for its category, the part before the first dot. */
static uint32_t facts_of(char const *code)
{
    uint32_t const found = find_facts(code, strlen(code));

    return found != 0 ? found : find_facts(code, strcspn(code, "."));
}

#if PGTASK_ERROR_TEXTS

static uint8_t const advices[] = {KINDS(KIND_ADVICE)};
static char const meanings[] = KINDS(KIND_MEANING);

static void add_sentences(size_t kind, struct pgtask_service_error *found)
{
    found->meaning = pgtaski_text_at(meanings, kind);
    found->advice = pgtaski_error_advice_text(advices[kind]);
}

#else

static void add_sentences(size_t kind, struct pgtask_service_error *found)
{
    (void)kind;
    found->meaning = "";
    found->advice = "";
}

#endif

bool pgtask_service_error_find(char const *code, struct pgtask_service_error *found)
{
    uint32_t const known = facts_of(code != NULL ? code : "");

    found->retry = known % PGTASKI_RETRY_KINDS;
    add_sentences(known / PGTASKI_RETRY_KINDS, found);
    return known != 0;
}

enum pgtask_retry pgtaski_error_service_retry(char const *code)
{
    return facts_of(code) % PGTASKI_RETRY_KINDS;
}
