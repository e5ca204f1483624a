# SPDX-License-Identifier: MIT
"""rooms.py finds nothing in a house that is in order, and each fault in one that is not."""

import re
import tempfile
import unittest
from pathlib import Path

from lint import rooms

TABLE = """
base    text         -
low     low          -
high    high         low
"""
HOUSE = {
    "include/pgtask/low.h": "int pgtask_low_read(int number);\n",
    "include/pgtask/high.h": "#include <pgtask/low.h>\nint pgtask_high_read(int number);\n",
    "src/text.h": "int pgtaski_text_length(char const *text);\n",
    "src/text.c": '#include "text.h"\nint pgtaski_text_length(char const *text)\n{\n}\n',
    "src/low_private.h": "int pgtaski_low_count(int number);\n",
    "src/low.c": '#include <pgtask/low.h>\n#include "low_private.h"\n#include "text.h"\n'
                 "int pgtask_low_read(int number)\n{\n    return pgtaski_low_count(number);\n}\n",
    "src/low_count.c": '#include "low_private.h"\nint pgtaski_low_count(int number)\n{\n}\n',
    "src/high.c": "#include <pgtask/high.h>\n/* pgtaski_low_count(1) */\n"
                  "int pgtask_high_read(int number)\n{\n    return pgtask_low_read(number);\n}\n",
}


