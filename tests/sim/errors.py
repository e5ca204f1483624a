# SPDX-License-Identifier: MIT
"""The service's refusals: documented codes and the exception that carries one."""

# API page section 6.2 and the list of common error codes.
CODES: dict[str, str] = {
    "ActionOffline": "This API has been taken offline.",
    "AuthFailure.InvalidAuthorization": "Authorization in the request header does not comply "
    "with the Tencent Cloud standard.",
    "AuthFailure.InvalidSecretId": "The secret ID is not of the API key type.",
    "AuthFailure.MFAFailure": "MFA failed.",
    "AuthFailure.SecretIdNotFound": "The SecretId is not found, please ensure that your "
    "SecretId is correct.",
    "AuthFailure.SignatureExpire": "The signature has expired: the timestamp differs by more "
    "than five minutes from the server's time.",
    "AuthFailure.SignatureFailure": "The provided credentials could not be validated. Please "
    "check your signature is correct.",
    "AuthFailure.TokenFailure": "The token is invalid, please check it.",
    "AuthFailure.UnauthorizedOperation": "You are not authorized to perform this operation.",
    "DryRunOperation": "The request would have succeeded, but DryRun was set.",
    "FailedOperation": "The operation failed.",
    "FailedOperation.DatabaseAccessError": "Failed to access the database, try again later.",
    "FailedOperation.DatabaseAffectedError": "The database operation failed.",
    "FailedOperation.FailedOperationError": "The operation failed, try again later.",
    "InternalError": "An internal error has occurred. Retry your request.",
    "InvalidAction": "The requested API action does not exist.",
    "InvalidParameter": "The parameter is not in a correct format or type.",
    "InvalidParameterValue": "The parameter value is incorrect.",
    "InvalidParameterValue.InvalidParameterValueError": "The parameter value is invalid.",
    "InvalidParameterValue.ParameterValueExceedError": "The parameter value exceeds the limit.",
    "InvalidRequest": "The multipart body of the request is malformed.",
    "IpInBlacklist": "Your IP address is in the blocklist.",
    "IpNotInWhitelist": "Your IP address is not in the allowlist.",
    "LimitExceeded": "The quota limit is exceeded.",
    "MissingParameter": "A parameter is missing.",
    "NoSuchProduct": "The product does not exist.",
    "NoSuchVersion": "The API version does not exist.",
    "RequestLimitExceeded": "The number of requests exceeds the frequency limit.",
    "RequestLimitExceeded.GlobalRegionUinLimitExceeded": "The account's rate is exceeded.",
    "RequestLimitExceeded.IPLimitExceeded": "The IP address's rate is exceeded.",
    "RequestLimitExceeded.UinLimitExceeded": "The account's rate is exceeded.",
    "RequestSizeLimitExceeded": "The request size exceeds the limit.",
    "ResourceInUse": "The resource is in use.",
    "ResourceInsufficient": "The resource is insufficient.",
    "ResourceNotFound": "The resource does not exist.",
    "ResourceUnavailable": "The resource is unavailable.",
    "ResponseSizeLimitExceeded": "The response size exceeds the limit.",
    "ServiceUnavailable": "The service is unavailable now, try again later.",
    "UnauthorizedOperation": "The operation is unauthorized.",
    "UnknownParameter": "An undefined parameter is sent.",
    "UnsupportedOperation": "The operation is not supported.",
    "UnsupportedProtocol": "Only GET and POST are supported over HTTPS.",
    "UnsupportedRegion": "The API does not serve this region.",
}


class ApiError(Exception):
    """A refusal: HTTP 200 with an error envelope."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        message = CODES.get(code, "An error of a kind that is not documented.")
        self.message = f"{message} {detail}" if detail else message
