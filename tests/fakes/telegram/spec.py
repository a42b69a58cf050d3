"""The machine-readable Bot API, against which each request of the bot and each answer of the fake is checked.

The file is telegram-bot-api.json in the folder that $TANDEM_SPECS names.
"""

import functools
import json
import os
from pathlib import Path
from typing import Any

import jsonschema_rs

from tests.fakes.telegram.faults import Json

FILE = "telegram-bot-api.json"
PLAIN: dict[str, Json] = {
    "Integer": {"type": "integer"},
    "Float": {"type": "number"},
    "String": {"type": "string"},
    "Boolean": {"type": "boolean"},
    "True": {"const": True},
    # Uploads arrive beside the parameters; what stands in their place names the part.
    "InputFile": {"type": "string", "pattern": "^attach://"},
}


def one_of(types: list[str]) -> Json:
    shapes = [shape(name) for name in types]
    return shapes[0] if len(shapes) == 1 else {"anyOf": shapes}


def shape(name: str) -> Json:
    if name.startswith("Array of "):
        return {"type": "array", "items": shape(name.removeprefix("Array of "))}
    return PLAIN.get(name) or {"$ref": f"#/$defs/{name}"}


def structure(fields: list[Json]) -> Json:
    return {
        "type": "object",
        "properties": {field["name"]: one_of(field["types"]) for field in fields},
        "required": [field["name"] for field in fields if field["required"]],
        "additionalProperties": False,
    }


def named(types: dict[str, Json]) -> dict[str, Json]:
    return {
        name: one_of(kind["subtypes"]) if kind.get("subtypes") else structure(kind.get("fields", []))
        for name, kind in types.items()
    }


def reached(start: Json, definitions: dict[str, Json]) -> dict[str, Json]:
    """Only the types that a schema leads to: compiling all would take longer than the test."""
    found: dict[str, Json] = {}
    waiting: list[Any] = [start]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            name = str(node.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found[name] = definitions[name]
                waiting.append(found[name])
            waiting.extend(node.values())
    return found


class Spec:
    """Methods and types of one version of the Bot API."""

    def __init__(self, raw: Json) -> None:
        self.version: str = raw["version"]
        self.methods: dict[str, Json] = {name.lower(): method for name, method in raw["methods"].items()}
        self._types = named(raw["types"])
        self._compiled: dict[str, jsonschema_rs.Validator] = {}

    def _validator(self, key: str, wanted: Json) -> jsonschema_rs.Validator:
        if key not in self._compiled:
            schema = wanted | {"$defs": reached(wanted, self._types)}
            self._compiled[key] = jsonschema_rs.validator_for(schema)
        return self._compiled[key]

    def request_problems(self, method: str, parameters: Json) -> list[str]:
        """What is wrong with a request; parameters are as they came over the wire."""
        described = self.methods.get(method.lower())
        if described is None:
            return [f"{method}: no such method in {self.version}"]
        fields = described.get("fields", [])
        types = {field["name"]: field["types"] for field in fields}
        read = {name: typed(value, types.get(name, ["String"])) for name, value in parameters.items()}
        validator = self._validator(f"method {method.lower()}", structure(fields))
        return [f"{method}: {told(error)}" for error in validator.iter_errors(read)]

    def answer_problems(self, method: str, result: Any) -> list[str]:
        """What is wrong with an answer of the fake itself."""
        described = self.methods.get(method.lower())
        if described is None:
            return []
        validator = self._validator(f"answer {method.lower()}", one_of(described["returns"]))
        return [f"the fake's answer to {method}: {told(error)}" for error in validator.iter_errors(result)]

    def update_problems(self, update: Json) -> list[str]:
        validator = self._validator("Update", shape("Update"))
        return [f"the fake's update: {told(error)}" for error in validator.iter_errors(update)]


def told(error: jsonschema_rs.ValidationError) -> str:
    where = "/".join(str(step) for step in error.instance_path)
    return f"{where or 'parameters'}: {error.message[:300]}"


def typed(value: Any, types: list[str]) -> Any:
    """Forms carry text only; read it as what the method wants, or leave it for the validator to refuse."""
    if not isinstance(value, str) or types == ["String"]:
        return value
    if "InputFile" in types and value.startswith("attach://"):
        return value
    try:
        read = json.loads(value)
    except ValueError:
        return value
    return value if "String" in types and not isinstance(read, (dict, list, int)) else read


@functools.cache
def loaded(folder: str) -> Spec:
    return Spec(json.loads((Path(folder) / FILE).read_text("utf-8")))


def from_environment() -> tuple[Spec | None, str]:
    """The spec, or none and the reason."""
    folder = os.environ.get("TANDEM_SPECS", "")
    if not folder:
        return None, "TANDEM_SPECS is not set: requests are not checked against the Bot API's description"
    if not (Path(folder) / FILE).exists():
        return None, f"the folder that TANDEM_SPECS names has no {FILE}"
    return loaded(folder), ""
