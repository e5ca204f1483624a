# SPDX-License-Identifier: MIT
"""Measures the longest turn of the loop, in instructions of the processor.

    PYTHONPATH=tests python3 -m firmware.led_gaps [JSON]       (`make bench-firmware` does it)

With -icount, QEMU lets each instruction take 32 ns of the board's clock, however busy the host is.
The firmware measures in ticks of 1 ms, which are 31,250 instructions, and one tick is added because
the firmware may have just missed it. Each figure is the least of three to ten runs, because the
board also waits for its log and for random bytes when the host is late with them.

The script prints a table and writes it as JSON. The exit status is 1 if a figure exceeds the bound,
or is not the one in examples/firmware/README.md.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.places import ROOT
from builds.papers import Paper
from firmware.rig import network_of
from firmware.servers import TimeServer
from harness.qemu import COUNTED_SKIP_SLEEP, INSTRUCTIONS_PER_MS, Machine
from harness.service import RunningSimulator
from harness.service_chain import chain

BOUND = 2_000_000  # instructions, for BOUNDED
LED_BOUND = 140_000  # instructions between two updates of the LED, in every case
PULSE_BOUND = 1_000_000  # instructions between two feedings of the watchdog
RUNS = 3
LATE_RUNS = 10  # at most, while the host is late
PHASES = ("full handshake", "poll", "resumed handshake")
IMAGES = {"1.2": "mps2-an385-tls12", "1.3": "mps2-an385"}
CHAINS = {
    "the service's chain": chain(100),
    "ECDSA P-256": "server",
    "ECDSA P-384": "p384",
    "RSA-2048": "rsa",
    "RSA-2048 under RSA-4096": "under_rsa_4096_root",
}
BOUNDED = ("1.2", "ECDSA P-256")
README = ROOT / "examples" / "firmware" / "README.md"

TURN = r", longest turn (\d+) ms"


@contextmanager
def running(image: str, certificate: str, version: str = "", output_bytes: int = 0,
            **more: object) -> Iterator[Machine]:
    """Gives a board whose connection is reset after the second poll, or gets large answers."""
    with RunningSimulator(rate_limit=False) as simulator, TimeServer() as time_server:
        simulator.use_certificate(certificate, version)
        if output_bytes:
            simulator.set_scenario(output_bytes=output_bytes)
        else:
            simulator.set_scenario(after=2, times=1, reset_at=0)
        # The board's clock runs ahead of the host's while the board sleeps, so it needs time-outs
        # that never come.
        arguments = {**network_of(simulator, time_server), "poll_ms": 50, "report": 1,
                     "timeout_ms": 10**9, "stall_ms": 10**9, **more}
        with Machine(image, arguments, clock=COUNTED_SKIP_SLEEP, counts_gaps=True) as board:
            yield board


def run(version: str, chain: str) -> list[int]:
    """Returns the longest turn within each of PHASES."""
    with running(IMAGES[version], CHAINS[chain]) as board:
        lines = [f"full handshake{TURN}", f"poll 2{TURN}", f"resumed{TURN}"]
        found = [board.wait_for(line, 60) for line in lines]
    return [(int(match[1]) + 1) * INSTRUCTIONS_PER_MS for match in found]


def turn_after_reset(image: str, certificate: str) -> int:
    """Returns the longest turn of the handshake that a board makes after a reset."""
    with running(image, certificate) as board:
        resumed, _ = board.wait_for_line("resumed", 60)
        board.reset()
        match = board.wait_for(f"resumed{TURN}", 60, resumed + 1)
        return (int(match[1]) + 1) * INSTRUCTIONS_PER_MS


def longest_led_gap(image: str, certificate: str) -> int:
    """Returns the most instructions between two stores to the LED's register, in all PHASES."""
    with running(image, certificate) as board:
        board.wait_for("resumed", 60)
        return board.longest_gap("led")


def longest_pulse_gap(image: str, certificate: str) -> int:
    """Returns the most instructions between two feedings of the watchdog, as the least of RUNS.

    The board also waits for random bytes, which a busy host may be late with: a run above the bound
    is repeated, up to LATE_RUNS runs in all.
    """
    found: list[int] = []
    while len(found) < RUNS or (min(found) > PULSE_BOUND and len(found) < LATE_RUNS):
        with running(image, certificate) as board:
            board.wait_for("resumed", 60)
            found.append(board.longest_gap("watchdog"))
    return min(found)


def longest(version: str, chain: str, expected: list[int]) -> list[int]:
    """Returns the same, as the least of RUNS runs, or of up to LATE_RUNS to come down to `expected`."""
    found: list[list[int]] = []
    while len(found) < RUNS or (len(found) < LATE_RUNS and are_above(least(found), expected)):
        found.append(run(version, chain))
    return least(found)


def least(runs: list[list[int]]) -> list[int]:
    return [min(counts) for counts in zip(*runs)]


def are_above(counts: list[int], expected: list[int]) -> bool:
    return any(count > limit for count, limit in zip(counts, expected))


def tolerance(count: int) -> int:
    """Returns by how much runs may differ: by three ticks, or by a tenth of a long computation.

    The keys of the certificates are made anew on each machine, and how long an RSA operation takes
    depends on the modulus: fresh keys of 4,096 bits moved the rows by up to 5 %.
    """
    return max(3 * INSTRUCTIONS_PER_MS, count // 10)


def stated(name: str) -> list[int]:
    """Returns a row of the README's table."""
    return [int(cell.replace(",", "")) for cell in Paper(README).row(name)[1:]]


def drifted(table: dict[str, list[int]]) -> list[str]:
    """Returns the rows that the README's table states otherwise."""
    return [f"{name}: README.md says {stated(name)}" for name, counts in table.items()
            if any(abs(one - other) > tolerance(other) for one, other in zip(counts, stated(name)))]


def measure(version: str, chain: str, name: str) -> list[int]:
    return longest(version, chain, [count + tolerance(count) for count in stated(name)])


def main(arguments: list[str]) -> int:
    names = {f"TLS {version}, {chain}": (version, chain) for version in IMAGES for chain in CHAINS}
    table = {name: measure(version, chain, name) for name, (version, chain) in names.items()}
    print("longest turn of the loop, instructions of a Cortex-M3, -Os")
    print(f"{'':32}" + "".join(f"{phase:>19}" for phase in PHASES))
    for name, counts in table.items():
        print(f"{name:32}" + "".join(f"{count:>19,}" for count in counts))
    print(f"the resumed handshake after a reset, TLS 1.2: {turn_after_reset(IMAGES['1.2'], 'rsa'):,}")
    if arguments:
        Path(arguments[0]).write_text(json.dumps(table, indent=1) + "\n", "utf-8")
    faults = drifted(table)
    if max(table["TLS {}, {}".format(*BOUNDED)]) > BOUND:
        faults.append("TLS {}, {} exceeds {:,}".format(*BOUNDED, BOUND))
    for fault in faults:
        print(f"led_gaps: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
