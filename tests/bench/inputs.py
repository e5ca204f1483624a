# SPDX-License-Identifier: MIT
"""Makes the answers that the benchmark decodes, from example 3 of the documentation."""

import copy
import json

PAGE_TASKS = 100

# Captured from the public cloud, without the lines that frame the body.
_HEAD = (
    b"HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Thu, 26 May 2022 06:53:10 GMT\r\n"
    b"Content-Type: application/json\r\n"
)
# A private cloud adds headers of these names; the values are made up.
_ACCESS_CONTROL = (
    b"Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Methods: POST,GET,OPTIONS\r\n"
    b"Access-Control-Allow-Headers: X-TC-Action,X-TC-Version,Authorization\r\n"
)
_CHUNK_BYTES = 4096  # nginx passes on pages of memory


def _minified(answer):
    return json.dumps(answer, separators=(",", ":")).encode()


def example(path):
    """Returns the six tasks as the service sends them, without blanks."""
    return _minified(json.loads(path.read_bytes()))


def served(path):
    """Returns the six tasks with a blank behind each colon, as the public service sends them."""
    return json.dumps(json.loads(path.read_bytes()), separators=(",", ": ")).encode()


def page(path):
    """Returns a full page: the six tasks repeated with other ids, instances and times."""
    answer = json.loads(path.read_bytes())
    response = answer["Response"]
    six = response["TaskSet"]
    tasks = []
    for number in range(PAGE_TASKS):
        task = copy.deepcopy(six[number % len(six)])
        task["TaskId"] = 120100 - number
        task["DBInstanceId"] = f"postgres-q6fj{number % 7}4vb"
        for name in ("StartTime", "EndTime"):
            task[name] = f"{task[name][:17]}{(int(task[name][17:]) + number) % 60:02}"
        tasks.append(task)
    response.update(TaskSet=tasks, TotalCount=PAGE_TASKS)
    return _minified(answer)


def awkward(path):
    """Returns texts that a careless decoder gets wrong. All decoders must agree on them."""
    answer = json.loads(path.read_bytes())
    tasks = answer["Response"]["TaskSet"]
    tasks[0].update(Status='\U0001f600 "\\/\b\f\n\r\t \u00e9\u4efb', EndTime=None, Progress=0)
    tasks[1].update(TaskType="\U0001f600" * 20, TaskDetail={}, Extra={"a": [{"TaskId": []}, 1]})
    tasks[2].update(DBInstanceId="\u4efb\u52a1" * 20, TaskType="", TaskId=2**53 - 1)
    tasks[3]["TaskDetail"].update(Output="x" * 500 + "\u00e9", CurrentStep="a" + "\u00e9" * 40)
    tasks[4] = {"TaskId": 7, "Status": "Fail", "TaskDetail": {"Input": '"TaskId":8' * 40}}
    tasks[5]["DBInstanceId"] = "a" * 47
    return _minified(answer)


def responses(body):
    """Returns HTTP responses of the body: name, bytes, and whether the public cloud sends it so."""
    length = b"Content-Length: %d\r\nConnection: keep-alive\r\n\r\n" % len(body)
    chunks = [body[at : at + _CHUNK_BYTES] for at in range(0, len(body), _CHUNK_BYTES)]
    chunked = b"Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n"
    chunked += b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    long_head = _HEAD + _ACCESS_CONTROL
    return [
        ("with Content-Length", _HEAD + length + body, True),
        ("chunked", _HEAD + chunked + b"0\r\n\r\n", True),
        ("with Content-Length and three long headers", long_head + length + body, False),
    ]
