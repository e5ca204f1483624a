# SPDX-License-Identifier: MIT
"""CA certificates that change while `pgtask led` and `pgtask watch` run."""

import os
import signal
import subprocess
import time
import unittest
from pathlib import Path
from typing import Any

from harness.led_daemon import Daemon, LedDaemon
from harness.runner import NETWORK
from harness.service import certificates
from harness.watching import Watching, wait_for

INSTANCE = "postgres-led00001"


def put(path: Path, content: bytes) -> None:
    """Replaces a file as a package manager does."""
    new = path.with_suffix(".new")
    new.write_bytes(content)
    os.replace(new, path)


def root(name: str) -> bytes:
    return (certificates() / f"{name}.pem").read_bytes()


class OwnRoots:
    """Gives pgtask a file of roots that the test replaces. Comes before the class of the tests."""

    def setUp(self) -> None:
        super().setUp()
        self.roots = self.home / "roots.pem"
        put(self.roots, root("ca"))

    def command(self, *arguments: str, **where: Any) -> list[str]:
        return super().command(*arguments, **{"ca": str(self.home / "roots"), **where})


class Trust(OwnRoots, LedDaemon):
    def started(self) -> Daemon:
        daemon = self.daemon("--instance", INSTANCE, "--verbose")
        daemon.wait_for("idle")
        return daemon

    def assert_verified_again(self, daemon: Daemon) -> None:
        daemon.wait_for_log("the CA certificates were read again")
        before = self.request_count()
        daemon.wait("polls", lambda: self.request_count() > before + 2)
        text = daemon.stop().stderr
        self.assertIn("full handshakes 2, resumed 0", text)
        self.assertNotIn("trouble", text)

    def test_a_root_that_was_taken_away_is_not_trusted_any_more(self) -> None:
        """A connection that stands and a session that could be resumed do not outlive it."""
        daemon = self.started()
        put(self.roots, root("rsa_root"))
        daemon.wait_for_log(f"the CA certificates were read again: {self.roots}")
        daemon.wait_for_log("trouble: ")
        self.assertRegex(daemon.log.read_text(), r"trouble: tls: .*(CA|root|issuer)")
        served = self.request_count()
        daemon.tell(signal.SIGHUP)
        daemon.wait("the answer to SIGHUP",
                    lambda: daemon.log.read_text().count("certificates were read again") == 2)
        time.sleep(0.5)
        self.assertEqual(self.request_count(), served)
        put(self.roots, root("ca"))
        daemon.wait_for_log("the service answers again")
        daemon.stop()

    def test_the_peer_is_verified_again_with_new_roots(self) -> None:
        daemon = self.started()
        put(self.roots, root("rsa_root") + root("ca"))
        self.assert_verified_again(daemon)

    def test_sighup_reads_them_in_any_case(self) -> None:
        daemon = self.started()
        daemon.tell(signal.SIGHUP)
        self.assert_verified_again(daemon)

    def test_a_file_without_a_root_is_reported_once_and_the_old_ones_stay(self) -> None:
        daemon = self.started()
        put(self.roots, b"nothing\n")
        daemon.wait_for_log("the present CA certificates stay in use")
        before = self.request_count()
        daemon.wait("polls", lambda: self.request_count() > before + 30)
        daemon.tell(signal.SIGHUP)
        daemon.wait("the answer to SIGHUP",
                    lambda: daemon.log.read_text().count("stay in use") == 2)
        self.assertNotIn("trouble", daemon.stop().stderr)


    def test_a_file_that_is_half_written_in_place_is_reported_and_the_old_ones_stay(self) -> None:
        """The daemon must make new connections meanwhile, with the roots that it had."""
        self.simulator.set_scenario(keep_alive=False)
        daemon = self.started()
        self.roots.write_bytes(root("ca")[:200])
        daemon.wait_for_log("ends within one; the present CA certificates stay in use")
        before = self.request_count()
        daemon.wait("polls", lambda: self.request_count() > before + 3)
        self.assertNotIn("trouble", daemon.log.read_text())
        self.roots.write_bytes(root("rsa_root"))
        daemon.wait_for_log(f"the CA certificates were read again: {self.roots}")
        daemon.wait_for_log("trouble: tls: ")
        daemon.stop()


class TrustOfList(OwnRoots, Watching):
    def test_the_next_listing_reads_them_anew(self) -> None:
        run = subprocess.Popen(self.command("list", "--count", "50", "--interval", "0.5"),
                               env=self.environment(), stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
        with run:
            self.assertTrue(wait_for(lambda: self.request_count() > 0))
            put(self.roots, root("rsa_root"))
            _, text = run.communicate(timeout=30)
        self.assertEqual(run.returncode, NETWORK, text)
        self.assertIn(f"the CA certificates were read again: {self.roots}", text)
        self.assertIn("tls: ", text)


class TrustOfWatch(OwnRoots, Watching):
    def test_watch_reads_them_anew_too(self) -> None:
        task = self.start(duration_s=60)
        with self.watching(str(task), "--interval", "0.2", "--quiet") as process:
            assert process.stdout is not None and process.stderr is not None
            self.assertIn("appeared", process.stdout.readline())
            put(self.roots, root("rsa_root"))
            self.assertIn("the CA certificates were read again", process.stderr.readline())
            self.assertTrue(any(" trouble: tls: " in line
                                for line in iter(process.stdout.readline, "")))


if __name__ == "__main__":
    unittest.main()
