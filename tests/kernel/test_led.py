# SPDX-License-Identifier: MIT
"""The LED daemon on a real kernel: every shape, GPIO, and what kernel and others do to an LED."""

import re
import unittest

from harness.linux_box import CHIP_LABEL, LED
from kernel.rig import MENDED_MS, KernelTest

HALF = [(True, 1000), (False, 1000)]


class Shapes(KernelTest):
    def end_task(self, outcome: str, state: str) -> None:
        self.start_task(1, outcome)
        self.start()
        self.wait_for_state(state)

    def test_failure(self) -> None:
        self.end_task("Fail", "failure")
        self.assert_shows("failure")
        self.stop()

    def test_success_is_steady(self) -> None:
        self.end_task("Success", "success")
        self.assertEqual({light.brightness for light in self.box.sample(3)}, {1})
        self.stop()

    def test_progress_is_the_lit_share_and_one_write_for_each_percent(self) -> None:
        self.start_task(4000, age_s=2000)
        self.start(options="--interval 2")
        self.wait_for_state("running")
        self.assert_shape(HALF, 120)
        self.stop()

    def test_without_pattern_the_timer_draws_what_blinks_evenly(self) -> None:
        self.box.run("rmmod ledtrig-pattern")
        self.addCleanup(self.box.run, "insmod /modules/ledtrig-pattern.ko")
        self.start_task(4000, age_s=2000)
        self.start(options="--interval 2")
        self.wait_for_state("running")
        self.assertEqual(self.box.trigger(), "timer")
        self.assert_shape(HALF, 120)
        self.stop()
        self.assertEqual(self.box.trigger(), "heartbeat")

    def test_without_pattern_and_timer_the_program_draws(self) -> None:
        self.box.run("rmmod ledtrig-pattern ledtrig-timer")
        self.addCleanup(self.box.run, "insmod /modules/ledtrig-timer.ko; "
                                      "insmod /modules/ledtrig-pattern.ko")
        self.start()
        self.wait_for_state("idle")
        self.assertEqual(self.box.trigger(), "none")
        self.assert_shows("idle")
        self.stop()


class Changes(KernelTest):
    def idle(self) -> None:
        self.start()
        self.wait_for_state("idle")

    def assert_mended(self) -> None:
        self.wait_for("pattern", lambda: self.box.trigger() == "pattern", MENDED_MS)
        self.assert_shows("idle")
        self.stop()
        self.assertEqual(self.box.trigger(), "heartbeat")

    def test_a_driver_that_stays_away_is_told_and_taken_over_when_it_is_back(self) -> None:
        self.idle()
        self.box.bind(False)
        self.wait_for("log", lambda: "cannot set the LED" in self.log(), MENDED_MS)
        self.box.bind(True)
        self.wait_for("log", lambda: "can be set again" in self.log(), MENDED_MS)
        self.assert_mended()

    def test_a_brightness_of_0_which_ends_a_trigger(self) -> None:
        self.idle()
        self.box.write("brightness", "0")
        self.assertEqual(self.box.trigger(), "none")
        self.assert_mended()

    def test_another_pattern(self) -> None:
        self.idle()
        self.box.write("pattern", "1 50 0 50")
        self.wait_for("log", lambda: "has changed how it blinks" in self.log(), MENDED_MS)
        self.assert_mended()

    def test_a_trigger_that_is_unloaded_is_replaced(self) -> None:
        """The kernel tells nobody of that: no event of inotify comes."""
        self.idle()
        self.box.run("rmmod ledtrig-pattern")
        self.addCleanup(self.box.run, "insmod /modules/ledtrig-pattern.ko")
        self.wait_for("log", lambda: "trigger none" in self.log(), MENDED_MS)
        self.assertEqual(self.box.trigger(), "none")
        self.assert_shows("idle")
        self.stop()

    def test_settings_of_an_earlier_trigger_come_back_also_after_kill_9(self) -> None:
        self.box.write("trigger", "timer")
        self.addCleanup(self.box.write, "trigger", "heartbeat")
        self.box.write("delay_on", "120")
        self.box.write("delay_off", "880")
        self.idle()
        self.box.try_run("kill -9 $pid; wait $pid")
        self.idle()
        self.stop()
        self.assertEqual((self.box.trigger(), self.box.read("delay_on"), self.box.read("delay_off")),
                         ("timer", "120", "880"))

    def test_a_flapping_led_fills_no_log(self) -> None:
        self.idle()
        for _ in range(10):
            self.box.bind(False)
            self.box.run("usleep 3500000")
            self.box.bind(True)
            self.box.run("usleep 500000")
        lines = [line for line in self.log().splitlines() if "LED" in line]
        self.assertLessEqual(len(lines), 6, lines)
        self.wait_for("count", lambda: "more lines about the LED were left out" in self.log(), 60000)
        self.assert_mended()

    def test_inotify_sees_neither_a_driver_that_goes_nor_a_change_by_the_kernel(self) -> None:
        """This is why the daemon looks itself."""
        self.box.run(f"watch_events {LED} </dev/null >/tmp/events 2>&1 & watcher=$!; usleep 500000")
        self.addCleanup(self.box.try_run, "kill $watcher; wait $watcher; rm /tmp/events")
        self.box.write("trigger", "pattern")
        self.box.run("usleep 500000")
        events = self.box.run("cat /tmp/events")
        self.assertIn("trigger", events, "what a program writes")
        self.box.run("rmmod ledtrig-pattern; usleep 500000")
        self.addCleanup(self.box.run, "insmod /modules/ledtrig-pattern.ko")
        self.assertEqual(self.box.trigger(), "none")
        self.box.bind(False)
        self.box.run("usleep 500000")
        self.box.bind(True)
        self.assertEqual(self.box.run("cat /tmp/events"), events)


