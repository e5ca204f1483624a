# SPDX-License-Identifier: MIT
"""Keys that are fetched: those of a machine's role, and those of a role that is assumed."""

import json
import signal
import time

from e2e.test_keys import CONFIGURE, Keys
from harness.led_daemon import LedDaemon, longest_gap_us, read_trace
from harness.proxy import Tinyproxy
from harness.runner import GOOD, USAGE, Run
from harness.service import LONG_TERM, TEMPORARY, certificates
from harness.watching import Watching
from sim.checks import Key
from sim.keys import METADATA_PATH, Metadata, Refusal, Sts

ARN = "qcs::cam::uin/100000000001:roleName/pgtask-reader"
LONG_TERM_WITH_TOKEN = Key("AKIDmachineTest0123456789", "SecretKeyOfTheMachine", "MachineToken" * 9)


class RoleOfMachineTest(Keys):
    """The metadata service of a CVM, on loopback."""

    def setUp(self) -> None:
        super().setUp()
        self.metadata = self.enterContext(Metadata(TEMPORARY))
        self.extra = {"PGTASK_METADATA_ADDRESS": f"127.0.0.1:{self.metadata.port}"}

    def check_failed(self, run: Run, *words: str) -> None:
        self.assert_failed(run, USAGE, *words)
        self.assertEqual(self.simulator.service.counters.requests_signed, 0)

    def test_its_keys_are_used_if_it_is_asked_for(self) -> None:
        self.assert_good(self.run_list("--use-cvm-role", key=LONG_TERM))
        self.assertEqual(self.metadata.requests, [METADATA_PATH, METADATA_PATH + "pgtask-reader"])

    def test_its_keys_are_the_last_resort(self) -> None:
        self.assert_good(self.run_list())
        self.assert_good(self.run_list(key=LONG_TERM))
        self.assertEqual(len(self.metadata.requests), 2)

    def test_its_keys_are_used_if_the_profile_of_tccli_says_so(self) -> None:
        self.write_tccli("default.credential", {"type": "cvm-role"})
        self.assert_good(self.run_list())

    def test_a_machine_without_a_role_is_told_so(self) -> None:
        self.metadata.role = ""
        self.check_failed(self.run_list("--use-cvm-role"), "no role is bound to this machine")
        self.check_failed(self.run_list(), "no credentials found. Looked at: ",
                          "/.tencentcloud/credentials (no such file", "default.credential",
                          "no role is bound to this machine")

    def test_an_answer_that_is_no_role_is_refused(self) -> None:
        for trouble in ("path", "lines", "empty", "huge", "nested", "endless", "endless blanks"):
            with self.subTest(trouble):
                self.metadata.trouble = trouble
                self.check_failed(self.run_list(), "the metadata service at 127.0.0.1")

    def test_slow_and_silent_answers_end_at_the_time_out(self) -> None:
        for trouble in ("slow", "silent"):
            with self.subTest(trouble):
                self.metadata.trouble = trouble
                self.check_failed(self.run_list(), "there was no answer in time")

    def test_keys_that_are_none_are_refused(self) -> None:
        for changes, words in (
            ({"Code": "InternalError"}, "no keys for the role pgtask-reader: InternalError"),
            ({"Token": ""}, "its answer has no keys"), ({"Token": None}, "its answer has no keys"),
            ({"TmpSecretId": "AKID\r\nX: y"}, "its answer has no keys"),
            ({"TmpSecretKey": None}, "its answer has no keys"),
            ({"ExpiredTime": 1}, "its answer has no keys"),
            ({"Token": "t" * 5000}, "its answer has no keys"),
        ):
            with self.subTest(str(changes)[:40]):
                self.metadata.changes = changes
                self.check_failed(self.run_list(), words)

    def test_another_machine_cannot_stand_for_it(self) -> None:
        for address in ("192.0.2.1:80", "example.com:80", "127.0.0.1", "[2001:db8::1]:80",
                        "127.0.0.1.example.com:80", ""):
            with self.subTest(address):
                self.extra = {"PGTASK_METADATA_ADDRESS": address}
                self.check_failed(self.run_list(), "takes only an address of this machine")


