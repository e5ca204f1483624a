# SPDX-License-Identifier: MIT
"""Records a person's session at 80 columns, as text and as a picture, in English and in Chinese.

    python3 -m harness.screenshots FOLDER

It writes FOLDER/session.txt, session.svg, session.zh.txt and session.zh.svg. The service is the
simulator; ids and times differ each time.
"""

import re
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from harness.picture import columns, draw
from harness.places import PGTASK
from harness.service import LONG_TERM, RunningSimulator, certificates
from harness.terminal import Terminal
from sim.control import start_task

COLUMNS, ROWS, LIMIT_S = 80, 60, 60
INSTANCE = "postgres-q6fj84vb"
TITLES = {"en": "A session with pgtask", "zh": "pgtask 的一次会话"}
LOCALES = {"en": "en_US.UTF-8", "zh": "zh_CN.UTF-8"}


class Session:
    """One person's terminal."""

    def __init__(self, simulator: RunningSimulator, home: str, language: str) -> None:
        self._simulator = simulator
        self._hidden = ["--region", "ap-guangzhou", "--connect", f"127.0.0.1:{simulator.port}",
                        "--ca-file", str(certificates() / "ca.pem")]
        self._environment = {
            "PATH": "/usr/bin:/bin", "HOME": home, "LANG": LOCALES[language],
            "TENCENTCLOUD_SECRET_ID": LONG_TERM.secret_id,
            "TENCENTCLOUD_SECRET_KEY": LONG_TERM.secret_key}
        self.text = ""

    def run(self, *arguments: str, until: str = "") -> str:
        """Types a command. `until` is a pattern of a live page, which is left there."""
        command = [str(PGTASK), *arguments, *self._hidden]
        with Terminal(command, self._environment, columns=COLUMNS, rows=ROWS) as terminal:
            deadline = time.monotonic() + LIMIT_S
            while until and not re.search(until, terminal.text()) and time.monotonic() < deadline:
                time.sleep(0.05)
            shown = terminal.text()
            if until:
                terminal.process.send_signal(signal.SIGKILL)
            else:
                terminal.process.wait(LIMIT_S)
                shown = self._settled(terminal)
        self.text += f"$ pgtask {' '.join(arguments)}\n{shown.rstrip()}\n\n"
        return shown

    def _settled(self, terminal: Terminal) -> str:
        """The text once the reader has taken all of it."""
        before, shown = "-", ""
        while before != shown:
            before = shown
            time.sleep(0.1)
            shown = terminal.text()
        return shown


def record(language: str) -> str:
    with RunningSimulator(20, rate_limit=False) as simulator, \
            tempfile.TemporaryDirectory(prefix="pgtask-home-") as home:
        session = Session(simulator, home, language)
        listed = session.run("list", "--limit", "5")
        session.run("show", re.findall(r"^\d+", listed, re.MULTILINE)[0])
        task = start_task(simulator.service, 1.0, {"instance_id": INSTANCE, "outcome": "Success",
                                                   "duration_s": 12.0})
        session.run("watch", str(task), "--interval", "1", until=r" [3-6]\d %")
        session.run("watch", str(task))
        session.run("lst")
    return session.text.rstrip() + "\n"


def files() -> Iterator[tuple[str, str]]:
    for language, ending in (("en", ""), ("zh", ".zh")):
        text = record(language)
        assert max(columns(line) for line in text.splitlines()) <= COLUMNS
        yield f"session{ending}.txt", text
        yield f"session{ending}.svg", draw(text, TITLES[language])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for name, content in files():
        Path(sys.argv[1], name).write_text(content, "utf-8")
        print(f"wrote {sys.argv[1]}/{name}")
