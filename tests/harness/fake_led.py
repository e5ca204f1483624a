# SPDX-License-Identifier: MIT
"""A folder that looks like /sys/class/leds, with one LED of ordinary files."""

import shutil
from pathlib import Path


class FakeLed:
    """The LED `status`. A file `pattern` or `delay_on` is there if the LED has that trigger."""

    name = "status"

    def __init__(self, folder: Path, triggers: str = "[none]", most: int = 1, light: int = 0,
                 **more: str) -> None:
        self.folder = folder
        self.place = folder / self.name
        self._texts = {"trigger": triggers, "max_brightness": str(most), "brightness": str(light),
                       **more}
        if "pattern" in triggers:
            self._texts["pattern"] = ""
        if "timer" in triggers:
            self._texts |= {"delay_on": "0", "delay_off": "0"}
        self.plug_in()

    def plug_in(self) -> None:
        self.place.mkdir(parents=True)
        for name, text in self._texts.items():
            self.write(name, text)

    def unplug(self) -> None:
        shutil.rmtree(self.place)

    def read(self, name: str) -> str:
        """Returns the text of a file, "" if there is none."""
        path = self.place / name
        return path.read_text().strip() if path.exists() else ""

    def write(self, name: str, text: str) -> None:
        (self.place / name).write_text(f"{text}\n")

    @property
    def option(self) -> str:
        return f"sysfs:{self.name}"

    @property
    def environment(self) -> dict[str, str]:
        return {"PGTASK_LED_SYSFS": str(self.folder), "RUNTIME_DIRECTORY": str(self.folder.parent)}