class Rooms(unittest.TestCase):
    maxDiff = None

    def faults(self, changed: dict[str, str], table: str = TABLE) -> list[str]:
        with tempfile.TemporaryDirectory() as directory:
            for name, text in {**HOUSE, **changed}.items():
                path = Path(directory, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
            return list(rooms.faults(Path(directory), table))

    def test_this_house_is_in_order(self) -> None:
        self.assertEqual(list(rooms.faults(Path(__file__).resolve().parents[2])), [])

    def test_the_readme_has_the_same_table(self) -> None:
        text = (Path(__file__).resolve().parents[2] / "src/README.md").read_text("utf-8")
        told = {name: {use for use in uses.split(", ") if use != "nothing"} for name, uses
                in re.findall(r"^\| (\w+) \| [^|]+ \| ([a-z0-9, ]+) \|$", text, re.MULTILINE)
                if name != "room"}
        held = {room.name: room.uses - {room.name, "base"}
                for room in rooms.read_table(rooms.ROOMS).values() if room.name != "all"}
        self.assertEqual(told, held)

    def test_a_house_in_order_has_no_fault(self) -> None:
        self.assertEqual(self.faults({}), [])

    def test_a_folder_without_a_house_is_a_fault(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            self.assertEqual(len(list(rooms.faults(Path(directory)))), 1)

    def test_a_file_outside_every_room(self) -> None:
        self.assertEqual(self.faults({"src/cellar.c": ""}), ["cellar.c belongs to no room"])

    def test_an_include_of_a_room_above(self) -> None:
        self.assertIn("low_count.c includes pgtask/high.h: low may not use high",
                      self.faults({"src/low_count.c": "#include <pgtask/high.h>\n"}))

    def test_a_public_header_that_includes_a_room_above(self) -> None:
        self.assertIn("pgtask/low.h includes pgtask/high.h: low may not use high",
                      self.faults({"include/pgtask/low.h": "#include <pgtask/high.h>\n"}))

    def test_a_public_header_that_includes_one_of_src(self) -> None:
        self.assertIn("pgtask/low.h is public and includes text.h, which is not",
                      self.faults({"include/pgtask/low.h": '#include "text.h"\n'}))

    def test_a_private_header_of_another_room(self) -> None:
        self.assertEqual(self.faults({"src/high_more.c": '#include "low_private.h"\n'}),
                         ["high_more.c includes low_private.h, a private header of low"])

    def test_a_call_of_a_room_above_without_an_include(self) -> None:
        self.assertIn("low_more.c uses pgtask_high_read: low may not use high",
                      self.faults({"src/low_more.c": "static int read(void)\n{\n"
                                                     "    return pgtask_high_read(1);\n}\n"}))

    def test_a_private_function_of_another_room(self) -> None:
        self.assertEqual(self.faults({"src/high_more.c": "static int count(void)\n{\n"
                                                         "    return pgtaski_low_count(1);\n}\n"}),
                         ["high_more.c uses pgtaski_low_count, a private name of low"])

    def test_a_private_function_with_the_name_of_a_public_one(self) -> None:
        self.assertEqual(self.faults({"src/high_more.c": "int pgtask_high_count(int number)\n{\n}\n"}),
                         ["high_more.c defines pgtask_high_count, which is private but has another "
                          "name"])

    def test_a_public_function_with_the_name_of_a_private_one(self) -> None:
        self.assertIn("high_more.c defines pgtaski_high_open, which is public but has another name",
                      self.faults({"include/pgtask/high.h": "int pgtaski_high_open(int number);\n",
                                   "src/high_more.c": "int pgtaski_high_open(int number)\n{\n}\n"}))

    def test_a_private_function_that_names_another_room(self) -> None:
        self.assertEqual(self.faults({"src/high_more.c": "int pgtaski_text_count(int number)\n{\n}\n"}),
                         ["high_more.c defines pgtaski_text_count, which does not name its room "
                          "high"])

    def test_an_object_of_another_room(self) -> None:
        self.assertEqual(self.faults({"src/low_private.h": "extern int const pgtaski_low_sizes[2];\n"
                                                           "int pgtaski_low_count(int number);\n",
                                      "src/low_sizes.c": "int const pgtaski_low_sizes[2] = {1, 2};\n",
                                      "src/high_more.c": "static int size(void)\n{\n"
                                                         "    return pgtaski_low_sizes[0];\n}\n"}),
                         ["high_more.c uses pgtaski_low_sizes, a private name of low"])

    def test_a_circle_by_calls(self) -> None:
        self.assertEqual(
            self.faults({"src/low_count.c": '#include "low_private.h"\n'
                                            "int pgtaski_low_count(int number)\n{\n"
                                            "    return pgtask_low_read(number);\n}\n"}),
            ["a circle: low.c -> low_count.c -> low.c"])

    def test_a_circle_through_a_pointer_to_a_function(self) -> None:
        self.assertEqual(
            self.faults({"src/low_count.c": '#include "low_private.h"\n'
                                            "int pgtaski_low_count(int number)\n{\n"
                                            "    return call(pgtask_low_read);\n}\n"}),
            ["a circle: low.c -> low_count.c -> low.c"])

    def test_a_circle_by_includes(self) -> None:
        self.assertEqual(
            self.faults({"src/low_private.h": '#include "low_other.h"\n',
                         "src/low_other.h": '#include "low_private.h"\n'}),
            ["a circle: low_private.h -> low_other.h -> low_private.h"])

    def test_a_member_of_the_client_read_outside_its_room(self) -> None:
        self.assertEqual(self.faults({"src/low_more.c": "static int read(struct client *client)\n{\n"
                                                        "    return client->state;\n}\n"},
                                     TABLE + "client  client       low\n"),
                         ["low_more.c reads a member of struct pgtask_client"])

    def test_a_member_of_the_client_read_through_another_name(self) -> None:
        for declared in ("struct pgtask_client *c", "struct pgtask_client const *c",
                         "struct pgtask_client *const c"):
            with self.subTest(declared):
                self.assertEqual(self.faults({"src/low_more.c": f"static int zz({declared})\n{{\n"
                                                                "    return (int)c->state;\n}\n"}),
                                 ["low_more.c reads a member of struct pgtask_client"])

    def test_a_source_that_declares_a_function_of_another_file(self) -> None:
        self.assertIn("low_more.c declares pgtask_high_read, which another file defines",
                      self.faults({"src/low_more.c": "int pgtask_high_read(int number);\n"
                                                     "static int read(void)\n{\n"
                                                     "    return pgtask_high_read(1);\n}\n"}))

    def test_an_include_with_other_blanks(self) -> None:
        for include in ("# include", "#include ", " #\tinclude"):
            with self.subTest(include):
                self.assertEqual(self.faults({"src/high_more.c": f'{include} "low_private.h"\n'}),
                                 ["high_more.c includes low_private.h, a private header of low"])

    def test_a_table_that_points_upwards(self) -> None:
        with self.assertRaises(ValueError):
            self.faults({}, TABLE.replace("low     low          -", "low     low          high"))


class Client(unittest.TestCase):
    TABLE = """
base      base       -
low       low        -
commands  .          low
"""
    HOUSE = {
        "base/text.h": "",
        "low/read.h": '#include "base/text.h"\n',
        "low/read.c": '#include "low/read.h"\n',
        "main.c": '#include "low/read.h"\n#include <pgtask/client.h>\n',
    }

    def faults(self, changed: dict[str, str]) -> list[str]:
        with tempfile.TemporaryDirectory() as directory:
            for name, text in {**self.HOUSE, **changed}.items():
                path = Path(directory, "examples/cli", name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
            return list(rooms.client_faults(Path(directory), self.TABLE))

    def test_the_client_is_in_order(self) -> None:
        self.assertEqual(list(rooms.client_faults(Path(__file__).resolve().parents[2])), [])

    def test_a_client_in_order_has_no_fault(self) -> None:
        self.assertEqual(self.faults({}), [])

    def test_an_include_of_a_folder_above(self) -> None:
        self.assertEqual(self.faults({"base/text.c": '#include "low/read.h"\n'}),
                         ["cli: base/text.c includes low/read.h: base may not use low"])

    def test_a_file_outside_every_folder(self) -> None:
        self.assertEqual(self.faults({"cellar/x.c": ""}), ["cli: cellar/x.c belongs to no room"])

    def test_an_include_that_is_not_there(self) -> None:
        self.assertEqual(self.faults({"main.c": '#include "client_private.h"\n'}),
                         ["cli: main.c includes client_private.h, which is not there"])

    def test_a_member_of_the_librarys_client(self) -> None:
        self.assertEqual(self.faults({"main.c": "/* client->state */ bool b = session->client.tls;\n"}),
                         ["cli: main.c reads a member of struct pgtask_client"])

    def test_a_member_of_the_librarys_client_through_another_name(self) -> None:
        self.assertEqual(self.faults({"main.c": "static int zz(struct pgtask_client *c)\n{\n"
                                                "    return (int)c->state;\n}\n"}),
                         ["cli: main.c reads a member of struct pgtask_client"])

    def test_an_include_with_other_blanks(self) -> None:
        self.assertEqual(self.faults({"base/text.c": '# include  "low/read.h"\n'}),
                         ["cli: base/text.c includes low/read.h: base may not use low"])

    def test_a_circle_between_sources_and_headers(self) -> None:
        self.assertEqual(self.faults({"low/read.c": '#include "low/write.h"\n',
                                      "low/write.h": "",
                                      "low/write.c": '#include "low/read.h"\n'}),
                         ["cli: a circle: low/read -> low/write -> low/read"])


if __name__ == "__main__":
    unittest.main()
