# SPDX-License-Identifier: MIT
"""make screenshots: a person's session at 80 columns, as text and as SVG, in English and in Chinese."""

import html
import os
import re
import shlex
import signal
import sys
import time
import unicodedata
from pathlib import Path

from harness.places import PGTASK, ROOT
from harness.screen import PROMPT, Screen
from harness.service import certificates
from sim.control import start_task
from sim.play import exports, make_key, make_service
from sim.server import Simulator

COLUMNS, ROWS = 80, 70
FOLDER = ROOT / "examples/cli/screenshots"
LANGUAGES = {"en": "C.UTF-8", "zh": "zh_CN.UTF-8"}
CELL_WIDTH, LINE_HEIGHT, MARGIN = 8.4, 18, 12
PAPER, INK = "#1e1e1e", "#d4d4d4"
COLOURS = {"31": "#f48771", "32": "#89d185", "33": "#e5e510", "35": "#d670d6", "36": "#4fc1ff"}
LIMIT_S = 60


def wait_for(screen: Screen, pattern: str) -> None:
    until = time.monotonic() + LIMIT_S
    while not re.search(pattern, screen.text()):
        if time.monotonic() > until:
            raise SystemExit(f"no {pattern!r} on the screen:\n{screen.text()}")
        time.sleep(0.1)


def record(language: str) -> str:
    """Types a session. Returns what the screen shows in the end, with its colours."""
    key = make_key()
    simulator = Simulator(make_service(certificates(), key, 0))
    simulator.start()
    task = start_task(simulator.service, 1, {"duration_s": 6})
    environment = {"LANG": LANGUAGES[language], "PATH": f"{PGTASK.parent}:{os.environ['PATH']}",
                   "HOME": "/nonexistent"}
    for line in exports(key, simulator.port, certificates()):
        name, value = shlex.split(line)[1].split("=", 1)
        environment[name] = value
    with Screen(environment, COLUMNS, ROWS) as screen:
        for command, end in (
                ("clear", rf"\A{PROMPT}\Z"),
                ("pgtask list -n 6", rf"--all.*\n{PROMPT}\Z"),
                (f"pgtask watch {task} --interval 0.5", rf"100 %[^$]*\n{PROMPT}\Z"),
                (f"pgtask show {task}", rf"RequestId.*\n{PROMPT}\Z"),
                ("pgtask lst", rf"lst.*\n{PROMPT}\Z"),
                ("pgtask list --region ap-beijing", rf"ap-beijing.*\n(.*\n)?{PROMPT}\Z"),
                (f"pgtask led {task} --led terminal", r"\n [●○].*\Z")):
            screen.type(command)
            wait_for(screen, end)
        shown = screen.coloured()
        os.kill(screen.job(), signal.SIGTERM)
        wait_for(screen, rf"{PROMPT}\Z")
    simulator.stop()
    return shown.replace(PROMPT, "$ ").rstrip("\n") + "\n"


def plain(shown: str) -> str:
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).split("\n")
    return "\n".join(line.rstrip() for line in lines)


def width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Style:
    """What the terminal's colours are at a place."""

    def __init__(self) -> None:
        self.ink, self.paper, self.is_bold = INK, "", False

    def take(self, parameters: str) -> None:
        numbers = parameters.split(";")
        if "48" in numbers and len(numbers) >= 5:
            at = numbers.index("48")
            self.paper = "rgb(%s)" % ",".join(numbers[at + 2:at + 5])
            return
        for number in numbers:
            if number in ("", "0"):
                self.__init__()  # type: ignore[misc]
            elif number == "39":
                self.ink = INK
            elif number == "49":
                self.paper = ""
            elif number == "1":
                self.is_bold = True
            elif number in COLOURS:
                self.ink = COLOURS[number]


def picture(shown: str) -> str:
    """Returns an SVG. Each run of cells has its exact place, whatever the viewer's font is."""
    lines = shown.rstrip("\n").split("\n")
    size = (COLUMNS * CELL_WIDTH + 2 * MARGIN, len(lines) * LINE_HEIGHT + 2 * MARGIN)
    parts = ["<!-- SPDX-License-Identifier: MIT -->",
             f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]:.0f}" height="{size[1]:.0f}" '
             'font-family="DejaVu Sans Mono, Noto Sans Mono CJK SC, monospace" font-size="14">',
             f'<rect width="100%" height="100%" rx="6" fill="{PAPER}"/>']
    style = Style()
    for row, line in enumerate(lines):
        column = 0
        for escape, text in re.findall(r"\x1b\[([0-9;]*)m|([^\x1b]+)", line):
            if not text:
                style.take(escape)
                continue
            for run in re.findall(r"[\u1100-\uffff]+|[^\u1100-\uffff]+", text):
                cells = sum(width(character) for character in run)
                x, y = MARGIN + column * CELL_WIDTH, MARGIN + row * LINE_HEIGHT
                if style.paper:
                    parts.append(f'<rect x="{x:.1f}" y="{y}" width="{cells * CELL_WIDTH:.1f}" '
                                 f'height="{LINE_HEIGHT}" fill="{style.paper}"/>')
                if run.strip():
                    bold = ' font-weight="bold"' if style.is_bold else ""
                    parts.append(f'<text x="{x:.1f}" y="{y + 13}" fill="{style.ink}"{bold} '
                                 f'textLength="{cells * CELL_WIDTH:.1f}" xml:space="preserve" '
                                 f'lengthAdjust="spacingAndGlyphs">{html.escape(run)}</text>')
                column += cells
    return "\n".join([*parts, "</svg>", ""])


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    for language in LANGUAGES:
        shown = record(language)
        for suffix, text in (("txt", plain(shown)), ("svg", picture(shown))):
            path = FOLDER / f"session.{language}.{suffix}"
            path.write_text(text, "utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
