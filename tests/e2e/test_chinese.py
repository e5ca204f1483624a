# SPDX-License-Identifier: MIT
"""The client speaks Chinese to a terminal with a Chinese locale, and to whoever asks for it."""

import json
import os
import re
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

from harness.runner import NETWORK, REFUSED, USAGE, Run
from harness.service import LONG_TERM
from harness.terminal import Terminal
from harness.watching import INSTANCE, Watching, wait_for
from sim.checks import Key

COLUMNS = 80
CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")


def width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line)


class Chinese(Watching):
    locale = {"LANG": "zh_CN.UTF-8"}

    def environment(self, key: Key | None = LONG_TERM) -> dict[str, str]:
        return {**super().environment(key), **self.locale}

    def on_terminal(self, *arguments: str, **kind: Any) -> Terminal:
        return self.enterContext(Terminal(self.command(*arguments), self.environment(),
                                          **{"columns": COLUMNS, **kind}))

    def see(self, terminal: Terminal, *words: str) -> str:
        found = wait_for(lambda: all(word in terminal.text() for word in words))
        self.assertTrue(found, terminal.text())
        return terminal.text()

    def asked(self, *arguments: str) -> Run:
        return self.run_pgtask(*arguments, "--ui-language", "zh")

    def check_told(self, run: Run, status: int, *words: str) -> None:
        self.assertEqual((run.status, run.stdout), (status, ""), run.stderr)
        for word in words:
            self.assertIn(word, run.stderr)

    def test_a_terminal_with_a_chinese_locale_gets_chinese(self) -> None:
        self.show(TaskDetail={"CurrentStep": "Prepare"})
        for locale in ({"LANG": "zh_CN.UTF-8"}, {"LC_ALL": "zh_TW.utf8", "LANG": "C"},
                       {"LC_ALL": "", "LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}):
            self.locale = locale
            with self.subTest(locale):
                self.see(self.on_terminal("list", "--limit", "1", columns=130), "任务",
                         "开始 (UTC+8)", "显示第 1-1 个任务")

    def test_other_locales_and_character_sets_get_english(self) -> None:
        self.show()
        for locale in ("en_US.UTF-8", "C", "zhx.UTF-8", "zh_CN.GB18030"):
            self.locale = {"LC_ALL": locale}
            with self.subTest(locale):
                text = self.see(self.on_terminal("list", "--task-id", "3000000"), "TASK")
                self.assertIsNone(CHINESE.search(text))

    def test_what_is_no_terminal_stays_english_unless_it_is_asked(self) -> None:
        self.show()
        run = self.run_pgtask("list", "--task-id", "3000000")
        self.assertTrue(run.stdout.startswith("TASK "), run.stdout)
        run = self.asked("list", "--task-id", "3000000")
        self.assertTrue(run.stdout.startswith("任务 "), run.stdout)
        self.locale = {"LANG": "zh_CN.UTF-8"}
        terminal = self.on_terminal("list", "--task-id", "3000000", "--ui-language", "en")
        self.assertIsNone(CHINESE.search(self.see(terminal, "TASK")))
        run = self.run_pgtask("list", "--task-id", "3000000", "--ui-language", "zh", "--ascii")
        self.assertTrue(run.stdout.isascii())

    def test_json_is_the_same_in_both_languages(self) -> None:
        self.show(Status="Pause")
        for output in ("json", "jsonl"):
            plain, chinese = (self.run_pgtask("show", "3000000", "--output", output,
                                              "--ui-language", language) for language in ("en", "zh"))
            texts = [re.sub(r'"RequestId": ?"[^"]*"', "", run.stdout) for run in (plain, chinese)]
            self.assertEqual(texts[0], texts[1])
        run = self.asked("watch", "3000000", "--output", "jsonl")
        self.assertEqual(json.loads(run.stdout.splitlines()[0])["Event"], "appeared")
        self.assertIsNone(CHINESE.search(run.stdout))

    def test_facts_stand_below_each_other(self) -> None:
        self.show(Status="Pause", TaskDetail={"CurrentStep": "Prepare"})
        text = self.asked("show", "3000000").stdout
        starts = [width(line[:len(line) - len(fact)]) for line, fact in (
            (line, line.split(None, 1)[1]) for line in text.splitlines()
            if line.startswith(("任务", "类型", "实例", "状态", "进度", "步骤")))]
        self.assertGreater(len(starts), 4)
        self.assertEqual(set(starts), {12}, text)
        self.assertIn("服务暂停了任务", text)

    def test_each_help_fits_a_terminal_and_breaks_no_line_before_a_comma(self) -> None:
        for command in ("", "list", "show", "watch", "led"):
            run = self.asked(*([command] if command else []), "--help")
            self.assert_good(run)
            lines = run.stdout.splitlines()
            self.assertEqual([line for line in lines if width(line) > COLUMNS], [])
            self.assertEqual([line for line in lines if line.strip().startswith(
                ("，", "。", "；", "：", "、", "）"))], [])
            self.assertEqual([line for line in lines if line.endswith("（")], [])
            english = self.run_pgtask(*([command] if command else []), "--help").stdout
            flags = [re.findall(r"^  --[\w-]+", text, re.MULTILINE)
                     for text in (english, run.stdout)]
            self.assertEqual(flags[0], flags[1])

    def test_errors_and_advice_are_chinese(self) -> None:
        run = self.run_pgtask("list", "--ui-language=zh", "--limit", "999")
        self.check_told(run, USAGE, "--limit 必须在 1 到 100 之间。参见 pgtask list --help。\n")
        run = self.run_pgtask("list", "--bogus", "1", "2", "--ui-language", "zh")
        self.check_told(run, USAGE, "--bogus 是未知的选项。")
        (self.home / ".tencentcloud").mkdir()
        (self.home / ".tencentcloud/credentials").write_text("[default]\nsecret_id = x\n", "ascii")
        run = self.run_pgtask("list", "--ui-language", "zh", key=None)
        self.check_told(run, USAGE, "警告：其他用户可以读取或修改", "没有 secret_key")
        self.simulator.set_scenario(error_code="AuthFailure.SignatureFailure")
        run = self.asked("list")
        self.check_told(run, REFUSED, "服务拒绝了请求", "AuthFailure.SignatureFailure", "RequestId",
                        "请重新复制 TENCENTCLOUD_SECRET_KEY，不要有空格。\n")
        run = self.run_pgtask("list", "--ui-language", "zh", ca="other_root", limit_s=10)
        self.check_told(run, NETWORK, "tls: 没有受信任的根证书签发此证书", "可能有人在窃听")

    def test_the_live_page_is_chinese_and_its_program_reads_english(self) -> None:
        self.show(TaskDetail={"CurrentStep": "Prepare"})
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="pgtask-chinese-"))
        hook = Path(folder, "hook")
        hook.write_text(f'#!/bin/sh\necho "$PGTASK_EVENT $PGTASK_MESSAGE" >>"{folder}/told"\n')
        os.chmod(hook, 0o755)
        terminal = self.on_terminal("watch", "--instance", INSTANCE, "--interval", "1", "--exec",
                                    str(hook))
        text = self.see(terminal, "下次查询：", "（已用）", "Running")
        self.assertIsNone(re.search(r"elapsed|next poll", text))
        self.simulator.set_scenario(error_code="InternalError")
        self.see(terminal, "服务拒绝了请求", "下次重试：")
        told = Path(folder, "told")
        self.assertTrue(wait_for(lambda: "trouble" in told.read_text("utf-8")))
        self.assertIn("the service refused", told.read_text("utf-8"))
        self.assertIsNone(CHINESE.search(told.read_text("utf-8")))
