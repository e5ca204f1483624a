# SPDX-License-Identifier: MIT
"""While an image reaches the service, its LED never waits, and its watchdog is fed often enough."""

import unittest

from firmware.reach import cases, faults_of, measure
from harness.qemu import reaching_images


class Reach(unittest.TestCase):
    def test_led_and_pulse_wait_for_less_than_a_million_instructions(self) -> None:
        tried = cases()
        self.assertEqual({image for image, _ in tried}, set(reaching_images()))
        for image, version in tried:
            with self.subTest(image, version=version):
                self.assertEqual(faults_of(image, measure(image, version)), [])


if __name__ == "__main__":
    unittest.main()
