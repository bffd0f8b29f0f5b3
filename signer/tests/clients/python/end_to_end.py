"""The whole way of kinto-signer's own end-to-end script: an author fills a source collection, an
editor asks for review, a reviewer approves, and a stranger verifies, twice over."""

import random
import secrets

from server import as_anybody, as_editor, as_reviewer, fresh, same, verify

BATCH = 20


def upload(client):
    return [client.create_record(data={"one": secrets.token_hex(500)})["data"]
            for _ in range(BATCH)]


def place(resource, kind, collection):
    where = resource[kind]
    return {"bucket": where["bucket"], "collection": where["collection"] or collection}


def main():
    collection = fresh("source")
    author = as_editor(bucket="stage", collection=collection)
    reviewer = as_reviewer(bucket="stage", collection=collection)
    author_id, reviewer_id = (one.server_info()["user"]["id"] for one in (author, reviewer))

    signer = author.server_info()["capabilities"]["signer"]
    source = {"bucket": "stage", "collection": None}
    (resource,) = (one for one in signer["resources"] if one["source"] == source)
    preview = place(resource, "preview", collection)
    destination = place(resource, "destination", collection)

    bucket = author.create_bucket(if_not_exists=True)
    writers = [author_id, reviewer_id, *bucket["permissions"]["write"]]
    author.create_collection(permissions={"write": writers}, if_not_exists=True)
    for role, member in (("editors_group", author_id), ("reviewers_group", reviewer_id)):
        group = (resource.get(role) or signer[role]).format(collection_id=collection)
        author.patch_group(id=group, data={"members": [member]})

    records = upload(author)
    author.patch_collection(data={"status": "to-review"})
    same(len(verify(as_anybody(**preview))), BATCH)
    same(len(verify(as_anybody(**destination))), 0)
    before = as_anybody(**preview).get_collection()["data"]["signature"]
    since = as_anybody(**preview).get_records_timestamp()
    reviewer.patch_collection(data={"status": "to-sign"})
    same(len(verify(as_anybody(**destination))), BATCH)

    upload(author)
    # A copy's new times must not keep the source's edits out: these are sent with If-Match.
    edited = random.sample(records, 5)
    for record in edited:
        author.patch_record(data={**record, "newkey": "x"})
    deleted = random.sample([record for record in records if record not in edited], 5)
    for record in deleted:
        author.delete_record(id=record["id"])

    author.patch_collection(data={"status": "to-review"})
    same(len(verify(as_anybody(**preview))), 2 * BATCH - 5)
    changes = as_anybody(**preview).get_records(_since=since)
    same(len(changes), BATCH + 5 + 5)
    same({one["id"] for one in changes if one.get("deleted")}, {one["id"] for one in deleted})
    after = as_anybody(**preview).get_collection()["data"]["signature"]
    assert after["signature"] != before["signature"], after
    reviewer.patch_collection(data={"status": "to-sign"})
    signed = verify(as_anybody(**destination))
    same(len(signed), 2 * BATCH - 5)
    same({one["id"] for one in signed if "newkey" in one}, {one["id"] for one in edited})


main()
print("end to end: ok")
