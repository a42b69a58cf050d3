"""Google's own description of the Data API, against which questions and the fake's answers are checked.

The file is youtube.v3.json in the folder that $TANDEM_SPECS names.
"""

import functools
import json
import os
from pathlib import Path
from typing import Any

Json = dict[str, Any]
FILE = "youtube.v3.json"
_FORMATS: dict[str, Json] = {
    "uint64": {"pattern": "^[0-9]{1,20}$"},
    "int64": {"pattern": "^-?[0-9]{1,19}$"},
    "date-time": {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"},
}


def unavailable() -> str | None:
    """Why nothing can be validated, if nothing can."""
    folder = os.environ.get("TANDEM_SPECS")
    if not folder:
        return "$TANDEM_SPECS is not set"
    if not (Path(folder) / FILE).exists():
        return f"{FILE} is not in $TANDEM_SPECS"
    return None


@functools.cache
def _loaded(folder: str) -> Json:
    found: Json = json.loads((Path(folder) / FILE).read_text("utf-8"))
    return found


def _schema(node: Json) -> Json:
    """A schema of a discovery document as JSON Schema. Objects are closed, so that a misspelt key is seen."""
    if "$ref" in node:
        return {"$ref": f"#/$defs/{node['$ref']}"}
    made: Json = {key: node[key] for key in ("type", "enum") if key in node and node[key] != "any"}
    if node.get("type") == "string":
        made |= _FORMATS.get(node.get("format", ""), {})
    if "items" in node:
        made["items"] = _schema(node["items"])
    if "properties" in node:
        made["properties"] = {name: _schema(inner) for name, inner in node["properties"].items()}
        made["additionalProperties"] = False
    if "additionalProperties" in node:
        made["additionalProperties"] = _schema(node["additionalProperties"])
    return made


@functools.cache
def _validator(folder: str, name: str) -> Any:
    import jsonschema_rs

    schemas = _loaded(folder)["schemas"]
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/$defs/{name}", "$defs": {key: _schema(inner) for key, inner in schemas.items()}}
    )


def answer_problems(resource: str, body: Json) -> list[str]:
    """What is wrong with an answer of the fake to the list of a resource."""
    if unavailable():
        return []
    folder = os.environ["TANDEM_SPECS"]
    name = _loaded(folder)["resources"][resource]["methods"]["list"]["response"]["$ref"]
    return [
        f"{resource}: {error.message[:200]} at /{'/'.join(map(str, error.instance_path))}"
        for error in _validator(folder, name).iter_errors(body)
    ]


def question_problems(resource: str, query: Json) -> list[str]:
    """What is wrong with a question: a parameter that is not there, one that is missing, a number out of bounds."""
    if unavailable():
        return []
    document = _loaded(os.environ["TANDEM_SPECS"])
    own = document["resources"][resource]["methods"]["list"]["parameters"]
    known = own | document["parameters"]
    problems = [f"{resource}: no parameter {name}" for name in query if name not in known]
    problems += [
        f"{resource}: {name} is missing" for name, how in own.items() if how.get("required") and name not in query
    ]
    for name, value in query.items():
        how = known.get(name, {})
        if how.get("type") == "integer" and not int(how["minimum"]) <= int(value) <= int(how["maximum"]):
            problems.append(f"{resource}: {name} is {value}")
    return problems
