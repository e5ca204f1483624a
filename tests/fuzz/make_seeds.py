#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes seed corpora of fuzz targets: make_seeds.py EXAMPLES JSON_TEST_SUITE CERTIFICATES OUT

Each seed is a text of the examples or of JSONTestSuite, or a chain of certificates. Before it stand
the bytes that steer the slicing: see tests/fuzz/slices.h. For HTTP and answers, each text is framed
in three ways. record_peers.c writes the other corpora.
"""

import json
import pathlib
import re
import ssl
import sys

STEER_WHOLE = b"\0\0\0\0"
STEER_MIXED = b"\x01\x07\x80\x03"
BARE_BODY = b"\x01\x10\x40\x7f"
BARE_BODY_WITHOUT_DETAIL = b"\x03\x10\x40\x7f"
LONGEST = 16000

# The heads of chains: see tests/fuzz/peer.h and fuzz_certificate.c.
CHAIN_HEADS = (b"\0\0", b"\x06\0", b"\x80\0", b"\x03\x80")
LONGEST_CHAIN = 8000
_BLOCK = re.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", re.DOTALL)

# Authorities that the name of a server's certificate does not tell.
SENT_WITH = {
    "chained": "copies", "no_ca_flag": "no_ca_flag_middle", "no_cert_sign": "no_cert_sign_middle",
    "beside_permitted": "permitted_middle", "address_permitted": "permitted_middle",
    "far_under_elsewhere": "below_elsewhere_middles", "wildcard_excluded": "excluded_middle",
    "address_excluded": "no_address_middle", "long_chain": "long_chain_middles",
    "uri_address": "no_address_middle", "far_under_middle": "below_middles",
    "under_renewed_middle": "renewed_middles", "under_new_root": "new_root_crossed",
    "under_permitted_site": "permitted_site_middles", "mail_subject": "mail_domain_middle",
    "under_foreign_site": "foreign_site_middles", "mail_address": "mail_domain_middle",
    "far_under_mail_domain": "mail_below_middles", "cn_permitted": "permitted_middle",
    "cn_elsewhere": "elsewhere_middle", "two_cn_permitted": "permitted_middle",
    "two_cn_elsewhere": "permitted_middle",
}  # fmt: skip


def chunked(body, size):
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    framed = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return b"Transfer-Encoding: chunked\r\n\r\n" + framed + b"0\r\n\r\n"


def answers(body):
    """Returns HTTP responses that hold the body."""
    head = (
        b"HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Thu, 26 May 2022 06:53:10 GMT\r\n"
        b"Content-Type: application/json\r\n"
    )
    yield head + b"Content-Length: %d\r\nConnection: keep-alive\r\n\r\n" % len(body) + body
    yield b"HTTP/1.1 103 Hints\r\nLink: <x>\r\n\r\n" + head + chunked(body, 100)
    yield b"HTTP/1.0 200\r\nConnection: close\r\n\r\n" + body


def odd_answers():
    yield b"HTTP/1.1 204 No Content\r\n\r\n"
    yield b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2, 2\r\nContent-Encoding: identity\r\n\r\nno"
    yield (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b'4 ;a="\\"b";c\r\nbody\r\n0\r\nX-Trailer: y\r\n\r\nHTTP/1.1 400 Next\r\n'
    )


def bodies(examples):
    """Returns the answers among the examples, as they are and without blanks."""
    for path in sorted(examples.glob("*.json")):
        document = json.loads(path.read_bytes())
        members = document.values() if isinstance(document, dict) else []
        for value in [document, *members]:
            if isinstance(value, dict) and ("Response" in value or "code" in value):
                yield json.dumps(value, separators=(",", ":")).encode()
                yield json.dumps(value, indent=1, ensure_ascii=False).encode()


def odd_bodies():
    """Returns answers with members that are odd, twice, unwrapped or nested deeply."""
    task = (
        '{"TaskId":7,"Progress":%s,"StartTime":5,"TaskType":"a","TaskType":"b","TaskDetail":{'
        '"AllSteps":[{"StepId":1,"stepID":2,"StepName":"n","StepProcess":101}],'
        '"Input":{"RestoreType":"timestamp","RestoreObjects":["a",5],"RestoreType":"x"},'
        '"Output":"{]","SwitchTag":"immediate"},"Status":"Fail","x":%s}'
    )
    nest = '{"k":[' * 300 + "]}" * 300
    for progress in ("-1", "101", "33.5", '"45%"', '""', "1e400", "123456789012345678901234567890.5"):
        tasks = task % (progress, nest if progress == "101" else "0")
        yield (
            '{"Response":{"RequestId":null,"TotalCount":"x","Error":{},"TaskSet":[null,%s,[],{"TaskId":1}'
            ',"x"],"TaskSet":5}}' % tasks
        ).encode()
    yield b'{"Response":{"TaskSet":null}}'
    yield b'{"Response":{"TotalCount":0,"TaskSet":""},"Response":[]}'


def chain(blocks):
    """Returns certificates in DER, each behind its length."""
    ders = [ssl.PEM_cert_to_DER_cert(block) for block in blocks]
    return b"".join(len(der).to_bytes(2, "big") + der for der in ders)


def chains(folder):
    """Returns each certificate as a server would send it, with the authority above it."""
    for path in sorted(folder.glob("*.pem")):
        if path.stem.startswith("damaged_"):
            continue  # it is no certificate, only a text for the reader of PEM
        blocks = _BLOCK.findall(path.read_text())
        above = SENT_WITH.get(path.stem, path.stem.replace("under_", "", 1) + "_middle")
        if (folder / f"{above}.pem").exists():
            blocks += _BLOCK.findall((folder / f"{above}.pem").read_text())
        yield chain(blocks)


def roots(folder):
    """Returns texts in PEM, some of them with other lines and other ends of lines."""
    texts = [path.read_bytes() for path in sorted(folder.glob("*.pem"))]
    yield from texts
    yield b"".join(texts[:3]).replace(b"\n", b"\r\n")
    yield b"# a root\n" + texts[0].rstrip() + b" \n" + texts[1].replace(b"M", b"*", 1) + texts[2].rstrip()
    yield b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----"


def settings(folder):
    """Returns fields of a device's settings: see examples/firmware/settings.h."""
    def field(kind, data):
        return kind.to_bytes(2, "little") + len(data).to_bytes(2, "little") + data

    required = b"".join(field(kind, b"text\0") for kind in range(1, 5))
    ders = [ssl.PEM_cert_to_DER_cert(_BLOCK.findall((folder / f"{name}.pem").read_text())[0])
            for name in ("ca", "rsa_root")]
    yield required + field(7, b"0")
    yield required + field(5, b"token\0") + field(6, b"ntp.test\0") + field(7, ders[0])
    yield b"".join(field(7, der) for der in ders) + required


