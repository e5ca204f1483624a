# SPDX-License-Identifier: MIT
"""The API page's examples in each output, and each option in the request."""

import json
import re
from pathlib import Path
from typing import Any

from harness.places import ROOT
from harness.runner import GOOD, NO_TASK, USAGE, EndToEnd
from harness.service import LONG_TERM, TEMPORARY

EXAMPLES = ROOT / "tests" / "data" / "examples"


def response(name: str) -> dict[str, Any]:
    text = (EXAMPLES / f"{name}_response.json").read_text("utf-8")
    answer = json.loads(text)["Response"]
    assert isinstance(answer, dict)
    return answer


def decoded_steps() -> dict[int, list[Any]]:
    """Returns AllSteps of each example task, decoded; [] if a task has none."""
    items = json.loads((EXAMPLES / "embedded_decoded.json").read_text("utf-8"))
    return {
        item["TaskId"]: item["AllSteps"] if isinstance(item["AllSteps"], list) else []
        for item in items
    }


def with_added_members(answer: dict[str, Any]) -> dict[str, Any]:
    """Returns what --output json must print for an answer, with the steps of each task decoded."""
    steps = decoded_steps()
    tasks = [{**task, "Steps": steps[task["TaskId"]], "Truncated": [], "Odd": []}
             for task in answer["TaskSet"]]
    return {**answer, "TaskSet": tasks}


EXAMPLE_COMMANDS = {
    "example1_latest_one": ("--limit", "1", "--offset", "0", "--order-by", "StartTime",
                            "--order", "desc"),
    "example2_by_task_id": ("--task-id", "120321", "--limit", "1"),
    "example3_by_instance": ("--instance", "postgres-q6fj84vb", "--limit", "20"),
}


class Examples(EndToEnd):
    def test_json_is_the_example_to_the_last_field(self) -> None:
        for name, arguments in EXAMPLE_COMMANDS.items():
            run = self.run_pgtask("list", *arguments, "--output", "json")
            with self.subTest(name):
                self.assert_good(run)
                self.assertEqual(run.json(), with_added_members(response(name)))

    def test_jsonl_is_one_task_of_the_example_a_line(self) -> None:
        for name, arguments in EXAMPLE_COMMANDS.items():
            run = self.run_pgtask("list", *arguments, "--output", "jsonl")
            with self.subTest(name):
                self.assert_good(run)
                self.assertEqual(run.lines(), with_added_members(response(name))["TaskSet"])

    def test_the_table_has_a_row_for_each_task(self) -> None:
        for name, arguments in EXAMPLE_COMMANDS.items():
            run = self.run_pgtask("list", *arguments)
            tasks = response(name)["TaskSet"]
            rows = [re.split(r" {2,}", line) for line in run.stdout.splitlines()]
            with self.subTest(name):
                self.assertEqual(run.status, GOOD)
                self.assertEqual(rows[0], ["TASK", "TYPE", "INSTANCE", "STATUS", "PROGRESS",
                                           "START (UTC+8)", "END (UTC+8)", "STEP"])
                self.assertEqual(rows[1:], [
                    [str(task["TaskId"]), task["TaskType"], task["DBInstanceId"], task["Status"],
                     f"{task['Progress']}%", task["StartTime"], task["EndTime"] or "-",
                     task["TaskDetail"].get("CurrentStep", "-")]
                    for task in tasks])

    def test_the_table_reports_that_there_is_more(self) -> None:
        run = self.run_pgtask("list", *EXAMPLE_COMMANDS["example1_latest_one"])
        self.assertIn("showing tasks 1-1 of 20; use --all for the rest\n", run.stderr)

    def test_show_prints_every_fact_of_a_restore(self) -> None:
        run = self.run_pgtask("show", "120006")
        self.assert_good(run)
        task = response("example3_by_instance")["TaskSet"][0]
        facts = [str(task[name]) for name in ("TaskId", "TaskType", "DBInstanceId", "StartTime",
                                              "EndTime", "Status", "Progress")]
        for step in decoded_steps()[120006]:
            facts.append(step["StepName"])
            facts.append(step.get("StepMessage", ""))
        facts += ["postgres_bak_1727414053", "specifyBackupSet", "2024-09-26 19:11:45"]
        for fact in facts:
            self.assertIn(fact, run.stdout)

    def test_show_in_json_is_the_task_of_the_example(self) -> None:
        expected = with_added_members(response("example3_by_instance"))["TaskSet"][0]
        for arguments in (("120006",), ("--task-id", "120006"), ("--TaskId=120006",)):
            run = self.run_pgtask("show", *arguments, "--output", "json")
            self.assert_good(run)
            self.assertEqual(run.json()["TaskSet"], [expected])
            run = self.run_pgtask("show", *arguments, "--output", "jsonl")
            self.assertEqual(run.lines(), [expected])

    def test_show_reports_that_there_is_no_such_task(self) -> None:
        run = self.run_pgtask("show", "999")
        self.assertEqual((run.status, run.stdout), (NO_TASK, ""))
        self.assertEqual(run.stderr, "pgtask: task 999 not found in ap-guangzhou; check the region; "
                         "pgtask list --min-start shows older tasks.\n")


