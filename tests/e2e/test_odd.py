# SPDX-License-Identifier: MIT
"""One odd member costs that member, never the listing; only a text that is no JSON ends an answer."""

import json
import time
from typing import Any

from harness.runner import GOOD, MALFORMED, NETWORK, NO_TASK, REFUSED, EndToEnd
from harness.watching import OPERATOR, RUNNING, Watching
from sim.answers import SHAPES

# What the simulator changes in every task, what is odd then, and what Progress is.
ODD_MEMBERS: dict[str, tuple[str, dict[str, Any]]] = {
    "fraction": ("Progress", {"Progress": None}),
    "progress_text": ("Progress", {"Progress": None}),
    "progress_empty": ("Progress", {"Progress": None}),
    "progress_101": ("Progress", {"Progress": 101}),
    "progress_negative": ("Progress", {"Progress": -1}),
    "time_number": ("StartTime", {"StartTime": None}),
    "detail_array": ("TaskDetail", {"TaskDetail": None, "Steps": []}),
    "detail_empty_text": ("TaskDetail", {"TaskDetail": None, "Steps": []}),
}
# Texts with RFC 8259, its fringes, and what is none: Python's json decides which is which.
TEXTS = (
    "{}", "[]", "null", "true", "0", '""', '"x"', "{}{}", "[1,]", '{"a":1,}', "[1 2]", "{a:1}", "'a'",
    "", " ", "nul", "[", "{", '{"a"', '{"a":', "]", "[}", "{]", "1 1", "[,]", "[01]", "[1.]", "[.5]",
    "[+1]", "[-]", "[1e]", "[0x1]", "[1e400]", "[-1e-400]", "[1E+2]", "[-0]", "[NaN]", "[Infinity]",
    '["\\ud800"]', '["\\udc00\\ud800"]', '["\\u12g4"]', '["\\x"]', '["\\/"]', '["\t"]',
    '["\\u0000"]', '["\x7f"]', '{"a":1,"a":2}', '{"":{"":[]}}', "[[[[[[[[[[]]]]]]]]]]", "[]]", "/**/{}",
    "{}//", "\ufeff{}", "[1]x", '{"a":[{"b":null}]} \r\n\t ', "[" * 400 + "]" * 400,
    '{"k":' * 400 + "1" + "}" * 400, "[" * 400 + "]" * 399, "[" * 300 + "}" + "]" * 299,
)


def refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not in RFC 8259")


def is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=refuse_constant)
    except ValueError:
        return False
    return True


