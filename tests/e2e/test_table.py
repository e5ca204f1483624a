# SPDX-License-Identifier: MIT
"""What a person at a shell sees of a listing: a table that fits, filters, csv, progress."""

import csv
import io
import re
import shlex
import unittest

from harness.runner import GOOD, NETWORK, USAGE, EndToEnd, Run
from harness.terminal import Terminal
from harness.watching import wait_for

INSTANCE = "postgres-10000000"


class Table(EndToEnd):
    def on_terminal(self, columns: int, *arguments: str) -> list[str]:
        """Returns the rows that a terminal of this width shows of `list`."""
        terminal = self.enterContext(Terminal(self.command("list", *arguments),
                                              {**self.environment(), "LANG": "C.UTF-8"}, columns))
        self.assertEqual(terminal.process.wait(20), GOOD, terminal.text())
        self.assertTrue(wait_for(lambda: "TASK" in terminal.text()))
        return terminal.text().split("\n")

    def test_each_row_is_one_line_of_the_terminal(self) -> None:
        for columns, titles in ((40, ["TASK", "STATUS", "PROGRESS"]),
                                (80, ["TASK", "TYPE", "INSTANCE", "STATUS", "DONE", "START (UTC+8)"]),
                                (132, ["TASK", "TYPE", "INSTANCE", "STATUS", "PROGRESS",
                                       "START (UTC+8)", "END (UTC+8)", "STEP"])):
            with self.subTest(columns):
                rows = self.on_terminal(columns, "--limit", "7")
                self.assertEqual(re.split(r"  +", rows[0]), titles)
                self.assertEqual(len([row for row in rows if re.match(r"\d+ ", row)]), 7, rows)
                self.assertLessEqual(max(len(row) for row in rows[:8]), columns)

    def test_an_id_is_never_cut_and_a_time_loses_only_its_seconds(self) -> None:
        rows = "\n".join(self.on_terminal(80, "--limit", "7"))
        self.assertEqual(len(re.findall(r" postgres-[0-9a-z]{8} ", rows)), 7, rows)
        self.assertEqual(len(re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d$", rows, re.M)), 7, rows)
        self.assertIn(" DestroyInstance  ", rows)
        self.assertIn(" ModifyInstanc..  ", rows)

    def test_wide_and_a_pipe_have_every_column_whole(self) -> None:
        wide = " ".join(self.on_terminal(80, "--limit", "1", "--wide"))
        self.assertIn("STEP", wide)
        piped = self.run_pgtask("list", "--limit", "1").stdout
        self.assertEqual(re.split(r"  +", piped.splitlines()[0])[-1], "STEP")

    def test_columns_are_chosen_by_name_in_any_order(self) -> None:
        run = self.run_pgtask("list", "--limit", "2", "--columns", "status,task")
        self.assertRegex(run.stdout, r"\ASTATUS      TASK\n\w+ +\d+\n\w+ +\d+\n\Z")
        for columns in ("id", "task,task", "task,", ""):
            self.assertEqual(self.run_pgtask("list", "--columns", columns).status, USAGE)
        self.assert_failed(self.run_pgtask("list", "--columns", "task", "-o", "json"), USAGE,
                           "--columns needs --output table or csv")
        self.assert_failed(self.run_pgtask("list", "--wide", "-o", "csv"), USAGE,
                           "--wide needs --output table")

    def test_csv_says_what_json_says(self) -> None:
        tasks = self.run_pgtask("list", "-o", "json").json()["TaskSet"]
        rows = list(csv.DictReader(io.StringIO(self.run_pgtask("list", "-o", "csv").stdout)))
        self.assertEqual(len(rows), len(tasks))
        for row, task in zip(rows, tasks):
            for name in ("TaskId", "TaskType", "DBInstanceId", "Status", "StartTime", "EndTime",
                         "Progress"):
                self.assertEqual(row[name], str(task[name]))
            self.assertEqual(row["CurrentStep"], task["TaskDetail"].get("CurrentStep", ""))
        self.assertIn("StartTime (UTC)", self.run_pgtask("list", "-o", "csv", "--utc").stdout)
        self.assertEqual(self.run_pgtask("show", "1", "-o", "csv").stdout.count("\n"), 2)
        self.assert_failed(self.run_pgtask("watch", "1", "-o", "csv"), USAGE, "jsonl")


class Filters(EndToEnd):
    def pairs(self, *arguments: str) -> set[tuple[str, str]]:
        run = self.run_pgtask("list", "--all", "-o", "jsonl", *arguments)
        self.assert_good(run)
        return {(task["TaskType"], task["Status"]) for task in run.lines()}

    def test_types_and_statuses_are_chosen_among_what_the_service_sends(self) -> None:
        every = self.pairs()
        self.assertEqual(self.pairs("--status", "Fail"), {one for one in every if one[1] == "Fail"})
        self.assertEqual(self.pairs("--type", "CloneInstance,RestartInstance"),
                         {one for one in every if one[0] in ("CloneInstance", "RestartInstance")})
        self.assertEqual(self.pairs("--type", "CloneInstance", "--status", "Fail"), set())

    def test_the_table_says_how_many_it_chose_from(self) -> None:
        run = self.run_pgtask("list", "-n", "10", "--type", "CloneInstance")
        self.assertRegex(run.stderr, r"\Ashowing 2 of tasks 1-10 of \d+; use --all for the rest\n\Z")
        run = self.run_pgtask("list", "-n", "10", "--type", "CloneInstance", "--status", "Pause")
        self.assertRegex(run.stderr, r"\Ano tasks in ap-guangzhou with the type or status that --type "
                                     r"and --status name, among 10 of \d+; use --all for the rest\n\Z")

    def test_a_wrong_name_is_refused_with_the_right_ones(self) -> None:
        self.assert_failed(self.run_pgtask("list", "--status", "Failed"), USAGE, "WaitSwitch")
        self.assert_failed(self.run_pgtask("list", "--type", "Clone"), USAGE, "CloneInstance")


class NoTasks(EndToEnd):
    """A listing without tasks says of what."""

    past = 0

    def none(self, *arguments: str) -> Run:
        run = self.run_pgtask("list", *arguments)
        self.assertEqual((run.status, run.stdout), (GOOD, ""))
        return run

    def test_no_tasks_of_what(self) -> None:
        for arguments, words in (
                (("--instance", "postgres-none0000"), "no tasks of postgres-none0000 in ap-guangzhou "
                                                      "that started in the last 180 days"),
                (("--task-id", "9"), "no task 9 in ap-guangzhou that started in the last 180 days"),
                (("--min-start", "2025-01-01", "--max-start", "2025-01-02"),
                 "no tasks in ap-guangzhou that started since 2025-01-01 00:00:00 UTC+8 until "
                 "2025-01-02 23:59:59 UTC+8"),
                (("--min-start", "2025-01-01", "--max-start", "2025-01-02", "--utc"),
                 "no tasks in ap-guangzhou that started since 2025-01-01 00:00:00 UTC until "
                 "2025-01-02 23:59:59 UTC")):
            with self.subTest(arguments):
                self.assertEqual(self.none(*arguments).stderr, words + "\n")
        self.assertEqual(self.none("--task-id", "9", "--quiet").stderr, "")


class Times(EndToEnd):
    def test_times_that_count_from_now_use_the_clients_clock(self) -> None:
        self.assert_failed(self.run_pgtask("list", "--no-clock", "--min-start", "7d"), USAGE,
                           "needs this device's clock")
        self.assertEqual(self.run_pgtask("list", "--min-start", "yesterday").status, GOOD)
        self.assertRegex(self.bodies()[-1]["MinStartTime"], r"\A\d{4}-\d\d-\d\d 00:00:00\Z")
        self.assert_failed(self.run_pgtask("list", "--min-start", "7x"), USAGE, "yesterday", "7d")


class Long(EndToEnd):
    past = 250

    def test_a_time_out_says_how_far_the_listing_came_and_what_helps(self) -> None:
        self.simulator.set_scenario(after=3, stall_at=200)
        run = self.run_pgtask("list", "--all", "-n", "50", "--timeout", "3", "--attempts", "1")
        self.assertEqual(run.status, NETWORK)
        self.assertRegex(run.stderr, r"(?m)^pgtask: list: 150 tasks were read of \d+; give each page more "
                                     r"time with --timeout \(now 3 s\), or go on with --offset 150\.$")

    def progress(self, *arguments: str, **variables: str) -> str:
        """Returns what a terminal on standard error shows while the tasks go into a file."""
        self.simulator.set_scenario(delay_s=0.6)
        listing = shlex.join(self.command("list", "--all", "-o", "jsonl", *arguments))
        out = self.home / "out"
        terminal = self.enterContext(Terminal(["sh", "-c", f"{listing} >{shlex.quote(str(out))}"],
                                              {**self.environment(), **variables}, 80))
        self.assertEqual(terminal.process.wait(30), GOOD, terminal.text())
        self.assertGreaterEqual(out.read_text().count("\n"), self.past)
        self.assertEqual(terminal.text(), "", "it has removed its line")
        return terminal.output

    def test_progress_is_shown_on_the_terminal_of_standard_error(self) -> None:
        self.assertRegex(self.progress(), r"\r\x1b\[K\d+ tasks of \d+, .* left, \d+ a second")

    def test_quiet_shows_none_and_neither_does_a_dumb_terminal(self) -> None:
        self.assertEqual(self.progress("--quiet"), "")
        self.assertEqual(self.progress(TERM="dumb"), "")


if __name__ == "__main__":
    unittest.main()
