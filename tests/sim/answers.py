# SPDX-License-Identifier: MIT
"""Answers: the good one, the refusal, and every wrong one that a scenario can ask for."""

import copy
import gzip
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sim.errors import ApiError

Document = dict[str, Any]


@dataclass
class Answer:
    """One HTTP answer before it is framed."""

    body: bytes
    status: int = 200
    reason: str = "OK"
    content_type: str = "application/json"
    headers: list[tuple[str, str]] = field(default_factory=list)
    content_length: str | None = None  # in place of the true one
    after: bytes = b""  # sent right after the answer
    raw: bytes | None = None  # sent in place of all of the above


def encode(document: Any, pretty: bool = False) -> bytes:
    if pretty:
        return json.dumps(document, indent=0).encode()
    return json.dumps(document, separators=(",", ":")).encode()


def new_request_id() -> str:
    return str(uuid.uuid4())


def task_list(total: int, tasks: list[Document], request_id: str) -> Document:
    return {"Response": {"RequestId": request_id, "TaskSet": tasks, "TotalCount": total}}


def refusal(error: ApiError, request_id: str) -> Document:
    return {
        "Response": {
            "Error": {"Code": error.code, "Message": error.message},
            "RequestId": request_id,
        }
    }


def _nginx_page(status: int, reason: str) -> bytes:
    return (
        f"<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n"
        f"<center><h1>{status} {reason}</h1></center>\r\n<hr><center>nginx</center>\r\n"
        "</body>\r\n</html>\r\n"
    ).encode()


def html_page(status: int, reason: str, *headers: tuple[str, str]) -> Answer:
    page = _nginx_page(status, reason)
    return Answer(page, status, reason, "text/html", list(headers))


def _page(status: int, reason: str, *headers: tuple[str, str]) -> Callable[[Document], Answer]:
    return lambda _document: html_page(status, reason, *headers)


def _gzip(document: Document) -> Answer:
    return Answer(gzip.compress(encode(document)), headers=[("Content-Encoding", "gzip")])


def _two_answers(document: Document) -> Answer:
    body = encode(document)
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return Answer(body, after=head + body)


def _tasks(document: Document) -> list[Document]:
    tasks = document["Response"].get("TaskSet", [])
    assert isinstance(tasks, list)
    return tasks


def _on_tasks(change: Callable[[Document], object]) -> Callable[[Document], Answer]:
    """A wrong answer that differs from the good one in every task."""

    def make(document: Document) -> Answer:
        changed = copy.deepcopy(document)
        for task in _tasks(changed):
            change(task)
        return Answer(encode(changed))

    return make


def _on_response(change: Callable[[Document], object]) -> Callable[[Document], Answer]:
    def make(document: Document) -> Answer:
        changed = copy.deepcopy(document)
        change(changed["Response"])
        return Answer(encode(changed))

    return make


def _on_text(old: bytes, new: bytes) -> Callable[[Document], Answer]:
    return lambda document: Answer(encode(document).replace(old, new))


def _detail(**members: Any) -> Callable[[Document], object]:
    return lambda task: task["TaskDetail"].update(members)


def _numbers_as_strings(task: Document) -> None:
    for name in ("TaskId", "Progress"):
        task[name] = str(task[name])


def _numbers_as_floats(task: Document) -> None:
    for name in ("TaskId", "Progress"):
        task[name] = float(task[name])


def _nulls(task: Document) -> None:
    task["EndTime"] = None
    task["TaskDetail"] = {"CurrentStep": None, "AllSteps": None, "Input": None, "Output": None}


def _unknown_members(task: Document) -> None:
    odd = {"a": [1, [2, {"b": None}], "}"], "": {}, "\u4e2d\U0001f600": -1.5e-300}
    task["Unheard"] = odd
    task["TaskDetail"]["AlsoUnheard"] = [odd, True, False, None, "\u0000\\\""]


def _unknown_everywhere(document: Document) -> Answer:
    changed = copy.deepcopy(document)
    changed["retcode"] = 0
    changed["retmsg"] = {"deep": [[[]]]}
    changed["Response"]["DeprecatedWarning"] = "This action is deprecated."
    for task in _tasks(changed):
        _unknown_members(task)
    return Answer(encode(changed))


def _deep(document: Document) -> Answer:
    nest = b"[" * 20000 + b"]" * 20000
    return Answer(encode(document).replace(b'"TaskId"', b'"Deep":' + nest + b',"TaskId"', 1))


def _legacy_error(_document: Document) -> Answer:
    return Answer(encode({"code": 4000, "message": "text", "codeDesc": "SomeCode"}))


def _reordered(document: Document, place: int) -> Document:
    """The same with RequestId first (0), in the middle (1) or last (2)."""
    members = dict(document["Response"])
    request_id = members.pop("RequestId")
    names = list(members)
    names.insert(place if place < 2 else len(names), "RequestId")
    members["RequestId"] = request_id
    return {**document, "Response": {name: members[name] for name in names}}


