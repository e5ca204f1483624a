# SPDX-License-Identifier: MIT
"""A screen full of text as an SVG picture."""

import re
import unicodedata
from collections.abc import Iterator
from html import escape

COLUMN, ROW, MARGIN = 8.4, 18, 14
_COLOURS = {"Success": "done", "Running": "runs", "Fail": "fails", "Pause": "waits"}
_RUN = re.compile(r"\S+(?: \S+)*")
_HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img">
<!-- SPDX-License-Identifier: MIT -->
<title>{title}</title>
<style>
text {{ font: 14px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', monospace;
       fill: #d8dee9; white-space: pre; }}
.typed {{ fill: #ffffff; font-weight: bold; }}
.done {{ fill: #8fd18f; }} .runs {{ fill: #7fc8e8; }} .fails {{ fill: #f08080; }} .waits {{ fill: #e8d27f; }}
</style>
<rect width="100%" height="100%" rx="8" fill="#1e2430"/>
"""


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _runs(line: str) -> Iterator[tuple[int, str]]:
    """The parts of a line that stand at a column of their own: fonts differ in the width of Chinese."""
    for run in _RUN.finditer(line):
        at = columns(line[:run.start()])
        for part in re.finditer(r"[\x00-\u2e7f]+|[^\x00-\u2e7f]+", run[0]):
            yield at + columns(run[0][:part.start()]), part[0]


def _kind(line: str, text: str) -> str:
    if line.startswith("$ "):
        return ' class="typed"'
    return f' class="{_COLOURS[text]}"' if text in _COLOURS else ""


def draw(text: str, title: str) -> str:
    lines = text.splitlines()
    width = max(columns(line) for line in lines) * COLUMN + 2 * MARGIN
    parts = [_HEAD.format(width=width, height=len(lines) * ROW + 2 * MARGIN, title=escape(title))]
    for number, line in enumerate(lines):
        y = MARGIN + (number + 1) * ROW - 5
        for column, run in _runs(line):
            length = f' textLength="{columns(run) * COLUMN:.1f}" lengthAdjust="spacingAndGlyphs"'
            parts.append(f'<text x="{MARGIN + column * COLUMN:.1f}" y="{y}"{length}{_kind(line, run)}>'
                         f"{escape(run)}</text>\n")
    return "".join([*parts, "</svg>\n"])