def write(folder, seeds):
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (folder / f"seed-{number:04}").write_bytes(seed)


def main():
    examples, suite, certificates, out = (pathlib.Path(argument) for argument in sys.argv[1:])
    texts = [path.read_bytes() for path in sorted(suite.glob("*.json"))]
    texts = [text for text in texts if len(text) <= LONGEST]
    documents = [path.read_bytes() for path in sorted(examples.glob("*.json"))]
    all_bodies = [*bodies(examples), *odd_bodies()]
    wire = [answer for body in all_bodies for answer in answers(body)]
    if not (texts and documents and wire):
        sys.exit("make_seeds.py: no JSONTestSuite or no examples there: run `make deps`")

    write(
        out / "json", [STEER_MIXED + text for text in [*texts, *documents, *odd_bodies()]]
    )
    write(out / "http", [STEER_MIXED + answer for answer in [*wire, *odd_answers()]])
    write(
        out / "answer",
        [STEER_WHOLE + answer for answer in wire]
        + [BARE_BODY + body for body in all_bodies]
        + [BARE_BODY_WITHOUT_DETAIL + body for body in all_bodies],
    )
    write(out / "pem", [STEER_MIXED + text for text in roots(certificates) if len(text) <= LONGEST])
    write(
        out / "certificate",
        [STEER_WHOLE + head + one for one in chains(certificates) for head in CHAIN_HEADS
         if len(one) <= LONGEST_CHAIN],
    )
    write(out / "settings", [STEER_WHOLE + one for one in settings(certificates)])
    for target in ("tls", "session"):
        (out / target).mkdir(parents=True, exist_ok=True)


if __name__ == "__main__":
    main()