class RenewalTest(Watching):
    """Keys that end while the client runs."""

    def setUp(self) -> None:
        super().setUp()
        self.metadata = self.enterContext(Metadata(TEMPORARY, life_s=2))

    def environment(self, key: Key | None = None) -> dict[str, str]:
        return super().environment(None) | {
            "PGTASK_METADATA_ADDRESS": f"127.0.0.1:{self.metadata.port}"}

    def test_keys_are_fetched_anew_before_they_end(self) -> None:
        task = self.start(duration_s=3.0)
        self.assertEqual(self.watch(str(task), "--use-cvm-role", key=None).status, GOOD)
        self.assertGreaterEqual(self.metadata.requests.count(METADATA_PATH), 2)
        self.assertEqual(self.simulator.service.counters.errors, {})

    def test_a_refused_token_is_fetched_anew(self) -> None:
        self.metadata.life_s = 7200
        task = self.start(duration_s=2.0)
        with self.watching(str(task), "--use-cvm-role", "--interval", "0.2") as process:
            self.wait_for_requests(2)
            replaced = Key(TEMPORARY.secret_id, TEMPORARY.secret_key, "TokenOfLater" + "x" * 100)
            self.metadata.key = replaced
            keys = {**self.simulator.service.settings.rules.keys, replaced.secret_id: replaced}
            object.__setattr__(self.simulator.service.settings.rules, "keys", keys)
            self.assertEqual(process.wait(20), GOOD)
        self.assertEqual(self.metadata.requests.count(METADATA_PATH), 2)

    def test_keys_at_hand_serve_on_while_new_ones_cannot_be_had(self) -> None:
        self.metadata.life_s = 30  # renewed after 15 s; this test ends before
        task = self.start(duration_s=1.5)
        with self.watching(str(task), "--use-cvm-role", "--interval", "0.2") as process:
            self.wait_for_requests(1)
            self.metadata.trouble = "status 500"
            self.assertEqual(process.wait(20), GOOD)

    def wait_for_requests(self, count: int) -> None:
        deadline = time.monotonic() + 20
        while self.request_count() < count and time.monotonic() < deadline:
            time.sleep(0.02)


class LedTest(LedDaemon):
    """The LED keeps its rhythm while keys are fetched, and the daemon ends at once."""

    attempts = 1

    def setUp(self) -> None:
        super().setUp()
        self.metadata = self.enterContext(Metadata(TEMPORARY, life_s=1))

    def environment(self, key: Key | None = None) -> dict[str, str]:
        return super().environment(None) | {
            "PGTASK_METADATA_ADDRESS": f"127.0.0.1:{self.metadata.port}"}

    def test_no_gap_of_50_ms_while_the_metadata_service_misbehaves(self) -> None:
        self.start_task(600)
        daemon = self.daemon("--instance", "postgres-led00001", "--use-cvm-role")
        daemon.wait_for("running")
        for trouble in ("silent", "endless", "nested", ""):
            begin = len(read_trace(daemon.trace))
            self.metadata.trouble = trouble
            daemon.wait("updates", lambda: len(read_trace(daemon.trace)) > begin + 50)
            self.assertLess(longest_gap_us(read_trace(daemon.trace)[begin:]), 50_000, trouble)
        self.metadata.trouble = "silent"
        begin_s = time.monotonic()
        run = daemon.stop()
        self.assertLess(time.monotonic() - begin_s, 2)
        self.assertNotIn(TEMPORARY.token[:40], run.stderr)


class ReloadTest(LedDaemon):
    """SIGHUP, and keys that were replaced, while a role is assumed with them."""

    attempts = 1

    def setUp(self) -> None:
        super().setUp()
        pem = certificates() / "server.pem"
        self.sts = self.enterContext(Sts((pem, pem.with_suffix(".key")), [LONG_TERM], TEMPORARY))
        folder = self.home / ".tccli"
        folder.mkdir()
        (folder / "default.configure").write_text(
            json.dumps({"sts": {"endpoint": f"localhost:{self.sts.port}"}}))

    def environment(self, key: Key | None = None) -> dict[str, str]:
        return super().environment(None)

    def test_new_keys_in_the_file_are_used_after_a_refusal(self) -> None:
        path = self.home / ".tencentcloud/credentials"
        path.parent.mkdir()
        form = f"[default]\nsecret_id = {{}}\nsecret_key = {{}}\nrole_arn = {ARN}\n"
        path.write_text(form.format("AKIDold", "oldkey"))
        path.chmod(0o600)
        self.start_task(600)
        daemon = self.daemon("--instance", "postgres-led00001", "--idle", "1")
        daemon.wait_for("blocked")
        self.assertEqual(self.sts.assumed, [])
        path.write_text(form.format(LONG_TERM.secret_id, LONG_TERM.secret_key))
        daemon.wait_for("running")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait("another role", lambda: len(self.sts.assumed) == 2)
        polls = self.request_count()
        daemon.wait("a poll with its keys", lambda: self.request_count() > polls)
        self.sts.refusal = Refusal("InternalError")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait("a refusal", lambda: len(self.sts.assumed) >= 3)
        polls = self.request_count()
        daemon.wait("polls with the keys at hand", lambda: self.request_count() > polls + 2)
        run = daemon.stop()
        self.assertRegex(run.stderr, "STS refused to assume the role: AuthFailure.SecretIdNotFound: "
                                     r"[^.]*[^.]; check the role's ARN")


