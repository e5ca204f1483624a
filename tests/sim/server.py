# SPDX-License-Identifier: MIT
"""The service: TLS, HTTP/1.1 with keep-alive, one thread a connection."""

import collections
import http.server
import json
import socket
import socketserver
import ssl
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim import answers, faults
from sim.answers import Answer
from sim.checks import Query, Rules, check_envelope, check_query
from sim.clock import Clock
from sim.errors import ApiError
from sim.faults import Scenario, Stage
from sim.progress import show
from sim.signature import SignedRequest
from sim.tasks import Examples, TaskStore, instance_name

_SECRET_HEADERS = ("authorization", "x-tc-token")
_HANDSHAKE_LIMIT_S = 20.0


@dataclass
class Settings:
    """How a service is set up."""

    certificate: Path
    key: Path
    rules: Rules
    port: int = 0
    tls: str = ""  # "1.2" or "1.3" to allow that version alone
    pretty: bool = False


@dataclass
class Counters:
    """What has happened since the start."""

    connections: int = 0
    handshakes_full: int = 0
    handshakes_resumed: int = 0
    handshakes_failed: int = 0
    requests: int = 0
    requests_signed: int = 0  # with an Authorization or a token, good or bad
    errors: dict[str, int] = field(default_factory=dict)  # by code


def tls_context(certificate: Path, key: Path, version: str = "") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if version == "1.2":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    elif version == "1.3":
        context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(certificate, key)
    return context


def prepare_for_insider(context: ssl.SSLContext, log: Path) -> ssl.SSLContext:
    """Lets the context log its secrets, and send no record after its handshake."""
    context.keylog_filename = str(log)
    context.num_tickets = 0
    context.options |= ssl.OP_NO_TICKET
    context.set_ciphers("ECDHE+AESGCM")
    return context


class RateLimit:
    """At most so many requests in any second."""

    def __init__(self) -> None:
        self._times: collections.deque[float] = collections.deque()
        self._lock = threading.Lock()

    def check(self, per_second: int) -> None:
        now = time.monotonic()
        with self._lock:
            while self._times and self._times[0] <= now - 1.0:
                self._times.popleft()
            if per_second and len(self._times) >= per_second:
                raise ApiError("RequestLimitExceeded", f"The limit is {per_second} per second.")
            self._times.append(now)


class Service:
    """Everything but the wire: turns a request into an answer."""

    def __init__(
        self, settings: Settings, store: TaskStore, examples: Examples | None, clock: Clock
    ) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.stage = Stage(Scenario())
        self.counters = Counters()
        self.recorded: collections.deque[dict[str, Any]] = collections.deque(maxlen=2000)
        self.lock = threading.Lock()
        self._examples = examples
        self._stores: dict[str, TaskStore] = {}
        self._rate = RateLimit()

    def use_stores(self, stores: dict[str, TaskStore]) -> None:
        """From now on each of these regions has its own tasks, and the others have none."""
        self._stores = stores

    def _store_of(self, region: str) -> TaskStore:
        return self._stores.get(region, TaskStore()) if self._stores else self.store

    def set_scenario(self, scenario: Scenario) -> None:
        self.stage.set(scenario)
        self.clock.offset_s = scenario.clock_offset_s

    def count(self, name: str) -> None:
        with self.lock:
            setattr(self.counters, name, getattr(self.counters, name) + 1)

    def answer(self, request: SignedRequest, scenario: Scenario) -> Answer:
        """The answer in the shape, with the status and the headers, that the scenario asks for."""
        answer = self._plain_answer(request, scenario)
        answer.body = answers.shaped(answer.body, scenario.shape)
        if scenario.status != 200:
            answer.status, answer.reason = scenario.status, "Refused"
        if scenario.trace_id:
            trace_id = request.headers.get("x-tc-traceid", answers.new_request_id())
            answer.headers.append(("X-TC-TraceId", trace_id))
        return answer

    def _plain_answer(self, request: SignedRequest, scenario: Scenario) -> Answer:
        self._record(request)
        request_id = answers.new_request_id()
        now = self.clock.now()
        try:
            check_envelope(request, self.settings.rules, now)
            self._rate.check(scenario.rate_per_s)
            query = check_query(request)
            if scenario.error_code:
                raise ApiError(scenario.error_code, scenario.error_detail)
        except ApiError as error:
            with self.lock:
                errors = self.counters.errors
                errors[error.code] = errors.get(error.code, 0) + 1
            body = answers.encode(answers.refusal(error, request_id), self.settings.pretty)
            return Answer(body)
        for _ in range(scenario.new_tasks):
            self._new_task(now - scenario.new_tasks_age_s)
        store = self._store_of(request.headers["x-tc-region"])
        return self._list(query, store, scenario, request_id, now)

    def _list(self, query: Query, store: TaskStore, scenario: Scenario, request_id: str,
              now: float) -> Answer:
        body = self._examples.answer(query, self.settings.pretty) if self._examples else None
        if body is not None and not scenario.answer and not scenario.output_bytes:
            return Answer(body)
        if body is not None:
            document = json.loads(body)
        else:
            total, tasks = store.select(query, now)
            shown = [show(task, now) for task in tasks]
            document = answers.task_list(total, shown, request_id)
        if scenario.output_bytes:
            document = answers.with_output(document, scenario.output_bytes)
        if scenario.answer:
            return answers.WRONG[scenario.answer](document)
        return Answer(answers.encode(document, self.settings.pretty))

    def _new_task(self, start: float) -> None:
        self.store.add(int(start), 240, "Success", "RestoreDatabase", instance_name(0))

    def _record(self, request: SignedRequest) -> None:
        headers = {
            name: value for name, value in request.headers.items() if name not in _SECRET_HEADERS
        }
        record = {
            "method": request.method,
            "query": request.query,
            "headers": headers,
            "has_token": "x-tc-token" in request.headers,
            "body": request.body.decode("utf-8", "replace"),
        }
        with self.lock:
            self.counters.requests += 1
            if any(name in request.headers for name in _SECRET_HEADERS):
                self.counters.requests_signed += 1
            self.recorded.append(record)


