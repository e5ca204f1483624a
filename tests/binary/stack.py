# SPDX-License-Identifier: MIT
"""Computes how much stack each public function can take: the frames of src/ on the deepest path.

    PYTHONPATH=tests python3 -m binary.stack OBJECTS HEADERS [MOST]       (`make size` does it)

OBJECTS holds src/*.o with their .ci files, HEADERS the public headers. The exit status is 1 if a
function needs more than MOST bytes, calls itself, has a frame without a bound, or calls through a
pointer that the tables below do not know.

The sum counts the frames of src/ with TLS, and of functions that mbedTLS calls back. It leaves out
mbedTLS, the port, the program's callbacks and libc.
"""

import re
import sys
from pathlib import Path

from binary import callgraph
from harness.places import ROOT

OBJDUMP = "arm-none-eabi-objdump"

# Calls through a pointer, by how they are written, and the functions of src/ that they reach.
CALLS_THROUGH_POINTERS = {
    r"port->\w+\(": (),  # the board's
    r"config->renew\(": (),  # the program's
    r"roots->next\(": ("src/pem_roots.c:next_root",),  # or the program's
}

# The functions that mbedTLS calls back, by the function of mbedTLS that src/ has called.
_STREAM = ("src/tls_port.c:send_bytes", "src/tls_port.c:receive_bytes")
CALLED_BACK = {
    "mbedtls_ctr_drbg_seed": ("pgtaski_tls_gather_entropy",),
    "mbedtls_ssl_handshake_step": (
        *_STREAM,
        "pgtaski_tls_gather_entropy",
        "src/tls_open.c:notice_downgrade",
    ),
    "pgtaski_mbedtls_verify_chain": ("pgtaski_tls_verify",),
    "mbedtls_x509_crt_parse_der_with_ext_cb": ("src/tls_certificate.c:take_extension",),
    "mbedtls_ssl_read": (*_STREAM, "pgtaski_tls_gather_entropy"),
    "mbedtls_ssl_write": (*_STREAM, "pgtaski_tls_gather_entropy"),
    "mbedtls_ssl_close_notify": (*_STREAM, "pgtaski_tls_gather_entropy"),
}

# Functions of src/ that mbedTLS calls by their names, see port/mbedtls/pgtask_chain.h.
CALLED_BY_NAME = {
    "mbedtls_ssl_handshake_step": (
        "pgtaski_tls_verify_chain",
        "pgtaski_tls_parse_certificate",
        "pgtaski_tls_parse_certificate_nocopy",
    ),
}


class Finding(Exception):
    """Says why there is no bound."""


def _written_at(place: str) -> str:
    """Returns the line of a call and the next one, because a call may take two lines."""
    path, line, _ = place.rsplit(":", 2)
    lines = (ROOT / path).read_text().splitlines()
    return " ".join(lines[int(line) - 1 : int(line) + 1])


def _reached_at(place: str) -> tuple[str, ...]:
    written = _written_at(place)
    for pattern, targets in CALLS_THROUGH_POINTERS.items():
        if re.search(pattern, written):
            return targets
    raise Finding(f"{place}: a call through a pointer that stack.py does not know: {written.strip()}")


def link(functions: dict[str, callgraph.Function]) -> dict[str, set[str]]:
    """Returns the functions of src/ that each function calls."""
    reach: dict[str, set[str]] = {}
    for title, function in functions.items():
        named = set(function.calls)
        for place in function.indirect:
            named.update(_reached_at(place))
        for callee in function.calls:
            named.update(CALLED_BACK.get(callee, ()), CALLED_BY_NAME.get(callee, ()))
        reach[title] = {name for name in named if name in functions}
    return reach


def check_tables(functions: dict[str, callgraph.Function], stored: set[str]) -> None:
    """Checks that the tables reach exactly the functions whose address is stored."""
    reached = {
        name
        for targets in (*CALLS_THROUGH_POINTERS.values(), *CALLED_BACK.values())
        for name in targets
    }
    ours = {callgraph.plain(title) for title in functions}
    pointed = {name for name in ours if name.rpartition(":")[2] in stored}
    if pointed != reached:
        raise Finding(f"pointers and tables differ: {sorted(pointed ^ reached)}")


def deepest(title: str, functions, reach, above=(), known=None) -> tuple[int, tuple[str, ...]]:
    """Returns the bytes that a call of `title` takes at most, and the path that takes them."""
    known = {} if known is None else known
    if title in above:
        raise Finding("recursion: " + " > ".join((*above[above.index(title) :], title)))
    if not functions[title].bounded:
        raise Finding(f"{title}: a frame without a bound")
    if title not in known:
        ways = [deepest(name, functions, reach, (*above, title), known) for name in reach[title]]
        most, way = max(ways, default=(0, ()))
        known[title] = (functions[title].frame + most, (title, *way))
    return known[title]


def public_names(headers: list[Path]) -> set[str]:
    text = " ".join(
        re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.DOTALL) for header in headers
    )
    return set(re.findall(r"\b(pgtask_\w+)\(", text))


def measure(objects: Path, headers: Path) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Returns bytes and path of each public function that src/ defines."""
    # A build folder may hold objects of sources that are gone.
    stems = sorted(path.stem for path in (ROOT / "src").glob("*.c"))
    functions = callgraph.read([objects / f"{stem}.ci" for stem in stems])
    check_tables(functions, callgraph.addressed([objects / f"{stem}.o" for stem in stems], OBJDUMP))
    reach = link(functions)
    known: dict[str, tuple[int, tuple[str, ...]]] = {}
    for title in functions:
        deepest(title, functions, reach, (), known)
    public = public_names(sorted(headers.glob("*.h"))) & set(functions)
    if not public:
        raise Finding("no public function found")
    return {name: known[name] for name in public}


def main(objects: str, headers: str, most: str = "0") -> int:
    try:
        found = measure(Path(objects), Path(headers))
    except Finding as finding:
        print(f"stack: {finding}", file=sys.stderr)
        return 1
    functions = callgraph.read(sorted(Path(objects).glob("*.ci")))
    ranked = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))
    for name, (size, _) in ranked:
        print(f"{size:6} {name}")
    name, (size, way) = ranked[0]
    print(f"\nThe deepest way down, {size} bytes:")
    for title in way:
        print(f"{functions[title].frame:6} {title}")
    if 0 < int(most) < size:
        print(f"stack: {name} takes {size} bytes, {int(most)} are allowed", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
