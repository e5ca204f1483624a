/* SPDX-License-Identifier: MIT */
#include "session/exit_status.h"

enum status status_of(enum pgtask_error error)
{
    switch (pgtask_error_layer(error)) {
    case PGTASK_LAYER_NONE: return STATUS_GOOD;
    case PGTASK_LAYER_USAGE:
    case PGTASK_LAYER_QUERY:
    case PGTASK_LAYER_SIGN: return STATUS_USAGE;
    case PGTASK_LAYER_NETWORK:
    case PGTASK_LAYER_TLS: return STATUS_NETWORK;
    case PGTASK_LAYER_HTTP:
        return error == PGTASK_ERROR_HTTP_STATUS ? STATUS_NETWORK : STATUS_ANSWER;
    case PGTASK_LAYER_JSON:
    case PGTASK_LAYER_ANSWER: return STATUS_ANSWER;
    case PGTASK_LAYER_SERVICE: return STATUS_SERVICE;
    }
    return STATUS_ANSWER;
}
