# SPDX-License-Identifier: MIT
"""Odd, broken and hostile answers: the client shows what is good, and invents nothing."""

import contextlib
import json
import os
import signal
import subprocess
import time
from typing import Any

from harness.caller import Caller
from harness.places import PGTASK
from harness.runner import GOOD, MALFORMED, NETWORK, REFUSED, EndToEnd
from harness.watching import wait_for
from sim.answers import WRONG

PASSING = "Try again later"
LASTING = ". The API did not answer this: look for a proxy, and check --endpoint and --connect."

# These answers look odd and are good.
TOLERATED = (
    "text_plain", "numbers_as_strings", "numbers_as_floats", "largest_id", "nulls", "null_detail",
    "absent_optional", "unknown_members", "unknown_status", "bad_embedded", "nul_in_text",
    "terminal_codes", "two_answers", "lone_surrogate", "key_as_request_id",
)
# In these, a member is odd or a record is left out: see test_odd.py.
ODD = (
    "duplicate_member", "fraction", "overflow", "negative", "progress_101", "progress_text",
    "progress_empty", "progress_negative", "detail_array", "detail_empty_text", "time_number",
    "end_unknown", "switch_tag_text", "switch_tag_negative", "unwrapped", "nested_512",
    "odd_items", "absent_task_set_of_none", "null_total_count", "odd_total_count",
    "null_request_id", "absent_request_id", "error_null", "error_text", "status_wait_switch",
    "status_paused", "wrong_type", "null_required", "absent_required", "null_task_set",
    "absent_total_count",
)
# Exit status, and words of the error.
COMPLAINTS: dict[str, tuple[int, tuple[str, ...]]] = {
    "garbage": (MALFORMED, ("json",)),
    "not_http": (MALFORMED, ("http",)),
    "html_200": (MALFORMED, ("json",)),
    "html_502": (NETWORK, ("http", "502", PASSING)),
    **{f"status_{status}": (NETWORK, ("http", str(status), PASSING))
       for status in (429, 500, 503, 504)},
    **{f"status_{status}": (NETWORK, ("http", str(status), LASTING))
       for status in (204, 301, 302, 400, 403, 404, 413, 501)},
    "empty": (MALFORMED, ("json",)),
    "gzip": (MALFORMED, ("http",)),
    "length_short": (MALFORMED, ("json",)),
    "length_twice": (MALFORMED, ("http",)),
    "length_negative": (MALFORMED, ("http",)),
    "length_and_chunked": (MALFORMED, ("http",)),
    "head_huge": (MALFORMED, ("http",)),
    "byte_order_mark": (MALFORMED, ("json",)),
    "trailing_text": (MALFORMED, ("json",)),
    "absent_task_set": (MALFORMED, ("answer", "TaskSet")),
    "absent_response": (MALFORMED, ("answer", "Response")),
    "array": (MALFORMED, ("answer",)),
    "deep": (MALFORMED, ("json", "nested too deeply")),
    "nul_byte": (MALFORMED, ("json",)),
    "invalid_utf8": (MALFORMED, ("json",)),
    "legacy_error": (REFUSED, ("SomeCode", "text")),
    "error_beside_tasks": (REFUSED, ("InternalError", "Half done.")),
    "error_without_message": (REFUSED, ("InternalError",)),
}
# In these, some tasks may be whole and shown before the trouble comes.
LATE = ("trailing_text", "error_beside_tasks")
APART = ("length_long",)  # has a test of its own



class FullPipe:
    """A pipe that nobody reads, with no room left."""

    def __enter__(self) -> "FullPipe":
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.writer, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(self.writer, bytes(4096))
        os.set_blocking(self.writer, True)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.reader)
        os.close(self.writer)


