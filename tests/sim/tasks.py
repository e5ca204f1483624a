# SPDX-License-Identifier: MIT
"""The tasks that the service knows, and how a query selects a page of them."""

import bisect
import dataclasses
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.checks import Query
from sim.clock import read_time

DEFAULT_WINDOW_DAYS = 180
FIRST_LIVE_TASK_ID = 2_000_001
EXAMPLES = ("example1_latest_one", "example2_by_task_id", "example3_by_instance")
# Resume: Pause, and then on to Success. Unknown: the same with a status that nobody has heard of.
OUTCOMES = ("Success", "Fail", "WaitSwitch", "Pause", "Resume", "Unknown")
TASK_TYPES = (
    "RestoreDatabase",
    "CloneInstance",
    "RestartInstance",
    "ModifyInstanceParams",
    "DestroyInstance",
)
_HISTORY_DAYS = 170
_SECONDS_A_DAY = 86400
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
# When each outcome is reached, as a share of the planned duration.
_NEVER = float("inf")
END_SHARES = {
    "Success": 1.0, "Fail": 0.6, "WaitSwitch": 1.6, "Pause": _NEVER, "Resume": 1.5, "Unknown": 1.5
}


@dataclass(frozen=True, slots=True)
class Task:
    """What must be known of a task to show it at any time."""

    task_id: int
    task_type: str
    instance_id: str
    start: int
    duration_s: float
    outcome: str = "Success"
    document: dict[str, Any] | None = None  # shown as it is, in place of all of the above
    listed_from: float = -_NEVER  # Unix seconds
    listed_until: float = _NEVER

    def is_listed(self, now: float) -> bool:
        return self.listed_from <= now < self.listed_until

    @property
    def end(self) -> float:
        """When it ends or will end, Unix seconds; infinite for one that waits for an operator."""
        return self.start + self.duration_s * END_SHARES[self.outcome]


def instance_name(number: int) -> str:
    text = ""
    value = number * 7919 + 78_364_164_096  # 36**7: eight digits
    while value:
        value, digit = divmod(value, 36)
        text = _BASE36[digit] + text
    return f"postgres-{text}"