class Requests(EndToEnd):
    ALL = {
        "TaskId": ("--task-id", "7"),
        "DBInstanceId": ("--instance", "postgres-q6fj84vb"),
        "MinStartTime": ("--min-start", "2024-09-01 00:00:00"),
        "MaxStartTime": ("--max-start", "2024-09-30 23:59:59"),
        "Limit": ("--limit", "100"),
        "Offset": ("--offset", "40"),
        "OrderBy": ("--order-by", "EndTime"),
        "OrderByType": ("--order", "asc"),
    }
    NUMBERS = ("TaskId", "Limit", "Offset")

    def expected(self, name: str) -> Any:
        value = self.ALL[name][1]
        return int(value) if name in self.NUMBERS else value

    def test_what_is_not_asked_for_is_not_sent(self) -> None:
        self.run_pgtask("list")
        self.assertEqual(self.bodies(), [{}])

    def test_each_option_sends_only_its_member_with_the_right_type(self) -> None:
        for name, option in self.ALL.items():
            self.run_pgtask("list", *option)
            with self.subTest(name):
                body = self.bodies()[-1]
                self.assertEqual(body, {name: self.expected(name)})
                self.assertIs(type(body[name]), type(self.expected(name)))

    def test_all_options_together(self) -> None:
        self.run_pgtask("list", *[word for option in self.ALL.values() for word in option])
        self.assertEqual(self.bodies(), [{name: self.expected(name) for name in self.ALL}])

    def test_the_apis_own_spelling_does_the_same(self) -> None:
        for name, (_, value) in self.ALL.items():
            self.run_pgtask("list", f"--{name}", value)
            self.run_pgtask("list", f"--{name}={value}")
            with self.subTest(name):
                self.assertEqual(self.bodies()[-2:], [{name: self.expected(name)}] * 2)

    def test_numbers_of_64_bits_arrive_whole(self) -> None:
        run = self.run_pgtask("list", "--task-id", "18446744073709551615")
        self.assertEqual(run.status, GOOD)
        self.assertEqual(self.bodies(), [{"TaskId": 2**64 - 1}])

    def test_headers_are_those_of_the_api(self) -> None:
        self.run_pgtask("list", "--language", "en-US", region="eu-frankfurt")
        headers = self.simulator.service.recorded[0]["headers"]
        self.assertEqual(headers["host"], "postgres.tencentcloudapi.com")
        self.assertTrue(headers["content-type"].startswith("application/json"))
        self.assertEqual(headers["x-tc-action"], "DescribeTasks")
        self.assertEqual(headers["x-tc-version"], "2017-03-12")
        self.assertEqual(headers["x-tc-region"], "eu-frankfurt")
        self.assertEqual(headers["x-tc-language"], "en-US")
        self.assertIn(headers.get("accept-encoding", "identity"), ("identity",))
        self.assertFalse(self.simulator.service.recorded[0]["has_token"])

    def test_another_endpoint_is_signed_with_its_port_and_verified(self) -> None:
        endpoint = f"localhost:{self.simulator.port}"
        run = self.run_pgtask("list", "--endpoint", endpoint)
        self.assertEqual(run.status, GOOD, run.stderr)
        self.assertEqual(self.simulator.service.recorded[0]["headers"]["host"], endpoint)

    def test_a_temporary_key_is_sent_with_its_token(self) -> None:
        run = self.run_pgtask("list", "--output", "json", key=TEMPORARY)
        self.assert_good(run)
        self.assertTrue(self.simulator.service.recorded[0]["has_token"])

    def test_keys_can_come_from_the_credentials_file(self) -> None:
        directory = self.home / ".tencentcloud"
        directory.mkdir()
        write_credentials(directory / "credentials")
        run = self.run_pgtask("list", "--output", "json", key=None)
        self.assert_good(run)
        self.assertEqual(self.request_count(), 1)

    def test_nothing_is_sent_for_a_query_that_the_api_would_refuse(self) -> None:
        for arguments in (
            ("--limit", "101"), ("--limit", "0"), ("--limit", "x"), ("--offset", "-1"),
            ("--task-id", "0"), ("--task-id", "18446744073709551616"),
            ("--instance", ""), ("--instance", 'a"b'), ("--instance", "x" * 100),
            ("--min-start", "2024-09-31 00:00:00"), ("--min-start", "yesterdy"),
            ("--min-start", "2024-09-02 00:00:00", "--max-start", "2024-09-01 00:00:00"),
            ("--order-by", "Status"), ("--order", "DESC"), ("--nonsense",), ("--limit",),
        ):
            run = self.run_pgtask("list", *arguments)
            with self.subTest(arguments):
                self.assertEqual((run.status, run.stdout), (USAGE, ""))
                self.assertTrue(run.stderr.startswith("pgtask: "), run.stderr)
        self.assertEqual(self.simulator.service.counters.connections, 0)

    def test_without_keys_nothing_is_sent_and_the_places_to_put_them_are_named(self) -> None:
        run = self.run_pgtask("list", key=None)
        self.assert_failed(run, USAGE, "TENCENTCLOUD_SECRET_ID", ".tencentcloud/credentials")
        self.assertEqual(self.simulator.service.counters.connections, 0)


def write_credentials(path: Path) -> None:
    path.write_text(
        f"[default]\nsecret_id = {LONG_TERM.secret_id}\nsecret_key = {LONG_TERM.secret_key}\n",
        "utf-8",
    )
    path.chmod(0o600)
