# SPDX-License-Identifier: MIT
"""Reads from QEMU's trace what a status LED did, and says which state of the LED language it shows.

QEMU traces each change of an LED and each interrupt that the processor takes. One of the interrupts
is the board's tick, a millisecond each. So every change has a time of the board's own clock, however
late the host is.
"""

import bisect
import re
from dataclasses import dataclass
from pathlib import Path

TRACE_OPTIONS = (
    "-trace", "led_change_intensity", "-trace", "nvic_acknowledge_irq",
    "-trace", "pl061_set_output", "-msg", "timestamp=on",
)  # fmt: skip
PERIOD_MS = 2000
SLOT_MS = 100

# The README's table: two seconds in slots of 100 ms; '#' is lit.
LANGUAGE = {
    "off": "....................",
    "idle": "#...#...............",
    "connecting": "#####.....#####.....",
    "success": "####################",
    "wait_switch": ".###.###############",
    "stale": "##..##..##..........",
    "blocked": "##..##....##..##....",
    "operator": "#######...##........",
    "failure": "##..##..##..##..##..",
}

_EVENT = re.compile(
    rb"@(\d+\.\d+):(?:led_change_intensity LED desc:'(\w+)' .*-> (\d+)%"
    rb"|nvic_acknowledge_irq NVIC acknowledge IRQ: (15) now)"
)


@dataclass(frozen=True)
class Change:
    """The LED went on or off."""

    at_ms: int  # since reset, by the board's clock
    seen: float  # the host's time
    lit: bool


class Light:
    """The status LED of one board, as far as its trace has been read."""

    def __init__(self, trace: Path, led: str, other_led: str) -> None:
        self.now_ms = 0
        self.changes: list[Change] = []
        self._trace = trace
        self._led = led.encode()
        self._other_led = other_led.encode()
        self._read = 0
        self._begun = False

    def follow(self) -> "Light":
        """Reads what QEMU has added to its trace."""
        if self._trace.exists():
            with self._trace.open("rb") as file:
                file.seek(self._read)
                text = file.read()
            text = text[: text.rfind(b"\n") + 1]
            self._read += len(text)
            for match in _EVENT.finditer(text):
                self._take(match)
        return self

    def _take(self, match: "re.Match[bytes]") -> None:
        if match[4]:
            self.now_ms += 1
            return
        change = Change(self.now_ms, float(match[1]), match[3] != b"0")
        if match[2] == self._led:
            self.changes = [*self.changes, change] if self._begun else [change]
        elif match[2] == self._other_led and not change.lit and not self._begun:
            # Reset lights every LED. When the firmware sets them for the first time, the other LED
            # goes out. From then on the status LED is what the firmware made it.
            self._begun = True
            self.changes = [Change(change.at_ms, change.seen, self.changes[-1].lit)]

    def lit_at(self, at_ms: int) -> bool:
        number = bisect.bisect_right(self.changes, at_ms, key=lambda change: change.at_ms) - 1
        return number >= 0 and self.changes[number].lit

    def likeness(self, state: str, begin_ms: int, end_ms: int) -> float:
        """Returns in which share of a span of time the LED was as the pattern says."""
        pattern = LANGUAGE[state]
        same = sum(
            self.lit_at(at_ms) == (pattern[at_ms % PERIOD_MS // SLOT_MS] == "#")
            for at_ms in range(begin_ms, end_ms)
        )
        return same / (end_ms - begin_ms)

    def read(self, begin_ms: int, end_ms: int) -> str:
        """Returns the state that the LED showed, to 2 %, or else a picture of what it did."""
        for state in LANGUAGE:
            if self.likeness(state, begin_ms, end_ms) >= 0.98:
                return state
        return "".join("#" if self.lit_at(at) else "." for at in range(begin_ms, end_ms, SLOT_MS))

    def flashes(self, begin_ms: int, end_ms: int) -> list[tuple[Change, Change]]:
        """Returns each time the LED went on and off again within a span of time."""
        return [
            (on, off)
            for on, off in zip(self.changes, self.changes[1:])
            if on.lit and begin_ms <= on.at_ms and off.at_ms <= end_ms
        ]
