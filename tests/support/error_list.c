/* SPDX-License-Identifier: MIT */
/* The list repeats the errors by hand, so that tests do not trust the library's own table. */
#include "error_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NO          PGTASK_RETRY_NO
#define BACKOFF     PGTASK_RETRY_BACKOFF
#define FEW         PGTASK_RETRY_FEW
#define CLOCK       PGTASK_RETRY_CLOCK
#define CREDENTIALS PGTASK_RETRY_CREDENTIALS

struct listed_error const listed_errors[] = {
    {PGTASK_ERROR_ARGUMENT, "usage", NO},
    {PGTASK_ERROR_STATE, "usage", NO},
    {PGTASK_ERROR_BUFFER, "usage", NO},
    {PGTASK_ERROR_CANCELLED, "usage", NO},
    {PGTASK_ERROR_QUERY_RANGE, "query", NO},
    {PGTASK_ERROR_QUERY_CHARACTER, "query", NO},
    {PGTASK_ERROR_QUERY_LENGTH, "query", NO},
    {PGTASK_ERROR_QUERY_TIME, "query", NO},
    {PGTASK_ERROR_QUERY_ORDER, "query", NO},
    {PGTASK_ERROR_CREDENTIALS, "sign", NO},
    {PGTASK_ERROR_NO_TIME, "sign", NO},
    {PGTASK_ERROR_SIGN_CRYPTO, "sign", NO},
    {PGTASK_ERROR_RESOLVE, "network", BACKOFF},
    {PGTASK_ERROR_CONNECT, "network", BACKOFF},
    {PGTASK_ERROR_RESET, "network", BACKOFF},
    {PGTASK_ERROR_CLOSED, "network", BACKOFF},
    {PGTASK_ERROR_TIMEOUT, "network", BACKOFF},
    {PGTASK_ERROR_ENTROPY, "network", FEW},
    {PGTASK_ERROR_PORT, "network", NO},
    {PGTASK_ERROR_STALLED, "network", BACKOFF},
    {PGTASK_ERROR_TLS_ROOTS, "tls", NO},
    {PGTASK_ERROR_TLS_UNKNOWN_CA, "tls", NO},
    {PGTASK_ERROR_TLS_HOST_NAME, "tls", NO},
    {PGTASK_ERROR_TLS_EXPIRED, "tls", NO},
    {PGTASK_ERROR_TLS_NOT_YET_VALID, "tls", NO},
    {PGTASK_ERROR_TLS_USAGE, "tls", NO},
    {PGTASK_ERROR_TLS_WEAK, "tls", NO},
    {PGTASK_ERROR_TLS_VERIFY, "tls", NO},
    {PGTASK_ERROR_TLS_VERSION, "tls", NO},
    {PGTASK_ERROR_TLS_HANDSHAKE, "tls", FEW},
    {PGTASK_ERROR_TLS_RECORD, "tls", FEW},
    {PGTASK_ERROR_TLS_TRUNCATED, "tls", BACKOFF},
    {PGTASK_ERROR_TLS_MEMORY, "tls", NO},
    {PGTASK_ERROR_TLS_INTERNAL, "tls", NO},
    {PGTASK_ERROR_TLS_KEY, "tls", NO},
    {PGTASK_ERROR_TLS_CONSTRAINT, "tls", NO},
    {PGTASK_ERROR_TLS_EXTENSION, "tls", NO},
    {PGTASK_ERROR_TLS_FLOOD, "tls", FEW},
    {PGTASK_ERROR_TLS_DOWNGRADE, "tls", NO},
    {PGTASK_ERROR_TLS_LENGTH, "tls", NO},
    {PGTASK_ERROR_HTTP_SYNTAX, "http", NO},
    {PGTASK_ERROR_HTTP_STATUS, "http", NO},
    {PGTASK_ERROR_HTTP_HEAD, "http", NO},
    {PGTASK_ERROR_HTTP_LENGTH, "http", NO},
    {PGTASK_ERROR_HTTP_CHUNK, "http", NO},
    {PGTASK_ERROR_HTTP_ENCODING, "http", NO},
    {PGTASK_ERROR_HTTP_TRUNCATED, "http", BACKOFF},
    {PGTASK_ERROR_JSON_SYNTAX, "json", NO},
    {PGTASK_ERROR_JSON_STRING, "json", NO},
    {PGTASK_ERROR_JSON_NUMBER, "json", NO},
    {PGTASK_ERROR_JSON_DEPTH, "json", NO},
    {PGTASK_ERROR_JSON_TRUNCATED, "json", FEW},
    {PGTASK_ERROR_ANSWER_TYPE, "answer", NO},
    {PGTASK_ERROR_ANSWER_RANGE, "answer", NO},
    {PGTASK_ERROR_ANSWER_MISSING, "answer", NO},
    {PGTASK_ERROR_SERVICE, "service", NO},
    {PGTASK_ERROR_PROXY_ANSWER, "network", FEW},
    {PGTASK_ERROR_PROXY_CREDENTIALS, "http", NO},
    {PGTASK_ERROR_PROXY_REFUSED, "http", NO},
    {PGTASK_ERROR_PROXY_GATEWAY, "http", BACKOFF},
};

