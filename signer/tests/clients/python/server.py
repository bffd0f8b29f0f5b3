"""The server under test, and the people who use it, from the environment:

CLIENTS_URL         with its version, for example http://127.0.0.1:8888/v1
CLIENTS_EDITOR      who edits, as the value of an Authorization header: "Basic user:password"
                    (not encoded) or "Bearer <JWT>"
CLIENTS_REVIEWER    who reviews
CLIENTS_PUBLIC_KEY  base64 of the SPKI DER; only for servers that do not publish theirs
"""

import base64
import difflib
import itertools
import json
import logging
import os
import uuid

import canonicaljson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key
from kinto_http import BearerTokenAuth, Client
from kinto_http.exceptions import KintoException

URL = os.environ["CLIENTS_URL"]

# A warning for every part of a batch otherwise.
logging.getLogger("kinto_http").setLevel(logging.CRITICAL)


def credentials(name):
    scheme, _, value = os.environ[name].partition(" ")
    return tuple(value.split(":", 1)) if scheme == "Basic" else BearerTokenAuth(value)


def authorization(name):
    """The header, as it is sent."""
    scheme, _, value = os.environ[name].partition(" ")
    return f"Basic {base64.b64encode(value.encode()).decode()}" if scheme == "Basic" else os.environ[name]


def as_editor(**place):
    return Client(server_url=URL, auth=credentials("CLIENTS_EDITOR"), **place)


def as_reviewer(**place):
    return Client(server_url=URL, auth=credentials("CLIENTS_REVIEWER"), **place)


def as_anybody(**place):
    return Client(server_url=URL, **place)


def fresh(word):
    """A name that no earlier run has used."""
    return f"{word}-{uuid.uuid4().hex[:12]}"


def has(client, capability, what):
    """Whether the server can do this. What is left out is said: ours may leave out nothing."""
    found = capability in client.server_info()["capabilities"]
    if not found:
        print(f"left out: {what} (no capability {capability})")
    return found


def refused(status, call, *args, **kwargs):
    """The body of the refusal that this call must meet."""
    try:
        answer = call(*args, **kwargs)
    except KintoException as error:
        assert error.response.status_code == status, f"wanted {status}, got {error}"
        return error.response.json()
    raise AssertionError(f"wanted {status}, got {answer}")


def verify(client):
    """The records of the client's collection, if their signature holds."""
    fresh_client = client.clone(server_url=URL)
    records = fresh_client.get_records()
    timestamp = fresh_client.get_records_timestamp()
    bundle = fresh_client.get_collection()["data"]["signature"]
    content = {
        "data": sorted(records, key=lambda record: record["id"]),
        "last_modified": timestamp,
    }
    message = b"Content-Signature:\x00" + canonicaljson.dumps(content).encode()
    raw = base64.urlsafe_b64decode(bundle["signature"])
    assert len(raw) == 96, bundle
    assert bundle["mode"] == "p384ecdsa", bundle
    r, s = (int.from_bytes(half, "big") for half in (raw[:48], raw[48:]))
    key = bundle.get("public_key") or os.environ["CLIENTS_PUBLIC_KEY"]
    load_der_public_key(base64.b64decode(key)).verify(
        utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA384())
    )
    return records


def same(left, right):
    """Fails with what differs."""
    if left != right:
        lines = (json.dumps(one, indent=1, sort_keys=True, default=str).splitlines()
                 for one in (left, right))
        raise AssertionError("\n".join(itertools.islice(difflib.unified_diff(*lines), 40)))
