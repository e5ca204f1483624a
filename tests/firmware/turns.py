#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long the firmware's loop leaves the LED alone, in instructions of the board's processor.

    turns.py [JSON]         (run by `make bench-firmware`)

QEMU counts: with -icount each instruction is 32 ns of the board's clock, whatever the machine under
it does. That clock ticks each millisecond, so a stretch is known to 31,250 instructions; the tick
that it may just have missed is added. Each figure is the least of three runs, because the board
waits for its log and for random bytes where the machine under it is late with them. Prints a table,
and writes it as JSON; the exit status is 1 if the bound is missed.
"""

import json
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from harness.qemu import HOST, INSTRUCTIONS_A_MS, Machine  # noqa: E402  (the path comes first)
from firmware.servers import TimeServer  # noqa: E402
from support.harness import RunningSimulator  # noqa: E402

BOUND = 2_000_000
RUNS = 3
TURNS = ("full handshake", "poll", "resumed handshake")
IMAGES = {"1.2": "mps2-an385-tls12", "1.3": "mps2-an385"}
CHAINS = {
    "ECDSA P-256": "server",
    "ECDSA P-384": "p384",
    "RSA-2048": "rsa",
    "RSA-2048 under RSA-4096": "under_rsa_4096_root",
}
BOUNDED = ("1.2", "ECDSA P-256")

_ALONE = r", the LED was left alone for (\d+) ms at most"


def run(version: str, chain: str) -> list[int]:
    """The longest stretch within each of TURNS; the connection is reset after the second poll."""
    with RunningSimulator(certificate=CHAINS[chain]) as simulator, TimeServer() as time_server:
        simulator.play(rate_per_s=0, after=2, times=1, reset_at=0)
        # Where nothing is to be done the board's clock runs ahead: its time-outs must not matter.
        words = {"connect": HOST, "connect_port": simulator.port, "network": HOST,
                 "sntp_port": time_server.port, "poll_ms": 50, "report": 1, "timeout_ms": 10**9,
                 "stall_ms": 10**9}
        with Machine(IMAGES[version], counted=True, **words) as board:
            lines = [f"full handshake{_ALONE}", f"poll 2{_ALONE}", f"resumed{_ALONE}"]
            found = [board.wait_for(line, 60) for line in lines]
    return [(int(match[1]) + 1) * INSTRUCTIONS_A_MS for match in found]


def longest(version: str, chain: str) -> list[int]:
    """The same, as the least of RUNS runs."""
    return [min(counts) for counts in zip(*(run(version, chain) for _ in range(RUNS)))]


def main(arguments: list[str]) -> int:
    table = {f"TLS {version}, {chain}": longest(version, chain)
             for version in IMAGES for chain in CHAINS}
    print("longest time between two settings of the LED, instructions of a Cortex-M3, -Os")
    print(f"{'':32}" + "".join(f"{turn:>19}" for turn in TURNS))
    for name, counts in table.items():
        print(f"{name:32}" + "".join(f"{count:>19,}" for count in counts))
    if arguments:
        Path(arguments[0]).write_text(json.dumps(table, indent=1) + "\n", "utf-8")
    bounded = table["TLS {}, {}".format(*BOUNDED)]
    if max(bounded) > BOUND:
        print("turns: TLS {}, {}: above {:,}".format(*BOUNDED, BOUND), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
