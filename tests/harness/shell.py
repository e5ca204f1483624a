# SPDX-License-Identifier: MIT
"""A shell on a terminal of its own, into which a test types."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from types import TracebackType

from harness.building import LIMIT_S


class Shell:
    """An interactive shell in which `pgtask` only prints the words that it was given."""

    def __init__(self, command: list[str], folder: str, *setup: str) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "TERM": "dumb", "PS1": "",
                       "LC_ALL": "C.UTF-8"}
        self._process = subprocess.Popen(["setsid", "--ctty", "--wait", "timeout", str(LIMIT_S), *command],
                                         cwd=folder, env=environment, stdin=slave, stdout=slave,
                                         stderr=slave)
        os.close(slave)
        self._output = ""
        for line in setup:
            self._type(f"{line}\n")
        self._type("pgtask() { printf '<''%s' \"$*\"; printf '>\\n'; }\n")

    def __enter__(self) -> "Shell":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        os.close(self._master)
        self._process.kill()
        self._process.wait()

    def _type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def completed(self, typed: str) -> str:
        """What `pgtask` is given after these keys and Enter; \\t asks for a completion."""
        self._type(f"pgtask {typed}\n")
        while not (found := re.search(r"<([^%>']*)>", self._output)):
            self._output += os.read(self._master, 4096).decode("utf-8", "replace")
        self._output = self._output[found.end():]
        return found[1]
