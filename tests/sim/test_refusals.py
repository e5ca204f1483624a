# SPDX-License-Identifier: MIT
"""Each bad request is refused with the documented code, at HTTP status 200."""

import time
import unittest
from typing import Any

from harness.caller import Caller, sha256
from harness.service import LONG_TERM, TEMPORARY, RunningSimulator
from sim.checks import Key
from sim.errors import CODES

BAD_VALUE = "InvalidParameterValue.InvalidParameterValueError"
TOO_MUCH = "InvalidParameterValue.ParameterValueExceedError"


class Refusals(unittest.TestCase):
    simulator: RunningSimulator

    @classmethod
    def setUpClass(cls) -> None:
        cls.simulator = cls.enterClassContext(RunningSimulator())

    def setUp(self) -> None:
        self.simulator.set_scenario(rate_per_s=0)
        self.caller = Caller(self.simulator.port)
        self.addCleanup(self.caller.close)

    def refused(self, code: str, body: Any = None, **changes: Any) -> None:
        with self.subTest(body=body, changes=changes):
            self.assertEqual(self.caller.code(body, **changes), code)

    def test_a_right_request_is_answered_with_either_set_of_signed_headers(self) -> None:
        self.refused("")
        self.refused("", with_action=True)
        self.refused("", {"TaskId": 3, "Limit": 1}, headers={"X-TC-Language": "en-US"})
        self.refused("", headers={"Content-Type": "application/json; charset=utf-8"})
        self.refused("", method="GET", query="Limit=3&OrderByType=asc",
                     headers={"Content-Type": "application/x-www-form-urlencoded"})

    def test_a_wrong_signature(self) -> None:
        wrong_key = Key(LONG_TERM.secret_id, LONG_TERM.secret_key + "x")
        self.refused("AuthFailure.SignatureFailure", key=wrong_key)
        self.refused("AuthFailure.SignatureFailure", after_signing={"Content-Type":
                     "application/json; charset=utf-8"})
        self.refused("AuthFailure.SignatureFailure", after_signing={"Host": "localhost"})
        self.refused("AuthFailure.SignatureFailure", service="cvm")
        self.refused("AuthFailure.SignatureFailure", with_action=True,
                     after_signing={"X-TC-Action": "DescribeTask"})
        self.refused("AuthFailure.SignatureFailure", after_signing={
            "X-TC-Content-SHA256": "UNSIGNED-PAYLOAD"})

    def test_a_malformed_authorization(self) -> None:
        self.refused("AuthFailure.InvalidAuthorization", after_signing={"Authorization": "SKIP"})
        self.refused("AuthFailure.InvalidAuthorization", after_signing={"Authorization": None})

    def test_an_unknown_key(self) -> None:
        self.refused("AuthFailure.SecretIdNotFound", key=Key("AKIDnobody", "x"))
        self.refused("AuthFailure.InvalidSecretId", key=Key("nobody", "x"))

    def test_a_clock_off_by_more_than_five_minutes_in_either_direction(self) -> None:
        now = int(time.time())
        for offset in (-290, 0, 290):
            self.refused("", moment=now + offset)
        for offset in (-302, 302, -86400):
            self.refused("AuthFailure.SignatureExpire", moment=now + offset)

    def test_the_service_clock_can_be_off_itself(self) -> None:
        self.simulator.set_scenario(clock_offset_s=3600)
        self.refused("AuthFailure.SignatureExpire")
        self.refused("", moment=int(time.time()) + 3600)

    def test_tokens_belong_to_temporary_keys_alone(self) -> None:
        self.refused("", key=TEMPORARY)
        self.refused("AuthFailure.TokenFailure", key=TEMPORARY, token="other")
        self.refused("AuthFailure.TokenFailure", key=TEMPORARY, headers={"X-TC-Token": None})
        self.refused("AuthFailure.TokenFailure", key=LONG_TERM, token="other")
        self.refused("AuthFailure.TokenFailure", key=LONG_TERM, headers={"X-TC-Token": ""})

    def test_missing_common_parameters(self) -> None:
        for name in ("X-TC-Action", "X-TC-Version", "X-TC-Timestamp", "X-TC-Region"):
            self.refused("MissingParameter", headers={name: None})

    def test_wrong_common_parameters(self) -> None:
        self.refused("InvalidAction", headers={"X-TC-Action": "DescribeTask"})
        self.refused("InvalidAction", headers={"X-TC-Action": "describetasks"})
        self.refused("NoSuchVersion", headers={"X-TC-Version": "2017-03-13"})
        self.refused("UnsupportedRegion", headers={"X-TC-Region": "ap-nowhere"})
        self.refused("NoSuchProduct", headers={"Host": "postgre.tencentcloudapi.com"})
        self.refused("InvalidParameter", headers={"X-TC-Timestamp": "soon"})
        self.refused("InvalidParameterValue", headers={"X-TC-Language": "de"})
        self.refused("InvalidParameterValue", headers={"X-TC-RequestClient": "x" * 129})

    def test_wrong_methods_and_content_types(self) -> None:
        for method in ("PUT", "DELETE", "PATCH"):
            self.refused("UnsupportedProtocol", method=method)
        self.refused("InvalidRequest", headers={"Content-Type": "multipart/form-data"})
        self.refused("InvalidParameter", headers={"Content-Type": "text/json"})
        self.refused("InvalidParameter", headers={
            "Content-Type": "application/x-www-form-urlencoded"})

    def test_bodies_that_are_no_json_object(self) -> None:
        for raw in (b"", b"{", b"[]", b"null", b"{}{}", b'{"Limit":1,}', b'{"Limit":01}',
                    b'{"Limit":1,"Limit":1}', b'{"DBInstanceId":"\xff"}', b'{"Limit":NaN}',
                    b"[" * 100000):
            self.refused("InvalidParameter", raw=raw)

    def test_a_body_of_more_than_10_mib(self) -> None:
        self.refused("RequestSizeLimitExceeded", raw=b" " * (10 * 1024 * 1024) + b"{}")

    def test_members_that_are_not_defined(self) -> None:
        self.refused("UnknownParameter", {"Status": "Running"})
        self.refused("UnknownParameter", {"taskId": 1})

    def test_members_of_the_wrong_type(self) -> None:
        for name in ("TaskId", "Limit", "Offset"):
            for value in ("1", 1.0, True, None, -1, [1], {}):
                self.refused("InvalidParameter", {name: value})
        for name in ("DBInstanceId", "MinStartTime", "MaxStartTime", "OrderBy", "OrderByType"):
            for value in (1, True, None, ["desc"]):
                self.refused("InvalidParameter", {name: value})

    def test_values_out_of_range(self) -> None:
        self.refused(TOO_MUCH, {"Limit": 101})
        self.refused(TOO_MUCH, {"TaskId": 2**64})
        self.refused(BAD_VALUE, {"Limit": 0})
        self.refused(BAD_VALUE, {"DBInstanceId": ""})
        self.refused(BAD_VALUE, {"OrderBy": "starttime"})
        self.refused(BAD_VALUE, {"OrderByType": "DESC"})
        for value in ("2024-09-31 00:00:00", "2024-09-27", "2024-09-27T13:14:11", "2024-9-27 1:1:1",
                      "2024-09-27 24:00:00", " 2024-09-27 13:14:11"):
            self.refused(BAD_VALUE, {"MinStartTime": value})

    def test_the_largest_values_allowed(self) -> None:
        self.refused("", {"Limit": 100, "Offset": 2**64 - 1, "TaskId": 2**64 - 1})

    def test_more_than_20_requests_in_a_second(self) -> None:
        self.simulator.set_scenario()
        time.sleep(1.0)
        codes = [self.caller.code() for _ in range(25)]
        self.assertEqual(codes[:20], [""] * 20)
        self.assertEqual(codes[20:], ["RequestLimitExceeded"] * 5)
        time.sleep(1.05)
        self.refused("")

    def test_every_documented_code_can_be_played_for_so_many_requests(self) -> None:
        for code in CODES:
            self.simulator.set_scenario(error_code=code, times=2, rate_per_s=0)
            self.assertEqual([self.caller.code() for _ in range(3)], [code, code, ""])

    def test_a_body_hash_is_part_of_the_signature(self) -> None:
        self.assertEqual(
            sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )


if __name__ == "__main__":
    unittest.main()
