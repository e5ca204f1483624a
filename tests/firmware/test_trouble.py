# SPDX-License-Identifier: MIT
"""When the server or the cable fails, the firmware logs it, shows it, and recovers."""

import time

from firmware.rig import TLS12, FirmwareTest

POLL_MS = 300
LOOK_MS = 3000  # a look of 3 s, begun at any moment, tells the state
EDGE_MS = 5


class Trouble(FirmwareTest):
    def test_the_led_keeps_its_rhythm_while_the_server_is_silent(self) -> None:
        self.start_task(100, "Fail", age_s=80)
        self.simulator.set_scenario(after=1, stall_at=40)
        board = self.board(TLS12, poll_ms=POLL_MS, stall_ms=2500, timeout_ms=4000)
        number, _ = board.wait_for_line("poll 1")
        begin_ms = board.lines[number].at_ms + 100
        trouble, _ = board.wait_for_line("trouble: network: ", 30)
        end_ms = board.lines[trouble].at_ms
        self.assertGreater(end_ms - begin_ms, 3000)
        self.assertEqual(board.light.follow().read(begin_ms, end_ms), "failure")
        self.simulator.set_scenario()
        board.wait_for("back", 30, trouble)

    def test_the_led_keeps_its_rhythm_while_the_server_sends_alerts_without_end(self) -> None:
        self.start_task(100, "Fail", age_s=80)
        self.simulator.set_scenario(keep_alive=False)
        board = self.board(TLS12, poll_ms=POLL_MS)
        board.wait_for("poll 1")
        self.simulator.set_scenario(handshake="alerts")
        trouble, _ = board.wait_for_line("trouble: tls: .*without end", 60)
        begin_ms = board.lines[trouble].at_ms
        board.wait_for_ms(begin_ms + LOOK_MS)
        self.assertEqual(board.light.read(begin_ms, begin_ms + LOOK_MS), "failure")
        self.simulator.set_scenario()
        board.wait_for("back", 30, trouble)

    def test_a_handshake_that_stalls_is_given_up(self) -> None:
        self.simulator.set_scenario(handshake="stall", times=1)
        board = self.board(TLS12, poll_ms=POLL_MS, stall_ms=2000)
        board.wait_for("poll 1", 30)
        self.assertEqual(self.simulator.service.counters.connections, 2)

    def test_after_a_reset_within_an_answer_polling_goes_on(self) -> None:
        self.simulator.set_scenario(after=1, times=1, reset_at=100)
        board = self.board(TLS12, poll_ms=POLL_MS, report=1)
        board.wait_for("poll 3", 30)
        board.wait_for("connected: TLSv1.2, resumed")

    def test_a_server_that_closes_after_each_answer_resumes_the_session(self) -> None:
        self.simulator.set_scenario(keep_alive=False)
        board = self.board(TLS12, poll_ms=POLL_MS)
        full, _ = board.wait_for_line("connected: TLSv1.2, full handshake")
        for _ in range(3):
            full, _ = board.wait_for_line("connected: TLSv1.2, resumed", 20, full + 1)
        self.assertEqual(self.simulator.service.counters.handshakes_full, 1)

    def test_a_server_that_was_away_is_found_again_and_the_led_shows_it(self) -> None:
        self.start_task(100, "WaitSwitch", age_s=80)
        board = self.board(TLS12, poll_ms=POLL_MS, timeout_ms=3000, stale_ms=2000)
        board.wait_for("poll 1")
        self.simulator.stop()
        self.simulator.set_scenario(reset_at=0)  # this ends the open connection
        board.wait_for_line("trouble: network: ", 30)
        stale, _ = board.wait_for_line("stale", 30)
        begin_ms = board.lines[stale].at_ms + EDGE_MS
        board.wait_for_ms(begin_ms + LOOK_MS)
        self.assertEqual(board.light.read(begin_ms, begin_ms + LOOK_MS), "stale")
        self.simulator.set_scenario()
        self.simulator.start_again()
        back, _ = board.wait_for_line("back", 30, stale)
        begin_ms = board.lines[back].at_ms + EDGE_MS
        board.wait_for_ms(begin_ms + LOOK_MS)
        self.assertEqual(board.light.read(begin_ms, begin_ms + LOOK_MS), "wait_switch")

    def test_the_cable_out_and_in_again(self) -> None:
        board = self.board(TLS12, poll_ms=POLL_MS, timeout_ms=4000, report=1)
        board.wait_for("poll 2")
        board.plug_cable(False)
        out, _ = board.wait_for_line("network: no link", 10)
        trouble, _ = board.wait_for_line("trouble: network: ", 30, out)
        requests = self.request_count()
        time.sleep(0.5)
        self.assertEqual(self.request_count(), requests)
        board.plug_cable(True)
        again, _ = board.wait_for_line("network: up", 30, trouble)
        board.wait_for("back", 30, again)
        board.wait_for(r"poll \d+", 30, again)

    def test_a_board_switched_on_before_its_cable_is_in(self) -> None:
        board = self.board(TLS12, is_plugged=False)
        out, _ = board.wait_for_line("network: no link")
        board.wait_for_ms(1500)
        self.assertIsNone(board.find("network: ", out + 1), board.last_lines())
        board.plug_cable(True)
        board.wait_for("poll 1", 30)
