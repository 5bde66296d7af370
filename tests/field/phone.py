"""A phone as tests use it: what the app does over HTTP, without the app."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.test import Client
from PIL import Image

from web.small_county import DAY, PASSWORD

JSON = "application/json"


def jpeg(colour: tuple[int, int, int] = (120, 80, 40)) -> bytes:
    """A small picture; another colour is another picture."""
    out = BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return out.getvalue()


def drawn() -> bytes:
    """A signature with a stroke on it."""
    out = BytesIO()
    picture = Image.new("RGB", (60, 20), (255, 255, 255))
    for x in range(10, 50):
        picture.putpixel((x, 10), (0, 0, 0))
    picture.resize((240, 80)).save(out, "PNG")
    return out.getvalue()


@dataclass
class Phone:
    """An enrolled phone: token, and what it knows of its households."""

    token: str = ""
    device: int = 0
    homes: dict[str, Any] = field(default_factory=dict)
    head: dict[str, Any] = field(default_factory=dict)
    client: Client = field(default_factory=Client)

    @classmethod
    def enrolled(cls, username: str = "test_grid", **more: Any) -> Phone:
        """A phone after its log-in and first sync."""
        made = cls()
        given = {"username": username, "password": PASSWORD, "name": "试验手机"} | more
        answer = made.client.post("/field/api/enrol", json.dumps(given), content_type=JSON)
        assert answer.status_code == 200, answer.content.decode()
        made.token, made.device = answer.json()["token"], answer.json()["device"]
        made.fetch()
        return made

    def ask(self, method: str, path: str, body: bytes = b"", **more: Any) -> HttpResponse:
        """One request with the phone's token."""
        headers = {"Authorization": f"Device {self.token}"}
        return self.client.generic(method, f"/field/api/{path}", body, content_type=JSON, headers=headers, **more)

    def fetch(self) -> dict[str, Any]:
        """Brings down what changed."""
        known = {number: home["digest"] for number, home in self.homes.items()}
        asked = json.dumps({"known": known, "head": self.head.get("digest", "")}).encode()
        answer = self.ask("POST", "bundle", asked)
        assert answer.status_code == 200, answer.content.decode()
        given: dict[str, Any] = answer.json()
        self.homes |= {str(home["id"]): home for home in given["households"]}
        for number in given["gone"]:
            self.homes.pop(str(number), None)
        self.head = given["head"] or self.head
        return given

    def home(self, head: str) -> dict[str, Any]:
        """A household by its head's name."""
        return next(home for home in self.homes.values() if home["head"] == head)

    def hand_over(self, data: bytes, kind: str = "photo", piece: int = 700) -> str:
        """A file, piece by piece; its digest."""
        sha256 = hashlib.sha256(data).hexdigest()
        for start in range(0, len(data), piece):
            path = f"blobs/{sha256}?size={len(data)}&kind={kind}&from={start}"
            answer = self.ask("PUT", path, data[start : start + piece])
            assert answer.status_code == 200, answer.content.decode()
        return sha256

    def submit(self, form: dict[str, Any] | bytes, key: UUID | None = None) -> HttpResponse:
        """A form under an id."""
        raw = form if isinstance(form, bytes) else json.dumps(form, ensure_ascii=False).encode()
        return self.ask("PUT", f"submissions/{key or uuid4()}", raw)


def patrol(home: dict[str, Any], result: str = "same", **more: Any) -> dict[str, Any]:
    """A patrol's form; more: parts of `patrol` or of the form itself."""
    inner = {"result": result, "purposes": [], "words": "", "tasks": [], "round": None, "clue": None}
    outer = {
        "kind": "patrol", "app": "1", "made_at": "2022-09-13T10:00:00Z", "household": home["id"], "on": DAY.isoformat(),
        "photos": [], "voice": [], "based_on": {name: s["version"] for name, s in home["sections"].items()},
        "changes": {},
    }  # fmt: skip
    return outer | {k: v for k, v in more.items() if k not in inner} | {
        "patrol": inner | {k: v for k, v in more.items() if k in inner}
    }
