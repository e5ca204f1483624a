# SPDX-License-Identifier: MIT
"""The firmware trusts the right servers, and sends nothing to any other."""

from firmware.rig import TLS12, TLS13, FirmwareTest
from firmware.servers import NameServer

DAY_S = 86400

# The certificate of the server, and words of the error.
BAD_CERTIFICATES = {
    "unknown_ca": "tls: .*no trusted root",
    "impostor": "tls: .*no trusted root",
    "wrong_name": "tls: .*another host",
    "expired": "tls: .*expired",
    "under_large_exponent+large_exponent_middle": "tls: .*too large",
    "under_elsewhere+elsewhere_middle": "tls: .*may not issue",
}


class Certificates(FirmwareTest):
    def test_a_server_that_cannot_be_trusted_gets_no_request(self) -> None:
        for image in (TLS12, TLS13):
            for name, error in BAD_CERTIFICATES.items():
                with self.subTest(name, image=image):
                    self.simulator.use_certificate(name)
                    self.board(image).wait_for(f"trouble: {error}")
        self.assertEqual(self.request_count(), 0)

    def test_the_led_shows_that_it_is_not_the_network(self) -> None:
        self.simulator.use_certificate("unknown_ca")
        board = self.board(TLS12)
        trouble, _ = board.wait_for_line("trouble: tls")
        begin_ms = board.lines[trouble].at_ms + 5
        board.wait_for_ms(begin_ms + 3000)
        self.assertEqual(board.light.read(begin_ms, begin_ms + 3000), "blocked")
        self.assertEqual(self.request_count(), 0)


class Clock(FirmwareTest):
    def test_a_clock_far_ahead_refuses_the_certificate(self) -> None:
        self.time_server.offset_s = 20 * 365 * DAY_S
        self.board(TLS12).wait_for("trouble: tls: .*expired.*clock")
        self.assertEqual(self.request_count(), 0)

    def test_a_time_before_the_firmwares_build_is_not_believed(self) -> None:
        self.time_server.offset_s = -10 * 365 * DAY_S
        self.board(TLS12, list=5).wait_for("run succeeded")

    def test_a_clock_half_an_hour_wrong_is_corrected_by_the_service(self) -> None:
        self.time_server.offset_s = 1800
        self.board(TLS12, list=5).wait_for("run succeeded")
        self.assertEqual(
            self.simulator.service.counters.errors, {"AuthFailure.SignatureExpire": 1}
        )

    def test_a_slow_clock_by_which_the_certificate_is_not_valid_yet_is_corrected(self) -> None:
        self.simulator.use_certificate("soon_valid")
        self.simulator.set_scenario(clock_offset_s=70 * DAY_S)
        for arguments, words in (({"list": 5}, "run succeeded"), ({}, "poll 1")):
            with self.subTest(words):
                self.board(TLS12, **arguments).wait_for(words)
        counters = self.simulator.service.counters
        self.assertEqual(counters.requests - counters.requests_signed, 2, "one for each board")

    def test_the_holder_of_an_expired_key_turns_no_clock_back(self) -> None:
        self.simulator.use_certificate("just_expired")
        self.simulator.set_scenario(clock_offset_s=-2 * DAY_S)
        self.board(TLS12).wait_for("trouble: tls: .*expired.*clock")
        self.assertEqual(self.request_count(), 0)

    def test_without_sntp_the_time_comes_from_the_verified_server(self) -> None:
        self.time_server.shutdown()
        board = self.board(TLS12, list=5)
        board.wait_for("run succeeded")
        board.wait_for("time 20")
        unsigned = [record for record in self.simulator.service.recorded
                    if not record["headers"].get("x-tc-timestamp")]
        self.assertEqual(len(unsigned), 1, "one request without credentials, for the time")


class Entropy(FirmwareTest):
    def test_without_random_bytes_there_is_no_connection(self) -> None:
        for image in (TLS12, TLS13):
            with self.subTest(image):
                board = self.board(image, random=None)
                board.wait_for("no random bytes")
                board.wait_for("trouble: network: .*random")
        self.assertEqual(self.simulator.service.counters.handshakes_full, 0)
        self.assertEqual(self.request_count(), 0)


class Names(FirmwareTest):
    HOST_NAME = "postgres.tencentcloudapi.com"

    def test_the_services_name_is_looked_up(self) -> None:
        with NameServer({self.HOST_NAME: "10.0.2.2"}) as names:
            self.board(TLS12, connect=None, dns_port=names.port, list=5).wait_for("run succeeded")
            self.assertIn(self.HOST_NAME, names.names)

    def test_a_name_without_an_address_is_logged(self) -> None:
        with NameServer({}) as names:
            board = self.board(TLS12, connect=None, dns_port=names.port)
            board.wait_for("trouble: network: .*no address")
