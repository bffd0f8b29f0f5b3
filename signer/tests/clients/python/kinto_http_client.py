"""What kinto-http.py can ask of a server, asked and checked."""

from kinto_http import KintoBatchException
from kinto_http.patch_type import BasicPatch, JSONPatch, MergePatch

from server import as_anybody, as_editor, as_reviewer, fresh, has, refused, same, verify


def hello():
    info = as_editor().server_info()
    assert info["url"].endswith("/v1/"), info
    major, minor = info["http_api_version"].split(".")
    assert (int(major), int(minor)) >= (1, 4), info
    assert info["settings"]["batch_max_requests"] > 1, info
    assert info["user"]["id"] in info["user"]["principals"], info
    assert "user" not in as_anybody().server_info()
    resources = info["capabilities"]["signer"]["resources"]
    assert {"bucket": "stage", "collection": None} in [r["source"] for r in resources], resources


def buckets():
    client = as_editor(bucket=fresh("bucket"))
    me = client.server_info()["user"]["id"]
    created = client.create_bucket(data={"kind": "test"}, permissions={"read": ["system.Everyone"]})
    assert created["data"]["kind"] == "test", created
    same(created["permissions"], {"read": ["system.Everyone"], "write": [me]})
    same(client.get_bucket(), created)
    same(client.create_bucket(if_not_exists=True), created)
    existing = refused(412, client.create_bucket)["details"]["existing"]
    same(existing, created["data"])

    updated = client.update_bucket(data={"kind": "other"})
    assert updated["data"]["last_modified"] > created["data"]["last_modified"], updated
    stale = created["data"]["last_modified"]
    existing = refused(412, client.update_bucket, data={}, if_match=stale)["details"]["existing"]
    same(existing, updated["data"])
    now = updated["data"]["last_modified"]
    patched = client.patch_bucket(data={"more": [1, {"a": None}]}, if_match=now)["data"]
    assert (patched["kind"], patched["more"]) == ("other", [1, {"a": None}]), patched

    assert client.bucket_name in [bucket["id"] for bucket in client.get_buckets()]
    assert as_anybody().get_bucket(id=client.bucket_name)["permissions"] == {}
    refused(412, client.delete_bucket, if_match=stale)
    deleted = client.delete_bucket()
    assert (deleted["id"], deleted["deleted"]) == (client.bucket_name, True), deleted
    client.delete_bucket(if_exists=True)
    refused(403, client.delete_bucket)


def groups(client):
    created = client.create_group(id="people", data={"members": ["notary:a@b.example"]})
    same(created["data"]["members"], ["notary:a@b.example"])
    same(client.get_group(id="people"), created)
    same(client.create_group(id="people", if_not_exists=True), created)
    stale = created["data"]["last_modified"]
    updated = client.update_group(id="people", data={"members": []}, if_match=stale)
    same(updated["data"]["members"], [])
    refused(412, client.update_group, id="people", data={"members": []}, if_match=stale)
    client.patch_group(id="people", data={"members": ["notary:c@d.example"], "title": "x"})
    changes = MergePatch(data={"title": None})
    patched = client.patch_group(id="people", changes=changes)["data"]
    assert patched["members"] == ["notary:c@d.example"] and "title" not in patched, patched
    operation = {"op": "add", "path": "/data/members/-", "value": "notary:e@f.example"}
    patched = client.patch_group(id="people", changes=JSONPatch([operation]))["data"]
    same(patched["members"], ["notary:c@d.example", "notary:e@f.example"])

    client.create_group(id="others", data={"members": []})
    same({group["id"] for group in client.get_groups()}, {"people", "others"})
    assert client.delete_group(id="others")["deleted"] is True
    refused(404, client.delete_group, id="others")
    client.delete_group(id="others", if_exists=True)
    same([group["id"] for group in client.delete_groups()], ["people"])
    same(client.get_groups(), [])


