#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns tests/data/signing-vectors.json into the C table that test_tc3.c walks.

usage: make_signing_vectors.py signing-vectors.json signing_vectors.h
"""
import json
import sys

MEMBERS = """id secret_id secret_key unix_s date service method query_string content_type host
action payload payload_length unsigned_payload payload_hash canonical_request_hash scope secret_date
secret_service secret_signing signature authorization""".split()


def c_value(value):
    """Returns a C constant of the same value. A text may hold any bytes."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"INT64_C({value})"
    safe = {b for b in range(0x20, 0x7F)} - set(b'"\\?')
    return '"' + "".join(chr(b) if b in safe else f"\\{b:03o}" for b in value.encode()) + '"'


def row(vector):
    """Returns the members of one vector: the input and the expected output."""
    signed = dict(vector["signed_header_list"])
    wire = vector.get("wire_headers", {})
    return {
        **vector,
        "unix_s": vector["timestamp"],
        "date": vector["date_utc"],
        "method": vector["http_method"],
        "query_string": vector["canonical_query_string"],
        "content_type": wire.get("Content-Type", signed["content-type"]),
        "host": wire.get("Host", signed["host"]),
        "action": wire.get("X-TC-Action", signed["x-tc-action"]) if "x-tc-action" in signed else None,
        "payload_length": len(vector["payload"].encode()),
        "unsigned_payload": vector.get("unsigned_payload", False),
        "payload_hash": vector["canonical_request"].rsplit("\n", 1)[1],
        "canonical_request_hash": vector["canonical_request_sha256"],
        "scope": vector["credential_scope"],
        "secret_date": vector["secret_date_hex"],
        "secret_service": vector["secret_service_hex"],
        "secret_signing": vector["secret_signing_hex"],
    }


def main():
    """Reads the vectors and writes the table."""
    source, target = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        vectors = json.load(file)["vectors"]
    lines = ["static struct signing_vector const signing_vectors[] = {"]
    for vector in vectors:
        values = row(vector)
        lines.append("    {")
        lines += [f"        .{member} = {c_value(values[member])}," for member in MEMBERS]
        lines.append("    },")
    lines.append("};")
    with open(target, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
