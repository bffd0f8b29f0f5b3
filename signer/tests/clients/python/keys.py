"""P-384 keys by cryptography and ecdsa.

`keys.py write` prints private and public keys in all PEM forms, and keys that we must not take.
`keys.py check` reads {private, public, message, signature}, all text, and signs and verifies.
"""

import base64
import hashlib
import json
import sys

import ecdsa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519


def pem(label, der):
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n"


def private(key, encoding):
    none = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, encoding, none).decode()


def public(key):
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, spki).decode()


def scalar_only(key, size):
    """ECPrivateKey (RFC 5915) without parameters and public key: nothing names its curve."""
    scalar = key.private_numbers().private_value.to_bytes(size, "big")
    return pem("EC PRIVATE KEY", bytes([0x30, size + 5, 2, 1, 1, 4, size]) + scalar)


def write():
    sec1 = serialization.PrivateFormat.TraditionalOpenSSL
    pkcs8 = serialization.PrivateFormat.PKCS8
    key = ec.generate_private_key(ec.SECP384R1())
    p256 = ec.generate_private_key(ec.SECP256R1())
    secp384r1 = pem("EC PARAMETERS", bytes([0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22]))
    edwards = ed25519.Ed25519PrivateKey.generate()
    brainpool = ec.generate_private_key(ec.BrainpoolP384R1())
    return {
        "public": public(key),
        "private": {
            "sec1": private(key, sec1),
            "parameters and sec1": secp384r1 + private(key, sec1),
            "pkcs8": private(key, pkcs8),
            "ecdsa": ecdsa.SigningKey.from_pem(private(key, sec1)).to_pem().decode(),
            "scalar only": scalar_only(key, 48),
        },
        "refused": {
            "p256 sec1": private(p256, sec1),
            "p256 pkcs8": private(p256, pkcs8),
            "p256 scalar only": scalar_only(p256, 32),
            "brainpool sec1": private(brainpool, sec1),
            "brainpool pkcs8": private(brainpool, pkcs8),
            "ed25519": private(edwards, pkcs8),
        },
        "refused public": {"p256": public(p256), "ed25519": public(edwards)},
    }


def check():
    asked = json.load(sys.stdin)
    message = asked["message"].encode()
    signature = base64.urlsafe_b64decode(asked["signature"])
    sha384 = hashlib.sha384
    ours = ecdsa.SigningKey.from_pem(asked["private"])
    assert ours.sign_deterministic(message, hashfunc=sha384) == signature
    assert ecdsa.VerifyingKey.from_pem(asked["public"]).verify(signature, message, sha384)
    serialization.load_pem_private_key(asked["private"].encode(), None)
    return True


print(json.dumps({"write": write, "check": check}[sys.argv[1]]()))
