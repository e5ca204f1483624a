# SPDX-License-Identifier: MIT
"""The loop updates the LED often, counted in instructions of the processor."""

import unittest

from firmware.turns import BOUND, BOUNDED, TURNS, longest


class Turns(unittest.TestCase):
    def test_ecdsa_over_tls_1_2_never_takes_more_than_two_million_instructions(self) -> None:
        for turn, count in zip(TURNS, longest(*BOUNDED)):
            self.assertGreater(count, 0, turn)
            self.assertLessEqual(count, BOUND, turn)

    def test_a_poll_takes_less_than_half_a_million_whatever_the_chain(self) -> None:
        for version, chain in (("1.2", "RSA-2048"), ("1.3", "ECDSA P-256")):
            self.assertLessEqual(longest(version, chain)[1], 500_000)
