# SPDX-License-Identifier: MIT
"""Starts tasks for the tests of `pgtask watch`, and runs the client beside the test."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from harness.runner import NO_TASK, EndToEnd, Run
from harness.service import LONG_TERM
from sim.control import start_task
from sim.tasks import Task

FAIL, OPERATOR, RUNNING, NOT_LISTED = NO_TASK, 6, 7, 8
INSTANCE = "postgres-watched01"
LIMIT_S = 20.0


def wait_for(what: Callable[[], Any], limit_s: float = LIMIT_S) -> Any:
    """Calls `what` until its result is true or the time is over. Returns the last result."""
    deadline = time.monotonic() + limit_s
    while not (answer := what()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


class Watching(EndToEnd):
    """A simulator whose tasks take seconds."""

    attempts = 1

    def setUp(self) -> None:
        super().setUp()
        self.shown: dict[int, Task] = {}

    def start(self, outcome: str = "Success", duration_s: float = 2.0, **wanted: Any) -> int:
        """Starts a restore of INSTANCE, or what `wanted` says."""
        wanted = {"instance_id": INSTANCE, "outcome": outcome, "duration_s": duration_s, **wanted}
        return start_task(self.simulator.service, 1.0, wanted)

    def show(self, **members: Any) -> int:
        """Adds a task that the service shows with these members. Returns its id."""
        document = {
            "TaskId": 3_000_000, "TaskType": "RestoreDatabase", "DBInstanceId": INSTANCE,
            "StartTime": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 8 * 3600)),
            "EndTime": "", "Status": "Running", "Progress": 40, "TaskDetail": {}, **members,
        }
        task = self.simulator.service.store.start(Task(
            document["TaskId"], document["TaskType"], INSTANCE, int(time.time()), 1,
            document=document, listed_until=time.time() + 3600))
        self.shown[task.task_id] = task
        return task.task_id

    def change(self, task_id: int, listed: bool = True, **members: Any) -> None:
        """Changes the members of a task that show() added, or takes it off the list."""
        task = self.shown[task_id]
        assert task.document is not None
        task.document.update(members)
        object.__setattr__(task, "listed_until", time.time() + (3600 if listed else 0))

    def watch(self, *arguments: str, interval: str = "0.2", **options: Any) -> Run:
        """Runs it to its end, without the line that says what it waits for."""
        return self.run_pgtask("watch", *arguments, "--interval", interval, "--quiet", **options)

    @contextmanager
    def watching(self, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
        """Runs the client during a `with` block, and then stops it as Ctrl-C does."""
        process = subprocess.Popen(
            self.command("watch", *arguments), env=self.environment(LONG_TERM), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGINT)
                    try:
                        process.wait(LIMIT_S)
                    except subprocess.TimeoutExpired:
                        process.kill()
