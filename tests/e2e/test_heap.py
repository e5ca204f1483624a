# SPDX-License-Identifier: MIT
"""The client runs under tests/binary/no_heap.c, which ends it at the first use of the heap."""

import json
import os
import pty
import signal
import subprocess

from harness.places import HEAP_GUARD
from harness.runner import GOOD, NETWORK, REFUSED, USAGE, EndToEnd, Run
from harness.service import LONG_TERM, TEMPORARY, certificates
from sim.checks import Key
from sim.control import start_task
from sim.keys import Metadata, Sts


class NoHeap(EndToEnd):
    past = 250
    address = "127.0.0.1:1"  # of the metadata service

    def environment(self, key: Key | None = LONG_TERM) -> dict[str, str]:
        return {**super().environment(key), "LD_PRELOAD": str(HEAP_GUARD),
                "PGTASK_METADATA_ADDRESS": self.address,
                "NO_HEAP_REPORT": str(self.home / "report")}

    def run_watched(self, *arguments: str, **options: object) -> Run:
        """Runs the client, and makes sure that it was watched from its beginning to its end."""
        report = self.home / "report"
        report.unlink(missing_ok=True)
        run = self.run_pgtask(*arguments, **options)  # type: ignore[arg-type]
        self.assertTrue(report.exists(), f"not watched: {run.stderr}")
        self.assertEqual(report.read_text("ascii"), "no heap used\n")
        return run

    def use_heap(self, how: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([HEAP_GUARD.with_name("uses_heap"), how], env=self.environment(None),
                              capture_output=True, text=True, check=False)

    def test_the_watch_ends_a_program_that_uses_the_heap(self) -> None:
        for how in ("malloc", "calloc", "realloc", "free"):
            done = self.use_heap(how)
            self.assertEqual(done.returncode, -signal.SIGABRT)
            self.assertEqual(done.stderr, f"heap used: {how}\n")

    def test_the_watch_lets_a_program_pass_that_does_not_or_only_in_a_child(self) -> None:
        for how in ("not", "fork"):
            done = self.use_heap(how)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_each_command_and_output(self) -> None:
        for output in ("table", "json", "jsonl"):
            for arguments in (("list",), ("list", "--instance", "postgres-q6fj84vb"),
                              ("show", "120006")):
                run = self.run_watched(*arguments, "--output", output)
                self.assertEqual(run.status, GOOD, run.stderr)

    def test_all_pages_and_a_kept_connection(self) -> None:
        run = self.run_watched("list", "--all", "--output", "jsonl")
        self.assert_good(run)
        self.assertGreaterEqual(len(run.lines()), self.past)
        run = self.run_watched("list", "--count", "3", "--interval", "0", "--verbose")
        self.assertEqual(run.status, GOOD, run.stderr)

    def test_a_name_that_the_system_looks_up(self) -> None:
        run = self.run_watched("list", connect=f"localhost:{self.simulator.port}")
        self.assertEqual(run.status, GOOD, run.stderr)

    def test_a_temporary_key(self) -> None:
        self.assertEqual(self.run_watched("list", key=TEMPORARY).status, GOOD)

    def test_errors_of_each_layer(self) -> None:
        self.assertEqual(self.run_watched("list", "--limit", "101").status, USAGE)
        self.assertEqual(self.run_watched("list", "--nonsense").status, USAGE)
        self.assertEqual(self.run_watched("list", key=None).status, USAGE)
        self.assertEqual(self.run_watched("list", ca="other_root").status, NETWORK)
        self.assertEqual(self.run_watched("list", region="ap-nowhere").status, REFUSED)
        self.assertEqual(self.run_watched("list", connect="127.0.0.1:1", limit_s=60).status,
                         NETWORK)

    def test_watch_line_by_line(self) -> None:
        for output in ("table", "jsonl"):
            task = start_task(self.simulator.service, 1.0, {"duration_s": 1.5})
            run = self.run_watched("watch", str(task), "--interval", "0.2", "--output", output)
            self.assertEqual(run.status, GOOD, run.stderr)

    def test_watch_on_a_terminal(self) -> None:
        task = start_task(self.simulator.service, 1.0, {"duration_s": 1.5, "outcome": "Fail"})
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        done = subprocess.run(
            self.command("watch", str(task), "--interval", "0.2"), stdin=subprocess.DEVNULL,
            env={**self.environment(), "TERM": "xterm"}, stdout=theirs, timeout=30, check=False)
        os.close(theirs)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"failed after", os.read(ours, 65536))
        self.assertEqual((self.home / "report").read_text("ascii"), "no heap used\n")

    def test_profiles_roles_and_the_check(self) -> None:
        folder = self.home / ".tccli"
        folder.mkdir()
        path = folder / "work.credential"
        path.write_text(json.dumps(
            {"secretId": LONG_TERM.secret_id, "secretKey": LONG_TERM.secret_key}))
        path.chmod(0o600)
        self.assert_good(self.run_watched("list", "--output", "jsonl", "--profile", "work"))
        self.assert_failed(self.run_watched("list", "--profile", "other"), USAGE, "there are: work")
        self.assertEqual(self.run_watched("check", "120006").status, GOOD)
        pem = certificates() / "server.pem"
        with Metadata(LONG_TERM) as metadata, \
                Sts((pem, pem.with_suffix(".key")), [LONG_TERM], TEMPORARY) as sts:
            (folder / "default.configure").write_text(
                json.dumps({"sts": {"endpoint": f"localhost:{sts.port}"}}))
            self.address = f"127.0.0.1:{metadata.port}"
            metadata.key = Key(LONG_TERM.secret_id, LONG_TERM.secret_key, "t" * 100)
            sts.callers[LONG_TERM.secret_id] = metadata.key
            self.assert_good(self.run_watched("list", "--output", "jsonl", "--use-cvm-role",
                                              "--role-arn", "qcs::cam::uin/1:roleName/r"))

    def test_help(self) -> None:
        self.assertEqual(self.run_watched("--help").status, GOOD)
        self.assertEqual(self.run_watched("list", "--help").status, GOOD)
