# SPDX-License-Identifier: MIT
"""Measures what each image takes to reach a service with the public service's chain.

    PYTHONPATH=tests python3 -m firmware.reach [JSON]       (`make bench-firmware` does it)

The server's certificate has 100 names, below an RSA-4096 intermediate and the root G2. Turns, gaps
and pulses are instructions of the processor; led_gaps.py says how QEMU counts them. A turn is told for
the full handshake, for a poll, for a poll with a large answer in records of 16 KB, and for a resumed
handshake. The gaps are the longest of a whole run: between two updates of the LED, and between two
pulses or turns, which feed the watchdog.

The script prints a table and writes it as JSON. The exit status is 1 if a gap exceeds its bound.
"""

import json
import sys
from pathlib import Path

from binary import image as binary_image
from firmware.led_gaps import INSTRUCTIONS_PER_MS, RUNS, TURN, running
from firmware.rig import INSTANCE
from harness.qemu import IMAGES, reaching_images
from harness.service_chain import chain

LED_BOUND = 1_000_000
PULSE_BOUND = 1_000_000
MOST_RUNS = 10
SENT = chain(100)
NEW_ROOT = {"first_root": 4, "roots": 1}  # of the tests' settings: see port/build/image.mk
LARGE_OUTPUT_BYTES = 8_000  # of each task, so that the answer fills several records
WITH_TLS13 = ("mps2-an385", "mps2-an386", "mps2-an500")

PHASES = ("full handshake", "poll", "large answer", "resumed handshake")
COLUMNS = (*PHASES, "LED gap", "pulse gap", "arena peak", "RAM", "flash")

_ARENA = r"memory: arena \d+/(\d+) of"


def cases() -> list[tuple[str, str]]:
    """Returns image and version of each row: first TLS 1.2 alone, with the least RAM."""
    images = reaching_images()
    lean = [(image, "1.2") for image in images if image not in WITH_TLS13]
    return lean + [(image, version) for version in ("1.2", "1.3") for image in images
                   if image in WITH_TLS13]


def _turn(milliseconds: str) -> int:
    return (int(milliseconds) + 1) * INSTRUCTIONS_PER_MS


def _run(image: str, version: str) -> dict[str, int]:
    """Connects, polls, is disconnected and connects again; then polls a large answer.

    An image with TLS 1.3 keeps no session of this server's TLS 1.2, so it resumes none: 0.
    """
    with running(image, SENT, version, **NEW_ROOT) as board:
        found = {phase: _turn(board.wait_for(f"{line}{TURN}", 60)[1])
                 for phase, line in (("full handshake", "connected: .*full.*"), ("poll", "poll 2"))}
        at, _ = board.wait_for_line("poll 2", 60)
        again = board.wait_for(f"connected: .*{TURN}", 60, at)
        found["resumed handshake"] = _turn(again[1]) if "resumed" in again[0] else 0
        found["arena peak"] = int(board.wait_for(_ARENA, 20)[1])
        gaps = {"LED gap": board.longest_gap("led"), "pulse gap": board.longest_gap("watchdog")}
    with running(image, SENT, version, output_bytes=LARGE_OUTPUT_BYTES, instance=INSTANCE,
                 **NEW_ROOT) as board:
        found["large answer"] = _turn(board.wait_for(f"poll 1{TURN}", 60)[1])
        for name, register in (("LED gap", "led"), ("pulse gap", "watchdog")):
            gaps[name] = max(gaps[name], board.longest_gap(register))
    return {**found, **gaps}


def _least_of(found: list[dict[str, int]]) -> dict[str, int]:
    return {name: min(one[name] for one in found) for name in found[0]}


def measure(image: str, version: str) -> dict[str, int]:
    """Returns a number for each of COLUMNS, which is the least of several runs.

    What the program computes is the same in each run. A late host can only add to it, because the
    board waits for its log and for random bytes. So a run over a bound is repeated a few times.
    """
    found = [_run(image, version) for _ in range(RUNS)]
    while faults_of(image, _least_of(found)) and len(found) < MOST_RUNS:
        found.append(_run(image, version))
    sizes = binary_image.read(IMAGES / f"{image}.elf")
    row = _least_of(found) | {"RAM": sizes.ram, "flash": sizes.flash}
    return {name: row[name] for name in COLUMNS}


def faults_of(name: str, row: dict[str, int]) -> list[str]:
    """Returns a sentence for each bound that a row exceeds."""
    return [f"{name}: the {gap} of {row[gap]:,} instructions exceeds {bound:,}"
            for gap, bound in (("LED gap", LED_BOUND), ("pulse gap", PULSE_BOUND))
            if not 0 < row[gap] <= bound]


def main(arguments: list[str]) -> int:
    table = {f"{image}, TLS {version}": measure(image, version) for image, version in cases()}
    print("to reach the service: instructions of turns and gaps, bytes of memory")
    print(f"{'':30}" + "".join(f"{column:>19}" for column in COLUMNS))
    for name, row in table.items():
        print(f"{name:30}" + "".join(f"{row[column]:>19,}" if row[column] else f"{'-':>19}"
                                     for column in COLUMNS))
    if arguments:
        Path(arguments[0]).write_text(json.dumps(table, indent=1) + "\n", "utf-8")
    faults = [fault for name, row in table.items() for fault in faults_of(name, row)]
    for fault in faults:
        print(f"reach: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