def _without_values(document: Document) -> Document:
    """The same with null in place of each member without a value (a Go service's empty list)."""
    changed = copy.deepcopy(document)
    for task in _tasks(changed):
        for holder in (task, task.get("TaskDetail") or {}):
            holder.update({name: None for name, value in holder.items() if value in ("", {})})
    if not changed["Response"].get("TaskSet", True):
        changed["Response"]["TaskSet"] = None
    return changed


def _in_back_quotes(document: Document) -> Document:
    """Numbers in the texts of a refusal as the gateway writes them, and a text with both quotes."""
    changed = copy.deepcopy(document)
    error = changed["Response"].get("Error")
    if error is not None:
        error["Message"] = re.sub(r"\d+", r"`\g<0>`", error["Message"])
    for task in _tasks(changed):
        task["TaskDetail"] = {**(task.get("TaskDetail") or {}), "Message": "`pg_ctl` took 'long'"}
    return changed


# The shapes of the 353 recorded answers of the gateway (spec, section 6.4): what changes in the
# document, and then in its text.
SHAPES: dict[str, Callable[[Document], Document]] = {
    "request_id_first": lambda document: _reordered(document, 0),
    "request_id_middle": lambda document: _reordered(document, 1),
    "request_id_last": lambda document: _reordered(document, 2),
    "nulls": _without_values,
    "back_quotes": _in_back_quotes,
    "pretty": lambda document: document,
    "raw_utf8": lambda document: document,
    "escaped_slash": lambda document: document,
}


def shaped(body: bytes, shape: list[str]) -> bytes:
    """A body of JSON written in another way. Any other body stays as it is."""
    if not shape:
        return body
    try:
        document = json.loads(body)
        assert isinstance(document["Response"]["RequestId"], str)
    except (ValueError, KeyError, TypeError, AssertionError):
        return body
    for name in shape:
        document = SHAPES[name](document)
    indent, separators = (2, (", ", ": ")) if "pretty" in shape else (None, (",", ":"))
    text = json.dumps(
        document, indent=indent, separators=separators, ensure_ascii="raw_utf8" not in shape
    )
    return (text.replace("/", "\\/") if "escaped_slash" in shape else text).encode()


def _on_detail(**members: Any) -> Callable[[Document], Answer]:
    return _on_tasks(lambda task: task["TaskDetail"].update(members))


def _unwrapped(document: Document) -> Answer:
    """Embedded JSON as real arrays and objects."""
    changed = copy.deepcopy(document)
    for task in _tasks(changed):
        detail = task["TaskDetail"]
        for name in ("AllSteps", "Input", "Output"):
            if detail.get(name):
                detail[name] = json.loads(detail[name])
    return Answer(encode(changed))


def _nested(levels: int) -> Callable[[Document], Answer]:
    """Every task has an unknown member that is nested so deeply."""
    half = levels // 2
    nest = b'{"a":[' * half + b"]}" * half
    return lambda document: Answer(
        encode(document).replace(b'"TaskId"', b'"Deep":' + nest + b',"TaskId"')
    )


def _items(*items: Any) -> Callable[[Document], Answer]:
    """Elements of TaskSet that are no tasks, before and behind the tasks."""
    return _on_response(lambda response: response.update(
        TaskSet=[*items, *response["TaskSet"], *items]))


