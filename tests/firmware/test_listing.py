# SPDX-License-Identifier: MIT
"""The firmware lists tasks over each version of TLS and each kind of chain, page by page."""

import json
import re

from firmware.rig import INSTANCE, SMALL, TLS12, TLS13, FirmwareTest
from harness.qemu import Machine
from sim.checks import Query
from sim.progress import show

CHAINS = ("server", "rsa", "p384", "under_rsa_4096_root", "chained+middle")
_TASK = re.compile(r"task (\d+) (\w+) (\w+) (\d+)%")


class Listing(FirmwareTest):
    with_examples = False

    def expected(self) -> list[tuple[str, ...]]:
        """Returns the instance's tasks as the service has them, newest first."""
        service = self.simulator.service
        now = service.clock.now()
        _, tasks = service.store.select(Query(instance_id=INSTANCE, limit=1000), now)
        return [
            (str(item["TaskId"]), item["TaskType"], item["Status"], str(item["Progress"]))
            for item in (show(task, now) for task in tasks)
        ]

    def assert_listed(self, board: Machine) -> None:
        self.assertEqual(board.wait_for_end(60), 0, board.last_lines())
        listed = [match.groups() for line in board.lines if (match := _TASK.match(line.text))]
        self.assertEqual(listed, self.expected())


class Chains(Listing):
    def test_tls_1_2_and_1_3_with_chains_of_ecdsa_and_rsa(self) -> None:
        for chain in CHAINS:
            for version in ("1.2", "1.3"):
                with self.subTest(chain, version=version):
                    self.simulator.use_certificate(chain, version)
                    board = self.board(TLS13, list=100)
                    self.assert_listed(board)
                    board.wait_for(f"connected: TLSv{version}, full handshake")

    def test_the_image_for_tls_1_2_alone(self) -> None:
        for chain in CHAINS:
            with self.subTest(chain):
                self.simulator.use_certificate(chain)
                board = self.board(TLS12, list=100)
                self.assert_listed(board)
                board.wait_for("connected: TLSv1.2, full handshake")


class Pages(Listing):
    past = 400  # 58 of them are the instance's

    def test_every_page_is_read_and_every_task_logged_once(self) -> None:
        board = self.board(TLS13, list=10)
        self.assert_listed(board)
        self.assertGreater(len(self.expected()), 50)
        bodies = [json.loads(record["body"]) for record in self.simulator.service.recorded]
        self.assertEqual([body.get("Offset", 0) for body in bodies], [0, 10, 20, 30, 40, 50])
        self.assertEqual({body["Limit"] for body in bodies}, {10})


class Shapes(Listing):
    """The shape in which an answer arrives does not change what the firmware reads."""

    def test_an_answer_in_many_tiny_segments(self) -> None:
        self.simulator.set_scenario(slice_bytes=7)
        self.assert_listed(self.board(TLS12, list=100))

    def test_an_answer_of_a_megabyte_passes_through_64_kib(self) -> None:
        tasks = len(self.expected())
        self.simulator.set_scenario(output_bytes=1_000_000 // tasks)
        self.assert_listed(self.board(SMALL, list=100, timeout_ms=120000))


class OddAnswers(Listing):
    """What is odd costs the firmware no more than it costs the client of the host."""

    def test_the_tasks_are_the_same(self) -> None:
        for scenario in ({"answer": "unwrapped"}, {"answer": "nested_512"},
                         {"answer": "null_total_count"}, {"answer": "error_null"},
                         {"shape": ["nulls", "request_id_last"]}, {"shape": ["pretty"]},
                         {"framing": "chunked", "chunk_blanks": " \t"},
                         {"extra_headers": ["X-Long: one\r\n two"]}):
            with self.subTest(**scenario):
                self.simulator.set_scenario(**scenario)
                self.assert_listed(self.board(SMALL, list=100))

    def test_a_null_list_is_no_tasks_and_a_task_without_id_is_left_out(self) -> None:
        for answer in ("null_task_set", "absent_required"):
            with self.subTest(answer):
                self.simulator.set_scenario(answer=answer)
                board = self.board(SMALL, list=100)
                self.assertEqual(board.wait_for_end(60), 0, board.last_lines())
                self.assertEqual([line.text for line in board.lines if _TASK.match(line.text)], [])

    def test_an_error_of_the_api_is_told_under_status_400(self) -> None:
        self.simulator.set_scenario(status=400, error_code="UnsupportedRegion")
        board = self.board(TLS12, list=100)
        self.assertNotEqual(board.wait_for_end(60), 0)
        board.wait_for("UnsupportedRegion.*RequestId")

    def test_progress_above_100_is_100(self) -> None:
        self.start_task(2000)
        self.simulator.set_scenario(answer="progress_101")
        self.board(SMALL).wait_for("^appeared: .* Running 100%, .*; odd Progress")


class Odd(FirmwareTest):
    """The log names each member that is not as the API describes it."""

    def test_of_a_listed_task_and_of_a_followed_one(self) -> None:
        self.start_task(2000)
        self.simulator.set_scenario(answer="progress_text")
        board = self.board(SMALL, list=100)
        self.assertEqual(board.wait_for_end(60), 0, board.last_lines())
        lines = [line.text for line in board.lines if line.text.startswith("task ")]
        self.assertTrue(lines)
        for line in lines:
            self.assertRegex(line, r" [A-Z]\w+; odd Progress\Z")
        self.board(SMALL).wait_for("^appeared: .*; odd Progress")


class SmallBoard(Listing):
    past = 700  # 100 of them are the instance's: an answer of several records of 16 KB

    def test_64_kib_of_ram_carry_records_of_16_kb_under_an_rsa_4096_root(self) -> None:
        for chain in ("server", "under_rsa_4096_root", "chained+middle"):
            with self.subTest(chain):
                self.simulator.use_certificate(chain, "1.2")
                board = self.board(SMALL, list=100)
                self.assert_listed(board)
                self.assertEqual(len(self.expected()), 100)
