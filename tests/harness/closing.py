# SPDX-License-Identifier: MIT
"""A terminal that is closed while a program draws on it, as a window is."""

import os
import pty
import select
import signal
import subprocess
import time
from types import TracebackType

LIMIT_S = 30.0


def ignore_hangup() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


class ClosingTerminal:
    """A program on a terminal of its own, which close() takes away."""

    def __init__(self, command: list[str], environment: dict[str, str], is_told: bool = True) -> None:
        """`is_told`: the kernel sends SIGHUP at the end, as it does to a shell's children."""
        self._master, slave = pty.openpty()
        session = ["setsid", "--ctty", "--wait"] if is_told else ["setsid", "--wait"]
        self.process = subprocess.Popen(
            [*session, *command], env={"TERM": "xterm", "LANG": "C", **environment}, stdin=slave,
            stdout=slave, stderr=slave,
            preexec_fn=None if is_told else ignore_hangup)
        os.close(slave)
        self.output = ""

    def __enter__(self) -> "ClosingTerminal":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()
        self.process.kill()
        self.process.wait()

    def wait_for(self, words: str) -> None:
        """Reads what the program draws until these words have come."""
        until = time.monotonic() + LIMIT_S
        while words not in self.output:
            assert time.monotonic() < until, self.output
            if select.select([self._master], [], [], 1)[0]:
                self.output += os.read(self._master, 4096).decode("utf-8", "replace")

    def close(self) -> None:
        """Closes the terminal. Harmless twice."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1
