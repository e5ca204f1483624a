# SPDX-License-Identifier: MIT
"""How long the loop leaves the LED alone, in instructions of the board's processor.

QEMU counts: each instruction is 32 ns of the board's clock, whatever the machine that runs it. The
clock ticks each millisecond, so a stretch is known to 31,250 instructions; the tick it may have
just missed is added.
"""

from firmware.machine import INSTRUCTION_NS
from firmware.rig import TLS12, TLS13, FirmwareTest

INSTRUCTIONS_A_TICK = 1_000_000 // INSTRUCTION_NS
BOUND = 2_000_000

_ALONE = r", the LED was left alone for (\d+) ms at most"
_TURNS = ("full handshake", "poll", "resumed handshake")


class Turns(FirmwareTest):
    def longest(self, image: str, chain: str) -> tuple[int, ...]:
        """Instructions at most between two settings of the LED, for each of _TURNS."""
        self.simulator.use_certificate(chain)
        self.play(after=2, times=1, reset_at=0)
        board = self.board(image, counted=True, poll_ms=50, report=1)
        lines = [f"full handshake{_ALONE}", f"poll 2{_ALONE}", f"resumed{_ALONE}"]
        found = [board.wait_for(line, 60) for line in lines]
        return tuple((int(match[1]) + 1) * INSTRUCTIONS_A_TICK for match in found)

    def test_ecdsa_over_tls_1_2_never_takes_more_than_two_million(self) -> None:
        for count, turn in zip(self.longest(TLS12, "server"), _TURNS):
            self.assertLessEqual(count, BOUND, turn)


def main() -> None:
    """Prints the table."""
    rows = [(image, chain) for image in (TLS12, TLS13) for chain in
            ("server", "p384", "rsa", "under_rsa_4096_root")]
    print(f"{'image':20} {'chain':20} " + " ".join(f"{turn:>18}" for turn in _TURNS))
    test = Turns()
    for image, chain in rows:
        test.setUp()
        counts = test.longest(image, chain)
        test.doCleanups()
        print(f"{image:20} {chain:20} " + " ".join(f"{count:>18,}" for count in counts))


if __name__ == "__main__":
    main()