class Gpio(KernelTest):
    def line(self, number: int) -> str:
        """Returns what the kernel says of a line of the chip: its user, direction and level."""
        text = self.box.run("cat /sys/kernel/debug/gpio")
        base = int(re.search(r"gpiochip\d+: GPIOs (\d+)", text)[1])  # type: ignore[index]
        found = re.search(rf"gpio-{base + number} +\(.*?\|(.*?)\s*\) (.*)", text)
        return f"{found[1].strip()} {found[2].strip()}" if found else ""

    def assert_lit(self, led: str, number: int, high: str = "hi") -> None:
        self.start_task(1)
        self.start(led)
        self.wait_for_state("success")
        self.assertEqual(self.line(number).split()[:3], ["pgtask", "out", high])
        self.stop()

    def test_a_line_by_number(self) -> None:
        self.assert_lit("gpio:gpiochip0/5", 5)
        self.assert_lit("gpio:gpiochip0:5", 5)

    def test_a_line_by_its_name(self) -> None:
        self.assert_lit("gpio:restore-lamp", 5)

    def test_a_line_by_the_label_of_its_chip(self) -> None:
        self.assert_lit(f"gpio:{CHIP_LABEL}:2", 2)
        self.assert_lit(f"gpio:{CHIP_LABEL}/2,active-low", 2, "lo")

    def test_a_line_in_use_and_one_that_is_not_there_are_told(self) -> None:
        for led, words in (("gpio:gpiochip0/0", "another program or driver has it"),
                           ("gpio:no-such-lamp", "no GPIO chip"), ("gpio:none:1", "gpiodetect"),
                           ("gpio:gpiochip0/99", "does not exist")):
            self.start(led)
            self.assertEqual(self.box.try_run("wait $pid")[0], 2)
            self.assertIn(words, self.log())

    def test_its_chip_that_was_unbound_is_asked_for_again(self) -> None:
        """The kernel gives the chip another number then."""
        self.start_task(1)
        self.start("gpio:restore-lamp")
        self.wait_for_state("success")
        driver = "/sys/bus/amba/drivers/pl061_gpio"
        if self.box.try_run(f"test -e {driver}/unbind")[0] != 0:
            return  # this kernel keeps the driver of the board's chip
        self.box.run(f"echo {CHIP_LABEL} >{driver}/unbind")
        self.wait_for("log", lambda: "cannot set the LED" in self.log(), MENDED_MS)
        self.box.run(f"echo {CHIP_LABEL} >{driver}/bind")
        self.wait_for("log", lambda: "can be set again" in self.log(), MENDED_MS)
        self.assertEqual(self.line(5).split()[:3], ["pgtask", "out", "hi"])
        self.stop()


if __name__ == "__main__":
    unittest.main()