def past_tasks(count: int, now: float) -> list[Task]:
    """`count` tasks with ids from 1, oldest first, all of them over and within 180 days."""
    spacing_s = min(3600, _HISTORY_DAYS * _SECONDS_A_DAY // max(count, 1))
    first = int(now) - 3600 - spacing_s * (count - 1)
    return [
        Task(
            task_id=number + 1,
            task_type=TASK_TYPES[number % len(TASK_TYPES)],
            instance_id=instance_name(number % 7),
            start=first + number * spacing_s,
            duration_s=60 + number * 37 % 240,
            outcome="Fail" if number % 11 == 10 else "Success",
        )
        for number in range(count)
    ]


def example_task(document: dict[str, Any]) -> Task:
    start = read_time(document["StartTime"])
    ended = bool(document["EndTime"])
    return Task(
        task_id=document["TaskId"],
        task_type=document["TaskType"],
        instance_id=document["DBInstanceId"],
        start=start,
        duration_s=read_time(document["EndTime"]) - start if ended else 0,
        outcome="Success" if ended else "Pause",
        document=document,
    )


class Examples:
    """The API page's own examples: each request in them has its answer, to the byte."""

    def __init__(self, directory: Path) -> None:
        self.texts = {
            name: (directory / f"{name}_response.json").read_text("utf-8") for name in EXAMPLES
        }
        self.tasks = [
            example_task(document)
            for text in self.texts.values()
            for document in json.loads(text)["Response"]["TaskSet"]
        ]
        self._answers = {
            Query(limit=1): self.texts["example1_latest_one"],
            Query(limit=1, task_id=120321): self.texts["example2_by_task_id"],
            Query(instance_id="postgres-q6fj84vb"): self.texts["example3_by_instance"],
        }

    def answer(self, query: Query, pretty: bool) -> bytes | None:
        """The example's answer if `query` is an example's, as printed or compact."""
        text = self._answers.get(query)
        if text is None or pretty:
            return None if text is None else text.encode()
        return json.dumps(json.loads(text), separators=(",", ":")).encode()


def _sort_key(task: Task) -> tuple[float, int]:
    return (task.start, task.task_id)


def _end_key(task: Task) -> tuple[float, int]:
    return (task.end, task.task_id)


class TaskStore:
    """All tasks, in order of their start. Safe to use from several threads."""

    def __init__(self, window_days: int = DEFAULT_WINDOW_DAYS) -> None:
        self._window_s = window_days * _SECONDS_A_DAY
        self._lock = threading.Lock()
        self._all: list[Task] = []
        self._by_instance: dict[str, list[Task]] = {}
        self._by_id: dict[int, Task] = {}
        self._next_id = FIRST_LIVE_TASK_ID
        self._all_listed = True  # always: the usual case, which needs no look at each task
        self._by_end: dict[tuple[str | None, int, int, int], list[Task]] = {}

    def extend(self, tasks: Iterable[Task]) -> None:
        with self._lock:
            self._insert(tasks)

    def add(
        self, start: int, duration_s: float, outcome: str, task_type: str, instance_id: str
    ) -> Task:
        """Starts a task with the next free id."""
        return self.start(Task(0, task_type, instance_id, start, duration_s, outcome))

    def start(self, task: Task) -> Task:
        """Starts a task; one with the id 0 gets the next that is free."""
        with self._lock:
            if task.task_id == 0:
                task = dataclasses.replace(task, task_id=self._next_id)
            self._insert([task])
            self._next_id = max(self._next_id, task.task_id + 1)
            return task

    def _insert(self, tasks: Iterable[Task]) -> None:
        for task in tasks:
            if task.task_id in self._by_id:
                raise ValueError(f"task {task.task_id} exists")
            self._by_id[task.task_id] = task
            self._all_listed = self._all_listed and task.listed_until == -task.listed_from == _NEVER
            for place in (self._all, self._by_instance.setdefault(task.instance_id, [])):
                if place and _sort_key(place[-1]) > _sort_key(task):
                    bisect.insort(place, task, key=_sort_key)
                else:
                    place.append(task)

    def select(self, query: Query, now: float) -> tuple[int, list[Task]]:
        """How many tasks match, and those of the page asked for."""
        with self._lock:
            if query.task_id is not None:
                found = self._by_id.get(query.task_id)
                matches = found is not None and _matches_id_query(found, query, now)
                ordered = [found] if found is not None and matches else []
                return len(ordered), ordered[query.offset : query.offset + query.limit]
            ordered, low, high = self._range(query, now)
            total = high - low
            if query.order_by == "EndTime":
                ordered, low = self._sorted_by_end(query.instance_id, ordered, low, high), 0
            first = min(query.offset, total)
            last = min(query.offset + query.limit, total)
            if query.descending:
                return total, ordered[low + total - last : low + total - first][::-1]
            return total, ordered[low + first : low + last]

    def _range(self, query: Query, now: float) -> tuple[list[Task], int, int]:
        if query.instance_id is None:
            ordered = self._all
        else:
            ordered = self._by_instance.get(query.instance_id, [])
        if not self._all_listed:
            ordered = [task for task in ordered if task.is_listed(now)]
        earliest = query.min_start if query.min_start is not None else int(now) - self._window_s
        latest = query.max_start if query.max_start is not None else int(now)
        low = bisect.bisect_left(ordered, earliest, key=lambda task: task.start)
        high = bisect.bisect_right(ordered, latest, key=lambda task: task.start)
        return ordered, low, max(low, high)

    def _sorted_by_end(
        self, instance_id: str | None, ordered: list[Task], low: int, high: int
    ) -> list[Task]:
        key = (instance_id, low, high, len(self._all))
        if key not in self._by_end or not self._all_listed:
            self._by_end = {key: sorted(ordered[low:high], key=_end_key)}
        return self._by_end[key]


def _matches_id_query(task: Task, query: Query, now: float) -> bool:
    return (
        task.is_listed(now)
        and query.instance_id in (None, task.instance_id)
        and (query.min_start is None or query.min_start <= task.start)
        and (query.max_start is None or task.start <= query.max_start)
    )
