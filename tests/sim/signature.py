# SPDX-License-Identifier: MIT
"""Verifies TC3-HMAC-SHA256, as the service's documentation describes it."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from sim.errors import ApiError

ALGORITHM = "TC3-HMAC-SHA256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"

_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 "
    r"Credential=(?P<secret_id>[^/\s,]+)/(?P<date>\d{4}-\d{2}-\d{2})/(?P<service>[a-z0-9]+)"
    r"/tc3_request, "
    r"SignedHeaders=(?P<signed>[a-z0-9-]+(?:;[a-z0-9-]+)*), "
    r"Signature=(?P<signature>[0-9a-f]{64})",
    re.ASCII,
)


@dataclass(frozen=True)
class Authorization:
    """The Authorization header, taken apart."""

    secret_id: str
    date: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str


@dataclass(frozen=True)
class SignedRequest:
    """What a signature covers. Names of headers are in lower case."""

    method: str
    query: str
    headers: Mapping[str, str]
    body: bytes


def parse_authorization(text: str) -> Authorization:
    """Takes an Authorization header apart, or refuses it."""
    match = _AUTHORIZATION.fullmatch(text)
    if match is None:
        raise ApiError("AuthFailure.InvalidAuthorization")
    signed = tuple(match["signed"].split(";"))
    if list(signed) != sorted(set(signed)) or not {"content-type", "host"} <= set(signed):
        raise ApiError("AuthFailure.InvalidAuthorization", "SignedHeaders is wrong.")
    return Authorization(
        match["secret_id"], match["date"], match["service"], signed, match["signature"]
    )


def _payload_hash(request: SignedRequest) -> str:
    if request.headers.get("x-tc-content-sha256") == UNSIGNED_PAYLOAD:
        return hashlib.sha256(UNSIGNED_PAYLOAD.encode()).hexdigest()
    return hashlib.sha256(b"" if request.method == "GET" else request.body).hexdigest()


def canonical_request(request: SignedRequest, signed_headers: tuple[str, ...]) -> str:
    """The text whose hash is signed."""
    lines = [request.method, "/", "" if request.method == "POST" else request.query]
    for name in signed_headers:
        if name not in request.headers:
            raise ApiError("AuthFailure.SignatureFailure", f"{name} is signed but not sent.")
        lines.append(f"{name}:{request.headers[name].strip().lower()}")
    lines += ["", ";".join(signed_headers), _payload_hash(request)]
    return "\n".join(lines)


def utc_date(timestamp: int) -> str:
    """The UTC calendar date of a time stamp."""
    return datetime.fromtimestamp(timestamp, timezone.utc).strftime("%Y-%m-%d")


def _mac(key: bytes, message: str) -> bytes:
    return hmac.new(key, message.encode(), hashlib.sha256).digest()


def expected_signature(
    request: SignedRequest, authorization: Authorization, secret_key: str, timestamp: int
) -> str:
    """The signature that the owner of `secret_key` would have sent."""
    scope = f"{authorization.date}/{authorization.service}/tc3_request"
    canonical = canonical_request(request, authorization.signed_headers)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"TC3{secret_key}".encode()
    for part in scope.split("/"):
        key = _mac(key, part)
    return _mac(key, f"{ALGORITHM}\n{timestamp}\n{scope}\n{digest}").hex()


def verify(
    request: SignedRequest, authorization: Authorization, secret_key: str, timestamp: int
) -> None:
    """Refuses a request whose signature is not that of `secret_key`."""
    if authorization.date != utc_date(timestamp):
        raise ApiError("AuthFailure.SignatureFailure", "The scope's date is not the timestamp's.")
    wanted = expected_signature(request, authorization, secret_key, timestamp)
    if not hmac.compare_digest(wanted, authorization.signature):
        raise ApiError("AuthFailure.SignatureFailure")
