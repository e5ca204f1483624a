# SPDX-License-Identifier: MIT
"""A terminal that is closed ends what drew on it: nobody is left who asks the service for ever."""

import signal
import subprocess
import unittest
from collections.abc import Iterator

from harness.closing import ClosingTerminal
from harness.led_daemon import LedDaemon
from harness.runner import NETWORK

INSTANCE = "postgres-led00001"
HUNG_UP = 128 + signal.SIGHUP
BROKEN_PIPE = 128 + signal.SIGPIPE
ENDED_S = 10.0


class ClosedTerminal(LedDaemon):
    def commands(self) -> Iterator[tuple[list[str], str]]:
        """Yields each command that draws on a terminal, and words that it draws."""
        task = self.start_task(600)
        done = self.start_task(0.1, instance_id="postgres-done0001")
        quick = ["--interval", "0.3", "--idle", "0.4"]
        yield ["watch", task, *quick], "next poll in"
        yield ["led", task, "--led", "terminal", *quick], "running"
        # A steady light: nothing is drawn any more.
        yield ["led", done, "--led", "terminal", *quick], "success"

    def check_end(self, is_told: bool, status: int) -> None:
        for command, words in self.commands():
            with self.subTest(command):
                terminal = self.enterContext(ClosingTerminal(
                    self.command(*command), self.environment(), is_told))
                terminal.wait_for(words)
                terminal.close()
                self.assertEqual(terminal.process.wait(ENDED_S), status)

    def test_the_signal_of_a_closed_window_ends_watch_and_led(self) -> None:
        self.check_end(True, HUNG_UP)

    def test_a_failed_write_ends_both_where_no_signal_comes(self) -> None:
        self.check_end(False, NETWORK)

    def test_a_reader_of_the_lamp_that_goes_away_ends_led(self) -> None:
        for task, words in ((self.start_task(600), "running"), (self.start_task(0.1), "success")):
            with self.subTest(words):
                process = subprocess.Popen(
                    self.command("led", task, "--led", "terminal", "--interval", "0.3",
                                 "--idle", "0.4"), env=self.environment(),
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                assert process.stdout is not None
                while words not in process.stdout.readline().decode():
                    pass
                process.stdout.close()
                self.assertEqual(process.wait(ENDED_S), BROKEN_PIPE)

    def test_sighup_means_read_again_only_without_a_terminal(self) -> None:
        """`nohup` and a service have none; any of the three descriptors is one."""
        daemon = self.daemon(self.start_task(600))
        daemon.wait_for("running")
        daemon.tell(signal.SIGHUP)
        daemon.wait_for_log("credentials were read again")
        daemon.stop()
        trace = self.home / "shown"
        terminal = self.enterContext(ClosingTerminal(
            self.command("led", self.start_task(600), "--led", f"trace:{trace}"),
            self.environment()))
        terminal.wait_for("appeared")
        terminal.process.send_signal(signal.SIGHUP)
        self.assertEqual(terminal.process.wait(ENDED_S), HUNG_UP)


if __name__ == "__main__":
    unittest.main()
