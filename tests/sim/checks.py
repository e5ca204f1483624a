# SPDX-License-Identifier: MIT
"""Checks a request as the gateway and the API do; the first fault found is the answer."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from sim.clock import read_time
from sim.errors import ApiError
from sim.signature import SignedRequest, parse_authorization, verify

ACTION = "DescribeTasks"
VERSION = "2017-03-12"
SERVICE = "postgres"
# English API page, 2026-04.
REGIONS = frozenset(
    "ap-bangkok ap-beijing ap-chengdu ap-chongqing ap-guangzhou ap-hongkong ap-jakarta ap-nanjing "
    "ap-seoul ap-shanghai ap-shanghai-fsi ap-shenzhen-fsi ap-singapore ap-tokyo eu-frankfurt "
    "na-ashburn na-siliconvalley sa-saopaulo".split()
)
MAX_CLOCK_SKEW_S = 300
MAX_POST_BYTES = 10 * 1024 * 1024
MAX_GET_BYTES = 32 * 1024
MAX_UINT64 = 2**64 - 1
MAX_LIMIT = 100
DEFAULT_LIMIT = 20

_REQUEST_CLIENT = re.compile(r"[0-9a-zA-Z_ ,;.-]{1,128}")


@dataclass(frozen=True)
class Key:
    """One pair of keys; with a token it is a temporary one."""

    secret_id: str
    secret_key: str
    token: str = ""


@dataclass(frozen=True)
class Query:
    """A checked request with the defaults filled in. Times are Unix seconds."""

    task_id: int | None = None
    instance_id: str | None = None
    min_start: int | None = None
    max_start: int | None = None
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    order_by: str = "StartTime"
    descending: bool = True


@dataclass(frozen=True)
class Rules:
    """What this service knows of its accounts and regions."""

    keys: Mapping[str, Key]
    regions: frozenset[str] = field(default=REGIONS)


def check_envelope(request: SignedRequest, rules: Rules, now: float) -> None:
    """Method, common parameters and signature."""
    headers = request.headers
    if request.method not in ("GET", "POST"):
        raise ApiError("UnsupportedProtocol")
    size = len(request.query) if request.method == "GET" else len(request.body)
    if size > (MAX_GET_BYTES if request.method == "GET" else MAX_POST_BYTES):
        raise ApiError("RequestSizeLimitExceeded")
    for name in ("X-TC-Action", "X-TC-Version", "X-TC-Timestamp", "X-TC-Region"):
        if not headers.get(name.lower()):
            raise ApiError("MissingParameter", f"{name} is missing.")
    _check_content_type(request)
    _check_authorization(request, rules, now)
    _check_target(headers, rules)
    if headers.get("x-tc-language", "zh-CN") not in ("zh-CN", "en-US"):
        raise ApiError("InvalidParameterValue", "X-TC-Language is zh-CN or en-US.")
    if not _REQUEST_CLIENT.fullmatch(headers.get("x-tc-requestclient", "none")):
        raise ApiError("InvalidParameterValue", "X-TC-RequestClient is malformed.")


def _check_content_type(request: SignedRequest) -> None:
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type == "multipart/form-data":
        raise ApiError("InvalidRequest")
    wanted = "application/json" if request.method == "POST" else "application/x-www-form-urlencoded"
    if media_type != wanted:
        raise ApiError("InvalidParameter", f"Content-Type must be {wanted}.")


def _check_authorization(request: SignedRequest, rules: Rules, now: float) -> None:
    authorization = parse_authorization(request.headers.get("authorization", ""))
    stamp = request.headers["x-tc-timestamp"]
    if not re.fullmatch(r"\d{1,12}", stamp, re.ASCII):
        raise ApiError("InvalidParameter", "X-TC-Timestamp is not an integer.")
    if abs(int(stamp) - now) > MAX_CLOCK_SKEW_S:
        raise ApiError("AuthFailure.SignatureExpire")
    if not authorization.secret_id.startswith("AKID"):
        raise ApiError("AuthFailure.InvalidSecretId")
    key = rules.keys.get(authorization.secret_id)
    if key is None:
        raise ApiError("AuthFailure.SecretIdNotFound")
    if authorization.service != SERVICE:
        raise ApiError("AuthFailure.SignatureFailure", "The scope names another service.")
    verify(request, authorization, key.secret_key, int(stamp))
    # A long-term key is sent without the header, not with an empty one.
    if request.headers.get("x-tc-token") != (key.token or None):
        raise ApiError("AuthFailure.TokenFailure")


def _check_target(headers: Mapping[str, str], rules: Rules) -> None:
    host = headers["host"].lower()
    if ".tencentcloudapi.c" in host and host.split(".")[0] != SERVICE:
        raise ApiError("NoSuchProduct")
    if headers["x-tc-version"] != VERSION:
        raise ApiError("NoSuchVersion")
    if headers["x-tc-action"] != ACTION:
        raise ApiError("InvalidAction")
    if headers["x-tc-region"] not in rules.regions:
        raise ApiError("UnsupportedRegion")


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _members(request: SignedRequest) -> dict[str, Any]:
    if request.method == "GET":
        pairs = parse_qsl(request.query, keep_blank_values=True)
        numbers = {"TaskId", "Limit", "Offset"}
        return {k: int(v) if k in numbers and v.isdecimal() else v for k, v in pairs}
    try:
        members = json.loads(
            request.body.decode("utf-8"),
            object_pairs_hook=_unique_members,
            parse_constant=_refuse_constant,
        )
    except (ValueError, RecursionError) as error:
        raise ApiError("InvalidParameter", "The body is not valid JSON.") from error
    if not isinstance(members, dict):
        raise ApiError("InvalidParameter", "The body is not a JSON object.")
    return members


def _number(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ApiError("InvalidParameter", f"{name} is not an unsigned integer.")
    if value > MAX_UINT64:
        raise ApiError("InvalidParameterValue.ParameterValueExceedError", f"{name} is too large.")
    return value


def _limit(name: str, value: Any) -> int:
    number = _number(name, value)
    if number > MAX_LIMIT:
        raise ApiError("InvalidParameterValue.ParameterValueExceedError", "Limit is 1 to 100.")
    if number == 0:
        raise ApiError("InvalidParameterValue.InvalidParameterValueError", "Limit is 1 to 100.")
    return number


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ApiError("InvalidParameter", f"{name} is not a string.")
    if not value:
        raise ApiError("InvalidParameterValue.InvalidParameterValueError", f"{name} is empty.")
    return value


def _time(name: str, value: Any) -> int:
    try:
        return read_time(_text(name, value))
    except ValueError as error:
        raise ApiError(
            "InvalidParameterValue.InvalidParameterValueError", f"{name} is not a time."
        ) from error


def _choice(name: str, value: Any, choices: tuple[str, ...]) -> str:
    text = _text(name, value)
    if text not in choices:
        raise ApiError(
            "InvalidParameterValue.InvalidParameterValueError", f"{name}: {' or '.join(choices)}."
        )
    return text


def _order_by(name: str, value: Any) -> str:
    return _choice(name, value, ("StartTime", "EndTime"))


def _descending(name: str, value: Any) -> bool:
    return _choice(name, value, ("desc", "asc")) == "desc"


_READERS = {
    "TaskId": ("task_id", _number),
    "DBInstanceId": ("instance_id", _text),
    "MinStartTime": ("min_start", _time),
    "MaxStartTime": ("max_start", _time),
    "Limit": ("limit", _limit),
    "Offset": ("offset", _number),
    "OrderBy": ("order_by", _order_by),
    "OrderByType": ("descending", _descending),
}


def check_query(request: SignedRequest) -> Query:
    """The business parameters."""
    members = _members(request)
    for name in members:
        if name not in _READERS:
            raise ApiError("UnknownParameter", f"{name} is not defined.")
    values: dict[str, Any] = {}
    for name, value in members.items():
        attribute, read = _READERS[name]
        values[attribute] = read(name, value)
    return Query(**values)
