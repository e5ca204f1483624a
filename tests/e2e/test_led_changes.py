# SPDX-License-Identifier: MIT
"""What becomes of an LED while `pgtask led` shows it: others change it, it comes and goes.

A folder of ordinary files stands for the kernel's; tests/kernel has the same on a real kernel.
"""

import signal
import time
import unittest
from collections.abc import Callable

from harness.fake_led import FakeLed
from harness.led_daemon import Daemon, LedDaemon, Unprivileged
from harness.runner import USAGE

INSTANCE = "postgres-led00001"
MENDED_S = 5.0
FLASH = "1 100 1 0"  # of the heartbeat, as the kernel gets it


class Changes(LedDaemon):
    def start(self, triggers: str = "none [heartbeat] timer pattern", **facts: str | int) -> tuple[
            FakeLed, Daemon]:
        led = FakeLed(self.home / "leds", triggers, **facts)  # type: ignore[arg-type]
        return led, self.attach(led)

    def attach(self, led: FakeLed) -> Daemon:
        """Starts a daemon for the LED, and waits until it shows that nothing runs."""
        metrics = self.home / f"metrics{time.monotonic_ns()}"
        daemon = self.daemon("--instance", INSTANCE, "--idle", "60", "--interval", "60",
                             "--metrics-file", str(metrics), led=led.option,
                             environment=led.environment)
        daemon.wait("idle", lambda: metrics.exists() and 'state="idle"} 1' in metrics.read_text())
        return daemon

    def assert_mended(self, daemon: Daemon, condition: Callable[[], bool]) -> None:
        begin = time.monotonic()
        daemon.wait("mended", condition)
        self.assertLess(time.monotonic() - begin, MENDED_S)

    def test_a_pattern_is_written_once_for_a_signal(self) -> None:
        led, daemon = self.start()
        self.assertEqual(led.read("trigger"), "pattern")
        self.assertIn(FLASH, led.read("pattern"))
        pattern = (led.place / "pattern").stat().st_mtime_ns
        time.sleep(3)
        self.assertEqual((led.place / "pattern").stat().st_mtime_ns, pattern)
        daemon.stop()
        self.assertEqual(led.read("trigger"), "heartbeat")

    def test_another_program_chooses_a_trigger(self) -> None:
        for triggers, own in (("none [heartbeat] pattern", "pattern"), ("none [heartbeat]", "none")):
            with self.subTest(triggers):
                led, daemon = self.start(triggers)
                led.write("trigger", "none [default-on] pattern")
                self.assert_mended(daemon, lambda own=own: led.read("trigger") == own)
                daemon.wait_for_log("another program has chosen the trigger default-on")
                daemon.stop()
                self.assertEqual(led.read("trigger"), "heartbeat")
                led.unplug()

    def test_another_program_sets_pattern_and_light(self) -> None:
        led, daemon = self.start()
        led.write("pattern", "1 50 0 50")
        self.assert_mended(daemon, lambda: FLASH in led.read("pattern"))
        daemon.stop()

    def test_a_steady_light_is_set_again(self) -> None:
        led = FakeLed(self.home / "leds", "[none]", 255)
        self.start_task(0.1)
        daemon = self.daemon("--instance", INSTANCE, led=led.option, environment=led.environment)
        daemon.wait("success", lambda: led.read("brightness") == "255")
        daemon.wait_for_log("ended")
        led.write("brightness", "3")
        self.assert_mended(daemon, lambda: led.read("brightness") == "255")
        daemon.stop()

    def test_max_brightness_changes(self) -> None:
        led, daemon = self.start(most=255)
        self.assertIn("36 ", led.read("pattern"))
        led.write("max_brightness", "1000")
        self.assert_mended(daemon, lambda: "141 " in led.read("pattern"))
        daemon.wait_for_log("max_brightness has changed")
        daemon.stop()

    def test_a_max_brightness_that_is_no_number_is_told_with_what_helps(self) -> None:
        for most in ("0", "", "bright", "-1", "99999999999999999999"):
            with self.subTest(most):
                led = FakeLed(self.home / "leds", "none [heartbeat]", most)  # type: ignore[arg-type]
                daemon = self.daemon("--instance", INSTANCE, led=led.option,
                                     environment=led.environment)
                self.assertEqual(daemon.process.wait(10), USAGE)
                self.assertIn(f"{led.option}: its max_brightness is not a number from 1 on; mend or "
                              "update the LED's driver.", daemon.log.read_text())
                self.assertEqual(led.read("trigger"), "none [heartbeat]", "it is left alone")
                led.unplug()

    def test_unplugged_and_plugged_in_again(self) -> None:
        led, daemon = self.start()
        led.unplug()
        daemon.wait_for_log(f"cannot set the LED; still trying: {led.option}")
        led.plug_in()
        self.assert_mended(daemon, lambda: FLASH in led.read("pattern"))
        daemon.wait_for_log("the LED can be set again")
        daemon.stop()
        self.assertEqual(led.read("trigger"), "heartbeat")

    def test_replaced_between_two_looks(self) -> None:
        led, daemon = self.start()
        led.unplug()
        led.plug_in()
        self.assert_mended(daemon, lambda: FLASH in led.read("pattern"))
        daemon.stop()
        self.assertEqual(led.read("trigger"), "heartbeat")

    def test_after_kill_9_the_next_start_restores_what_the_first_one_found(self) -> None:
        for triggers in ("none [heartbeat] timer pattern", "none [heartbeat]"):
            with self.subTest(triggers):
                led, daemon = self.start(triggers, light=42, most=255)
                daemon.process.send_signal(signal.SIGKILL)
                daemon.process.wait()
                self.assertNotEqual(led.read("trigger"), "heartbeat")
                self.attach(led).stop()
                self.assertEqual((led.read("trigger"), led.read("brightness")), ("heartbeat", "42"))
                led.unplug()

    def test_after_kill_9_a_trigger_that_somebody_has_chosen_since_counts(self) -> None:
        led, daemon = self.start()
        daemon.process.send_signal(signal.SIGKILL)
        daemon.process.wait()
        led.write("trigger", "none heartbeat [default-on] pattern")
        self.attach(led).stop()
        self.assertEqual(led.read("trigger"), "default-on")

    def test_a_flapping_led_fills_no_log(self) -> None:
        led, daemon = self.start("[none] pattern")
        for _ in range(8):
            led.unplug()
            time.sleep(0.6)
            led.plug_in()
            daemon.tell(signal.SIGHUP)  # a turn of the loop
            time.sleep(0.6)
        lines = [line for line in daemon.stop().stderr.splitlines() if "LED" in line]
        self.assertLessEqual(len(lines), 6)

    def test_lines_that_were_left_out_are_counted_once_the_led_is_calm(self) -> None:
        led, daemon = self.start("[none] pattern")
        for _ in range(4):
            led.unplug()
            time.sleep(3.2)  # a look comes after 3 s at the latest
            led.plug_in()
            daemon.wait("a light", lambda: FLASH in led.read("pattern"))
        daemon.wait_for_log("more lines about the LED were left out")
        lines = [line for line in daemon.stop().stderr.splitlines() if "LED" in line]
        self.assertEqual(len(lines), 7, lines)
        self.assertRegex(lines[6], r"^[1-9] more lines about the LED were left out; it can be set now$")


