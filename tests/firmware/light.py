# SPDX-License-Identifier: MIT
"""What a status LED was seen to do, and the visual language it is judged by."""

import bisect

PERIOD_S = 2.0
_SLOT_S = 0.1
_SAMPLE_S = 0.01

# The README's table: two seconds in slots of 100 ms, '#' lit.
LANGUAGE = {
    "off": "....................",
    "idle": "#...#...............",
    "connecting": "#####.....#####.....",
    "success": "####################",
    "wait_switch": ".###.###############",
    "stale": "##..##..##..........",
    "operator": "#######...##........",
    "failure": "##..##..##..##..##..",
}
# Running: lit for its share of the two seconds, at their end.
LANGUAGE |= {f"running {ten}%": "." * (20 - ten // 5) + "#" * (ten // 5) for ten in range(10, 100, 10)}

Changes = list[tuple[float, bool]]


def lit_at(changes: Changes, moment: float) -> bool:
    number = bisect.bisect_right(changes, (moment, True)) - 1
    return number >= 0 and changes[number][1]


def likeness(changes: Changes, begin: float, end: float, pattern: str) -> float:
    """The share of a stretch of time in which the light was as the pattern says, at best."""
    count = int((end - begin) / _SAMPLE_S)
    seen = [lit_at(changes, begin + number * _SAMPLE_S) for number in range(count)]
    steps = round(PERIOD_S / _SAMPLE_S)
    wanted = [pattern[int(step * _SAMPLE_S / _SLOT_S + 1e-6)] == "#" for step in range(steps)]
    best = 0
    for shift in range(0, steps, 2):
        same = sum(
            lit == wanted[(number + shift) % steps] for number, lit in enumerate(seen)
        )
        best = max(best, same)
    return best / max(count, 1)


def read(changes: Changes, begin: float, end: float) -> str:
    """The word of the language that a stretch of time is most like."""
    return max(LANGUAGE, key=lambda word: likeness(changes, begin, end, LANGUAGE[word]))


def flashes(changes: Changes, begin: float, end: float) -> list[tuple[float, float]]:
    """When the light went on and off, both between `begin` and `end`."""
    found = []
    for (at, lit), (until, _) in zip(changes, changes[1:]):
        if lit and begin <= at and until <= end:
            found.append((at, until))
    return found
