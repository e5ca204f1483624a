# SPDX-License-Identifier: MIT
"""The simulator's verifier against published signatures."""

import json
import unittest
from typing import Any

from harness.places import ROOT
from sim.errors import ApiError
from sim.signature import (
    Authorization,
    SignedRequest,
    canonical_request,
    parse_authorization,
    utc_date,
    verify,
)

VECTORS: list[dict[str, Any]] = json.loads(
    (ROOT / "tests" / "data" / "signing-vectors.json").read_text("utf-8")
)["vectors"]


def request_of(vector: dict[str, Any]) -> SignedRequest:
    headers = dict(vector["signed_header_list"])
    if vector.get("unsigned_payload"):
        headers["x-tc-content-sha256"] = "UNSIGNED-PAYLOAD"
    return SignedRequest(
        vector["http_method"],
        vector["canonical_query_string"],
        headers,
        vector["payload"].encode(),
    )


def accepts(vector: dict[str, Any], request: SignedRequest | None = None,
            authorization: str | None = None, secret_key: str | None = None) -> bool:
    try:
        verify(
            request or request_of(vector),
            parse_authorization(authorization or vector["authorization"]),
            secret_key if secret_key is not None else vector["secret_key"],
            vector["timestamp"],
        )
    except ApiError:
        return False
    return True


def flipped(text: str, at: int) -> str:
    """The text with one character changed to another of its kind."""
    other = "0" if text[at] != "0" else "1"
    return text[:at] + other + text[at + 1 :]


class PublishedVectors(unittest.TestCase):
    def test_there_are_official_vectors_of_both_header_sets(self) -> None:
        official = [v for v in VECTORS if v["official"]]
        self.assertEqual(len(official), 6)
        self.assertEqual({len(v["signed_header_list"]) for v in official}, {2, 3})

    def test_every_vector_is_accepted(self) -> None:
        for vector in VECTORS:
            with self.subTest(vector["id"]):
                self.assertTrue(accepts(vector))

    def test_the_canonical_request_is_the_published_one(self) -> None:
        for vector in VECTORS:
            with self.subTest(vector["id"]):
                names = tuple(name for name, _ in vector["signed_header_list"])
                self.assertEqual(
                    canonical_request(request_of(vector), names), vector["canonical_request"]
                )

    def test_any_changed_character_of_the_signature_is_refused(self) -> None:
        for vector in VECTORS:
            start = vector["authorization"].index("Signature=") + len("Signature=")
            for at in range(start, len(vector["authorization"])):
                changed = flipped(vector["authorization"], at)
                self.assertFalse(accepts(vector, authorization=changed), vector["id"])

    def test_any_changed_byte_of_the_body_is_refused(self) -> None:
        for vector in VECTORS:
            if vector.get("unsigned_payload"):
                continue
            request = request_of(vector)
            for at in range(len(request.body)):
                body = bytearray(request.body)
                body[at] ^= 1
                changed = SignedRequest(
                    request.method, request.query, request.headers, bytes(body)
                )
                self.assertFalse(accepts(vector, request=changed), vector["id"])

    def test_any_changed_character_of_a_signed_header_is_refused(self) -> None:
        for vector in VECTORS:
            request = request_of(vector)
            for name, value in vector["signed_header_list"]:
                for at in range(len(value)):
                    headers = {**request.headers, name: flipped(value, at)}
                    changed = SignedRequest(request.method, request.query, headers, request.body)
                    self.assertFalse(accepts(vector, request=changed), vector["id"])

    def test_another_key_time_query_or_method_is_refused(self) -> None:
        for vector in VECTORS:
            with self.subTest(vector["id"]):
                request = request_of(vector)
                key = vector["secret_key"]
                self.assertFalse(accepts(vector, secret_key=flipped(key, len(key) - 1)))
                self.assertFalse(accepts({**vector, "timestamp": vector["timestamp"] + 1}))
                other = "GET" if request.method == "POST" else "POST"
                self.assertFalse(accepts(vector, request=SignedRequest(
                    other, request.query, request.headers, request.body)))
                if request.method == "GET":
                    self.assertFalse(accepts(vector, request=SignedRequest(
                        "GET", request.query + "0", request.headers, b"")))


class AuthorizationHeader(unittest.TestCase):
    GOOD = (
        "TC3-HMAC-SHA256 Credential=AKIDx/2019-02-25/postgres/tc3_request, "
        "SignedHeaders=content-type;host, Signature=" + "0a" * 32
    )

    def test_the_parts_are_found(self) -> None:
        self.assertEqual(
            parse_authorization(self.GOOD),
            Authorization(
                "AKIDx", "2019-02-25", "postgres", ("content-type", "host"), "0a" * 32
            ),
        )

    def test_every_other_layout_is_refused(self) -> None:
        for old, new in (
            ("TC3-HMAC-SHA256", "TC3-HMAC-SHA1"),
            ("SHA256 C", "SHA256  C"),
            (", S", ",S"),
            ("tc3_request", "tc4_request"),
            ("AKIDx", ""),
            ("content-type;host", "host;content-type"),
            ("content-type;host", "content-type"),
            ("content-type;host", "content-type;host;host"),
            ("0a" * 32, "0A" * 32),
            ("0a" * 32, "0a" * 31),
            ("0a" * 32, "0a" * 32 + "\n"),
        ):
            changed = self.GOOD.replace(old, new, 1)
            with self.subTest(changed), self.assertRaises(ApiError) as caught:
                parse_authorization(changed)
            self.assertEqual(caught.exception.code, "AuthFailure.InvalidAuthorization")

    def test_the_scope_has_the_utc_date_at_both_ends_of_a_day(self) -> None:
        self.assertEqual(utc_date(1735689599), "2024-12-31")
        self.assertEqual(utc_date(1735689600), "2025-01-01")
        self.assertEqual(utc_date(1551113065), "2019-02-25")


if __name__ == "__main__":
    unittest.main()
