# SPDX-License-Identifier: MIT
"""The loop's turns are short, and the LED waits for none of them, as QEMU counts instructions."""

import sys
import unittest

from firmware.led_gaps import (
    BOUND, BOUNDED, LED_BOUND, PHASES, PULSE_BOUND, longest, longest_led_gap, longest_pulse_gap
)


POLL_BOUND = 500_000
ANY = sys.maxsize


class LongestTurn(unittest.TestCase):
    def test_ecdsa_over_tls_1_2_never_takes_more_than_two_million_instructions(self) -> None:
        for phase, count in zip(PHASES, longest(*BOUNDED, [BOUND] * len(PHASES))):
            self.assertGreater(count, 0, phase)
            self.assertLessEqual(count, BOUND, phase)

    def test_a_poll_takes_less_than_half_a_million_whatever_the_chain(self) -> None:
        for version, chain in (("1.2", "RSA-2048"), ("1.3", "ECDSA P-256")):
            _, poll, _ = longest(version, chain, [ANY, POLL_BOUND, ANY])
            self.assertLessEqual(poll, POLL_BOUND)


class Pulse(unittest.TestCase):
    """The watchdog is fed in the middle of each computation, at least once in a million."""

    def test_the_longest_time_between_two_pulses(self) -> None:
        for image, chain in (("mps2-an385", "p384"), ("mps2-an385-tls12", "under_rsa_4096_root"),
                             ("mps2-an385-compact", "under_rsa_4096_root"),
                             ("lm3s6965evb", "server")):
            with self.subTest(image, chain=chain):
                self.assertLessEqual(longest_pulse_gap(image, chain), PULSE_BOUND)


class Led(unittest.TestCase):
    def test_it_is_updated_in_the_middle_of_the_longest_computations(self) -> None:
        for image, chain in (("mps2-an385", "p384"), ("mps2-an385-tls12", "rsa"),
                             ("mps2-an385-compact", "under_rsa_4096_root"),
                             ("lm3s6965evb", "under_rsa_4096_root")):
            with self.subTest(image, chain=chain):
                gap = longest_led_gap(image, chain)
                self.assertGreater(gap, 0)
                self.assertLessEqual(gap, LED_BOUND)
