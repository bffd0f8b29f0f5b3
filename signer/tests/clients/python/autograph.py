"""Plays Autograph: `autograph.py HAWK_ID HAWK_SECRET`. Prints its port; ends with its input.

Requests are checked by mohawk. The key id says how it answers: `200`, `500`, `no x5u`, `hang up`;
any other signs with a key of that name.
"""

import base64
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import mohawk
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

CREDENTIALS = {"id": sys.argv[1], "key": sys.argv[2], "algorithm": "sha256"}
keys, nonces = {}, set()


def seen_nonce(sender, nonce, timestamp):
    seen = (sender, nonce, timestamp) in nonces
    nonces.add((sender, nonce, timestamp))
    return seen


def lookup(sender):
    if sender != CREDENTIALS["id"]:
        raise LookupError
    return CREDENTIALS


def sign(request):
    key = keys.setdefault(request.get("keyid"), ec.generate_private_key(ec.SECP384R1()))
    content = b"Content-Signature:\0" + base64.b64decode(request["input"], validate=True)
    r, s = utils.decode_dss_signature(key.sign(content, ec.ECDSA(hashes.SHA384())))
    raw = r.to_bytes(48, "big") + s.to_bytes(48, "big")
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "ref": "1x0h5ae6a8lca1r3qrmzrx3gl4",
        "type": "contentsignature",
        "mode": "p384ecdsa",
        "signer_id": request.get("keyid") or "default",
        "public_key": base64.b64encode(der).decode(),
        "signature": base64.urlsafe_b64encode(raw).rstrip(b"=").decode(),
        "x5u": "https://example.org/chain.pem",
        "signed_file": "not to be kept",
    }


class Autograph(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            mohawk.Receiver(
                lookup,
                self.headers["Authorization"],
                f"http://{self.headers['Host']}{self.path}",
                self.command,
                content=body,
                content_type=self.headers["Content-Type"],
                seen_nonce=seen_nonce,
            )
        except mohawk.exc.HawkFail:
            return self.answer(401, "hawk")
        if self.path != "/sign/data" or self.headers["Content-Type"] != "application/json":
            return self.answer(404, "not found")
        [request] = json.loads(body)
        match request.get("keyid"):
            case "200" | "500" as status:
                return self.answer(int(status), [sign(request)])
            case "hang up":
                self.close_connection = True
                return None
        signature = sign(request)
        if request.get("keyid") == "no x5u":
            del signature["x5u"]
        return self.answer(201, [signature])

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Autograph)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
