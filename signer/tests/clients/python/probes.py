"""Plain HTTP requests and what Kinto's protocol answers them, one row each, in the tables of the
folder `table`. Where servers differ, a row says so, and why."""

import json
import re
import sys
from dataclasses import dataclass, field

import requests

from server import URL, authorization, fresh
from table import SUBJECTS
from table.row import KINTO

ROOT = URL.removesuffix("/v1")


@dataclass
class World:
    """What rows may name: $b, a bucket of their own, and the ETags of earlier rows."""

    names: dict = field(default_factory=lambda: {"b": fresh("probe")})

    def fill(self, value):
        if isinstance(value, str):
            return re.sub(r"\$(\w+)", lambda match: self.names[match[1]], value)
        if isinstance(value, list):
            return [self.fill(one) for one in value]
        if isinstance(value, dict):
            return {self.fill(key): self.fill(one) for key, one in value.items()}
        return value


def send(row, world):
    method, path = world.fill(row.request).split(" ", 1)
    headers = {"User-Agent": None, **world.fill(row.headers)}
    if row.caller:
        headers.setdefault("Authorization", authorization(f"CLIENTS_{row.caller.upper()}"))
    body = row.raw
    if row.json is not None:
        headers.setdefault("Content-Type", "application/json")
        body = json.dumps(world.fill(row.json)).encode()
    return requests.request(method, ROOT + path, headers=headers, data=body, allow_redirects=False)


def at(value, path):
    """What is at "details.0.name"; None where nothing is."""
    for key in path.split("."):
        if isinstance(value, list) and key == "length":
            value = len(value)
        elif isinstance(value, list):
            value = value[int(key)] if int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def holds(expected, actual):
    if isinstance(expected, re.Pattern):
        return actual is not None and expected.search(str(actual)) is not None
    return expected == actual


def differences(expected, response, world):
    """Lines for a person; none when the answer is the expected one."""
    try:
        body = response.json() if response.content else None
    except ValueError:
        body = response.text
    if expected.status != response.status_code:
        yield f"status {response.status_code}, not {expected.status}: {response.text[:300]}"
    if expected.errno is not None and at(body, "errno") != expected.errno:
        yield f"errno {at(body, 'errno')}, not {expected.errno}"
    if expected.says is not None and not (at(body, "message") or "").startswith(world.fill(expected.says)):
        yield f"message {at(body, 'message')!r}, not {expected.says!r}"
    for name, value in expected.answers.items():
        actual = response.headers.get(name)
        if not holds(world.fill(value), actual):
            yield f"header {name}: {actual!r}, not {value!r}"
    for path, value in expected.body.items():
        actual = at(body, path)
        if not holds(world.fill(value), actual):
            yield f"{path} is {actual!r}, not {value!r}"


def server_name():
    """"kinto14" or "kinto26", or ours, which says "kinto" of itself so that clients know it."""
    hello = requests.get(f"{URL}/", timeout=10).json()
    name = hello["project_name"] + hello["project_version"].split(".")[0]
    return name if name in KINTO else "notary"


def main():
    server, count, wrong = server_name(), 0, 0
    for subject, rows in SUBJECTS.items():
        world = World()
        for number, row in enumerate(rows, 1):
            response = send(row, world)
            if row.name:
                world.names[row.name] = response.headers.get("ETag", "").strip('"')
            count += 1
            found = list(differences(row.expected(server), response, world))
            if found:
                wrong += 1
                print(f"{subject} {number}: {world.fill(row.request)}")
                print("".join(f"    {line}\n" for line in found), end="")
    print(f"probes of {server}: {count - wrong} of {count} ok")
    sys.exit(wrong > 0)


main()