class _Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    server: "Simulator"
    connection: socket.socket
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        scenario = self.server.service.stage.peek()
        self.connection.settimeout(scenario.idle_s)
        self.close_notify = scenario.close_notify

    def finish(self) -> None:
        super().finish()
        faults.close(self.connection, self.close_notify)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base's name)
        """Requests are counted, not logged."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What could not be read as HTTP is answered as nginx answers it."""
        self._send(answers.html_page(400, "Bad Request"), Scenario(), keep_alive=False)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):  # every method gets an answer, if only a refusal
            return self._respond
        raise AttributeError(name)

    def _respond(self) -> None:
        service = self.server.service
        scenario = service.stage.take()
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or "Transfer-Encoding" in self.headers:
            self._send(answers.html_page(400, "Bad Request"), scenario, keep_alive=False)
            return
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True
            return
        path, _, query = self.path.partition("?")
        if path != "/":
            answer = answers.html_page(404, "Not Found")
        elif "Host" not in self.headers:
            answer = answers.html_page(400, "Bad Request")
        else:
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = service.answer(SignedRequest(self.command, query, headers, body), scenario)
        wanted = self.headers.get("Connection", "").lower() != "close"
        self._send(answer, scenario, scenario.keep_alive and wanted)

    def _send(self, answer: Answer, scenario: Scenario, keep_alive: bool) -> None:
        if scenario.endless:
            self.close_connection = True
            faults.send_without_end(self.connection, scenario.endless, self.server.stopping)
            return
        keep_alive = keep_alive and scenario.framing != "close"
        stream = faults.frame(answer, scenario, self.server.service.clock.now(), keep_alive)
        goes_on = faults.send(self.connection, stream, scenario, self.server.stopping)
        self.close_connection = not (goes_on and keep_alive)
        self.connection.settimeout(scenario.idle_s)
        self.close_notify = scenario.close_notify

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True


class Simulator(socketserver.ThreadingTCPServer):
    """The service on a port of loopback. `with Simulator(...)` runs it in a thread."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, service: Service) -> None:
        self.service = service
        self.stopping = threading.Event()
        self._context_lock = threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="pgtask-sim-")
        self._secrets = Path(self._folder.name) / "secrets"
        settings = service.settings
        self.use_certificate(settings.certificate, settings.key, settings.tls)
        super().__init__(("127.0.0.1", service.settings.port), _Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def use_certificate(self, certificate: Path, key: Path, tls: str = "") -> None:
        """Serves another certificate from the next connection on."""
        context = tls_context(certificate, key, tls)
        insider_context = prepare_for_insider(tls_context(certificate, key, tls), self._secrets)
        with self._context_lock:
            self._context = context
            self._insider_context = insider_context

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.stopping.set()
        self.shutdown()
        self.server_close()
        self._folder.cleanup()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Runs in the connection's own thread, so that a slow handshake holds up nobody."""
        service = self.service
        service.count("connections")
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        scenario = service.stage.peek()
        if scenario.handshake:
            service.stage.take()
            self._spoil_handshake(request, scenario.handshake)
            return
        request.settimeout(_HANDSHAKE_LIMIT_S)
        if scenario.records:
            service.stage.take()
            self._send_records(request, scenario)
            return
        with self._context_lock:
            context = self._context
        try:
            secured = context.wrap_socket(request, server_side=True)
        except (OSError, ValueError):
            service.count("handshakes_failed")
            faults.close(request, close_notify=False)
            return
        service.count("handshakes_resumed" if secured.session_reused else "handshakes_full")
        try:
            self.finish_request(secured, client_address)
        except OSError:
            secured.close()  # the peer is gone

    def _send_records(self, request: socket.socket, scenario: Scenario) -> None:
        """Shakes hands well, and then sends records without end."""
        from sim.insider import DATA, Insider  # it alone needs python3-cryptography

        with self._context_lock:
            context = self._insider_context
        begin, unit = faults.ENDLESS[scenario.endless or "blanks"]
        try:
            peer = Insider(request, context, self._secrets)
            peer.read_request()
            if scenario.records_in != "answer":
                peer.send(DATA, begin)
            peer.flood(scenario.records, self.stopping,
                       unit if scenario.records_in == "between" else b"")
        except OSError:
            pass  # the peer is gone
        faults.close(request, close_notify=False)

    def _spoil_handshake(self, request: socket.socket, how: str) -> None:
        try:
            if how == "reset":
                faults.reset(request)
            elif how == "stall":
                faults.wait_for_peer(request, self.stopping)
            elif how == "garbage":
                request.sendall(faults.GARBAGE)
            elif how == "plain":
                request.sendall(faults.PLAIN)
            elif how == "bad_hello":
                request.recv(4096)
                request.sendall(faults.BAD_HELLO)
            elif how in faults.FLOODS:
                begin, unit = faults.FLOODS[how]
                request.recv(4096)
                request.sendall(begin)
                while not self.stopping.is_set():
                    request.sendall(unit * 100)
        except OSError:
            pass  # the peer is gone
        faults.close(request, close_notify=False)