def collections(client):
    created = client.create_collection(data={"title": "A"}, permissions={"read": ["system.Everyone"]})
    same(client.get_collection(), created)
    same(client.create_collection(if_not_exists=True), created)
    same(refused(412, client.create_collection)["details"]["existing"], created["data"])
    stale = created["data"]["last_modified"]
    updated = client.update_collection(data={"title": "B", "sort": "-n"}, if_match=stale)
    refused(412, client.patch_collection, data={"title": "C"}, if_match=stale)
    patched = client.patch_collection(data={"title": "C"}, if_match=updated["data"]["last_modified"])
    assert (patched["data"]["title"], patched["data"]["sort"]) == ("C", "-n"), patched
    patched = client.patch_collection(changes=MergePatch(data={"sort": None, "deep": {"a": 1}}))
    assert "sort" not in patched["data"] and patched["data"]["deep"] == {"a": 1}, patched
    operations = [{"op": "test", "path": "/data/title", "value": "C"},
                  {"op": "replace", "path": "/data/deep/a", "value": 2}]
    patched = client.patch_collection(changes=JSONPatch(operations))
    same(patched["data"]["deep"], {"a": 2})
    client.create_collection(id="second")
    same({one["id"] for one in client.get_collections()}, {client.collection_name, "second"})
    assert client.delete_collection(id="second")["deleted"] is True
    client.delete_collection(id="second", if_exists=True)
    refused(404, client.delete_collection, id="second")


def schema(client):
    """Kinto's own check of records."""
    client.create_collection(
        id="strict",
        data={"schema": {"type": "object", "properties": {"n": {"type": "integer"}}}},
    )
    assert "schema" in client.create_record(collection="strict", data={"n": 1})["data"]
    answer = refused(400, client.create_record, collection="strict", data={"n": "one"})
    assert answer["errno"] == 107 and answer["details"][0]["name"] == "n", answer
    client.delete_collection(id="strict")


def records(client):
    created = client.create_record(id="one", data={"n": 1, "o": {"a": 1, "b": 2}})
    same(client.get_record(id="one"), created)
    same(client.create_record(id="one", if_not_exists=True), created)
    same(refused(412, client.create_record, id="one")["details"]["existing"], created["data"])
    generated = client.create_record(data={"n": 2})["data"]
    assert len(generated["id"]) == 36, generated
    stale = created["data"]["last_modified"]

    updated = client.update_record(id="one", data={"n": 3}, if_match=stale)["data"]
    assert updated["n"] == 3 and "o" not in updated, updated
    # Its last_modified says which version it is an edit of.
    refused(412, client.update_record, data=created["data"])
    updated = client.update_record(data=created["data"], safe=False)["data"]
    assert updated["n"] == 1 and updated["last_modified"] > stale, updated

    patched = client.patch_record(id="one", changes=BasicPatch(data={"o": {"a": 5}}))["data"]
    same(patched["o"], {"a": 5})
    patched = client.patch_record(id="one", changes=MergePatch(data={"o": {"b": 6}, "n": None}))
    assert patched["data"]["o"] == {"a": 5, "b": 6} and "n" not in patched["data"], patched
    operations = [{"op": "move", "from": "/data/o/a", "path": "/data/a"},
                  {"op": "add", "path": "/permissions/read/system.Everyone"}]
    patched = client.patch_record(id="one", changes=JSONPatch(operations))
    assert patched["data"]["a"] == 5 and patched["data"]["o"] == {"b": 6}, patched
    same(patched["permissions"]["read"], ["system.Everyone"])
    refused(412, client.patch_record, original=created["data"], changes=MergePatch(data={}))
    wrong = JSONPatch([{"op": "test", "path": "/data/a", "value": 0}])
    refused(400, client.patch_record, id="one", changes=wrong)

    refused(412, client.delete_record, id="one", if_match=stale)
    deleted = client.delete_record(id="one", if_match=patched["data"]["last_modified"])
    same(set(deleted), {"id", "last_modified", "deleted"})
    refused(404, client.get_record, id="one")
    refused(404, client.delete_record, id="one")
    client.delete_record(id="one", if_exists=True)

    since = client.get_records(_since=stale)
    same({(record["id"], record.get("deleted", False)) for record in since},
         {("one", True), (generated["id"], False)})
    same([record["id"] for record in client.delete_records()], [generated["id"]])
    same(client.get_records(), [])