class Odd(EndToEnd):
    attempts = 1

    def list_as_json(self, *arguments: str) -> Any:
        run = self.run_pgtask("list", "--limit", "3", "--output", "json", *arguments)
        self.assertEqual(run.status, GOOD, run.stderr)
        return run.json()

    def listed(self, answer: str) -> Any:
        self.simulator.set_scenario(answer=answer)
        return self.list_as_json()

    def test_an_odd_member_is_unknown_and_named(self) -> None:
        good = self.list_as_json()
        self.assertTrue(all(task["Odd"] == [] for task in good["TaskSet"]))
        for answer, (name, changed) in ODD_MEMBERS.items():
            with self.subTest(answer):
                for task, before in zip(self.listed(answer)["TaskSet"], good["TaskSet"]):
                    self.assertEqual(task, {**before, **changed, "Odd": [name]})

    def test_an_odd_member_of_the_detail_costs_that_member(self) -> None:
        for answer in ("switch_tag_text", "switch_tag_negative"):
            with self.subTest(answer):
                for task in self.listed(answer)["TaskSet"]:
                    self.assertEqual(task["Odd"], ["SwitchTag"])
                    self.assertIsNone(task["TaskDetail"]["SwitchTag"])

    def test_verbose_and_show_name_odd_members(self) -> None:
        self.simulator.set_scenario(answer="progress_text")
        run = self.run_pgtask("list", "--limit", "1", "--verbose")
        self.assertIn("not as the API describes them: Progress", run.stderr)
        run = self.run_pgtask("show", "120006")
        self.assertIn("not as the API describes them: Progress", run.stdout)

    def test_progress_outside_is_clamped_for_people(self) -> None:
        for answer, shown in (("progress_101", "100%"), ("progress_negative", "0%")):
            self.simulator.set_scenario(answer=answer)
            run = self.run_pgtask("show", "120006")
            self.assertRegex(run.stdout, rf"Progress +{shown}\n")

    def test_a_real_array_or_object_is_decoded_as_its_text(self) -> None:
        good = self.list_as_json("--offset", "3")["TaskSet"]
        self.simulator.set_scenario(answer="unwrapped")
        odd = self.list_as_json("--offset", "3")["TaskSet"]
        self.assertTrue(any(task["Steps"] for task in good))
        for task, before in zip(odd, good):
            self.assertEqual(task["Steps"], before["Steps"])
            self.assertEqual(
                task["Odd"],
                [name for name in ("AllSteps", "Input", "Output") if before["TaskDetail"].get(name)])

    def test_a_restore_is_shown_the_same_from_real_objects(self) -> None:
        good = self.run_pgtask("show", "120321").stdout
        self.simulator.set_scenario(answer="unwrapped")
        odd = self.run_pgtask("show", "120321").stdout
        lines = [line for line in odd.splitlines() if not line.startswith("Note")]
        self.assertEqual(lines[:-1], good.splitlines()[:-1])  # all but the RequestId

    def test_a_record_without_id_or_status_is_left_out_and_counted(self) -> None:
        for answer in ("duplicate_member", "overflow", "negative", "wrong_type", "null_required",
                       "absent_required"):
            self.simulator.set_scenario(answer=answer)
            run = self.run_pgtask("list", "--limit", "3", "--output", "json")
            with self.subTest(answer):
                self.assertEqual(run.status, GOOD, run.stderr)
                self.assertIn("tasks left out, because they lack a TaskId or a Status: 3.",
                              run.stderr)
                self.assertEqual(run.json()["TaskSet"], [])
                self.assertEqual(run.json()["LeftOut"], 3)

    def test_elements_that_are_no_tasks_are_left_out(self) -> None:
        good = self.list_as_json()
        odd = self.listed("odd_items")
        self.assertEqual(odd["TaskSet"], good["TaskSet"])
        self.assertEqual(odd["LeftOut"], 10)

    def test_pages_go_on_behind_records_that_are_left_out(self) -> None:
        everything = self.run_pgtask("list", "--all", "--output", "jsonl").lines()
        self.simulator.set_scenario(answer="absent_required", times=1)
        rest = self.run_pgtask("list", "--all", "--limit", "5", "--output", "jsonl").lines()
        self.assertEqual([task["TaskId"] for task in rest],
                         [task["TaskId"] for task in everything][5:])

    def test_a_null_or_missing_list_is_no_tasks(self) -> None:
        for answer in ("null_task_set", "absent_task_set_of_none"):
            self.assertEqual(self.listed(answer)["TaskSet"], [])
        self.simulator.set_scenario(answer="null_task_set")
        run = self.run_pgtask("list")
        self.assertEqual(run.status, GOOD, run.stderr)

    def test_an_unknown_total_count_costs_no_task(self) -> None:
        good = self.list_as_json()
        for answer in ("null_total_count", "absent_total_count", "odd_total_count"):
            with self.subTest(answer):
                odd = self.listed(answer)
                self.assertEqual(odd["TaskSet"], good["TaskSet"])
                self.assertIsNone(odd["TotalCount"])
                run = self.run_pgtask("list", "--limit", "3")
                self.assertNotIn("18446744073709551615", run.stdout + run.stderr)
                self.assertIn("use --all for the rest", run.stderr)

    def test_all_pages_are_read_without_a_total_count(self) -> None:
        everything = self.run_pgtask("list", "--all", "--output", "jsonl").lines()
        self.simulator.set_scenario(answer="absent_total_count")
        run = self.run_pgtask("list", "--all", "--limit", "5", "--output", "jsonl")
        self.assertEqual(run.lines(), everything)

    def test_a_page_that_repeats_ends_a_listing_without_a_total_count(self) -> None:
        for count in (1, 100, 150):
            tasks = [{"TaskId": number, "Status": "Success"} for number in range(count)]
            for total in ({}, {"TotalCount": None}, {"TotalCount": "many"}):
                self.simulator.set_scenario(body=json.dumps(
                    {"Response": {**total, "TaskSet": tasks, "RequestId": "r"}}))
                run = self.run_pgtask("list", "--all", "--output", "jsonl", "--timeout", "10")
                with self.subTest(count=count, **total):
                    self.assert_good(run)
                    self.assertEqual({task["TaskId"] for task in run.lines()}, set(range(count)))
                    self.assertLessEqual(len(run.lines()), 2 * count)

    def test_a_list_without_any_task_in_it_is_left_out_and_counted(self) -> None:
        for elements in ([None], [1], ["x"], [[]], [True], [{}], [None, None], [[[]], 0, "", {}]):
            for total in (0, 1, 2, None):
                self.simulator.set_scenario(body=json.dumps({"Response": {
                    "TotalCount": total, "TaskSet": elements, "RequestId": "r"}}))
                for option in ((), ("--all",)):
                    run = self.run_pgtask("list", "--output", "json", *option)
                    with self.subTest(elements=elements, total=total):
                        self.assertEqual(run.status, GOOD, run.stderr)
                        self.assertEqual(run.json()["TaskSet"], [])
                        self.assertGreaterEqual(run.json()["LeftOut"], len(elements))

    def test_show_prints_only_the_task_that_was_asked_for(self) -> None:
        tasks = [{"TaskId": number, "Status": "Success"} for number in (8, 7, 9)]
        self.simulator.set_scenario(body=json.dumps(
            {"Response": {"TotalCount": 3, "TaskSet": tasks, "RequestId": "r"}}))
        run = self.run_pgtask("show", "7", "--output", "json")
        self.assert_good(run)
        self.assertEqual([task["TaskId"] for task in run.json()["TaskSet"]], [7])
        run = self.run_pgtask("show", "6")
        self.assert_failed(run, NO_TASK, "task 6 not found")

    def test_a_number_of_any_length_costs_its_member(self) -> None:
        for digits in (400, 511, 512, 1000, 1024, 5000, 100_000):
            number = "1" * digits
            task = '{"TaskId":1,"Status":"Success","Progress":%s}'
            for progress, extra, odd in (("7", f',"x":{number}', []), (number, "", ["Progress"]),
                                         ("7", f',"x":-0.{number}e+{number}', []),
                                         (f"0.{number}", "", ["Progress"])):
                for switches in ({}, {"slice_bytes": 100}):
                    body = f'{{"Response":{{"TotalCount":1,"TaskSet":[{task % progress}]{extra}}}}}'
                    self.simulator.set_scenario(body=body, **switches)
                    (listed,) = self.list_as_json()["TaskSet"]
                    self.assertEqual((listed["TaskId"], listed["Odd"]), (1, odd))

    def test_a_time_that_does_not_exist_is_named_and_kept(self) -> None:
        for text in ("x", "2024-02-30 25:61:61", "2024-02-30 00:00:00", "2024-09-27", "27.9.2024"):
            self.simulator.set_scenario(body=json.dumps({"Response": {"TotalCount": 1, "TaskSet": [
                {"TaskId": 1, "Status": "Success", "StartTime": text, "EndTime": ""}]}}))
            (task,) = self.list_as_json()["TaskSet"]
            self.assertEqual((task["StartTime"], task["Odd"]), (text, ["StartTime"]))

    def test_an_unknown_request_id_is_left_out(self) -> None:
        for answer in ("null_request_id", "absent_request_id"):
            self.assertNotIn("RequestId", self.listed(answer))

    def test_an_error_that_is_none_costs_no_task(self) -> None:
        good = self.list_as_json()
        for answer in ("error_null", "error_text"):
            self.assertEqual(self.listed(answer)["TaskSet"], good["TaskSet"])

    def test_an_unknown_member_may_be_nested_to_512_levels(self) -> None:
        good = self.list_as_json()
        self.assertEqual(self.listed("nested_512")["TaskSet"], good["TaskSet"])

    def test_a_status_that_is_spelled_otherwise_is_not_guessed(self) -> None:
        for answer, text in (("status_wait_switch", "waitSwitch"), ("status_paused", "Paused")):
            self.assertEqual({task["Status"] for task in self.listed(answer)["TaskSet"]}, {text})
            run = self.run_pgtask("show", "120006")
            self.assertNotIn("Meaning", run.stdout)

    def test_a_task_whose_end_is_unknown_has_no_duration(self) -> None:
        self.simulator.set_scenario(answer="end_unknown")
        run = self.run_pgtask("show", "120006")
        self.assertRegex(run.stdout, r"End +unknown\n")
        self.assertNotIn("Duration", run.stdout)