class FewRights(Unprivileged):
    """A user who is not root, and may write only `brightness`."""

    def start(self, triggers: str, **facts: str) -> tuple[FakeLed, Daemon]:
        led = FakeLed(self.home / "leds", triggers, **facts)
        for path in led.place.iterdir():
            path.chmod(0o666 if path.name == "brightness" else 0o444)
        daemon = self.daemon("--instance", INSTANCE, led=led.option, start=self.user,
                             environment={"PGTASK_LED_SYSFS": str(led.folder)})
        return led, daemon

    def test_the_program_draws_an_led_without_a_trigger(self) -> None:
        led, daemon = self.start("[none] timer pattern")
        daemon.wait("light", lambda: led.read("brightness") == "1")
        daemon.wait("dark", lambda: led.read("brightness") == "0")
        self.assertNotIn("LED", daemon.stop().stderr)

    def test_a_trigger_is_ended_and_that_is_told(self) -> None:
        led, daemon = self.start("none [heartbeat] timer pattern", light="1")
        daemon.wait("a brightness of 0", lambda: led.read("brightness") == "0")
        (led.place / "trigger").chmod(0o644)
        led.write("trigger", "[none] heartbeat timer pattern")  # as the kernel does then
        daemon.wait("light", lambda: led.read("brightness") == "1")
        daemon.wait_for_log("this user cannot choose it again at the end")
        daemon.stop()

    def test_channels_that_cannot_be_written_keep_their_colour(self) -> None:
        led, daemon = self.start("[none]", multi_index="red green", multi_intensity="1 0")
        daemon.wait("light", lambda: led.read("brightness") == "1")
        daemon.wait("dark", lambda: led.read("brightness") == "0")
        daemon.wait_for_log("its colours cannot be set")
        daemon.stop()

    def test_channels_that_are_dark_and_cannot_be_written_are_refused(self) -> None:
        led, daemon = self.start("[none]", multi_index="red green", multi_intensity="0 0")
        self.assertEqual(daemon.process.wait(10), USAGE)
        self.assertIn("writable for this user", daemon.log.read_text())
        self.assertEqual(led.read("trigger"), "[none]")


class Colours(LedDaemon):
    """Each channel gets what multi_index says, and no signal is dark for want of a colour."""

    def lights(self, index: str, triggers: str) -> list[int]:
        """Returns what the channels of a failure have while it is lit."""
        dark = " ".join("0" for _ in index.split())
        led = FakeLed(self.home / f"leds{time.monotonic_ns()}", triggers, 200, multi_index=index,
                      multi_intensity=dark)
        self.start_task(0.1, "Fail")
        daemon = self.daemon("--instance", INSTANCE, led=led.option, environment=led.environment)
        daemon.wait_for_log("ended")
        time.sleep(0.3)
        seen: list[str] = []

        def is_lit() -> bool:
            """The kernel multiplies channels and brightness."""
            seen.append(led.read("multi_intensity"))
            return "200" in seen[-1] and (
                led.read("brightness") == "200" or "200 " in led.read("pattern"))

        daemon.wait("light", is_lit)
        daemon.stop()
        self.assertEqual(led.read("multi_intensity"), dark)
        return [int(word) for word in seen[-1].split()]

    def test_failure_is_red_in_any_order_of_channels(self) -> None:
        for triggers in ("[none]", "[none] timer pattern"):
            for index, expected in (("red green blue", [200, 0, 0]), ("blue green red", [0, 0, 200]),
                                    ("green white red", [0, 0, 200])):
                with self.subTest(triggers + index):
                    self.assertEqual(self.lights(index, triggers), expected)

    def test_without_red_or_green_all_channels_shine(self) -> None:
        for triggers in ("[none]", "[none] timer pattern"):
            for index, expected in (("white", [200]), ("white amber", [200, 200]),
                                    ("red blue", [200, 200]), ("blue", [200]),
                                    ("white ir", [200, 0])):
                with self.subTest(triggers + index):
                    self.assertEqual(self.lights(index, triggers), expected)


if __name__ == "__main__":
    unittest.main()
