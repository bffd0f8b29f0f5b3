# python verify.py https://settings.example.com/v1/buckets/blog/collections/articles public.pem
# pip install canonicaljson-rs cryptography
import base64, json, sys, urllib.request

import canonicaljson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import load_pem_public_key

url, pem = sys.argv[1:]
changeset = json.load(urllib.request.urlopen(f"{url}/changeset?_expected=0"))
records = sorted(changeset["changes"], key=lambda record: record["id"])
payload = canonicaljson.dumps({"data": records, "last_modified": str(changeset["timestamp"])})

raw = base64.urlsafe_b64decode(changeset["metadata"]["signature"]["signature"])
r, s = int.from_bytes(raw[:48], "big"), int.from_bytes(raw[48:], "big")
with open(pem, "rb") as file:
    key = load_pem_public_key(file.read())
try:
    key.verify(
        utils.encode_dss_signature(r, s),
        b"Content-Signature:\x00" + payload.encode(),
        ec.ECDSA(hashes.SHA384()),
    )
except InvalidSignature:
    sys.exit("not genuine")
print("genuine")