class Shapes(EndToEnd):
    """The recorded answers of the gateway (spec, section 6.4)."""

    attempts = 1

    def test_every_shape_shows_the_same(self) -> None:
        run = self.run_pgtask("list", "--limit", "3", "--output", "jsonl")
        good = run.lines()
        whole = [["pretty", "escaped_slash", "raw_utf8", "request_id_first"],
                 ["request_id_middle", "raw_utf8"]]
        for shape in [[name] for name in SHAPES if name not in ("nulls", "back_quotes")] + whole:
            for switches in ({}, {"server": False, "trace_id": True}):
                self.simulator.set_scenario(shape=shape, **switches)
                with self.subTest(shape=shape, **switches):
                    run = self.run_pgtask("list", "--limit", "3", "--output", "jsonl")
                    self.assert_good(run)
                    self.assertEqual(run.lines(), good)

    def test_the_request_id_is_found_wherever_it_stands(self) -> None:
        for place in ("first", "middle", "last"):
            self.simulator.set_scenario(shape=[f"request_id_{place}"])
            run = self.run_pgtask("list", "--limit", "1", "--output", "json")
            self.assertRegex(run.json()["RequestId"], r"^[0-9a-f-]{36}$")

    def test_null_members_are_no_values(self) -> None:
        self.simulator.set_scenario(shape=["nulls"])
        run = self.run_pgtask("list", "--limit", "3", "--output", "jsonl")
        self.assert_good(run)
        for task in run.lines():
            self.assertEqual(task["Odd"], [])
        run = self.run_pgtask("list", "--instance", "postgres-none", "--output", "json")
        self.assertEqual(run.json()["TaskSet"], [])

    def test_back_quotes_are_shown_as_they_are(self) -> None:
        self.simulator.set_scenario(shape=["back_quotes"])
        run = self.run_pgtask("show", "120006")
        self.assertIn("`pg_ctl` took 'long'", run.stdout)
        self.simulator.set_scenario(shape=["back_quotes"], rate_per_s=0,
                                    error_code="RequestLimitExceeded")
        run = self.run_pgtask("list", "--timeout", "2")
        self.assertEqual(run.status, REFUSED, run.stderr)