/* API page, section 6: the business codes, the common codes, and those codes of the product whose
 * category is missing or misleads. */
struct listed_code const listed_codes[] = {
    {"FailedOperation.DatabaseAccessError", BACKOFF},
    {"FailedOperation.DatabaseAffectedError", NO},
    {"FailedOperation.FailedOperationError", BACKOFF},
    {"InvalidParameterValue.InvalidParameterValueError", NO},
    {"InvalidParameterValue.ParameterValueExceedError", NO},
    {"ActionOffline", NO},
    {"AuthFailure.InvalidAuthorization", NO},
    {"AuthFailure.InvalidSecretId", NO},
    {"AuthFailure.MFAFailure", NO},
    {"AuthFailure.SecretIdNotFound", NO},
    {"AuthFailure.SignatureExpire", CLOCK},
    {"AuthFailure.SignatureFailure", NO},
    {"AuthFailure.TokenFailure", CREDENTIALS},
    {"AuthFailure.UnauthorizedOperation", NO},
    {"DryRunOperation", NO},
    {"FailedOperation", NO},
    {"InternalError", FEW},
    {"InvalidAction", NO},
    {"InvalidParameter", NO},
    {"InvalidParameterValue", NO},
    {"InvalidRequest", NO},
    {"IpInBlacklist", NO},
    {"IpNotInWhitelist", NO},
    {"LimitExceeded", NO},
    {"MissingParameter", NO},
    {"NoSuchProduct", NO},
    {"NoSuchVersion", NO},
    {"RequestLimitExceeded", BACKOFF},
    {"RequestLimitExceeded.GlobalRegionUinLimitExceeded", BACKOFF},
    {"RequestLimitExceeded.IPLimitExceeded", BACKOFF},
    {"RequestLimitExceeded.UinLimitExceeded", BACKOFF},
    {"RequestSizeLimitExceeded", NO},
    {"ResourceInUse", FEW},
    {"ResourceInsufficient", NO},
    {"ResourceNotFound", NO},
    {"ResourceUnavailable", FEW},
    {"ResponseSizeLimitExceeded", NO},
    {"ServiceUnavailable", BACKOFF},
    {"UnauthorizedOperation", NO},
    {"UnknownParameter", NO},
    {"UnsupportedOperation", NO},
    {"UnsupportedProtocol", NO},
    {"UnsupportedRegion", NO},
    {"SystemError", FEW},
    {"UnknownError", FEW},
    {"DBError", FEW},
    {"FlowError", FEW},
    {"InstanceNotExist", NO},
    {"UnknownParameter.HttpError", FEW},
    {"UnknownParameter.InternalInnerServiceError", FEW},
    {"FailedOperation.OperateFrequencyLimitedError", BACKOFF},
    {"InternalError.HttpError", FEW},
    {"OperationDenied.CamDeniedError", NO},
};

bool is_sentence(char const *text)
{
    size_t const length = strlen(text);

    return length > 2 && text[0] >= 'A' && text[0] <= 'Z' && text[length - 1] == '.';
}

bool is_clause(char const *text)
{
    return strlen(text) > 4 && text[strlen(text) - 1] != '.';
}

struct pgtask_failure service_failure(char const *code)
{
    struct pgtask_failure failure = {.error = PGTASK_ERROR_SERVICE};

    assert_in_range(strlen(code), 0, sizeof failure.code - 1);
    memcpy(failure.code, code, strlen(code) + 1);
    return failure;
}
