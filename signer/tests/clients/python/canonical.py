"""Canonical JSON by canonicaljson-rs: a line of JSON in, a line of canonical JSON out."""

import json
import sys

import canonicaljson

for line in sys.stdin:
    print(canonicaljson.dumps(json.loads(line)), flush=True)
