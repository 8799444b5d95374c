"""Twilio's own description of its Messages API: an excerpt, unchanged, of twilio_api_v2010.json in
https://github.com/twilio/twilio-oai, under the Apache License 2.0 that it names.
"""
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("twilio_messages.json")
MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
KINDS = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list}


@cache
def description() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def schema(name: str) -> dict[str, Any]:
    """A named schema with its references resolved."""
    return _resolved(description()["components"]["schemas"][name])


def request_fields() -> dict[str, Any]:
    """What may be sent in the form of a request to send a message."""
    content = description()["paths"][MESSAGES]["post"]["requestBody"]["content"]
    return _resolved(content["application/x-www-form-urlencoded"]["schema"])["properties"]


def page_schema() -> dict[str, Any]:
    answer = description()["paths"][MESSAGES]["get"]["responses"]["200"]
    return _resolved(answer["content"]["application/json"]["schema"])


def mismatches(value: Any, described: dict[str, Any], where: str = "$") -> list[str]:
    """Where `value` isn't as described: names, kinds, patterns, lengths and enumerations."""
    if value is None:
        return [] if described.get("nullable") else [f"{where} is null"]
    if not isinstance(value, KINDS[described.get("type", "string")]):
        return [f"{where} is {value!r}, not {described['type']}"]
    wrong = []
    listed, pattern = described.get("enum", [value]), described.get("pattern", "")
    if value not in listed or not re.search(pattern, str(value)):
        wrong.append(f"{where} is {value!r}")
    if isinstance(value, dict) and "properties" in described:
        wrong += [f"{where}.{name}" for name in set(value) ^ set(described["properties"])]
        for name in set(value) & set(described["properties"]):
            wrong += mismatches(value[name], described["properties"][name], f"{where}.{name}")
    if isinstance(value, list):
        wrong += [one for item in value for one in mismatches(item, described["items"], f"{where}[]")]
    return wrong


def _resolved(part: Any) -> Any:
    """References put in."""
    if isinstance(part, list):
        return [_resolved(one) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return schema(part["$ref"].rsplit("/", 1)[1])
    return {name: _resolved(one) for name, one in part.items()}
