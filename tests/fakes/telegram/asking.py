"""One request of the bot, decoded as leniently as the server decodes it."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.telegram.faults import Json, bad_request
from tests.fakes.telegram.messages import Upload


@dataclass(frozen=True, slots=True)
class Asking:
    """A method and its parameters: text from forms, values from JSON."""

    method: str
    parameters: Json = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        value = self.parameters.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def number(self, name: str, default: int = 0) -> int:
        try:
            return int(self.parameters.get(name, default))
        except (TypeError, ValueError):
            raise bad_request(f"{name} must be an Integer") from None

    def flag(self, name: str) -> bool:
        return str(self.parameters.get(name, "")).lower() in ("true", "1", "yes")

    def value(self, name: str) -> Any:
        """A parameter that is a JSON object or list, None when absent."""
        given = self.parameters.get(name)
        if not isinstance(given, str):
            return given
        try:
            return json.loads(given) if given else None
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def has(self, name: str) -> bool:
        return name in self.parameters

    def upload(self, given: str) -> Upload | None:
        """The file that a parameter's attach:// name means."""
        if not given.startswith("attach://"):
            return None
        found = self.files.get(given.removeprefix("attach://"))
        if found is None:
            raise bad_request("wrong URL host")
        return found


async def read(method: str, request: web.Request) -> Asking:
    """JSON, a form, or multipart; parameters of the address count too."""
    parameters: Json = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        try:
            parameters |= await request.json()
        except ValueError:
            raise bad_request("can't parse JSON object") from None
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = Upload(value.filename, value.content_type, value.file.read())
            else:
                parameters[name] = value if isinstance(value, str) else bytes(value).decode()
    # A file may come under its parameter's own name instead of an attach:// name.
    taken = " ".join(str(value) for value in parameters.values())
    for name in files:
        if f"attach://{name}" not in taken:
            parameters.setdefault(name, f"attach://{name}")
    return Asking(method, parameters, files)
