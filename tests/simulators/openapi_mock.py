"""A server that knows nothing but an OpenAPI description.

It refuses what the description does not allow (path, method, a parameter it does not name
or of another type, no token where one is needed) and answers with the description's own
examples. So it is independent of how we understand a vendor, and of our simulators.

Belongs here: the description as judge. Does not: any vendor's behaviour.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

import yaml
from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from tests.simulators.base import Answer, Asked, Simulator

_URI = "urn:description"
_OURS = ("accept", "accept-encoding", "authorization", "connection", "content-length",
         "content-type", "host", "user-agent")  # fmt: skip


class Description:
    """One OpenAPI 3.0 document. `prefix`: where its paths begin on the server."""

    def __init__(self, path: Path, prefix: str) -> None:
        loaded = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        self.document = json.loads(json.dumps(loaded, default=str))
        self.prefix = prefix
        resource = Resource.from_contents(self.document, default_specification=DRAFT4)
        self._registry: Registry[Any] = Registry().with_resource(_URI, resource)

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """What the description says of a request's path, None where it says nothing."""
        told = path.removeprefix(self.prefix)
        if not path.startswith(self.prefix):
            return None
        # a path told in full goes before one with a part in braces
        for template, item in sorted(self.document["paths"].items(), key=lambda x: "{" in x[0]):
            pattern = re.sub(r"\\{.*?\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, told) and method.lower() in item:
                return cast("dict[str, Any]", item[method.lower()])
        return None

    def refusals(self, asked: Asked, more_headers: tuple[str, ...] = ()) -> list[str]:
        """Why a request is not allowed; empty when it is. `more_headers`: described elsewhere."""
        operation = self.operation(asked.method, asked.path)
        if operation is None:
            return [f"{asked.method} {asked.path} is not described"]
        found = []
        known = [self.resolve(one) for one in operation.get("parameters", [])]
        query = {one["name"]: one for one in known if one["in"] == "query"}
        headers = {one["name"].lower(): one for one in known if one["in"] == "header"}
        for name, value in asked.query.items():
            if name not in query:
                found.append(f"{asked.path} has no parameter {name}")
            elif not _fits(query[name]["schema"], value):
                found.append(f"{asked.path}: {name}={value} is no {query[name]['schema']}")
        for name, value in asked.headers.items():
            if name in headers and not _fits(headers[name]["schema"], value):
                found.append(f"{asked.path}: header {name}: {value} is no {headers[name]}")
            elif name not in {*headers, *_OURS, *more_headers}:
                found.append(f"{asked.path} has no header {name}")
        found += [
            f"{asked.path} needs {one['name']}" for one in known
            if one.get("required") and one["name"] not in {*asked.query, *asked.headers}
        ]  # fmt: skip
        if operation.get("security") and not asked.headers.get("authorization"):
            found.append(f"{asked.path} needs a token")
        return found

    def scopes(self, path: str) -> list[list[str]]:
        """The scopes any one of which lets a GET of `path` through."""
        operation = self.operation("GET", path) or {}
        return [list(*one.values()) for one in operation.get("security", [])]

    def answer(self, path: str) -> Any:
        """The example of a good answer."""
        content = (self.operation("GET", path) or {})["responses"]["200"]["content"]
        return content["application/json"]["example"]

    def wrong(self, path: str, value: Any) -> list[str]:
        """What in an answer is not of the described schema."""
        found = None
        for template in self.document["paths"]:
            if path == self.prefix + template:
                found = template.replace("~", "~0").replace("/", "~1")
        assert found, path
        schema = {"$ref": f"{_URI}#/paths/{found}/get/responses/200/content/"
                          "application~1json/schema"}  # fmt: skip
        validator = Draft4Validator(schema, registry=self._registry)
        return [f"{error.json_path}: {error.message[:200]}" for error in
                validator.iter_errors(value)]  # fmt: skip

    def schema(self, name: str) -> dict[str, Any]:
        """A named schema."""
        return cast("dict[str, Any]", self.document["components"]["schemas"][name])

    def resolve(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a reference points to, else itself."""
        while "$ref" in told:
            found: Any = self.document
            for part in told["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            told = found
        return told


class Mock(Simulator):
    """The description as a server; `refused` tells every request it did not allow."""

    def __init__(self, description: Description, more_headers: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.description, self.more_headers = description, more_headers
        self.refused: list[str] = []

    def secrets(self) -> list[str]:
        """It knows none."""
        return []

    def answer(self, asked: Asked) -> Answer:
        """The example, or 400 with the reasons."""
        reasons = self.description.refusals(asked, self.more_headers)
        self.refused += reasons
        if reasons:
            return Answer({"Message": "; ".join(reasons)}, 400)
        return Answer(self.description.answer(asked.path))


def _fits(schema: Mapping[str, Any], value: str) -> bool:
    """Whether a parameter's text is of its type."""
    match schema.get("type"), schema.get("format"):
        case "integer", _:
            return re.fullmatch(r"-?\d+", value) is not None
        case "boolean", _:
            return value in {"true", "false"}
        case "string", "date":
            return _parses(date.fromisoformat, value)
        case "string", "date-time":
            has_zone = re.search(r"T.*(Z|[+-]\d\d:\d\d)$", value) is not None
            return has_zone and _parses(datetime.fromisoformat, value)
        case "string", "uuid":
            return re.fullmatch(r"[0-9a-fA-F-]{36}", value) is not None
    return True


def _parses(read: Any, value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True