class Statuses(EndToEnd):
    attempts = 1

    def test_an_error_of_the_api_is_decoded_under_any_status(self) -> None:
        for status in (400, 401, 403, 404, 429, 500, 503):
            self.simulator.set_scenario(status=status, error_code="AuthFailure.SecretIdNotFound")
            run = self.run_pgtask("list", "--timeout", "2")
            with self.subTest(status):
                self.assert_failed(run, REFUSED, "AuthFailure.SecretIdNotFound", "is not found",
                                   "RequestId", "Check TENCENTCLOUD_SECRET_ID")

    def test_an_error_of_the_api_in_slices_is_decoded_too(self) -> None:
        for switches in ({"slice_bytes": 1}, {"framing": "chunked", "chunk_bytes": 3},
                         {"framing": "close"}):
            self.simulator.set_scenario(status=400, error_code="InvalidParameterValue", **switches)
            run = self.run_pgtask("list", "--timeout", "2")
            self.assert_failed(run, REFUSED, "InvalidParameterValue", "Correct the query.")

    def test_any_other_body_is_told_with_its_status(self) -> None:
        for body in ("Bad <b>request</b>", '{"message":"no Route matched"}', "[]", '{"Response":{}}',
                     '{"code":4000,"message":"text"}', '{"Response":{"Error":{"Message":"m"}}}',
                     '{"Response":{"TotalCount":0,"TaskSet":[]}}', "", '{"Response":{"Error":'):
            for switches in ({}, {"slice_bytes": 1}):
                self.simulator.set_scenario(status=400, body=body, **switches)
                run = self.run_pgtask("list", "--timeout", "2")
                with self.subTest(body=body, **switches):
                    self.assert_failed(run, NETWORK, "status 400", body[:20])
                    self.assertEqual(run.stdout, "")


