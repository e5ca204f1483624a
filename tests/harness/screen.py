# SPDX-License-Identifier: MIT
"""Runs programs on a terminal of tmux, and reads what it shows, cell by cell."""

import re
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

PROMPT = "ready>"


class Screen:
    """A shell on a terminal of its own."""

    def __init__(self, environment: dict[str, str], columns: int = 80, rows: int = 24) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="pgtask-screen-")
        self._socket = str(Path(self._directory.name) / "tmux")
        start = Path(self._directory.name) / "rc"
        start.write_text(f"PS1='{PROMPT}'\nunset HISTFILE\n")
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows),
                   f"exec bash --noprofile --rcfile '{start}' -i",
                   env={"TERM": "xterm", "SHELL": "/bin/sh", **environment})

    def _tmux(self, *arguments: str, **options: Any) -> str:
        # -u: tmux draws UTF-8 even if the program inside has another locale.
        command = ["tmux", "-u", "-S", self._socket, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=20,
                              **options).stdout

    def __enter__(self) -> "Screen":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._tmux("kill-server")
        self._directory.cleanup()

    def type(self, line: str) -> None:
        """Types a line and Enter."""
        self._tmux("send-keys", "-l", line)
        self._tmux("send-keys", "Enter")

    def press(self, key: str) -> None:
        """Presses a key by tmux's name for it, such as C-c."""
        self._tmux("send-keys", key)

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def lines(self) -> list[str]:
        """Returns what the screen shows, without the blank lines at its end."""
        return self._tmux("capture-pane", "-p").rstrip("\n").split("\n")

    def text(self) -> str:
        return "\n".join(self.lines())

    def coloured(self) -> str:
        """Returns what the screen shows, with the escapes of its colours."""
        return self._tmux("capture-pane", "-p", "-e")

    def colours(self) -> dict[str, set[str]]:
        """Returns the texts of each foreground colour, by the colour's number."""
        found: dict[str, set[str]] = {}
        colour = ""
        for part in re.split(r"(\x1b\[[0-9;]*m)", self.coloured()):
            if part.startswith("\x1b["):
                for number in part[2:-1].split(";"):
                    if number in ("", "0", "39"):
                        colour = ""
                    elif number.startswith("3"):
                        colour = number
            elif colour:
                found.setdefault(colour, set()).add(part)
        return found

    def cursor_is_shown(self) -> bool:
        return self._tmux("display-message", "-p", "#{cursor_flag}").strip() == "1"

    def cursor(self) -> tuple[int, int]:
        """Returns the cursor's column and row, counted from 0."""
        column, row = self._tmux("display-message", "-p", "#{cursor_x} #{cursor_y}").split()
        return int(column), int(row)

    def job(self) -> int:
        """Returns the id of the process that the shell has started."""
        shell = self._tmux("display-message", "-p", "#{pane_pid}").strip()
        return int(Path(f"/proc/{shell}/task/{shell}/children").read_text().split()[-1])