class Answers(EndToEnd):
    attempts = 1

    def tasks(self, *arguments: str) -> list[Any]:
        run = self.run_pgtask("list", "--limit", "3", "--output", "jsonl", *arguments)
        self.assert_good(run)
        return run.lines()

    def test_every_wrong_answer_of_the_simulator_is_checked_here(self) -> None:
        self.assertEqual(set(WRONG), set(TOLERATED) | set(ODD) | set(COMPLAINTS) | set(APART))

    def test_numbers_written_as_strings_or_floats_are_numbers(self) -> None:
        good = self.tasks()
        for name in ("numbers_as_strings", "numbers_as_floats", "text_plain"):
            self.simulator.set_scenario(answer=name)
            self.assertEqual(self.tasks(), good, name)

    def test_the_largest_id_is_shown_whole(self) -> None:
        self.simulator.set_scenario(answer="largest_id")
        run = self.run_pgtask("list", "--limit", "1", "--output", "jsonl")
        self.assertIn("18446744073709551615", run.stdout)

    def test_null_and_absent_are_shown_as_they_came(self) -> None:
        self.simulator.set_scenario(answer="nulls")
        for task in self.tasks():
            self.assertIsNone(task["EndTime"])
            self.assertEqual(task["TaskDetail"], {
                "CurrentStep": None, "AllSteps": None, "Input": None, "Output": None})
        self.simulator.set_scenario(answer="null_detail")
        for task in self.tasks():
            self.assertIsNone(task["TaskDetail"])
        self.simulator.set_scenario(answer="absent_optional")
        for task in self.tasks():
            self.assertNotIn("EndTime", task)
            self.assertNotIn("TaskDetail", task)

    def test_members_that_nobody_knows_are_passed_over(self) -> None:
        good = self.tasks()
        self.simulator.set_scenario(answer="unknown_members")
        self.assertEqual(self.tasks(), good)

    def test_a_status_that_nobody_knows_is_shown(self) -> None:
        self.simulator.set_scenario(answer="unknown_status")
        self.assertEqual({task["Status"] for task in self.tasks()}, {"Rewinding"})

    def test_embedded_text_that_is_no_json_is_kept_raw(self) -> None:
        self.simulator.set_scenario(answer="bad_embedded")
        for task in self.tasks():
            self.assertEqual(task["TaskDetail"]["AllSteps"], '[{"StepId":')
            self.assertEqual(task["TaskDetail"]["Input"], "{]")
            self.assertEqual(task["TaskDetail"]["Output"], "success")
            self.assertIsNone(task["Steps"])

    def test_no_text_of_the_service_reaches_the_terminal_as_a_command(self) -> None:
        for name in ("terminal_codes", "nul_in_text"):
            self.simulator.set_scenario(answer=name)
            for output in ("table", "json", "jsonl"):
                run = self.run_pgtask("list", "--output", output)
                self.assertEqual(run.status, GOOD, run.stderr)
            run = self.run_pgtask("show", "120006")
            self.assertEqual(run.status, GOOD, run.stderr)

    def test_a_second_answer_is_not_taken_for_the_next_one(self) -> None:
        self.simulator.set_scenario(answer="two_answers")
        run = self.run_pgtask("list", "--limit", "2", "--count", "3", "--interval", "0",
                              "--output", "json")
        self.assert_good(run)
        ids = [line["RequestId"] for line in run.lines()]
        self.assertEqual(len(set(ids)), 3)

    def test_every_framing_shows_the_same(self) -> None:
        good = self.tasks()
        framings: list[dict[str, Any]] = [
            {"framing": "chunked"},
            {"framing": "chunked", "chunk_bytes": 1},
            {"framing": "chunked", "chunk_bytes": 100, "chunk_blanks": " \t "},
            {"framing": "chunked", "chunk_blanks": "  ", "chunk_extension": ";a=b"},
            {"extra_headers": ["X-Long: a", "  folded", "\tContent-Length: 3", "X-Short: b"]},
            {"extra_headers": ["Transfer-Encoding: identity"]},
            {"framing": "close", "extra_headers": ["Transfer-Encoding: Identity"]},
            {"framing": "chunked", "chunk_bytes": 100, "chunk_extension": ';name="a b"',
             "trailers": ["X-Checksum: 1", "X-More: 2"]},
            {"framing": "close"},
            {"interim": 3},
            {"slice_bytes": 1},
            {"slice_bytes": 7, "framing": "chunked", "chunk_bytes": 5},
            {"date": "none"},
            {"keep_alive": False},
        ]
        for switches in framings:
            self.simulator.set_scenario(**switches)
            with self.subTest(switches):
                self.assertEqual(self.tasks(), good)

    def test_an_output_of_10_mb_is_cut_and_the_cut_is_reported(self) -> None:
        # Two listings a while apart: the first has ended when its memory is read.
        arguments = ("list", "--limit", "1", "--output", "jsonl", "--count", "2",
                     "--interval", "0.5")
        short = self.run_pgtask(*arguments, measure=True)
        self.simulator.set_scenario(output_bytes=10_000_000)
        run = self.run_pgtask(*arguments, measure=True)
        self.assert_good(run)
        task = run.lines()[0]
        self.assertEqual(task["Truncated"], ["Output"])
        self.assertTrue(task["TaskDetail"]["Output"])
        self.assertEqual(task["TaskDetail"]["Output"].strip("x"), "")
        self.assertGreater(short.peak_kib, 0)
        self.assertLessEqual(run.peak_kib, short.peak_kib + 256)

    def test_each_broken_answer_is_reported_and_not_shown(self) -> None:
        shown = self.run_pgtask("list", "--limit", "1", "--output", "jsonl").stdout
        for name, (status, words) in COMPLAINTS.items():
            self.simulator.set_scenario(answer=name)
            run = self.run_pgtask("list", "--limit", "1", "--output", "jsonl", "--timeout", "3")
            with self.subTest(name):
                self.assert_failed(run, status, *words)
                self.assertIn(run.stdout, ("", shown) if name in LATE else ("",))

    def test_a_broken_answer_leaves_no_complete_json(self) -> None:
        for name in ("trailing_text", "error_beside_tasks", "garbage"):
            self.simulator.set_scenario(answer=name)
            run = self.run_pgtask("list", "--limit", "1", "--output", "json")
            with self.subTest(name), self.assertRaises(ValueError):
                run.json()


