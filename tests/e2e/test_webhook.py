# SPDX-License-Identifier: MIT
"""examples/fleet/webhook.sh: an event becomes a message in the form of each group chat.

Forms: "Group robot" of WeCom, "Custom robots" of DingTalk, "Custom bot" of Feishu, and "Incoming
webhooks" of Slack.
"""

import json
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from harness.places import PGTASK, ROOT
from harness.service import LONG_TERM
from harness.watching import INSTANCE, Watching
from sim.checks import Key

SCRIPT = ROOT / "examples" / "fleet" / "webhook.sh"
EVENT = {
    "PGTASK_EVENT": "ended", "PGTASK_AT": "2024-09-27T05:18:12Z", "PGTASK_REGION": "ap-guangzhou",
    "PGTASK_TASK_ID": "120321", "PGTASK_TASK_TYPE": "RestoreDatabase",
    "PGTASK_INSTANCE": "postgres-q6fj84vb", "PGTASK_STATUS": "Fail", "PGTASK_PROGRESS": "80",
    "PGTASK_MESSAGE": 'disk "a\\b" & <full>',
}
TEXT = ('pgtask: ended: task 120321, RestoreDatabase, postgres-q6fj84vb, Fail 80 %: '
        'disk "a\\b" & <full> (ap-guangzhou, 2024-09-27T05:18:12Z)')
# In place of curl: keeps its arguments and its standard input.
CURL = """#!/bin/sh
printf '%s\\n' "$@" >"$HOME/arguments"
cat >"$HOME/input"
for last; do :; done
printf '%s' "$last" >"$HOME/body"
cat "$HOME/answer"
"""


class Webhook(unittest.TestCase):
    def setUp(self) -> None:
        self.home = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="pgtask-hook-")))
        curl = self.home / "curl"
        curl.write_text(CURL)
        curl.chmod(0o755)

    def send(self, url: str, answer: str, **changes: str) -> "subprocess.CompletedProcess[str]":
        (self.home / ".pgtask-webhook").write_text(url + "\n")
        (self.home / "answer").write_text(answer)
        for name in ("arguments", "input", "body"):
            (self.home / name).unlink(missing_ok=True)
        return subprocess.run(
            [str(SCRIPT)], env={"PATH": f"{self.home}:/usr/bin:/bin", "HOME": str(self.home),
                                **EVENT, **changes},
            capture_output=True, text=True, check=False, timeout=20)

    def body(self) -> Any:
        return json.loads((self.home / "body").read_text())

    def test_each_chat_gets_its_form(self) -> None:
        slack = TEXT.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        plain = {"msgtype": "text", "text": {"content": TEXT}}
        for url, answer, form in (
            ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k1",
             '{"errcode":0,"errmsg":"ok"}', plain),
            ("https://oapi.dingtalk.com/robot/send?access_token=k2",
             '{"errcode":0,"errmsg":"ok"}', plain),
            ("https://open.feishu.cn/open-apis/bot/v2/hook/k3",
             '{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}',
             {"msg_type": "text", "content": {"text": TEXT}}),
            ("https://hooks.slack.com/services/k4", "ok", {"text": slack}),
        ):
            with self.subTest(url):
                done = self.send(url, answer)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
                self.assertEqual(self.body(), form)
                self.assertNotIn(url, (self.home / "arguments").read_text())
                self.assertEqual((self.home / "input").read_text(), f'url = "{url}"\n')

    def test_a_robot_that_refuses_is_told(self) -> None:
        for url, answer in (
            ("https://qyapi.weixin.qq.com/x", '{"errcode":93000,"errmsg":"invalid webhook url"}'),
            ("https://oapi.dingtalk.com/x", '{"errcode":310000,"errmsg":"keywords not in content"}'),
            ("https://open.feishu.cn/x", '{"code":19001,"msg":"param invalid"}'),
            ("https://hooks.slack.com/x", "invalid_payload"),
        ):
            with self.subTest(url):
                done = self.send(url, answer)
                self.assertEqual(done.returncode, 1)
                self.assertEqual(done.stderr, f"webhook.sh: the robot refused: {answer}\n")

    def test_only_the_events_that_are_asked_for_are_sent(self) -> None:
        self.send("https://hooks.slack.com/x", "ok", PGTASK_EVENT="progressed")
        self.assertFalse((self.home / "body").exists())
        self.send("https://hooks.slack.com/x", "ok", PGTASK_EVENT="progressed",
                  WEBHOOK_EVENTS="ended progressed")
        self.assertTrue((self.home / "body").exists())

    def test_a_task_that_appears_in_pause_needs_an_operator(self) -> None:
        self.send("https://hooks.slack.com/x", "ok", PGTASK_EVENT="appeared")
        self.assertFalse((self.home / "body").exists())
        self.send("https://hooks.slack.com/x", "ok", PGTASK_EVENT="appeared", PGTASK_STATUS="Pause")
        self.assertTrue(self.body()["text"].startswith("pgtask: operator: task 120321"))

    def test_an_event_without_a_task_is_sent_too(self) -> None:
        url = "https://hooks.slack.com/x"
        (self.home / ".pgtask-webhook").write_text(url)
        (self.home / "answer").write_text("ok")
        done = subprocess.run(
            [str(SCRIPT)], env={"PATH": f"{self.home}:/usr/bin:/bin", "HOME": str(self.home),
                                "PGTASK_EVENT": "stale", "PGTASK_AT": "2024-09-27T05:18:12Z",
                                "PGTASK_REGION": "ap-guangzhou"},
            capture_output=True, text=True, check=False, timeout=20)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.body(),
                         {"text": "pgtask: stale (ap-guangzhou, 2024-09-27T05:18:12Z)"})


class FromPgtask(Watching):
    def environment(self, key: Key | None = LONG_TERM) -> dict[str, str]:
        return super().environment(key) | {"WEBHOOK_FILE": str(self.home / "robot"),
                                           "WEBHOOK_EVENTS": "appeared ended"}

    def test_the_end_of_a_task_reaches_the_robot(self) -> None:
        received: list[Any] = []

        class Robot(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802 (http.server asks for this name)
                received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"errcode":0,"errmsg":"ok"}')

            def log_message(self, *_: object) -> None:
                pass

        self.assertTrue(PGTASK.exists())
        with HTTPServer(("127.0.0.1", 0), Robot) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            (self.home / "robot").write_text(f"http://127.0.0.1:{server.server_port}/k")
            task = self.start(duration_s=1.0)
            run = self.watch(str(task), "--exec", str(SCRIPT))
            server.shutdown()
        self.assertEqual((run.status, run.stderr), (0, ""))
        texts = [one["text"]["content"] for one in received]
        self.assertEqual([text.split(":")[1] for text in texts], [" appeared", " ended"])
        self.assertIn(f"pgtask: ended: task {task}, RestoreDatabase, {INSTANCE}, Success 100 %",
                      texts[1])
