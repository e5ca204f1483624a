# SPDX-License-Identifier: MIT
"""Checks the bounds that the library keeps."""

DECODE_INSTRUCTIONS_PER_BYTE = {1460: 22, 256: 33}  # the same fields, unescaped, six tasks
# The same tasks with their embedded JSON, without blanks and as the public service sends them.
DETAIL_INSTRUCTIONS_PER_BYTE, SERVED_INSTRUCTIONS_PER_BYTE = 48, 50
ANSWER_BYTES = 3072
NEXT_COMPRESSIONS = 12
HTTP_INSTRUCTIONS = 8000
STRETCH_INSTRUCTIONS = 1_500_000  # of a handshake that can be divided: TLS 1.2, listed root
PULSE_INSTRUCTIONS = 1_000_000  # between two pulses, in a build that has them
EXAMPLE_TASKS, PAGE_TASKS = 6, 100


def _bound(what, measured, most, unit, strictly=False):
    met = measured < most if strictly else measured <= most
    word = "less than" if strictly else "at most"
    return {
        "what": what,
        "measured": round(measured, 2),
        "bound": f"{word} {round(most, 2):,}",
        "met": met,
        "sentence": f"{what}: {measured:,.4g} {unit}, must be {word} {most:,.4g}",
    }


def _decoded(figures, tasks, detail, decoder, slice_bytes):
    wanted = (tasks, detail, decoder, slice_bytes)
    return next(
        row
        for row in figures["decode"]
        if (row["tasks"], row["detail"], row["decoder"], row["slice"]) == wanted
    )


def _speed(figures):
    for slice_bytes, most in DECODE_INSTRUCTIONS_PER_BYTE.items():
        row = _decoded(figures, EXAMPLE_TASKS, False, "pgtask", slice_bytes)
        what = f"decoding {EXAMPLE_TASKS} tasks in slices of {slice_bytes:,} bytes"
        yield _bound(what, row["instructions_per_byte"], most, "instructions per byte")
    ours = _decoded(figures, EXAMPLE_TASKS, True, "pgtask", 1460)["instructions_per_byte"]
    what = f"decoding {EXAMPLE_TASKS} tasks and their embedded JSON"
    yield _bound(what, ours, DETAIL_INSTRUCTIONS_PER_BYTE, "instructions per byte")
    yield _bound(f"{what}, with a blank behind each colon",
                 figures["served"]["instructions_per_byte"], SERVED_INSTRUCTIONS_PER_BYTE,
                 "instructions per byte")
    for decoder, name in (("jsmn-strict", "jsmn made strict"), ("cjson", "cJSON")):
        theirs = _decoded(figures, EXAMPLE_TASKS, True, decoder, 0)["instructions_per_byte"]
        yield _bound(f"{what}, beside {name}", ours, theirs, "instructions per byte", strictly=True)


def _memory(figures):
    peaks = {
        tasks: [
            row["peak_bytes"]
            for row in figures["decode"]
            if row["decoder"] == "pgtask" and row["tasks"] == tasks
        ]
        for tasks in (EXAMPLE_TASKS, PAGE_TASKS)
    }
    most = max(map(max, peaks.values()))
    least = min(map(min, peaks.values()))
    yield _bound("memory besides the record, any number of tasks", most, ANSWER_BYTES, "bytes")
    what = f"more memory for {PAGE_TASKS} tasks than for {EXAMPLE_TASKS}"
    yield _bound(what, most - least, 0, "bytes")


def _stretch(figures):
    for key in ("P-256, listed root", "P-384, listed root", "RSA-2048"):
        handshake = f"TLS 1.2 alone, {key}"
        row = next(row for row in figures["handshake"] if row["handshake"] == handshake)
        what = f"longest call of a handshake, {handshake}"
        yield _bound(what, row["longest"], STRETCH_INSTRUCTIONS, "instructions")


def _pulse(figures):
    worst = max(figures["pulse"], key=lambda row: row["stretch"])
    what = f"longest time without a pulse, {worst['handshake']}"
    yield _bound(what, worst["stretch"], PULSE_INSTRUCTIONS, "instructions")


def check(figures):
    """Returns every bound, with what was measured and whether it is met."""
    later = next(row for row in figures["sign"] if row["request"] == "next")["compressions"]
    slowest = max(row["instructions"] for row in figures["http"] if row["bounded"])
    what = "decoding an HTTP response as the public cloud sends it"
    return [
        *_speed(figures),
        *_memory(figures),
        _bound("signing a later request of a day", later, NEXT_COMPRESSIONS, "compressions"),
        _bound(what, slowest, HTTP_INSTRUCTIONS, "instructions"),
        *_stretch(figures),
        *_pulse(figures),
    ]
