# SPDX-License-Identifier: MIT
"""`pgtask led`: what the LED shows, and on what."""

import os
import pty
import re
import signal
import subprocess
import time
import unittest
from pathlib import Path

from harness.led_daemon import LedDaemon, read_trace
from harness.runner import USAGE
from harness.terminal import Terminal as TestTerminal
from harness.watching import wait_for

INSTANCE = "postgres-led00001"


class Shows(LedDaemon):
    def test_a_restore_from_connecting_to_success(self) -> None:
        task = self.start_task(3)
        daemon = self.daemon(task)
        daemon.wait_for("success")
        self.assertEqual(daemon.states(), ["connecting", "running", "success"])
        percents = [update.percent for update in read_trace(daemon.trace)
                    if update.state == "running"]
        self.assertEqual(percents, sorted(percents))
        self.assertGreater(len(set(percents)), 3)
        self.assertIn("ended", daemon.stop().stderr)

    def test_an_instance_at_rest_and_a_restore_that_begins_then(self) -> None:
        daemon = self.daemon("--instance", INSTANCE)
        daemon.wait_for("idle")
        self.start_task(60, task_type="CloneInstance")
        time.sleep(0.5)
        self.assertEqual(daemon.states()[-1], "idle", "only restores are shown")
        self.start_task(2, "Fail")
        daemon.wait_for("failure")
        self.assertEqual(daemon.states(), ["connecting", "idle", "running", "failure"])
        daemon.stop(signal.SIGINT)

    def test_other_types_of_an_instance_are_shown_when_asked_for(self) -> None:
        self.start_task(60, task_type="CloneInstance")
        daemon = self.daemon("--instance", INSTANCE, "--type", "RestartInstance,CloneInstance")
        daemon.wait_for("running")
        daemon.stop()

    def test_pause_needs_an_operator_until_the_task_goes_on(self) -> None:
        daemon = self.daemon(self.start_task(2, "Resume"))
        daemon.wait_for("success")
        self.assertEqual(daemon.states(),
                         ["connecting", "running", "operator", "running", "success"])
        daemon.stop()

    def test_a_status_that_is_not_known_is_stale_and_never_success(self) -> None:
        daemon = self.daemon("--instance", INSTANCE)
        self.start_task(2, "Unknown")
        daemon.wait_for("success")
        shown = daemon.states()
        self.assertEqual(shown[shown.index("running"):], ["running", "stale", "running", "success"])
        daemon.stop()

    def test_the_switch_is_waited_for(self) -> None:
        daemon = self.daemon("--instance", INSTANCE)
        self.start_task(2, "WaitSwitch")
        daemon.wait_for("success")
        self.assertIn("wait_switch", daemon.states())
        daemon.stop()

    def test_a_task_that_has_not_appeared_is_not_idle(self) -> None:
        daemon = self.daemon("4242424242", "--verbose")
        daemon.wait_for("connecting")
        time.sleep(0.5)
        self.assertEqual(daemon.states(), ["connecting"])
        run = daemon.stop()
        self.assertIn("requests", run.stderr)

    def test_verbose_reports_the_connection(self) -> None:
        daemon = self.daemon(self.start_task(1), "--verbose")
        daemon.wait_for("success")
        run = daemon.stop()
        self.assertRegex(run.stderr, r"(?m)^\* host .*, TLSv1\.[23]$")
        self.assertIn("full handshakes 1", run.stderr)

    def test_an_option_that_it_does_not_use_is_refused(self) -> None:
        for option in (("--output", "json"), ("--limit", "5"), ("--until-done",)):
            run = self.run_pgtask("led", "1", "--led", "terminal", *option)
            self.assert_failed(run, USAGE, f"led: {option[0]} is not an option of this command")

    def test_sigusr1_acknowledges_a_failure(self) -> None:
        daemon = self.daemon("--instance", INSTANCE)
        self.start_task(1, "Fail")
        daemon.wait_for("failure")
        daemon.tell(signal.SIGUSR1)
        daemon.wait_for("idle")
        self.assertIn("acknowledged", daemon.stop().stderr)

    def test_success_is_shown_for_as_long_as_set(self) -> None:
        daemon = self.daemon("--instance", INSTANCE, "--show-success", "1.5")
        self.start_task(1)
        daemon.wait_for("success")
        daemon.wait_for("idle")
        shown = [update.at_us for update in read_trace(daemon.trace) if update.state == "success"]
        self.assertLess(abs((shown[-1] - shown[0]) / 1e6 - 1.5), 1.5)
        daemon.stop()


class Sysfs(LedDaemon):
    def make_led(self) -> Path:
        led = self.home / "leds" / "green:status"
        led.mkdir(parents=True)
        (led / "trigger").write_text("none timer [heartbeat]\n")
        (led / "brightness").write_text("42\n")
        (led / "max_brightness").write_text("255\n")
        return led

    def test_it_takes_the_led_over_and_puts_it_back(self) -> None:
        led = self.make_led()
        daemon = self.daemon("--instance", INSTANCE, led="sysfs:green:status",
                             environment={"PGTASK_LED_SYSFS": str(led.parent)})
        daemon.wait("blinking", lambda: (led / "brightness").read_text().strip() == "36")
        daemon.wait("blinking", lambda: (led / "brightness").read_text().strip() == "0")
        self.assertEqual((led / "trigger").read_text(), "none")
        daemon.stop()
        self.assertEqual((led / "brightness").read_text(), "42")
        self.assertEqual((led / "trigger").read_text(), "heartbeat")

    def test_an_led_that_is_not_there_is_a_wrong_command_line(self) -> None:
        run = self.run_pgtask("led", "1", "--led", "sysfs:none")
        self.assert_failed(run, USAGE, "sysfs:none", "/sys/class/leds")