class AssumedRoleTest(Keys):
    """STS on loopback, found by the endpoint in tccli's settings."""

    def setUp(self) -> None:
        super().setUp()
        pem = certificates() / "server.pem"
        self.sts = self.enterContext(Sts((pem, pem.with_suffix(".key")), [LONG_TERM], TEMPORARY))
        configure = json.loads(json.dumps(CONFIGURE))
        configure["sts"]["endpoint"] = f"localhost:{self.sts.port}"
        self.write_tccli("default.configure", configure)

    def test_the_keys_serve_to_assume_the_role(self) -> None:
        self.assert_good(self.run_list("--role-arn", ARN, key=LONG_TERM))
        self.assertEqual([one.members for one in self.sts.assumed],
                         [{"RoleArn": ARN, "RoleSessionName": "pgtask", "DurationSeconds": 7200}])
        self.assertEqual(self.sts.assumed[0].caller, LONG_TERM.secret_id)

    def test_the_role_comes_from_the_environment_too(self) -> None:
        self.extra = {"TENCENTCLOUD_ROLE_ARN": ARN, "TENCENTCLOUD_ROLE_SESSION_NAME": "lights"}
        self.assert_good(self.run_list(key=LONG_TERM))
        self.assertEqual(self.sts.assumed[0].members["RoleSessionName"], "lights")

    def test_the_role_comes_from_the_profile_too(self) -> None:
        self.write_tccli("default.credential", {
            "secretId": LONG_TERM.secret_id, "secretKey": LONG_TERM.secret_key,
            "role-arn": ARN, "role-session-name": "box@office", "type": "default"})
        self.assert_good(self.run_list())
        self.assertEqual(self.sts.assumed[0].members["RoleSessionName"], "box@office")

    def test_a_refusal_is_told_with_its_code(self) -> None:
        self.sts.refusal = Refusal("InvalidParameter.RoleNotExist", "Role not exist.")
        run = self.run_list("--role-arn", ARN, key=LONG_TERM)
        self.assert_failed(run, USAGE, ARN, "InvalidParameter.RoleNotExist",
                           "check the role's ARN, and that the role trusts these keys")
        self.assertEqual(len(self.sts.assumed), 1)

    def test_a_refusal_that_repeats_what_was_sent_is_not_shown(self) -> None:
        self.sts.refusal = Refusal("AuthFailure", f"wrong: {LONG_TERM.secret_id}")
        run = self.run_list("--role-arn", ARN, key=LONG_TERM)
        self.assert_failed(run, USAGE, "AuthFailure; check the role's ARN")
        self.assertNotIn(LONG_TERM.secret_id, run.stderr)

    def test_an_answer_that_is_none_is_refused(self) -> None:
        for raw in (b"", b"{", b"[" * 10_000, b"{}", b"x" * 100_000):
            with self.subTest(raw[:4]):
                self.sts.raw = raw
                run = self.run_list("--role-arn", ARN, key=LONG_TERM)
                self.assert_failed(run, USAGE, ARN if len(raw) < 100 else "localhost")

    def test_a_server_that_is_not_trusted_hears_nothing(self) -> None:
        pem = certificates() / "wrong_name.pem"
        with Sts((pem, pem.with_suffix(".key")), [LONG_TERM], TEMPORARY) as other:
            configure = json.loads(json.dumps(CONFIGURE))
            configure["sts"]["endpoint"] = f"localhost:{other.port}"
            self.write_tccli("default.configure", configure)
            run = self.run_list("--role-arn", ARN, key=LONG_TERM)
            self.assert_failed(run, USAGE, "localhost", "certificate is for another host")
            self.assertEqual(other.assumed, [])

    def test_sts_is_reached_through_the_proxy(self) -> None:
        with Tinyproxy("box:PasswordOfTheProxy") as proxy:
            for password, status in (("PasswordOfTheProxy", GOOD), ("wrong", 4)):
                self.extra = {"https_proxy": f"http://box:{password}@127.0.0.1:{proxy.port}"}
                run = self.run_list("--role-arn", ARN, key=LONG_TERM)
                self.assertEqual(run.status, status, run.stderr)
            self.assertIn(f"CONNECT localhost:{self.sts.port} HTTP/1.1", proxy.requests())
        self.assertEqual(len(self.sts.assumed), 1)

    def test_the_role_of_a_machine_may_assume_another(self) -> None:
        with Metadata(LONG_TERM_WITH_TOKEN) as metadata:
            self.sts.callers[LONG_TERM_WITH_TOKEN.secret_id] = LONG_TERM_WITH_TOKEN
            self.extra = {"PGTASK_METADATA_ADDRESS": f"127.0.0.1:{metadata.port}"}
            self.assert_good(self.run_list("--use-cvm-role", "--role-arn", ARN))
        self.assertEqual(self.sts.assumed[0].caller, LONG_TERM_WITH_TOKEN.secret_id)
