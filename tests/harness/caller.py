# SPDX-License-Identifier: MIT
"""Signs and sends requests by code of its own, so that it can judge the simulator's verifier."""

import hashlib
import hmac
import http.client
import json
import ssl
import time
from typing import Any

from harness.service import LONG_TERM, certificates
from sim.checks import Key

HOST = "postgres.tencentcloudapi.com"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sign(key: Key, moment: int, body: bytes, headers: dict[str, str], method: str = "POST",
         query: str = "", service: str = "postgres", with_action: bool = False) -> str:
    """Returns the Authorization header, computed step by step as the documentation says."""
    day = time.strftime("%Y-%m-%d", time.gmtime(moment))
    signed = ["content-type", "host"] + (["x-tc-action"] if with_action else [])
    values = {name.lower(): value for name, value in headers.items()}
    block = "".join(f"{name}:{values[name].lower()}\n" for name in signed)
    names = ";".join(signed)
    canonical = f"{method}\n/\n{query}\n{block}\n{names}\n{sha256(body)}"
    scope = f"{day}/{service}/tc3_request"
    text = f"TC3-HMAC-SHA256\n{moment}\n{scope}\n{sha256(canonical.encode())}"
    date_key = hmac.digest(b"TC3" + key.secret_key.encode(), day.encode(), "sha256")
    service_key = hmac.digest(date_key, service.encode(), "sha256")
    signing_key = hmac.digest(service_key, b"tc3_request", "sha256")
    signature = hmac.digest(signing_key, text.encode(), "sha256").hex()
    return (
        f"TC3-HMAC-SHA256 Credential={key.secret_id}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}"
    )


def tls_client(ca: str = "ca", version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=certificates() / f"{ca}.pem")
    if version is not None:
        context.minimum_version = context.maximum_version = version
    return context


def connect(port: int, context: ssl.SSLContext | None = None) -> http.client.HTTPSConnection:
    return http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=10, context=context or tls_client()
    )


class Caller:
    """Sends right requests, in which a test may change one thing."""

    def __init__(self, port: int) -> None:
        self.connection = connect(port)

    def send(self, body: Any = None, *, key: Key = LONG_TERM, moment: int | None = None,
             method: str = "POST", query: str = "", raw: bytes | None = None,
             with_action: bool = False, service: str = "postgres",
             token: str | None = None,
             headers: dict[str, str | None] | None = None,
             after_signing: dict[str, str | None] | None = None) -> http.client.HTTPResponse:
        """Sends a request. `headers` replace the right ones, and None removes one; `after_signing`
        changes headers that are already signed."""
        moment = int(time.time()) if moment is None else moment
        if raw is None:
            raw = b"" if method == "GET" else json.dumps(body if body is not None else {}).encode()
        all_headers: dict[str, str | None] = {
            "Host": HOST,
            "Content-Type": "application/json",
            "X-TC-Action": "DescribeTasks",
            "X-TC-Version": "2017-03-12",
            "X-TC-Region": "ap-guangzhou",
            "X-TC-Timestamp": str(moment),
        }
        token = key.token if token is None else token
        if token:
            all_headers["X-TC-Token"] = token
        all_headers |= headers or {}
        sent = {name: value for name, value in all_headers.items() if value is not None}
        signed = {"Content-Type": "", **sent}
        sent["Authorization"] = sign(
            key, moment, raw, signed, method, query, service, with_action
        )
        for name, value in (after_signing or {}).items():
            if value is None:
                sent.pop(name)
            else:
                sent[name] = value
        target = f"/?{query}" if query else "/"
        self.connection.request(method, target, raw or None, sent)
        return self.connection.getresponse()

    def ask(self, body: Any = None, **changes: Any) -> dict[str, Any]:
        """Returns the member `Response` of the answer. The HTTP status must be 200."""
        response = self.send(body, **changes)
        text = response.read()
        if response.status != 200:
            raise AssertionError(f"status {response.status}: {text!r}")
        answer = json.loads(text)["Response"]
        assert isinstance(answer, dict)
        return answer

    def code(self, body: Any = None, **changes: Any) -> str:
        """Returns the error code of a refused request, or "" if the request was answered."""
        answer = self.ask(body, **changes)
        if "Error" not in answer:
            return ""
        assert answer["RequestId"] and answer["Error"]["Message"]
        assert "TaskSet" not in answer and "TotalCount" not in answer
        return str(answer["Error"]["Code"])

    def close(self) -> None:
        self.connection.close()