# The names of a scenario's `answer`.
WRONG: dict[str, Callable[[Document], Answer]] = {
    "garbage": lambda _document: Answer(b"\x00\xff\xfe{]garbage"),
    "not_http": lambda _document: Answer(b"", raw=b"SSH-2.0-OpenSSH_9.2\r\n" * 3),
    "html_502": _page(502, "Bad Gateway"),
    "html_200": lambda _document: Answer(_nginx_page(200, "OK"), content_type="text/html"),
    "status_429": _page(429, "Too Many Requests"),
    "status_500": _page(500, "Internal Server Error"),
    "status_503": _page(503, "Service Temporarily Unavailable"),
    "status_504": _page(504, "Gateway Time-out"),
    "status_400": _page(400, "Bad Request"),
    "status_403": _page(403, "Forbidden"),
    "status_404": _page(404, "Not Found"),
    "status_413": _page(413, "Request Entity Too Large"),
    "status_501": _page(501, "Not Implemented"),
    "status_301": _page(301, "Moved Permanently", ("Location", "https://example.org/")),
    "status_302": _page(302, "Found", ("Location", "https://example.org/")),
    "status_204": lambda _document: Answer(b"", 204, "No Content"),
    "empty": lambda _document: Answer(b""),
    "gzip": _gzip,
    "two_answers": _two_answers,
    "length_short": lambda document: Answer(encode(document), content_length="10"),
    "length_long": lambda document: Answer(
        encode(document), content_length=str(len(encode(document)) + 10)
    ),
    "length_twice": lambda document: Answer(
        encode(document), headers=[("Content-Length", "7")]
    ),
    "length_negative": lambda document: Answer(encode(document), content_length="-1"),
    "length_and_chunked": lambda document: Answer(
        encode(document), headers=[("Transfer-Encoding", "chunked")]
    ),
    "head_huge": lambda document: Answer(encode(document), headers=[("X-Long", "x" * 100_000)]),
    "text_plain": lambda document: Answer(encode(document), content_type="text/plain"),
    "byte_order_mark": lambda document: Answer(b"\xef\xbb\xbf" + encode(document)),
    "trailing_text": lambda document: Answer(encode(document) + b"{}"),
    "duplicate_member": _on_text(b'"TaskId":', b'"TaskId":1,"TaskId":'),
    "numbers_as_strings": _on_tasks(_numbers_as_strings),
    "numbers_as_floats": _on_tasks(_numbers_as_floats),
    "fraction": _on_tasks(lambda task: task.update(Progress=99.5)),
    "progress_text": _on_tasks(lambda task: task.update(Progress="45%")),
    "progress_empty": _on_tasks(lambda task: task.update(Progress="")),
    "progress_negative": _on_tasks(lambda task: task.update(Progress=-1)),
    "detail_array": _on_tasks(lambda task: task.update(TaskDetail=[])),
    "detail_empty_text": _on_tasks(lambda task: task.update(TaskDetail="")),
    "time_number": _on_tasks(lambda task: task.update(StartTime=1727414051)),
    "end_unknown": _on_tasks(lambda task: task.update(EndTime=None)),
    "switch_tag_text": _on_detail(SwitchTag="immediate"),
    "switch_tag_negative": _on_detail(SwitchTag=-1),
    "unwrapped": _unwrapped,
    "nested_512": _nested(512),
    "odd_items": _items(None, 7, "x", [], True),
    "absent_task_set_of_none": lambda document: Answer(encode({"Response": {
        "TotalCount": 0, "RequestId": document["Response"]["RequestId"]}})),
    "null_total_count": _on_response(lambda response: response.update(TotalCount=None)),
    "odd_total_count": _on_response(lambda response: response.update(TotalCount=-1)),
    "null_request_id": _on_response(lambda response: response.update(RequestId=None)),
    "key_as_request_id": _on_response(
        lambda response: response.update(RequestId="AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE")),
    "absent_request_id": _on_response(lambda response: response.pop("RequestId")),
    "error_null": _on_response(lambda response: response.update(Error=None)),
    "error_text": _on_response(lambda response: response.update(Error="x")),
    "status_wait_switch": _on_tasks(lambda task: task.update(Status="waitSwitch")),
    "status_paused": _on_tasks(lambda task: task.update(Status="Paused")),
    "overflow": _on_tasks(lambda task: task.update(TaskId=2**64)),
    "negative": _on_tasks(lambda task: task.update(TaskId=-1)),
    "progress_101": _on_tasks(lambda task: task.update(Progress=101)),
    "largest_id": _on_tasks(lambda task: task.update(TaskId=2**64 - 1)),
    "wrong_type": _on_tasks(lambda task: task.update(Status={"Success": True})),
    "nulls": _on_tasks(_nulls),
    "null_detail": _on_tasks(lambda task: task.update(TaskDetail=None)),
    "null_required": _on_tasks(lambda task: task.update(TaskId=None)),
    "absent_optional": _on_tasks(lambda task: (task.pop("EndTime"), task.pop("TaskDetail"))),
    "absent_required": _on_tasks(lambda task: task.pop("TaskId")),
    "absent_task_set": _on_response(lambda response: response.pop("TaskSet")),
    "null_task_set": _on_response(lambda response: response.update(TaskSet=None)),
    "absent_total_count": _on_response(lambda response: response.pop("TotalCount")),
    "absent_response": lambda _document: Answer(b"{}"),
    "array": lambda document: Answer(encode([document])),
    "unknown_members": _unknown_everywhere,
    "unknown_status": _on_tasks(lambda task: task.update(Status="Rewinding")),
    "deep": _deep,
    "bad_embedded": _on_tasks(_detail(AllSteps='[{"StepId":', Input="{]", Output="success")),
    "nul_in_text": _on_text(b'"Status":"', b'"Status":"\\u0000'),
    "nul_byte": _on_text(b'"Status":"', b'"Status":"\x00'),
    "invalid_utf8": _on_text(b'"Status":"', b'"Status":"\xc0\xaf'),
    "lone_surrogate": _on_text(b'"Status":"', b'"Status":"\\ud800'),
    "terminal_codes": _on_tasks(lambda task: task.update(TaskType="\x1b[2J\x07\x9b31m<b>\u202e")),
    "legacy_error": _legacy_error,
    "error_beside_tasks": _on_response(
        lambda response: response.update(Error={"Code": "InternalError", "Message": "Half done."})
    ),
    "error_without_message": lambda _document: Answer(
        encode({"Response": {"Error": {"Code": "InternalError"}}})
    ),
}


def with_output(document: Document, length: int) -> Document:
    """The same tasks with an Output of `length` bytes."""
    changed = copy.deepcopy(document)
    for task in _tasks(changed):
        task["TaskDetail"]["Output"] = "x" * length
    return changed