class Referee(EndToEnd):
    """Python's json reads each text, too."""

    attempts = 1

    def ends_as_no_json(self, text: str) -> bool:
        self.simulator.set_scenario(body=text)
        run = self.run_pgtask("list", "--output", "json", "--timeout", "3")
        if run.status == MALFORMED:
            return run.stderr.startswith("pgtask: json:")
        self.assertEqual(run.status, GOOD, run.stderr)
        return False

    def test_a_text_ends_the_answer_where_it_is_no_json(self) -> None:
        for text in TEXTS:
            with self.subTest(text[:40]):
                self.assertEqual(self.ends_as_no_json(text), not is_json(text))

    def test_an_unknown_member_may_be_any_json(self) -> None:
        for text in TEXTS:
            body = '{"Response":{"TotalCount":0,"x":%s,"TaskSet":[]}}' % text
            with self.subTest(text[:40]):
                self.assertEqual(self.ends_as_no_json(body), not is_json(body))


class Standing(Watching):
    def test_a_duration_whose_end_nobody_told_is_not_said(self) -> None:
        for end in (None, "", 1727414051, "soon"):
            task_id = self.show(TaskId=3_000_100 + len(self.shown), Status="Success",
                                StartTime="2024-09-27 03:14:11", EndTime=end, Progress=100)
            run = self.watch(str(task_id))
            self.assertIn(f"ended: {task_id}", run.stdout)
            self.assertNotIn("took", run.stdout)
            run = self.watch(str(task_id), "--output", "jsonl")
            self.assertTrue(all("Elapsed" not in event for event in run.lines()), run.stdout)

    def test_the_watch_names_odd_members_in_its_records_and_with_verbose(self) -> None:
        task_id = self.show(Progress=101, TaskDetail=[])
        run = self.watch(str(task_id), "--max-wait", "1", "--verbose")
        self.assertIn("100 %", run.stdout)
        self.assertIn(f"task {task_id}: not as the API describes them: ", run.stderr)
        for member in ("Progress", "TaskDetail"):
            self.assertRegex(run.stderr, rf"describes them: .*\b{member}\b")
        appeared, *_ = self.watch(str(task_id), "--max-wait", "1", "--output", "jsonl").lines()
        self.assertEqual(appeared["Progress"], 101)
        self.assertEqual(sorted(appeared["Odd"]), ["Progress", "TaskDetail"])

    def test_a_task_that_stands_still_is_not_called_stuck(self) -> None:
        task_id = self.show(Progress=40)
        run = self.watch(str(task_id), "--max-wait", "3")
        self.assertEqual(run.status, RUNNING)
        self.assertNotRegex(run.stdout + run.stderr, "(?i)stuck|hang|stall")

    def test_a_task_whose_record_is_odd_for_a_while_has_not_vanished(self) -> None:
        task_id = self.show(Progress=40)
        with self.watching(str(task_id), "--interval", "0.2", "--idle", "0.2") as process:
            time.sleep(1)
            self.change(task_id, Status=None)
            time.sleep(2)
            self.change(task_id, Status="Success", Progress=100, EndTime="2024-09-27 13:14:11")
            process.wait(10)
            assert process.stdout is not None
            lines = process.stdout.read()
        self.assertNotIn("vanished", lines)
        self.assertIn("ended:", lines)

    def test_pause_says_what_it_means_and_what_helps(self) -> None:
        task_id = self.start("Pause", 60, age_s=60)
        run = self.run_pgtask("show", str(task_id))
        self.assertIn("the service has paused the task and may resume it", run.stdout)
        self.assertIn(f"pgtask watch {task_id} --wait-pause", run.stdout)
        self.assertRegex(run.stdout, r"RequestId +[0-9a-f-]{36}\n")
        run = self.watch(str(task_id))
        self.assertEqual(run.status, OPERATOR)
        self.assertIn("tell support the RequestId", run.stdout)

    def test_wait_switch_says_when_and_how_to_switch_now(self) -> None:
        task_id = self.start("WaitSwitch", 100, age_s=100)
        run = self.run_pgtask("show", str(task_id))
        self.assertRegex(run.stdout, r"waits for its switch at \d{4}-\d\d-\d\d ")
        self.assertIn("ModifySwitchTimePeriod with SwitchTag 0", run.stdout)

    def test_wait_pause_goes_on_until_the_task_has_resumed(self) -> None:
        task_id = self.start("Resume", 4, age_s=2.2)
        run = self.watch(str(task_id), "--wait-pause", "--idle", "0.5", "--max-wait", "20")
        self.assertEqual(run.status, GOOD, run.stdout)
        self.assertIn("Pause", run.stdout)
        self.assertIn("ended:", run.stdout)
