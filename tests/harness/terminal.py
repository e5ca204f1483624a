# SPDX-License-Identifier: MIT
"""A terminal whose ambiguous characters are as wide as a test wants, or that does not answer.

It shows what pgtask writes: text, line ends, cursor up, erase, colours, and the question for the
cursor's position. The widths are those of Python's unicodedata.
"""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import unicodedata
from types import TracebackType

TOKEN = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|(.)", re.S)
UNFINISHED = re.compile(r"\x1b(\[[?0-9;]*)?\Z")


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, command: list[str], environment: dict[str, str], columns: int = 60,
                 rows: int = 20, ambiguous: int = 1, answers: bool = True) -> None:
        self.columns, self.ambiguous, self.answers = columns, ambiguous, answers
        self.cells: list[list[str]] = [[]]
        self.row = self.column = 0
        self.output = ""
        self._changed = threading.Condition()
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.modes_before = termios.tcgetattr(slave)
        self._slave = slave
        self.process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *command], env={"TERM": "xterm", **environment},
            stdin=slave, stdout=slave, stderr=slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._slave)
        self._reader.join()
        os.close(self._master)

    def modes(self) -> list[object]:
        """Returns the terminal's modes, as before the program if it has restored them."""
        return list(termios.tcgetattr(self._slave))

    def text(self) -> str:
        with self._changed:
            return "\n".join("".join(line).rstrip() for line in self.cells).rstrip("\n")

    def _read(self) -> None:
        waiting = b""
        while True:
            try:
                waiting += os.read(self._master, 4096)
            except OSError:  # the last program has closed the terminal
                return
            text = waiting.decode("utf-8", "ignore")
            cut = UNFINISHED.search(text)
            shown = text[:cut.start()] if cut else text
            waiting = waiting[len(shown.encode()):]
            with self._changed:
                self._show(shown)

    def _show(self, text: str) -> None:
        self.output += text
        for match in TOKEN.finditer(text):
            if match[3] is not None:
                self._put(match[3])
            else:
                self._act(match[1], match[2])

    def _put(self, character: str) -> None:
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self._go_down()
        else:
            width = self._width(character)
            if self.column + width > self.columns:
                self.column = 0
                self._go_down()
            line = self.cells[self.row]
            line += [" "] * (self.column + width - len(line))
            line[self.column:self.column + width] = [character] + [""] * (width - 1)
            self.column += width

    def _go_down(self) -> None:
        self.row += 1
        if self.row == len(self.cells):
            self.cells.append([])

    def _act(self, parameters: str, action: str) -> None:
        if action == "A":
            self.row = max(0, self.row - int(parameters or 1))
        elif action == "K":
            del self.cells[self.row][self.column:]
        elif action == "J":
            del self.cells[self.row][self.column:]
            del self.cells[self.row + 1:]
        elif action == "n" and parameters == "6" and self.answers:
            os.write(self._master, f"\x1b[{self.row + 1};{self.column + 1}R".encode())

    def _width(self, character: str) -> int:
        is_hangul_vowel_or_final = "\u1160" <= character <= "\u11ff"
        if unicodedata.combining(character) or is_hangul_vowel_or_final:
            return 0
        width = unicodedata.east_asian_width(character)
        return 2 if width in "WF" else self.ambiguous if width == "A" else 1
