# SPDX-License-Identifier: MIT
"""Shows the figures as tables, on a terminal and in tests/bench/README.md."""

import textwrap
from dataclasses import dataclass

COLUMNS = 100

DECODERS = {
    ("pgtask", 1460): "pgtask, slices of 1,460 bytes",
    ("pgtask", 256): "pgtask, slices of 256 bytes",
    ("pgtask", 64): "pgtask, slices of 64 bytes",
    ("pgtask", 1): "pgtask, byte by byte",
    ("jsmn", 0): "jsmn and a walk by hand, whole text",
    ("jsmn-strict", 0): "the same, refusing what is not JSON",
    ("cjson", 0): "cJSON, whole text",
}
DECODE_NOTE = (
    "All fill the same record and check every type. RAM is what a decoder needs beside the record: "
    "for the peers that includes the text, for pgtask it excludes the slice. Plain jsmn accepts some "
    "text that is not JSON, and checks neither UTF-8 nor control characters; the row below it adds "
    "these checks, and pgtask must be faster than that row. cJSON (as Debian builds it) lacks the "
    "same two checks, reads numbers as doubles and uses the heap. Both peers leave embedded JSON "
    "undecoded if it is longer than its text in the record."
)
WATCH_NOTE = (
    "These are the instructions of the watch alone, without those of the client. PGTASK_WATCH_TASKS "
    "is the number of slots: 8 unless it is set, 100 at most."
)
HANDSHAKE_NOTE = (
    "The longest call is how long the client keeps its caller. An offer of TLS 1.3 holds a key, "
    "which one call makes, whatever the peer chooses. The key exchange of TLS 1.2 is divided; the "
    "check of one RSA signature is not, nor is the decryption of one record."
)
PULSE_NOTE = (
    "The same calls in a build with PGTASK_PULSE=1, where the port gets pulses from inside them."
)
STRUCTS = {
    "pgtask_client": "struct pgtask_client, all of one client",
    "pgtask_config": "of it: config",
    "pgtask_query": "of it: query",
    "pgtask_tc3": "of it: signing key",
    "pgtask_tls": "of it: TLS, without mbedTLS's contexts",
    "pgtask_http": "of it: HTTP",
    "pgtask_answer": "of it: decoder",
    "pgtask_failure": "of it: failure",
    "pgtask_counters": "of it: counters",
    "buffer": "of it: buffer for the request, then for slices of the answer",
    "seen": "of it: ids of tasks seen",
    "pgtask_task": "struct pgtask_task, one record",
    "arena": "mbedTLS's arena, as preset",
}


@dataclass(frozen=True)
class Table:
    """A table of texts. The first column is aligned left; the others hold numbers."""

    title: str
    header: tuple
    rows: list
    note: str = ""


def _whole(number):
    return f"{round(number):,}"


def _decode(figures, detail, title):
    rows = [row for row in figures["decode"] if row["detail"] == detail]
    cells = []
    for decoder, name in DECODERS.items():
        found = {row["tasks"]: row for row in rows if (row["decoder"], row["slice"]) == decoder}
        both = [found.get(tasks) for tasks in (6, 100)]
        speed = [f"{row['instructions_per_byte']:,.1f}" if row else "" for row in both]
        memory = [_whole(row["peak_bytes"]) if row else "" for row in both]
        cells.append((name, *speed, *memory))
    header = ("decoder", "6 tasks", "100 tasks", "RAM, 6 tasks", "RAM, 100 tasks")
    return Table(title, header, cells, "" if detail else DECODE_NOTE)


def _sign(figures):
    rows = [
        (
            {"first": "the first of a UTC day", "next": "each one after it"}[row["request"]],
            _whole(row["compressions"]),
            _whole(row["instructions"]),
        )
        for row in figures["sign"]
    ]
    return Table("Signing a request", ("request", "SHA-256 compressions", "instructions"), rows)


def _http(figures):
    rows = [(row["response"], _whole(row["instructions"])) for row in figures["http"]]
    title = "HTTP response, head and body of 6 tasks, slices of 1,460 bytes"
    return Table(title, ("response", "instructions"), rows)


def _watch(figures):
    rows = [
        (
            f"{row['slots']} slots, "
            + {"still": "nothing has changed", "moving": "each task has moved by a percent"}[
                row["which"]
            ],
            _whole(row["events"]),
            _whole(row["instructions"]),
        )
        for row in figures["watch"]
    ]
    return Table("A poll of a watch over 100 running tasks", ("poll", "events", "instructions"),
                 rows, WATCH_NOTE)


def _handshake(figures):
    rows = [
        (row["handshake"], *(_whole(row[part]) for part in ("steps", "longest", "all")))
        for row in figures["handshake"]
    ]
    title = "TLS with openssl"
    return Table(title, ("handshake", "calls", "longest, instructions", "all"), rows,
                 HANDSHAKE_NOTE)


def _pulse(figures):
    rows = [
        (row["handshake"], *(_whole(row[part]) for part in ("pulses", "stretch", "all")))
        for row in figures["pulse"]
    ]
    header = ("handshake", "pulses in a call", "longest without one, instructions", "all")
    return Table("Pulses", header, rows, PULSE_NOTE)


def _sizes(figures):
    rows = [
        (name, *(_whole(size[bits]) if bits in size else "" for bits in ("32", "64")))
        for struct, name in STRUCTS.items()
        for size in [figures["sizes"][struct]]
    ]
    return Table("Memory, bytes", ("struct", "bare-metal ARM", "64-bit"), rows)


def _program(figures):
    parts = ("stripped_bytes", "text", "data", "bss")
    rows = [
        (row["optimize"], *(_whole(row[part]) for part in parts)) for row in figures["program"]
    ]
    title = "The command-line client with mbedTLS linked in, bytes"
    return Table(title, ("built with", "stripped file", "text", "data", "bss"), rows)


def _bounds(figures):
    rows = [
        (bound["what"], f"{bound['measured']:,.10g}", bound["bound"], "yes" if bound["met"] else "NO")
        for bound in figures["bounds"]
    ]
    return Table("Bounds", ("what", "measured", "bound", "met"), rows)


def of(figures):
    """Returns every table of a bench.json."""
    return [
        _decode(figures, False, "Decoding, instructions per byte: the same fields, unescaped"),
        _decode(figures, True, "Decoding, instructions per byte: with the embedded JSON decoded"),
        _sign(figures),
        _http(figures),
        _watch(figures),
        _handshake(figures),
        _pulse(figures),
        _sizes(figures),
        _program(figures),
        _bounds(figures),
    ]


def _aligned(table):
    lines = [table.header, *table.rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(table.header))]
    for line in lines:
        first, *others = (
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths))
        )
        yield "  ".join(("  " + first, *others)).rstrip()


def _how(figures):
    return f"Counted by valgrind's callgrind; {figures['compiler']}. `make bench` repeats it."


def as_text(figures):
    blocks = [_how(figures)]
    for table in of(figures):
        note = textwrap.wrap(table.note, COLUMNS)
        blocks.append("\n".join([table.title, *note, *_aligned(table)]))
    return "\n\n".join(blocks)


def as_markdown(figures):
    blocks = []
    for table in of(figures):
        rule = ("---", *["---:"] * (len(table.header) - 1))
        lines = [f"| {' | '.join(line)} |" for line in (table.header, rule, *table.rows)]
        blocks += [f"**{table.title}.** {table.note}".rstrip(), "\n".join(lines)]
    return "\n\n".join([*blocks, _how(figures)])
