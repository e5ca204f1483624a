# SPDX-License-Identifier: MIT
"""The loop updates the LED often, as QEMU counts instructions."""

import unittest

from firmware.led_gaps import BOUND, BOUNDED, PHASES, longest


class LedGaps(unittest.TestCase):
    def test_ecdsa_over_tls_1_2_never_takes_more_than_two_million_instructions(self) -> None:
        for phase, count in zip(PHASES, longest(*BOUNDED)):
            self.assertGreater(count, 0, phase)
            self.assertLessEqual(count, BOUND, phase)

    def test_a_poll_takes_less_than_half_a_million_whatever_the_chain(self) -> None:
        for version, chain in (("1.2", "RSA-2048"), ("1.3", "ECDSA P-256")):
            self.assertLessEqual(longest(version, chain)[1], 500_000)
