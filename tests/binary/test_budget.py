# SPDX-License-Identifier: MIT
"""The library keeps its bounds of flash and stack, and links nothing that allocates."""

import tempfile
import unittest
from pathlib import Path

from binary import test_symbols
from binary import callgraph, image, stack, tolerance
from harness.places import BUILD, ROOT

SIZE = BUILD / "size"
LIBRARY = SIZE / "library.elf"

LIBRARY_FLASH = 22_301
# The same without what the switches of config.h leave out.
LEAN_LIBRARY_FLASH = 20_800
# Signing, HTTP and decoding without a client: rooms of src/, and the program with its libc.
EXCHANGE_FLASH, EXCHANGE_LINKED = 10_400, 12_500
TOLERANCE_FLASH = 500
TOLERANCE_RECORD = 96
STACK = 664

_NODE = 'node: {{ title: "{0}" label: "{0}\\nsrc/x.c:1:1\\n{1} bytes ({2})\\n0 dynamic objects" }}\n'
_EDGE = 'edge: {{ sourcename: "{0}" targetname: "{1}" label: "{2}" }}\n'


def functions_of(text: str) -> dict[str, callgraph.Function]:
    with tempfile.NamedTemporaryFile("w", suffix=".ci") as file:
        file.write(text)
        file.flush()
        return callgraph.read([Path(file.name)])


class Flash(unittest.TestCase):
    def test_the_library_keeps_its_budget(self) -> None:
        self.assertLessEqual(image.read(LIBRARY).flash_of_library(), LIBRARY_FLASH)
        self.assertLessEqual(image.read(SIZE / "small/library.elf").flash_of_library(),
                             LEAN_LIBRARY_FLASH)

    def test_a_program_without_a_client_keeps_its_budget(self) -> None:
        found = image.read(SIZE / "small/exchange.elf")
        self.assertEqual({"http", "json", "task", "tc3", "calendar and text"}, set(found.rooms()))
        self.assertLessEqual(found.flash_of_library(), EXCHANGE_FLASH)
        self.assertLessEqual(found.flash, EXCHANGE_LINKED)

    def test_what_a_switch_leaves_out_leaves_no_byte(self) -> None:
        for name in ("pgtaski_task_detail_text", "step_names", "restore_types"):
            with self.subTest(name):
                self.assertGreater(image.size_of_symbol(SIZE / "exchange.elf", name), 0)
                self.assertEqual(image.size_of_symbol(SIZE / "small/exchange.elf", name), 0)

    def test_tolerance_of_odd_answers_keeps_its_budget(self) -> None:
        cost = tolerance.cost(LIBRARY)
        self.assertLessEqual(cost.all_flash, TOLERANCE_FLASH)
        self.assertLessEqual(cost.record, TOLERANCE_RECORD)

    def test_all_rooms_are_counted(self) -> None:
        rooms = set(image.read(LIBRARY).rooms())
        self.assertLessEqual({"client", "error", "http", "json", "led", "query", "task", "tc3", "watch"}, rooms)

    def test_parts_add_up_to_what_the_image_loads(self) -> None:
        found = image.read(LIBRARY)
        sizes = image.sections(LIBRARY).values()
        self.assertEqual(found.flash, sum(one.size for one in sizes if one.in_flash))
        self.assertEqual(found.ram, sum(one.size for one in sizes if one.in_ram))
        self.assertLess(found.parts[image.PADDING].flash, 200)

    def test_ways_that_are_switched_off_leave_nothing(self) -> None:
        names = image.symbols(LIBRARY)
        self.assertEqual({name for name in names if "proxy" in name or "tunnel" in name
                          or "endpoint" in name}, set())
        self.assertNotIn(b"CONNECT ", LIBRARY.read_bytes())

    def test_nothing_that_allocates_or_prints_is_linked(self) -> None:
        names = image.symbols(LIBRARY)
        self.assertIn("pgtask_client_next", names)
        self.assertEqual({name for name in names if test_symbols.FORBIDDEN.fullmatch(name)}, set())


class Stack(unittest.TestCase):
    def test_every_public_call_keeps_its_budget(self) -> None:
        found = stack.measure(SIZE / "src", ROOT / "include/pgtask")
        self.assertIn("pgtask_client_next", found)
        over = {name: size for name, (size, _) in found.items() if size > STACK}
        self.assertEqual(over, {})

    def test_frames_add_up_along_the_deepest_way(self) -> None:
        functions = functions_of(
            _NODE.format("a", 8, "static") + _NODE.format("b", 16, "static")
            + _NODE.format("c", 100, "static") + _EDGE.format("a", "b", "src/x.c:1:1")
            + _EDGE.format("a", "c", "src/x.c:1:1") + _EDGE.format("b", "memcpy", "src/x.c:1:1")
        )
        found = stack.deepest("a", functions, stack.link(functions))
        self.assertEqual(found, (108, ("a", "c")))

    def test_a_call_back_of_mbedtls_counts(self) -> None:
        functions = functions_of(
            _NODE.format("read", 8, "static") + _NODE.format("src/tls_port.c:receive_bytes", 40, "static")
            + _EDGE.format("read", "mbedtls_ssl_read", "src/x.c:1:1")
        )
        self.assertEqual(stack.deepest("read", functions, stack.link(functions))[0], 48)

    def test_recursion_has_no_bound(self) -> None:
        functions = functions_of(
            _NODE.format("a", 8, "static") + _NODE.format("b", 8, "static")
            + _EDGE.format("a", "b", "src/x.c:1:1") + _EDGE.format("b", "a", "src/x.c:1:1")
        )
        with self.assertRaisesRegex(stack.Finding, "recursion: a > b > a"):
            stack.deepest("a", functions, stack.link(functions))

    def test_a_frame_of_changing_size_has_no_bound(self) -> None:
        functions = functions_of(_NODE.format("a", 8, "dynamic"))
        with self.assertRaisesRegex(stack.Finding, "without a bound"):
            stack.deepest("a", functions, stack.link(functions))

    def test_an_unlisted_call_through_a_pointer_is_refused(self) -> None:
        functions = functions_of(
            _NODE.format("a", 8, "static") + _EDGE.format("a", callgraph.INDIRECT, "src/text.c:1:1")
        )
        with self.assertRaisesRegex(stack.Finding, "does not know"):
            stack.link(functions)

    def test_a_function_whose_address_is_stored_must_be_listed(self) -> None:
        functions = functions_of(_NODE.format("src/x.c:called_back", 8, "static"))
        with self.assertRaisesRegex(stack.Finding, "called_back"):
            stack.check_tables(functions, {"called_back"})


if __name__ == "__main__":
    unittest.main()
