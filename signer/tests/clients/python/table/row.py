"""A row of the tables: a request, and the answer it must get."""

from dataclasses import dataclass, field, replace

KINTO = ("kinto14", "kinto26")
"""The real servers that the tables know: 14.8 with kinto-signer 8.1, and 26.5 with the successor."""


@dataclass
class Answer:
    """What must hold of an answer; the rest is free."""

    status: int
    errno: int | None = None
    says: str | None = None
    """How the message begins."""
    answers: dict = field(default_factory=dict)
    """Headers: the value, a pattern, or None for "not there"."""
    body: dict = field(default_factory=dict)
    """Paths into the body, as "data.0.id", with the value, a pattern, or None for "not there"."""


@dataclass
class Row:
    request: str
    answer: Answer
    caller: str
    headers: dict
    json: object
    raw: bytes | None
    name: str | None
    """Later rows know this answer's ETag, without quotes, as $name."""
    elsewhere: dict
    """By the name of a server, what it answers instead."""

    def expected(self, server):
        return replace(self.answer, **self.elsewhere.get(server, {}))


def row(request, status, errno=None, says=None, *, caller="editor", headers=None, json=None,
        raw=None, name=None, answers=None, body=None, kinto14=None, kinto26=None, kinto=None,
        why=None):
    """`kinto`, `kinto14` and `kinto26` say what those servers answer instead, and `why` why ours
    does not."""
    elsewhere = {
        server: {"errno": None, "says": None, "answers": {}, "body": {}, **differs}
        for server, differs in zip(KINTO, (kinto14 or kinto, kinto26 or kinto))
        if differs
    }
    assert not kinto or why, f"{request}: why does ours differ?"
    answer = Answer(status, errno, says, answers or {}, body or {})
    return Row(request, answer, caller, headers or {}, json, raw, name, elsewhere)