class Terminal(LedDaemon):
    def test_without_a_terminal_it_is_a_line_for_each_change(self) -> None:
        daemon = self.daemon(self.start_task(2), led="terminal")
        daemon.wait("success", lambda: "success" in daemon.output.read_text())
        lines = daemon.stop().stdout.splitlines()
        self.assertEqual(lines[0], "led: connecting")
        self.assertEqual(lines[-1], "led: success")
        for line in lines[1:-1]:
            self.assertRegex(line, r"\Aled: running \d+ %\Z")

    def test_on_a_terminal_it_draws_a_lamp(self) -> None:
        main, terminal = pty.openpty()
        try:
            process = subprocess.Popen(
                self.command("led", "--instance", INSTANCE, "--led", "terminal"),
                env={**self.environment(), "TERM": "xterm", "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal)
            seen = ""
            deadline = time.monotonic() + 20
            while len(re.findall("● [^●○]*idle", seen)) < 5 and time.monotonic() < deadline:
                seen += os.read(main, 4096).decode("utf-8", "replace")
            process.terminate()
            self.assertEqual(process.wait(5), 0)
        finally:
            os.close(terminal)
            os.close(main)
        self.assertRegex(seen, r"\r\x1b\[K ● \x1b\[48;2;0;\d+;0m    \x1b\[0m idle")
        self.assertRegex(seen, r"\r\x1b\[K ○ \x1b\[48;2;0;0;0m    \x1b\[0m idle")

    def on_terminal(self, *arguments: str, columns: int = 80, **variables: str) -> TestTerminal:
        command = self.command("led", *arguments, "--led", "terminal", "--interval", "0.3")
        return self.enterContext(TestTerminal(
            command, {**self.environment(), "LANG": "C.UTF-8", **variables}, columns))

    def see(self, terminal: TestTerminal, pattern: str) -> None:
        seen = wait_for(lambda: re.search(pattern, terminal.text()))
        self.assertTrue(seen, terminal.text())

    def test_no_color_the_locale_and_ascii_are_followed_as_by_watch(self) -> None:
        task = self.start_task(600)
        for variables, arguments, lamp, has_colour in (
                ({}, (), "[●○]     ", True), ({"NO_COLOR": "1"}, (), "[●○]", False),
                ({"LANG": "C"}, (), r"\([* ]\)     ", True),
                ({}, ("--ascii",), r"\([* ]\)     ", True),
                ({"LC_ALL": "POSIX", "NO_COLOR": "1"}, (), r"\([* ]\)", False)):
            with self.subTest(variables=variables, arguments=arguments):
                terminal = self.on_terminal(task, *arguments, **variables)
                self.see(terminal, rf"^ {lamp} running \d+ %  appeared: {task} ")
                self.assertEqual("\x1b[48;2;" in terminal.output, has_colour)
                self.assertEqual(terminal.output.isascii(), "●" not in lamp)

    def test_a_dumb_terminal_gets_lines(self) -> None:
        terminal = self.on_terminal(self.start_task(600), TERM="dumb")
        self.see(terminal, r"(?m)^led: running \d+ %$")
        self.assertNotIn("\x1b", terminal.output)

    def test_its_log_shares_the_line_of_the_lamp_or_has_its_own_place(self) -> None:
        """No line of it scrolls the lamp away, and none is wider than the terminal."""
        task = self.start_task(600)
        for columns in (80, 40):
            terminal = self.on_terminal(task, columns=columns)
            self.see(terminal, r"running \d+ %  appeared")
            self.simulator.set_scenario(reset_at=1)
            self.see(terminal, r"\A .* running \d+ %  trouble: n[a-z]*")
            self.assertEqual(len(terminal.text().split("\n")), 1, terminal.text())
            self.assertLess(len(terminal.text()), columns)
            self.simulator.set_scenario()
            self.see(terminal, r"running \d+ %  (back|progressed)")
            self.assertEqual(len(terminal.text().split("\n")), 1, terminal.text())


class CommandLine(LedDaemon):
    def test_wrong_command_lines_are_refused_before_anything_is_sent(self) -> None:
        for arguments in (["--led", "terminal"], ["1"], ["1", "--led", "lamp"],
                          ["1", "--instance", INSTANCE, "--led", "terminal"],
                          ["0", "--led", "terminal"], ["x", "--led", "terminal"],
                          ["1", "--led", "gpio:gpiochip0"],
                          ["1", "--led", "terminal", "--type", "CloneInstance"],
                          ["1", "--led", "terminal", "--metrics-file", "/" + "x" * 600],
                          ["1", "--led", "terminal", "--interval", "5", "--idle", "1"],
                          ["1", "--led", "terminal", "--stale", "1", "--idle", "5"]):
            with self.subTest(arguments):
                run = self.run_pgtask("led", *arguments)
                self.assertEqual(run.status, USAGE, run.stderr)
                self.assertEqual(self.request_count(), 0)


if __name__ == "__main__":
    unittest.main()
