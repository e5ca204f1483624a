# SPDX-License-Identifier: MIT
"""Keys as the vendor's tools find them: profiles, the role of a machine, and assumed roles."""

import configparser
import json
import time
from pathlib import Path
from typing import Any

from harness.proxy import Tinyproxy
from harness.runner import GOOD, USAGE, EndToEnd, Run
from harness.service import LONG_TERM, TEMPORARY, certificates
from harness.watching import Watching
from sim.checks import Key
from sim.keys import METADATA_PATH, Metadata, Refusal, Sts

ARN = "qcs::cam::uin/100000000001:roleName/pgtask-reader"
CONFIGURE = {
    "_sys_param": {"arrayCount": 10, "output": "json", "region": "ap-beijing", "warning": "off"},
    "cvm": {"endpoint": "cvm.tencentcloudapi.com", "version": "2017-03-12"},
    "postgres": {"endpoint": "postgres.tencentcloudapi.com", "version": "2017-03-12"},
    "sts": {"endpoint": "sts.tencentcloudapi.com", "version": "2018-08-13"},
}


class Keys(EndToEnd):
    """A home folder in which the vendor's tools have written."""

    attempts = 1

    def setUp(self) -> None:
        super().setUp()
        self.extra: dict[str, str] = {}

    def environment(self, key: Key | None = None) -> dict[str, str]:
        return super().environment(key) | self.extra

    def run_list(self, *arguments: str, key: Key | None = None, **options: Any) -> Run:
        return self.run_pgtask("list", "--output", "jsonl", *arguments, key=key, **options)

    def write_sdk(self, path: Path, **sections: dict[str, str]) -> Path:
        """Writes a credentials file of the SDKs, by the parser that the SDK for Python reads it
        with."""
        parser = configparser.ConfigParser()
        parser.read_dict(sections)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            parser.write(file)
        path.chmod(0o600)
        return path

    def write_tccli(self, name: str, document: dict[str, Any]) -> Path:
        """Writes a file of ~/.tccli as dump_json_msg() of tccli's utils.py does."""
        path = self.home / ".tccli" / name
        path.parent.mkdir(exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            json.dump(document, file, indent=2, separators=(",", ": "), ensure_ascii=False,
                      sort_keys=True)
        path.chmod(0o600)
        return path


def pair(key: Key) -> dict[str, str]:
    return {"secret_id": key.secret_id, "secret_key": key.secret_key}


class ProfileTest(Keys):
    """Profiles of the SDKs and of tccli."""

    def test_a_section_of_the_sdks_file_is_a_profile(self) -> None:
        wrong = Key("AKIDwrong", "wrongkey")
        self.write_sdk(self.home / ".tencentcloud/credentials", default=pair(wrong),
                       prod={**pair(TEMPORARY), "token": TEMPORARY.token})
        self.assert_good(self.run_list("--profile", "prod"))
        self.assert_good(self.run_list("--profile", "prod", key=wrong))
        self.extra = {"TENCENTCLOUD_PROFILE": "prod"}
        self.assert_good(self.run_list())
        self.extra = {}
        self.assertEqual(self.run_list().status, 3)

    def test_the_files_of_tccli_give_keys_region_language_and_endpoint(self) -> None:
        self.write_tccli("default.credential", {"secretId": LONG_TERM.secret_id,
                                                "secretKey": LONG_TERM.secret_key})
        configure = json.loads(json.dumps(CONFIGURE))
        configure["_sys_param"]["language"] = "en-US"
        configure["postgres"]["endpoint"] = "postgres.internal.tencentcloudapi.com"
        # tccli lists all of its services, 40 KB of them.
        configure |= {f"s{i:04}": {"endpoint": f"s{i:04}.tencentcloudapi.com",
                                   "version": "2020-01-01"} for i in range(400)}
        self.write_tccli("default.configure", configure)
        command = self.command("list", "--output", "jsonl")
        at = command.index("--region")
        del command[at:at + 2]
        self.command = lambda *_, **__: command  # type: ignore[method-assign]
        run = self.run_list()
        self.assertEqual(run.status, 4)  # the test's certificate is for one label only
        self.assertIn("the certificate is for another host", run.stderr)
        configure["postgres"]["endpoint"] = "postgres.tencentcloudapi.com"
        self.write_tccli("default.configure", configure)
        self.assert_good(self.run_list())
        headers = self.simulator.service.recorded[-1]["headers"]
        self.assertEqual(headers["x-tc-region"], "ap-beijing")
        self.assertEqual(headers["x-tc-language"], "en-US")
        self.extra = {"TENCENTCLOUD_REGION": "ap-shanghai"}
        self.assert_good(self.run_list())
        self.assertEqual(self.simulator.service.recorded[-1]["headers"]["x-tc-region"],
                         "ap-shanghai")

    def test_the_region_of_a_section_is_used(self) -> None:
        self.write_sdk(self.home / ".tencentcloud/credentials",
                       default={**pair(LONG_TERM), "region": "ap-tokyo"},
                       prod={**pair(LONG_TERM), "region": "ap-seoul"})
        for arguments, region in (((), "ap-tokyo"), (("--profile", "prod"), "ap-seoul")):
            command = self.command("list", "--output", "jsonl", *arguments)
            at = command.index("--region")
            del command[at:at + 2]
            self.command = lambda *_, _c=command, **__: _c  # type: ignore[method-assign]
            self.assert_good(self.run_list())
            del self.command
            self.assertEqual(self.simulator.service.recorded[-1]["headers"]["x-tc-region"], region)

    def test_a_broken_configure_file_is_told_and_left_out(self) -> None:
        (self.home / ".tccli").mkdir()
        (self.home / ".tccli/default.configure").write_text("{")
        run = self.run_list(key=LONG_TERM)
        self.assertEqual(run.status, GOOD)
        self.assertIn("pgtask: warning: ", run.stderr)
        self.assertIn("default.configure: this file is not JSON", run.stderr)

    def test_an_expired_login_names_the_command_that_renews_it(self) -> None:
        for kind, command in (("oauth", "tccli auth login"), ("sso", "tccli sso login")):
            self.write_tccli("work.credential", {
                "type": kind, "secretId": TEMPORARY.secret_id, "secretKey": TEMPORARY.secret_key,
                "token": TEMPORARY.token, "expiresAt": int(time.time()) - 60, kind: {"site": "cn"}})
            self.assert_failed(self.run_list("--profile", "work"), USAGE, "has expired",
                               f"renew it with {command} --profile work")
            self.write_tccli("work.credential", {
                "type": kind, "secretId": TEMPORARY.secret_id, "secretKey": TEMPORARY.secret_key,
                "token": TEMPORARY.token, "expiresAt": int(time.time()) + 600,
                kind: {"site": "cn"}})
            self.assert_good(self.run_list("--profile", "work"))

    def test_an_unknown_profile_lists_those_that_exist(self) -> None:
        self.write_sdk(self.home / ".tencentcloud/credentials", default=pair(LONG_TERM))
        self.write_tccli("work.credential", {})
        self.assert_failed(self.run_list("--profile", "wrok"), USAGE, "there is no profile wrok",
                           "there are: default, work")

    def test_a_secret_id_of_1024_and_a_token_of_4096_bytes_are_sent_whole(self) -> None:
        key = Key("AKID" + "i" * 1020, "k" * 1024, "t" * 4096)
        keys = dict(self.simulator.service.settings.rules.keys)
        keys[key.secret_id] = key
        object.__setattr__(self.simulator.service.settings.rules, "keys", keys)
        self.assert_good(self.run_list(key=key))


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
        task = self.start(duration_s=4.0)
        self.assertEqual(self.watch(str(task), "--use-cvm-role", key=None).status, GOOD)
        self.assertGreaterEqual(self.metadata.requests.count(METADATA_PATH), 3)
        self.assertEqual(self.simulator.service.counters.errors, {})

    def test_a_refused_token_is_fetched_anew(self) -> None:
        self.metadata.life_s = 7200
        task = self.start(duration_s=3.0)
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


LONG_TERM_WITH_TOKEN = Key("AKIDmachineTest0123456789", "SecretKeyOfTheMachine", "MachineToken" * 9)
