# SPDX-License-Identifier: MIT
"""Times are labelled with their zone; --utc and --local change it wherever people read it."""

import json
from datetime import datetime, timedelta

from harness.runner import GOOD, USAGE, EndToEnd, Run

PARIS = "CET-1CEST,M3.5.0,M10.5.0/3"


class Zones(EndToEnd):
    past = 3
    zone = ""

    def environment(self, *arguments: object) -> dict[str, str]:
        return {**super().environment(*arguments), **({"TZ": self.zone} if self.zone else {})}

    def sent(self) -> str:
        """The StartTime of task 1, as the service sends it: in UTC+8."""
        run = self.run_pgtask("list", "--task-id", "1", "--output", "json")
        return str(run.json()["TaskSet"][0]["StartTime"])

    def shifted(self, sent: str, hours: int) -> str:
        moment = datetime.strptime(sent, "%Y-%m-%d %H:%M:%S") + timedelta(hours=hours)
        return moment.strftime("%Y-%m-%d %H:%M:%S")

    def listed(self, *options: str) -> Run:
        run = self.run_pgtask("list", "--task-id", "1", *options)
        self.assert_good(run)
        return run

    def test_tables_and_facts_are_labelled(self) -> None:
        sent = self.sent()
        self.assertIn("START (UTC+8)", self.listed().stdout)
        self.assertIn("END (UTC+8)", self.listed().stdout)
        self.assertIn(sent, self.listed().stdout)
        self.assertRegex(self.run_pgtask("show", "1").stdout, rf"Start +{sent} UTC\+8\n")

    def test_utc(self) -> None:
        utc = self.shifted(self.sent(), -8)
        self.assertIn("START (UTC)", self.listed("--utc").stdout)
        self.assertIn(utc, self.listed("--utc").stdout)
        self.assertRegex(self.run_pgtask("show", "1", "--utc").stdout, f"Start +{utc} UTC\n")

    def test_local(self) -> None:
        self.zone = "NPT-5:45"
        run = self.listed("--local")
        self.assertIn("START (local)", run.stdout)
        self.assertRegex(run.stdout, r"\d\d:\d\d:\d\d\+05:45  \d{4}-")
        header, row, *_ = run.stdout.splitlines()
        self.assertEqual(header.index("START"), row.index("20", row.index("%")))

    def test_json_stays_as_sent(self) -> None:
        self.zone = PARIS
        for command in (("list", "--task-id", "1"), ("show", "1")):
            plain = self.run_pgtask(*command, "--output", "json").json()
            for zone in ("--utc", "--local"):
                run = self.run_pgtask(*command, "--output", "json", zone)
                self.assertEqual(run.json()["TaskSet"], plain["TaskSet"])

    def test_times_of_a_query_are_read_in_the_zone(self) -> None:
        self.zone = PARIS
        for zone, text in (("--utc", "2024-07-01 12:00:00"), ("--local", "2024-07-01 14:00:00")):
            self.listed("--min-start", text, "--max-start", "2099-01-01 00:00:00", zone)
            body = json.loads(self.simulator.service.recorded[-1]["body"])
            self.assertEqual(body["MinStartTime"], "2024-07-01 20:00:00")

    def test_a_time_that_does_not_exist_is_refused(self) -> None:
        self.zone = PARIS
        for option in ("--min-start", "--max-start"):
            run = self.run_pgtask("list", "--local", option, "2024-03-31 02:30:00")
            self.assert_failed(run, USAGE, "pgtask: list: " + option, "exists in this zone")

    def test_both_zones_at_once_are_refused(self) -> None:
        for command in (("list",), ("show", "1"), ("watch", "1")):
            run = self.run_pgtask(*command, "--utc", "--local")
            self.assert_failed(run, USAGE, "give either --utc or --local")
        self.assert_failed(self.run_pgtask("led", "1", "--led", "terminal", "--utc"), USAGE,
                           "--utc is not an option of this command")

    def test_events_of_a_watch(self) -> None:
        self.zone = "NPT-5:45"
        for options, stamp in (((), r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ "),
                               (("--utc",), r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ "),
                               (("--local",), r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+05:45 ")):
            run = self.run_pgtask("watch", "1", *options)
            self.assertEqual(run.status, GOOD, run.stderr)
            self.assertRegex(run.stdout, stamp)
        run = self.run_pgtask("watch", "1", "--local", "--output", "jsonl")
        self.assertRegex(run.lines()[0]["At"], r"Z\Z")
