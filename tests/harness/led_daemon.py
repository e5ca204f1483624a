# SPDX-License-Identifier: MIT
"""Runs `pgtask led` as a service beside the test, and reads what its LED would show."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any

from harness.runner import EndToEnd, Run
from harness.service import LONG_TERM, certificates
from sim.checks import Key

LIMIT_S = 30.0
UNUSED = 61357  # the number of a user who has no other process


@dataclass(frozen=True)
class Update:
    """One line that the driver `trace` writes."""

    at_us: int
    state: str
    percent: int
    lit: bool
    brightness: int
    delay_us: int  # how long the daemon has waited for a processor so far


def read_trace(path: Path) -> list[Update]:
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    updates = []
    for line in lines:
        at, state, percent, lit, brightness, delay = line.split(" ")
        updates.append(
            Update(int(at), state, int(percent), lit == "1", int(brightness), int(delay)))
    return updates


def longest_gap_us(updates: list[Update]) -> int:
    """Returns the longest time between two updates that the daemon has caused itself.

    The times in which it could run, but other programs had the processors, are taken out.
    """
    own = [update.at_us - update.delay_us for update in updates]
    return max(after - before for before, after in pairwise(own))


class Daemon:
    """A running daemon. Its log is `log`, its LED's updates are `trace`."""

    def __init__(self, test: "LedDaemon", arguments: tuple[str, ...], led: str | None,
                 key: Key | None, environment: dict[str, str], start: dict[str, Any],
                 where: dict[str, Any]) -> None:
        self.test, self.key = test, key
        self.folder = test.home / f"daemon{time.monotonic_ns()}"
        self.folder.mkdir()
        self.trace = self.folder / "trace"
        self.log = self.folder / "log"
        self.output = self.folder / "output"
        led = led if led is not None else f"trace:{self.trace}"
        command = test.command("led", *arguments, "--led", led, **where)
        with self.log.open("w") as log, self.output.open("w") as output:
            self.process = subprocess.Popen(
                command, env={**test.environment(key), **environment},
                **{"stdin": subprocess.DEVNULL, "stdout": output, "stderr": log, **start})

    def __enter__(self) -> "Daemon":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()

    def states(self) -> list[str]:
        """Returns the states in the order in which the LED showed them."""
        found: list[str] = []
        for update in read_trace(self.trace):
            if not found or found[-1] != update.state:
                found.append(update.state)
        return found

    def wait(self, what: str, condition: Any) -> None:
        """Waits until the condition holds."""
        deadline = time.monotonic() + LIMIT_S
        while not condition():
            if time.monotonic() > deadline or self.process.poll() is not None:
                self.test.fail(f"no {what}; status {self.process.poll()}, shown {self.states()}, "
                               f"log:\n{self.log.read_text()}")
            time.sleep(0.02)

    def wait_for(self, state: str) -> None:
        """Waits until the LED shows a state."""
        self.wait(state, lambda: self.states()[-1:] == [state])

    def wait_for_log(self, words: str) -> None:
        self.wait(words, lambda: words in self.log.read_text())

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> Run:
        """Ends the daemon. Checks that it ends soon, with status 0 and without a secret."""
        self.tell(number)
        try:
            status = self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.test.fail("it does not end")
        run = Run(status, self.output.read_text(), self.log.read_text())
        self.test.assertEqual(run.status, 0, run.stderr)
        self.test.check_run(run, self.key)
        return run


class LedDaemon(EndToEnd):
    """A test of the daemon."""

    def daemon(self, *arguments: str, led: str | None = None, key: Key | None = LONG_TERM,
               environment: dict[str, str] | None = None, start: dict[str, Any] | None = None,
               **where: Any) -> Daemon:
        """Starts a daemon that polls quickly, unless the arguments say otherwise. `start` is for
        subprocess.Popen."""
        quick = [] if "--interval" in arguments else ["--interval", "0.1"]
        quick += [] if "--idle" in arguments else ["--idle", "0.2"]
        return self.enterContext(Daemon(self, (*arguments, *quick), led, key,
                                        environment or {}, start or {}, where))

    def start_task(self, duration_s: float, outcome: str = "Success",
                   task_type: str = "RestoreDatabase", instance_id: str = "postgres-led00001") -> str:
        """Starts a task on the simulated service. Returns its id."""
        service = self.simulator.service
        return str(service.store.add(int(service.clock.now()), duration_s, outcome, task_type,
                                     instance_id).task_id)


class Unprivileged(LedDaemon):
    """The client runs as another user than root. `user` is for subprocess.Popen."""

    def setUp(self) -> None:
        super().setUp()
        self.user: dict[str, Any] = {}
        if os.geteuid() == 0:
            self.user = {"user": UNUSED, "group": UNUSED, "extra_groups": []}
        self.home.chmod(0o777)
        shutil.copy(certificates() / "ca.pem", self.home)
        (self.home / "ca.pem").chmod(0o644)

    def command(self, *arguments: str, **where: Any) -> list[str]:
        return super().command(*arguments, **{"ca": str(self.home / "ca"), **where})


def write_credentials(home: Path, key: Key) -> Path:
    path = home / ".tencentcloud" / "credentials"
    path.parent.mkdir(exist_ok=True)
    text = f"[default]\nsecret_id = {key.secret_id}\nsecret_key = {key.secret_key}\n"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    return path