class Truncation(EndToEnd):
    attempts = 1

    def setUp(self) -> None:
        super().setUp()
        run = self.run_pgtask("list", "--task-id", "120321", "--output", "jsonl")
        (self.task,) = run.lines()
        answer = Caller(self.simulator.port).send({"TaskId": 120321})
        head = "".join(f"{name}: {value}\r\n" for name, value in answer.getheaders())
        self.length = len(f"HTTP/1.1 {answer.status} {answer.reason}\r\n{head}\r\n") + len(
            answer.read())

    def check_cut(self, at: int, **switches: Any) -> None:
        self.simulator.set_scenario(truncate_at=at, **switches)
        run = self.run_pgtask("list", "--task-id", "120321", "--output", "jsonl", "--timeout", "2",
                              limit_s=5)
        with self.subTest(at=at, **switches):
            self.assertIn(run.status, (NETWORK, MALFORMED), run.stdout)
            self.assertTrue(run.stderr.startswith("pgtask: "), run.stderr)
            # A record may be whole before the answer is. It is never made of a part.
            self.assertIn(run.lines(), ([], [self.task]))

    def test_an_answer_cut_at_any_byte_is_never_taken_for_a_whole_one(self) -> None:
        for at in range(self.length):
            self.check_cut(at)

    def test_nor_one_cut_without_close_notify_or_without_a_length(self) -> None:
        for at in range(0, self.length, 23):
            self.check_cut(at, close_notify=False)
        head = self.length - len(json.dumps(self.task, separators=(",", ":")))
        for at in range(head, self.length - 40, 23):
            self.check_cut(at, framing="close", close_notify=False)

    def test_nor_a_chunked_one(self) -> None:
        for at in range(0, self.length, 23):
            self.check_cut(at, framing="chunked", chunk_bytes=10)

    def test_nor_one_that_ends_before_its_length(self) -> None:
        self.simulator.set_scenario(answer="length_long", keep_alive=False)
        run = self.run_pgtask("list", "--limit", "1", "--timeout", "1")
        self.assertIn(run.status, (NETWORK, MALFORMED))


class Pipes(EndToEnd):
    def shell(self, script: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["/bin/sh", "-c", script, "sh", *self.command("list", "--all", "--output", "jsonl")],
            env=self.environment(), capture_output=True, check=False, timeout=20,
        )

    def test_a_reader_that_has_enough_ends_the_program_without_a_word(self) -> None:
        done = self.shell('"$@" | head -1')
        self.assertEqual(done.stdout.count(b"\n"), 1)
        self.assertEqual(done.stderr, b"")

    def test_a_closed_standard_output_is_an_error(self) -> None:
        done = self.shell('"$@" >&-')
        self.assertEqual(done.returncode, NETWORK)
        self.assertIn(b"standard output", done.stderr)

    def test_a_reader_that_takes_nothing_does_not_outlive_a_signal(self) -> None:
        """One SIGTERM or Ctrl-C ends the program, although its output pipe or error pipe is full."""
        for number in (signal.SIGTERM, signal.SIGINT):
            for arguments, stream in ((["--output", "jsonl"], "stdout"),
                                      (["--count", "3", "--output", "json"], "stdout"),
                                      (["--all", "--output", "jsonl"], "stdout"),
                                      (["--verbose"], "stderr")):
                with self.subTest(number=number, arguments=arguments), FullPipe() as pipe:
                    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL,
                               stream: pipe.writer}
                    before = self.request_count()
                    process = subprocess.Popen(self.command("list", *arguments), **streams,
                                               env=self.environment())
                    self.assertTrue(wait_for(lambda: self.request_count() > before))
                    time.sleep(0.5)  # the answer is there: only the pipe holds the program now
                    self.assertIsNone(process.poll())
                    process.send_signal(number)
                    self.assertEqual(process.wait(10), 128 + number)

    def test_a_full_disk_is_an_error(self) -> None:
        self.assertTrue(os.path.exists("/dev/full"))
        done = self.shell('"$@" >/dev/full')
        self.assertEqual(done.returncode, NETWORK)
        self.assertIn(b"standard output", done.stderr)

    def test_help_for_a_full_disk_is_an_error(self) -> None:
        for word in ("--help", "--version"):
            done = subprocess.run(["sh", "-c", '"$@" >/dev/full', "sh", str(PGTASK), word],
                                  capture_output=True, check=False, timeout=20)
            self.assertEqual(done.returncode, NETWORK)
            self.assertIn(b"standard output", done.stderr)

    def test_arguments_hold_no_secret(self) -> None:
        process = subprocess.run([str(PGTASK), "list", "--help"], capture_output=True, check=True)
        for word in (b"--secret", b"--token", b"--insecure", b"--no-verify"):
            self.assertNotIn(word, process.stdout)
