# SPDX-License-Identifier: MIT
"""The LED daemon on a real kernel, in short: the kernel draws, and what happens to the LED is mended."""

import unittest

from kernel.rig import MENDED_MS, KernelTest


class Smoke(KernelTest):
    def test_the_kernel_draws_and_the_earlier_trigger_comes_back(self) -> None:
        self.assertEqual(self.box.trigger(), "heartbeat")
        self.start()
        self.wait_for_state("idle")
        self.assertEqual(self.box.trigger(), "pattern")
        self.assert_shows("idle")
        self.stop()
        self.assertEqual(self.box.trigger(), "heartbeat")

    def test_after_kill_9_the_next_start_knows_the_earlier_trigger(self) -> None:
        self.start()
        self.wait_for_state("idle")
        self.box.try_run("kill -9 $pid; wait $pid")
        self.assertEqual(self.box.trigger(), "pattern")
        self.start()
        self.wait_for_state("idle")
        self.stop()
        self.assertEqual(self.box.trigger(), "heartbeat")

    def test_an_led_that_was_plugged_in_again_and_one_that_others_change_are_mended(self) -> None:
        self.start()
        self.wait_for_state("idle")
        self.box.bind(False)
        self.box.bind(True)
        self.wait_for("pattern", lambda: self.box.trigger() == "pattern", MENDED_MS)
        self.assertIn("plugged in again", self.log())
        self.box.write("trigger", "timer")
        self.wait_for("pattern", lambda: self.box.trigger() == "pattern", MENDED_MS)
        self.assertIn("another program has chosen the trigger timer", self.log())
        self.assert_shows("idle")
        self.stop()
        self.assertEqual(self.box.trigger(), "heartbeat")


if __name__ == "__main__":
    unittest.main()
