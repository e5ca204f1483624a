# SPDX-License-Identifier: MIT
"""What a task looks like at a given time, in the words and the layout of the API page."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.clock import write_time
from sim.tasks import Task

_PAUSE_AT = 0.5
_FAIL_AT = 0.6
# Outcomes that stop on the way to Success: in which status, from and until which share of the
# planned duration.
_STOPS = {
    "WaitSwitch": ("WaitSwitch", 0.7, 1.3),
    "Resume": ("Pause", 0.5, 1.0),
    "Unknown": ("Rewinding", 0.5, 1.0),
}

# Step names of API page example 3 with their share of the work, and whether they report progress.
_RESTORE_STEPS = (
    ("Pre-check", 0.05, False),
    ("Download Base Backup", 0.45, True),
    ("Download WAL Logs and Redo", 0.2, True),
    ("Execute Recovery", 0.25, False),
    ("Task Complete", 0.05, False),
)
# Step names of the metadata's sample.
_CLONE_STEPS = (
    ("Pre-check", 0.05, False),
    ("Initialize New Instance", 0.25, False),
    ("Download Base Backup", 0.45, True),
    ("Add Instance Management Process", 0.2, False),
    ("Task Complete", 0.05, False),
)


@dataclass(frozen=True)
class State:
    """Where a task stands: `work` is the share of its steps that is done, 0 to 1."""

    status: str
    work: float


def state_at(task: Task, now: float) -> State:
    share = (now - task.start) / task.duration_s if task.duration_s > 0 else float("inf")
    if task.outcome == "Fail":
        return State("Fail", _FAIL_AT) if share >= _FAIL_AT else State("Running", share)
    if task.outcome == "Pause":
        return State("Pause", _PAUSE_AT) if share >= _PAUSE_AT else State("Running", share)
    if task.outcome in _STOPS:
        status, begin, end = _STOPS[task.outcome]
        if share >= end:
            share -= end - begin
        elif share >= begin:
            return State(status, begin)
    return State("Success", 1.0) if share >= 1.0 else State("Running", max(0.0, share))


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _step_message(name: str, percent: int, task: Task, timestamp_restore: bool) -> str:
    if name == "Download Base Backup":
        if percent < 100:
            return "downloading cos file"
        return f"download cos file success, cost time:{1 + task.task_id % 19} s"
    if percent < 100:
        return "downloading wal log"
    if timestamp_restore:
        return "download wal log and redo success"
    return "specifyBackupSet type ,skip download wal log and redo step"


def _steps(task: Task, plan: tuple[tuple[str, float, bool], ...], work: float) -> tuple[str, str]:
    """AllSteps and CurrentStep."""
    metadata_spelling = task.task_type == "CloneInstance"
    documents: list[dict[str, Any]] = []
    current = plan[-1][0]
    begin = 0.0
    for number, (name, share, reports) in enumerate(plan, 1):
        done = min(1.0, max(0.0, (work - begin) / share))
        if begin <= work < begin + share:
            current = name
        step: dict[str, Any] = {"StepId": number, "StepName": name}
        if metadata_spelling:
            step = {"stepID": number, "stepName": name}
        if reports and work >= begin:
            percent = int(done * 100 + 1e-9)
            if metadata_spelling:
                step["stepProcess"] = percent
            else:
                step["StepProcess"] = percent
                timestamp_restore = restore_variant(task) == "timestamp"
                step["StepMessage"] = _step_message(name, percent, task, timestamp_restore)
        documents.append(step)
        begin += share
    return _compact(documents), current


def restore_variant(task: Task) -> str:
    return ("specifyBackupSet", "timestamp", "specifyBackupSet")[task.task_id % 3]


def _restore_detail(task: Task, state: State) -> dict[str, Any]:
    objects = [["postgres"], ["orders", "customers"], ["数据库_1"]][task.task_id // 5 % 3]
    request: dict[str, Any] = {"RestoreObjects": objects, "RestoreType": restore_variant(task)}
    if restore_variant(task) == "timestamp":
        request["RestoreTargetTime"] = write_time(task.start - 3600)
    elif task.task_id % 2:
        request["BackupSetTime"] = write_time(task.start - 64_346)
    result: dict[str, Any] = {
        "BeforeRestoreObjects": objects,
        "AfterRestoreObjects": [f"{name}_bak_{task.start + 2}" for name in objects],
        **{key: value for key, value in request.items() if key != "RestoreObjects"},
    }
    steps, current = _steps(task, _RESTORE_STEPS, state.work)
    output = ""
    if state.status == "Success":
        output = _compact({**result, "Message": "success"})
    elif state.status == "Fail":
        output = _compact({**result, "Message": "download of the WAL log failed"})
    return {
        "AllSteps": steps,
        "CurrentStep": current,
        "Input": _compact(request),
        "Output": output,
    }


def _clone_detail(task: Task, state: State) -> dict[str, Any]:
    steps, current = _steps(task, _CLONE_STEPS, state.work)
    request = {
        "DBInstanceId": task.instance_id,
        "IsAssignVip": False,
        "SubnetId": "subnet-cd0t5777",
        "Vip": "",
        "VpcId": "vpc-n0ofy999",
    }
    network = {
        "Address": "",
        "Ip": f"10.0.0.{task.task_id % 254 + 1}",
        "Port": 5432,
        "Status": "opened",
        "NetType": "private",
        "VpcId": "vpc-n0ofy999",
        "SubnetId": "subnet-cd0t5m77",
        "ProtocolType": "postgresql",
    }
    result = {"DBInstanceId": task.instance_id, "DBInstanceNetInfo": network}
    return {
        "AllSteps": steps,
        "CurrentStep": current,
        "Input": _compact(request),
        "Output": _compact(result) if state.status == "Success" else "",
    }


def _plain_detail(_task: Task, _state: State) -> dict[str, Any]:
    return {"AllSteps": "", "Input": "", "Output": ""}


def _parameters_detail(_task: Task, _state: State) -> dict[str, Any]:
    return {
        "Message": "This task requires a reboot",
        "SwitchTag": 3,
        "SwitchTime": "03:00:00-04:00:00",
    }


_DETAILS: dict[str, Callable[[Task, State], dict[str, Any]]] = {
    "RestoreDatabase": _restore_detail,
    "CloneInstance": _clone_detail,
    "ModifyInstanceParams": _parameters_detail,
}


def show(task: Task, now: float) -> dict[str, Any]:
    """The TaskSet item of a task."""
    if task.document is not None:
        return task.document
    state = state_at(task, now)
    over = state.status in ("Success", "Fail")
    detail = _DETAILS.get(task.task_type, _plain_detail)(task, state)
    if task.outcome == "WaitSwitch":
        detail |= {"SwitchTag": 2, "SwitchTime": write_time(task.start + task.duration_s * 1.3)}
    return {
        "DBInstanceId": task.instance_id,
        "EndTime": write_time(task.end) if over else "",
        "Progress": int(state.work * 100 + 1e-9),
        "StartTime": write_time(task.start),
        "Status": state.status,
        "TaskDetail": detail,
        "TaskId": task.task_id,
        "TaskType": task.task_type,
    }