def pages(client):
    with client.batch() as batch:
        for n in range(60):
            batch.create_record(id=f"r{n:02}", data={"n": n, "even": n % 2 == 0, "s": f"x{n}"})
    results = batch.results()
    same([one["data"]["n"] for one in results], list(range(60)))

    same(len(client.get_records(_limit=7)), 7)
    same(len(client.get_records(_limit=7, pages=3)), 21)
    every = client.get_records(_limit=7, pages=float("inf"), _sort="-n")
    same([record["n"] for record in every], list(range(59, -1, -1)))
    generator = client.get_paginated_records(_limit=25, _sort="even,n")
    same([len(page["data"]) for page in generator], [25, 25, 10])

    same([record["n"] for record in client.get_records(min_n=3, lt_n=6, _sort="n")], [3, 4, 5])
    same(len(client.get_records(even=True)), 30)
    same(len(client.get_records(in_id=["r01", "r02"])), 2)
    same(len(client.get_records(exclude_id=["r01", "r02"])), 58)
    same(len(client.get_records(like_s="x5")), 11)
    same([sorted(record) for record in client.get_records(s="x7", _fields="n")],
         [["id", "last_modified", "n"]])

    timestamp = client.get_records_timestamp()
    same(timestamp, as_editor(bucket=client.bucket_name, collection=client.collection_name)
         .get_records_timestamp())
    same(client.get_records(if_none_match=timestamp), [])
    same(client.get_records(_since=timestamp), [])


def batches(client):
    try:
        with client.batch() as batch:
            batch.create_record(id="r01", data={})
            batch.create_record(id="new", data={})
            batch.delete_record(id="absent")
        raise AssertionError("a failing batch says so")
    except KintoBatchException as error:
        same([one.response.status_code for one in error.exceptions], [412, 404])
    # Four hundreds undo nothing.
    assert client.get_record(id="new")["data"]["id"] == "new"

    tolerant = as_editor(bucket=client.bucket_name, collection=client.collection_name)
    tolerant._ignore_batch_4xx = True
    with tolerant.batch() as batch:
        batch.patch_record(id="new", data={"n": 61})
        batch.delete_record(id="r00", if_match=1)
        batch.update_record(id="r01", data={"n": 1000}, safe=False)
        batch.delete_record(id="new")
    results = batch.results()
    same([one.get("code") for one in results], [None, 412, None, None])
    same(results[3]["data"]["deleted"], True)


def permissions(client):
    reviewer = as_reviewer(bucket=client.bucket_name, collection=client.collection_name)
    reviewer_id = reviewer.server_info()["user"]["id"]
    refused(403, reviewer.create_record, data={})
    client.create_record(id="shared", data={}, permissions={"write": [reviewer_id]})
    reviewer.patch_record(id="shared", data={"by": "reviewer"})
    # Only what is shared with them. Reading the collection is everybody's.
    entries = reviewer.get_permissions(exclude_resource_names=("group", "collection"))
    mine = [one for one in entries if one.get("bucket_id") == client.bucket_name]
    same([(one["record_id"], sorted(one["permissions"])) for one in mine
          if one["resource_name"] == "record"], [("shared", ["read", "write"])])
    client.patch_collection(permissions={"record:create": [reviewer_id]})
    assert reviewer.create_record(data={})["data"]["id"]
    refused(403, reviewer.get_groups)
    client.create_group(id="readers", data={"members": [reviewer_id]})
    uri = f"/buckets/{client.bucket_name}/groups/readers"
    client.patch_bucket(permissions={"read": [uri]})
    same([group["id"] for group in reviewer.get_groups()], ["readers"])
    client.delete_group(id="readers")
    same(refused(403, reviewer.get_groups)["errno"], 121)
    refused(401, as_anybody(bucket=client.bucket_name).patch_bucket, data={})


def history(client):
    name = client.collection_name
    client.create_record(id="traced", data={"v": 1})
    client.patch_record(id="traced", data={"v": 2})
    client.delete_record(id="traced")
    uri = f"/buckets/{client.bucket_name}/collections/{name}/records/traced"
    entries = client.get_history(uri=uri, _sort="last_modified")
    same([entry["action"] for entry in entries], ["create", "update", "delete"])
    same([entry["target"]["data"].get("v") for entry in entries[:2]], [1, 2])
    me = client.server_info()["user"]["id"]
    same({(entry["user_id"], entry["resource_name"], entry["record_id"], entry["collection_id"])
          for entry in entries}, {(me, "record", "traced", name)})
    before = entries[1]["last_modified"]
    same(len(client.get_history(uri=uri, _before=before)), 1)
    same(client.get_history(collection_id=name, exclude_user_id=[me], record_id="traced"), [])
    same(len(client.get_history(uri=uri, **{"target.data.v": 2})), 1)
    assert len(client.purge_history(uri=uri)) == 3
    same(client.get_history(uri=uri), [])


