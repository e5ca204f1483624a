# SPDX-License-Identifier: MIT
"""The bytes on the wire: headers, keep-alive, TLS, and each switch of a scenario."""

import json
import socket
import ssl
import time
import unittest
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import Any

from harness.caller import Caller, connect, tls_client
from harness.service import RunningSimulator
from sim.answers import SHAPES, WRONG, shaped
from sim.faults import ENDLESS


def seconds(response: HTTPResponse) -> float:
    """The Date header as Unix time."""
    return parsedate_to_datetime(str(response.headers["Date"])).timestamp()


class Wire(unittest.TestCase):
    simulator: RunningSimulator

    def setUp(self) -> None:
        self.simulator = self.enterContext(RunningSimulator())
        self.caller = Caller(self.simulator.port)
        self.addCleanup(self.caller.close)

    def test_each_shape_is_another_text_of_the_same_tasks(self) -> None:
        ids = [task["TaskId"] for task in json.loads(self.whole_page())["Response"]["TaskSet"]]
        texts = {b""}
        for name in sorted(set(SHAPES) - {"escaped_slash"}):
            self.simulator.set_scenario(shape=[name])
            body = self.whole_page()
            with self.subTest(name):
                self.assertNotIn(self.without_request_id(body), texts)
                texts.add(self.without_request_id(body))
                found = json.loads(body)["Response"]["TaskSet"]
                self.assertEqual([task["TaskId"] for task in found], ids)

    def whole_page(self) -> bytes:
        """Texts beyond ASCII and with slashes, too."""
        return self.caller.send({"Limit": 100}).read()

    def test_a_slash_can_be_escaped(self) -> None:
        body = b'{"Response":{"RequestId":"1","Path":"a/b"}}'
        self.assertEqual(shaped(body, ["escaped_slash"]), body.replace(b"/", b"\\/"))

    def without_request_id(self, body: bytes) -> bytes:
        return body.replace(json.loads(body)["Response"]["RequestId"].encode(), b"")

    def plain_body(self) -> bytes:
        return self.caller.send({"TaskId": 120321, "Limit": 1}).read()

    def raw_answer(self, under_tls: bool = False) -> tuple[bytes, str]:
        """Everything that the server sends for one request, and how the stream ended.

        Python's ssl calls a reset an end of file: `under_tls` reads the TCP stream instead.
        """
        context = tls_client()
        context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
        caller = Caller(self.simulator.port)
        caller.connection = connect(self.simulator.port, context)
        self.addCleanup(caller.close)
        received = b""

        class Raw:
            def __init__(self, sock: ssl.SSLSocket, *_args: object, **_more: object) -> None:
                setattr(sock, "suppress_ragged_eofs", False)
                self.sock = sock

            def begin(self) -> None:
                """Reads nothing: the test does."""

            will_close = False

            def close(self) -> None:
                """Nothing to close."""

        caller.connection.response_class = Raw  # type: ignore[assignment]
        response = caller.send({"TaskId": 120321, "Limit": 1})
        sock = response.sock  # type: ignore[attr-defined]
        sock.settimeout(1)
        try:
            while data := socket.socket.recv(sock, 65536) if under_tls else sock.recv(65536):
                received += data
            return received, "close_notify"
        except ssl.SSLError:  # Python 3.11.2 has no class of its own for this end
            return received, "eof"
        except ConnectionResetError:
            return received, "reset"
        except TimeoutError:
            return received, "open"

    def test_headers_are_those_of_captured_answers(self) -> None:
        response = self.caller.send()
        response.read()
        names = [name for name, _ in response.getheaders()]
        self.assertEqual(names, ["Server", "Date", "Content-Type", "Content-Length", "Connection"])
        self.assertEqual(response.headers["Server"], "nginx")
        self.assertEqual(response.headers["Content-Type"], "application/json")
        self.assertEqual(response.headers["Connection"], "keep-alive")
        date = seconds(response)
        self.assertAlmostEqual(date, time.time(), delta=3)

    def test_requests_share_a_connection_and_are_counted(self) -> None:
        for _ in range(5):
            self.assertEqual(self.caller.code({"Limit": 3}), "")
        counters = self.simulator.service.counters
        self.assertEqual((counters.connections, counters.requests), (1, 5))
        self.assertEqual((counters.handshakes_full, counters.handshakes_resumed), (1, 0))
        self.assertEqual(json.loads(self.simulator.service.recorded[0]["body"]), {"Limit": 3})

    def test_no_record_holds_an_authorization_or_a_token(self) -> None:
        self.caller.code()
        record = self.simulator.service.recorded[0]
        self.assertNotIn("authorization", record["headers"])
        self.assertNotIn("Signature", json.dumps(record))

    def test_a_resumed_handshake_is_counted_as_one(self) -> None:
        context = tls_client(version=ssl.TLSVersion.TLSv1_2)
        address = ("127.0.0.1", self.simulator.port)
        session = None
        for _ in range(2):
            with socket.create_connection(address) as raw, context.wrap_socket(
                raw, server_hostname="localhost", session=session
            ) as secured:
                session = secured.session
        time.sleep(0.2)
        counters = self.simulator.service.counters
        self.assertEqual((counters.handshakes_full, counters.handshakes_resumed), (1, 1))

    def test_each_version_of_tls_can_be_pinned(self) -> None:
        for pinned, version in (("1.2", "TLSv1.2"), ("1.3", "TLSv1.3")):
            self.simulator.use_certificate("server", pinned)
            with socket.create_connection(("127.0.0.1", self.simulator.port)) as raw:
                with tls_client().wrap_socket(raw, server_hostname="localhost") as secured:
                    self.assertEqual(secured.version(), version)

    def test_chunked_close_delimited_and_sliced_answers_say_the_same(self) -> None:
        plain = self.plain_body()
        framings: list[dict[str, Any]] = [
            {"framing": "chunked"},
            {"framing": "chunked", "chunk_bytes": 7, "trailers": ["X-Sum: 1"]},
            {"framing": "chunked", "chunk_bytes": 1, "chunk_extension": ";a=b"},
            {"framing": "close"},
            {"slice_bytes": 10, "slice_delay_s": 0.001},
            {"keep_alive": False},
            {"delay_s": 0.05},
        ]
        for switches in framings:
            self.simulator.set_scenario(**switches)
            with self.subTest(switches):
                self.assertEqual(self.plain_body(), plain)

    def test_interim_answers_come_first(self) -> None:
        self.simulator.set_scenario(interim=2)
        received, _ = self.raw_answer()
        self.assertEqual(received.count(b"HTTP/1.1 103 Early Hints\r\n"), 2)
        self.assertEqual(received.count(b"HTTP/1.1 200 OK\r\n"), 1)

    def test_an_answer_can_be_cut_off_in_four_ways(self) -> None:
        date = {"date": "Sun, 06 Nov 1994 08:49:37 GMT"}  # the same in all answers
        self.simulator.set_scenario(**date)
        whole, _ = self.raw_answer()
        cuts: list[tuple[dict[str, Any], str]] = [
            ({"truncate_at": 300}, "close_notify"),
            ({"truncate_at": 300, "close_notify": False}, "eof"),
            ({"reset_at": 300}, "reset"),
            ({"stall_at": 300}, "open"),
        ]
        for switches, end in cuts:
            self.simulator.set_scenario(**date, **switches)
            received, how = self.raw_answer(under_tls=end == "reset")
            with self.subTest(switches):
                self.assertEqual(how, end)
                if end != "reset":
                    self.assertEqual(len(received), 300)
                    self.assertEqual(received[:60], whole[:60])

    def test_trouble_can_begin_late_and_pass(self) -> None:
        self.simulator.set_scenario(error_code="InternalError", after=2, times=1)
        self.assertEqual([self.caller.code() for _ in range(4)], ["", "", "InternalError", ""])

    def test_a_cut_can_move_on_with_each_request(self) -> None:
        self.simulator.set_scenario(truncate_at=0, truncate_step=1)
        self.assertEqual([len(self.raw_answer()[0]) for _ in range(4)], [0, 1, 2, 3])

    def test_closing_is_announced_unless_told_otherwise(self) -> None:
        self.simulator.set_scenario(keep_alive=False)
        self.assertEqual(self.raw_answer()[1], "close_notify")
        self.simulator.set_scenario(keep_alive=False, close_notify=False)
        self.assertEqual(self.raw_answer()[1], "eof")

    def test_an_idle_connection_is_closed(self) -> None:
        self.simulator.set_scenario(idle_s=0.2)
        self.assertEqual(self.raw_answer()[1], "close_notify")

    def test_the_date_can_be_missing_or_wrong(self) -> None:
        self.simulator.set_scenario(date="none")
        self.assertNotIn(b"\r\nDate:", self.raw_answer()[0])
        self.simulator.set_scenario(date="yesterday")
        self.assertIn(b"\r\nDate: yesterday\r\n", self.raw_answer()[0])
        self.simulator.set_scenario(clock_offset_s=-86400)
        response = self.caller.send()
        response.read()
        date = seconds(response)
        self.assertAlmostEqual(date, time.time() - 86400, delta=3)

    def test_every_wrong_answer_differs_from_the_good_one(self) -> None:
        self.simulator.set_scenario()
        good = self.raw_answer()[0]
        for name in WRONG:
            self.simulator.set_scenario(answer=name, keep_alive=False, date="none", rate_per_s=0)
            wrong = self.raw_answer()[0]
            with self.subTest(name):
                self.assertTrue(wrong)
                self.assertNotEqual(
                    wrong.partition(b"Content-Type")[2], good.partition(b"Content-Type")[2]
                )

    def test_records_of_the_keys_owner_are_good_records(self) -> None:
        start, unit = ENDLESS["blanks"]
        for version, records in (("1.2", "hello_requests"), ("1.3", "tickets"),
                                 ("1.3", "key_updates"), ("1.3", "padded_data")):
            with self.subTest(version=version, records=records):
                self.simulator.use_certificate("server", version)
                self.simulator.set_scenario(records=records, records_in="between")
                raw = socket.create_connection(("127.0.0.1", self.simulator.port))
                with tls_client().wrap_socket(raw, server_hostname="localhost") as secured:
                    secured.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    received = b""
                    while len(received) < len(start + unit * 5):
                        received += secured.recv(65536)
                self.assertTrue(received.startswith(start + unit * 5))

    def test_a_spoilt_handshake_fails_and_the_next_one_works(self) -> None:
        for how in ("close", "garbage", "plain", "reset"):
            self.simulator.set_scenario(handshake=how, times=1)
            with self.subTest(how):
                caller = Caller(self.simulator.port)
                self.addCleanup(caller.close)
                with self.assertRaises((OSError, HTTPException)):
                    caller.send()
                self.assertEqual(Caller(self.simulator.port).code(), "")

    def test_a_too_long_length_is_never_filled(self) -> None:
        self.simulator.set_scenario(answer="length_long", keep_alive=False)
        with self.assertRaises(IncompleteRead):
            self.plain_body()

    def test_tasks_that_appear_shift_the_pages(self) -> None:
        self.simulator.set_scenario(new_tasks=1, new_tasks_age_s=5)
        first = self.caller.ask({"Limit": 2})
        second = self.caller.ask({"Limit": 2, "Offset": 2})
        self.assertEqual(first["TaskSet"][1]["TaskId"], second["TaskSet"][0]["TaskId"])
        self.assertEqual(second["TotalCount"], first["TotalCount"] + 1)

    def test_what_is_not_http_is_answered_like_nginx_answers_it(self) -> None:
        with socket.create_connection(("127.0.0.1", self.simulator.port)) as raw:
            with tls_client().wrap_socket(raw, server_hostname="localhost") as secured:
                secured.sendall(b"nonsense\r\n\r\n")
                self.assertTrue(secured.recv(1000).startswith(b"HTTP/1.1 400 Bad Request\r\n"))


if __name__ == "__main__":
    unittest.main()

    def test_each_endless_answer_goes_on_until_the_caller_leaves(self) -> None:
        for name, (start, unit) in ENDLESS.items():
            with self.subTest(name):
                self.simulator.set_scenario(endless=name)
                raw = socket.create_connection(("127.0.0.1", self.simulator.port))
                with tls_client().wrap_socket(raw, server_hostname="localhost") as secured:
                    secured.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    received = b""
                    while len(received) < 2**20:
                        received += secured.recv(65536)
                self.assertTrue(received.startswith(start + unit + unit))
