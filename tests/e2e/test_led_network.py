# SPDX-License-Identifier: MIT
"""`pgtask led` in bad times: a dead network, a service that misbehaves or refuses."""

import signal
import socket
import time
import unittest

from harness.led_daemon import LedDaemon, write_credentials
from harness.service import LONG_TERM
from sim.checks import Key

INSTANCE = "postgres-led00001"


class Endures(LedDaemon):
    attempts = 1

    def test_a_dead_network_is_stale_and_logged_once(self) -> None:
        with socket.socket() as nobody:  # bound, and no one listens
            nobody.bind(("127.0.0.1", 0))
            where = f"127.0.0.1:{nobody.getsockname()[1]}"
            daemon = self.daemon("--instance", INSTANCE, "--stale", "1", connect=where)
            daemon.wait_for("stale")
            time.sleep(1)
            self.assertEqual(daemon.states(), ["connecting", "stale"])
            begin = time.monotonic()
            run = daemon.stop()
        self.assertLess(time.monotonic() - begin, 2)
        self.assertEqual(run.stderr.count("trouble"), 1, run.stderr)

    def test_it_comes_back_after_stalls_resets_and_refused_handshakes(self) -> None:
        self.start_task(60)
        daemon = self.daemon("--instance", INSTANCE, "--stale", "0.8", "--timeout", "0.5")
        daemon.wait_for("running")
        for trouble in ({"stall_at": 100}, {"reset_at": 100}, {"handshake": "stall"},
                        {"handshake": "garbage"}, {"answer": "html_502"}):
            self.simulator.set_scenario(keep_alive=False, **trouble)
            daemon.wait_for("stale")
            self.simulator.set_scenario()
            daemon.wait_for("running")
        run = daemon.stop()
        self.assertEqual(run.stderr.count("stale"), 5, run.stderr)
        self.assertEqual(run.stderr.count("back"), 5, run.stderr)

    def test_a_connection_without_tls_1_3_is_logged(self) -> None:
        self.simulator.set_scenario(handshake="bad_hello", times=1)
        self.start_task(60)
        daemon = self.daemon("--instance", INSTANCE)
        daemon.wait_for("running")
        run = daemon.stop()
        self.assertEqual(run.stderr.count("without TLS 1.3"), 1, run.stderr)

    def test_a_peer_that_sends_without_end_does_not_keep_it_from_ending(self) -> None:
        self.simulator.set_scenario(handshake="alerts")
        daemon = self.daemon("--instance", INSTANCE, "--stale", "1")
        daemon.wait_for("stale")
        begin = time.monotonic()
        daemon.stop()
        self.assertLess(time.monotonic() - begin, 2)

    def test_refused_credentials_are_blocked_at_once_and_logged_once_a_change(self) -> None:
        wrong = Key(LONG_TERM.secret_id, "AnotherSecretKeyThatIsNotTheRightOne")
        write_credentials(self.home, wrong)
        daemon = self.daemon("--instance", INSTANCE, key=None)
        daemon.wait_for("blocked")
        time.sleep(1)
        self.assertEqual(daemon.states(), ["connecting", "blocked"])
        log = daemon.log.read_text()
        self.assertEqual(log.count("AuthFailure"), 1, log)
        self.simulator.set_scenario(reset_at=0)
        daemon.wait_for_log("trouble: network")
        self.assertEqual(daemon.states(), ["connecting", "blocked"], "no good answer came")
        self.simulator.set_scenario()
        write_credentials(self.home, LONG_TERM)
        daemon.tell(signal.SIGHUP)
        daemon.wait_for("idle")
        run = daemon.stop()
        self.assertEqual(run.stderr.count("credentials were read again"), 1, run.stderr)
        for key in (wrong, LONG_TERM):
            self.check_run(run, key)

    def test_sighup_with_a_bad_file_keeps_the_credentials_at_hand(self) -> None:
        write_credentials(self.home, LONG_TERM)
        daemon = self.daemon("--instance", INSTANCE, key=None)
        daemon.wait_for("idle")
        (self.home / ".tencentcloud/credentials").write_text("[default]\nsecret_id = x\n")
        daemon.tell(signal.SIGHUP)
        daemon.wait_for_log("stay in use")
        before = self.request_count()
        daemon.wait("more polls", lambda: self.request_count() > before + 2)
        self.assertEqual(daemon.states()[-1], "idle")
        self.check_run(daemon.stop(), LONG_TERM)


if __name__ == "__main__":
    unittest.main()