def review():
    name = fresh("review")
    editor = as_editor(bucket="stage", collection=name)
    reviewer = as_reviewer(bucket="stage", collection=name)
    preview, signed = (as_anybody(bucket=bucket, collection=name) for bucket in ("preview", "prod"))
    editor_id, reviewer_id = (one.server_info()["user"]["id"] for one in (editor, reviewer))

    def status():
        return editor.get_collection()["data"]["status"]

    editor.create_bucket(if_not_exists=True)
    editor.patch_bucket(permissions={"read": [reviewer_id]})
    editor.create_collection(data={"title": "reviewed"}, permissions={"write": [reviewer_id]})
    same(status(), "signed")
    same(verify(signed), [])
    same(editor.get_group(id=f"{name}-editors")["data"]["members"], [editor_id])
    editor.patch_group(id=f"{name}-reviewers", data={"members": [reviewer_id]})

    editor.create_record(id="a", data={"v": 1})
    editor.create_record(id="b", data={"v": "é\u007f😀"})
    same(status(), "work-in-progress")
    refused(400, reviewer.approve_changes)
    refused(403, reviewer.request_review, "not mine to ask")
    editor.request_review("please look")
    same(status(), "to-review")
    same({record["id"] for record in verify(preview)}, {"a", "b"})
    same(verify(signed), [])

    reviewer.decline_changes("no b, please")
    metadata = editor.get_collection()["data"]
    same((metadata["status"], metadata["last_reviewer_comment"]), ("work-in-progress", "no b, please"))
    editor.delete_record(id="b")
    editor.request_review("without b")
    refused(403, editor.approve_changes)
    answer = reviewer.approve_changes()
    same(answer["data"]["status"], "to-sign")
    metadata = editor.get_collection()["data"]
    same([metadata[field] for field in
          ("status", "last_edit_by", "last_review_request_by", "last_review_by", "last_signature_by")],
         ["signed", editor_id, editor_id, reviewer_id, reviewer_id])
    same([(record["id"], record["v"]) for record in verify(signed)], [("a", 1)])
    refused(400, editor.patch_collection, data={"last_review_by": editor_id})
    refused(400, editor.patch_collection, data={"status": "signed-off"})

    timestamp = signed.get_records_timestamp()
    editor.patch_record(id="a", data={"v": 2})
    editor.create_record(id="c", data={})
    editor.rollback_changes("never mind")
    same(status(), "signed")
    same([(record["id"], record["v"]) for record in editor.get_records()], [("a", 1)])
    same([record["id"] for record in verify(signed)], ["a"])
    refused(400, editor.rollback_changes, "nothing to undo")
    editor.patch_collection(data={"status": "to-resign"})
    same(signed.clone(server_url=signed.session.server_url).get_records_timestamp(), timestamp)
    verify(signed)
    # Nobody may take away what is published, nor add to it.
    assert refused(403, editor.delete_collection, bucket="prod")["message"] == "Collection is in use."

    if has(editor, "changes", "changeset"):
        changeset = signed.get_changeset(bust_cache=True)
        same(changeset["timestamp"], int(timestamp))
        same([record["id"] for record in changeset["changes"]], ["a"])
        same(changeset["metadata"]["bucket"], "prod")
        same(signed.get_changeset(_since=changeset["timestamp"])["changes"], [])
    editor.delete_collection()
    same(verify(signed), [])


def main():
    hello()
    buckets()
    client = as_editor(bucket=fresh("bucket"), collection="things")
    client.create_bucket()
    for part in (groups, collections, schema, records, pages, batches, permissions, history):
        part(client)
    client.delete_collections()
    client.delete_bucket()
    review()


main()
print("kinto-http.py: ok")
