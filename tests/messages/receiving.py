"""Gateways on this machine: one that takes HTTP, one that takes mail. They keep what arrives and answer as they are told."""

from __future__ import annotations

import http.server
import json
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import parse_qs


@dataclass
class Received:
    """bodies: what arrived, parsed; answers: (status, body) for the next ones, then 200; wait: seconds before an answer."""

    port: int = 0
    bodies: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    wait: float = 0.0
    location: str = ""

    def texts(self) -> list[str]:
        return [body["message"] for body in self.bodies]


@contextmanager
def http_gateway() -> Iterator[Received]:
    """A gateway for json://, form:// and the robots' webhooks."""
    received = Received()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.paths.append(self.path)
            received.bodies.append(_parsed(body, self.headers["Content-Type"]))
            time.sleep(received.wait)
            status, text = received.answers.pop(0) if received.answers else (200, '{"errcode": 0, "errmsg": "ok"}')
            try:
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", received.location)
                self.end_headers()
                self.wfile.write(text.encode())
            except OSError:  # who asked has not waited
                pass

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received.port = server.server_address[1]
    with _served(server):
        yield received


@contextmanager
def mail_server(*, refuse: bool = False) -> Iterator[Received]:
    """A server for mailto://; `refuse`: no receiver is known to it."""
    received = Received()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 sink")
            while line := self.rfile.readline():
                word = line.decode("utf-8", "replace").strip()
                if word.upper().startswith("DATA"):
                    self._say("354 go on")
                    data = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        data += part
                    mail = message_from_bytes(data, policy=policy.default)
                    found = mail.get_body(("plain", "html"))
                    text = str(found.get_content()) if found else ""
                    received.bodies.append({"message": text, "subject": mail["Subject"], "to": mail["To"]})
                    self._say("250 kept")
                elif word.upper().startswith("RCPT") and refuse:
                    self._say("550 no such mailbox")
                elif word.upper().startswith("QUIT"):
                    self._say("221 bye")
                    return
                else:
                    self._say("250 fine")

        def _say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    received.port = server.server_address[1]
    with _served(server):
        yield received


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _parsed(body: bytes, kind: str) -> dict[str, Any]:
    if "json" in kind:
        return json.loads(body)
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}
