# SPDX-License-Identifier: MIT
"""Keys as the vendor's tools find them: profiles of the SDKs and of tccli."""

import configparser
import json
import time
from pathlib import Path
from typing import Any

from harness.runner import GOOD, USAGE, EndToEnd, Run
from harness.service import LONG_TERM, TEMPORARY
from sim.checks import Key

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

    def test_advice_names_the_members_of_the_file(self) -> None:
        wrong = {"secretId": LONG_TERM.secret_id, "secretKey": "wrong"}
        path = self.write_tccli("default.credential", wrong)
        run = self.run_list()
        self.assertIn(f"Copy secretKey in {path} again, without blanks.", run.stderr)
        path = self.write_sdk(self.home / ".tencentcloud/credentials",
                              default={"secret_id": LONG_TERM.secret_id, "secret_key": "wrong"})
        run = self.run_list()
        self.assertIn(f"Copy secret_key in {path} again, without blanks.", run.stderr)

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
