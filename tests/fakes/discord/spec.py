"""Holds every request against Discord's OpenAPI file, which lies in the folder that $TANDEM_SPECS names."""

import functools
import json
import os
from pathlib import Path
from typing import Any

from tests.fakes.discord.errors import Json

VARIABLE = "TANDEM_SPECS"
FILE = "discord-openapi.json"


def unavailable() -> str | None:
    """Why nothing can be validated, if nothing can."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        return f"${VARIABLE} is not set"
    if not (Path(folder) / FILE).exists():
        return f"{FILE} is not in ${VARIABLE}"
    try:
        import jsonschema_rs  # noqa: F401
    except ImportError:
        return "jsonschema_rs is not installed"
    return None


@functools.cache
def _spec(folder: str) -> Json:
    spec: Json = json.loads((Path(folder) / FILE).read_text(encoding="utf-8"))
    return {"paths": spec["paths"], "components": _loosened(spec["components"])}


def _loosened(node: Any) -> Any:
    """The same schema, but integers may come as strings of digits and ids as integers, as in reality."""
    if isinstance(node, list):
        return [_loosened(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    loose = {key: _loosened(value) for key, value in node.items()}
    # A number in a string would fit two branches of a union.
    if "oneOf" in loose:
        loose["anyOf"] = loose.pop("oneOf")
    if loose.get("format") == "snowflake":
        return {"anyOf": [loose, {"type": "integer", "minimum": 0}]}
    kinds = loose.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    closed = {"enum", "const", "anyOf", "allOf"} & loose.keys()
    if "integer" in kinds and not closed:
        return {"anyOf": [loose, {"type": "string", "pattern": "^-?[0-9]+$"}]}
    return loose


@functools.cache
def _validator(folder: str, method: str, template: str, media: str) -> Any:
    import jsonschema_rs

    spec = _spec(folder)
    operation = spec["paths"][template][method]
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get(media, {}).get("schema")
    if schema is None:
        return None
    return jsonschema_rs.Draft202012Validator({**_loosened(schema), "components": spec["components"]})


def violation(method: str, template: str, body: Any, *, multipart: bool) -> str | None:
    """What is wrong with this body, or None."""
    folder = os.environ[VARIABLE]
    operations = _spec(folder)["paths"].get(template, {})
    if method.lower() not in operations:
        return f"the OpenAPI file knows no {method} {template}"
    if body is None:
        needed = operations[method.lower()].get("requestBody", {}).get("required")
        return "a body is required" if needed else None
    media = "multipart/form-data" if multipart else "application/json"
    validator = _validator(folder, method.lower(), template, media)
    if validator is None:
        return f"{media} is not taken here"
    for error in validator.iter_errors(body):
        return f"{error.message} at /{'/'.join(map(str, error.instance_path))}"
    return None
