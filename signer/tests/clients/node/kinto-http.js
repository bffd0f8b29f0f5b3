/** What kinto-http.js can ask of a server, asked and checked. With Node's own fetch. */

import assert from "node:assert/strict";
// Its build for browsers, which uses the fetch that Node has, too.
import KintoClient from "kinto-http/dist/kinto-http.min.js";

import { editor, fresh, reviewer, url } from "./server.js";

const client = new KintoClient(url, { headers: editor });
const stranger = new KintoClient(url);
const me = (await client.fetchUser()).id;
const other = (await new KintoClient(url, { headers: reviewer }).fetchUser()).id;

const refused = (status, promise) =>
  assert.rejects(promise, (error) => {
    assert.equal(error.response.status, status, error.message);
    return true;
  });

const ids = (list) => list.map(({ id }) => id);

async function hello() {
  assert.match(await client.fetchHTTPApiVersion(), /^1\.\d+$/);
  assert.ok((await client.fetchServerSettings()).batch_max_requests > 1);
  const capabilities = await client.fetchServerCapabilities();
  for (const name of ["signer", "history", "permissions_endpoint"]) {
    assert.ok(name in capabilities, name);
  }
  assert.equal(await stranger.fetchUser(), undefined);
  for (const path of ["__heartbeat__", "__lbheartbeat__"]) {
    const response = await fetch(`${url}/${path}`);
    assert.equal(response.status, 200);
    const parts = Object.values(await response.json());
    assert.ok(parts.every((part) => part === true), `${path}: ${parts}`);
  }
}

async function buckets() {
  const name = fresh("bucket");
  const { data } = await client.createBucket(name, { data: { kind: "test" } });
  assert.equal(data.kind, "test");
  await refused(412, client.createBucket(name, { safe: true }));
  const bucket = client.bucket(name);
  assert.deepEqual(await bucket.getData(), data);
  const changed = await bucket.setData({ more: 1 }, { patch: true });
  assert.deepEqual([changed.data.kind, changed.data.more], ["test", 1]);
  const stale = { safe: true, last_modified: data.last_modified };
  await refused(412, bucket.setData({ kind: "late" }, stale));
  assert.deepEqual(await bucket.getPermissions(), { write: [me] });
  await bucket.addPermissions({ read: [other] });
  await bucket.addPermissions({ read: ["system.Everyone"] });
  assert.deepEqual((await bucket.getPermissions()).read.sort(), [other, "system.Everyone"].sort());
  await bucket.removePermissions({ read: ["system.Everyone"] });
  assert.deepEqual((await bucket.getPermissions()).read, [other]);
  await bucket.setPermissions({ write: [me] });
  assert.deepEqual(await bucket.getPermissions(), { write: [me] });
  assert.ok(ids((await client.listBuckets()).data).includes(name));
  await refused(412, client.deleteBucket(name, stale));
  assert.equal((await client.deleteBucket(name)).data.deleted, true);
  await refused(403, bucket.getData());
}

async function groups(bucket) {
  const { data } = await bucket.createGroup("people", [other], { data: { title: "x" } });
  assert.deepEqual([data.members, data.title], [[other], "x"]);
  await bucket.updateGroup({ id: "people", members: [] }, { patch: true });
  assert.deepEqual((await bucket.getGroup("people")).data.members, []);
  await bucket.createGroup("more", [me]);
  assert.deepEqual(ids((await bucket.listGroups({ sort: "id" })).data), ["more", "people"]);
  assert.match(await bucket.getGroupsTimestamp(), /^"\d+"$/);
  await bucket.deleteGroup("more");
  await refused(404, bucket.getGroup("more"));
  assert.deepEqual(ids((await bucket.deleteGroups()).data), ["people"]);
}

async function collections(bucket) {
  const { data } = await bucket.createCollection("things", { data: { title: "A" } });
  assert.equal(data.title, "A");
  const things = bucket.collection("things");
  await things.setData({ ...data, title: "B" }, { safe: true });
  await refused(412, things.setData({ ...data, title: "C" }, { safe: true }));
  assert.equal((await things.getData()).title, "B");
  await things.setPermissions({ read: ["system.Everyone"] });
  assert.deepEqual((await things.getPermissions()).read, ["system.Everyone"]);
  await bucket.createCollection("others");
  const found = await bucket.listCollections({ filters: { exclude_id: "others" } });
  assert.deepEqual(ids(found.data), ["things"]);
  assert.match(await bucket.getCollectionsTimestamp(), /^"\d+"$/);
  await bucket.deleteCollection("others");
}

async function records(bucket) {
  const things = bucket.collection("things");
  const { data } = await things.createRecord({ id: "one", n: 1, deep: { a: 1 } });
  assert.equal((await things.createRecord({ n: 2 })).data.id.length, 36);
  await refused(412, things.createRecord({ id: "one" }, { safe: true }));
  const patched = await things.updateRecord({ id: "one", m: 3 }, { patch: true });
  assert.deepEqual([patched.data.n, patched.data.m], [1, 3]);
  await refused(412, things.updateRecord({ ...data, n: 9 }, { safe: true }));
  const replaced = await things.updateRecord({ ...patched.data, n: 4 }, { safe: true });
  assert.equal(replaced.data.n, 4);
  assert.deepEqual((await things.getRecord("one")).data, replaced.data);
  assert.deepEqual(await things.getRecord("one", { fields: ["n"] }).then((one) => Object.keys(one.data).sort()),
    ["id", "last_modified", "n"]);
  await refused(412, things.deleteRecord(data, { safe: true }));
  await things.deleteRecord("one");
  await refused(404, things.getRecord("one"));
  const { data: since } = await things.listRecords({ since: `${data.last_modified}` });
  assert.deepEqual(since.find(({ id }) => id === "one").deleted, true);
  // No body on a plain stranger's way either.
  const open = stranger.bucket(bucket.name).collection("things");
  assert.equal((await open.listRecords()).data.length, 1);
  await refused(401, open.createRecord({}));
  await things.deleteRecords();
  assert.equal(await things.getTotalRecords(), 0);
}

async function batches(bucket) {
  const things = bucket.collection("things");
  const responses = await things.batch((batch) => {
    for (let n = 0; n < 60; n += 1) batch.createRecord({ id: `r${n}`, n, even: n % 2 === 0 });
  });
  assert.deepEqual(new Set(responses.map(({ status }) => status)), new Set([201]));
  assert.deepEqual(responses.map(({ body }) => body.data.n), [...Array(60).keys()]);
  const outcome = await things.batch(
    (batch) => {
      batch.createRecord({ id: "r1", n: "conflict" }, { safe: true });
      batch.updateRecord({ id: "r2", n: "fine" });
      batch.deleteRecord("absent");
      batch.deleteRecord("r3");
    },
    { aggregate: true },
  );
  assert.deepEqual(outcome.errors, []);
  assert.equal(outcome.published.length, 2);
  assert.deepEqual(ids(outcome.skipped), ["absent"]);
  assert.equal(outcome.conflicts.length, 1);
  assert.equal(outcome.conflicts[0].remote.n, 1);
}

async function pages(bucket) {
  const things = bucket.collection("things");
  assert.equal(await things.getTotalRecords(), 59);
  const first = await things.listRecords({ limit: 25, sort: "-last_modified" });
  assert.deepEqual([first.data.length, first.hasNextPage], [25, true]);
  assert.equal(`"${first.last_modified}"`, await things.getRecordsTimestamp());
  const second = await first.next();
  const third = await second.next();
  assert.deepEqual([second.data.length, third.data.length, third.hasNextPage], [25, 9, false]);
  const all = [first, second, third].flatMap(({ data }) => ids(data));
  assert.equal(new Set(all).size, 59);
  const every = await things.listRecords({ limit: 10, pages: Infinity, filters: { even: true } });
  assert.equal(every.data.length, 29);
  const some = await things.listRecords({ filters: { min_n: 57, in_id: "r56,r57,r58" }, sort: "n" });
  assert.deepEqual(ids(some.data), ["r57", "r58"]);
  const few = await things.listRecords({ limit: 1, fields: ["n"] });
  assert.deepEqual(Object.keys(few.data[0]).sort(), ["id", "last_modified", "n"]);
}

async function snapshots(bucket) {
  await bucket.createCollection("past");
  const past = bucket.collection("past");
  const { data: kept } = await past.createRecord({ id: "kept", v: 1 });
  const { data: gone } = await past.createRecord({ id: "gone", v: 1 });
  await past.updateRecord({ ...kept, v: 2 });
  await past.deleteRecord("gone");
  const then = await past.listRecords({ at: gone.last_modified });
  assert.deepEqual(then.data, [gone, kept]);
  assert.deepEqual((await past.listRecords()).data.map(({ v }) => v), [2]);
  const { data: history } = await bucket.listHistory({
    filters: { collection_id: "past", resource_name: "record" },
    sort: "last_modified",
  });
  assert.deepEqual(history.map(({ action }) => action), ["create", "create", "update", "delete"]);
  assert.ok(history.every(({ user_id, date }) => user_id === me && !Number.isNaN(Date.parse(date))));
}

async function permissions(bucket) {
  const { data } = await client.listPermissions({
    sort: "id",
    filters: { exclude_resource_name: "record,group" },
    pages: Infinity,
  });
  const mine = data.filter(({ bucket_id }) => bucket_id === bucket.name);
  assert.deepEqual(
    mine.map(({ uri }) => uri).sort(),
    ["", "/collections/past", "/collections/things"].map((tail) => `/buckets/${bucket.name}${tail}`),
  );
  assert.ok(mine.every((entry) => entry.permissions.includes("write")));
  assert.ok(data.some(({ uri, resource_name }) => uri === "/" && resource_name === "root"));
}

/** A page of another origin may read what it needs, also of refusals. */
async function crossOrigin() {
  const headers = { Origin: "https://elsewhere.example" };
  for (const path of ["/", "/buckets/absent", "/nothing/here"]) {
    const response = await fetch(url + path, { headers });
    assert.ok(["*", headers.Origin].includes(response.headers.get("access-control-allow-origin")), path);
    const exposed = response.headers.get("access-control-expose-headers").split(/, */);
    for (const name of ["Backoff", "Retry-After", "Alert"]) assert.ok(exposed.includes(name), name);
  }
  const preflight = await fetch(`${url}/buckets/b/collections/c/records/r`, {
    method: "OPTIONS",
    headers: {
      ...headers,
      "Access-Control-Request-Method": "PATCH",
      "Access-Control-Request-Headers": "authorization,content-type,if-match",
    },
  });
  assert.equal(preflight.status, 200);
  assert.match(preflight.headers.get("access-control-allow-methods"), /PATCH/);
  assert.match(preflight.headers.get("access-control-allow-headers").toLowerCase(), /if-match/);
}

await hello();
await buckets();
const bucket = client.bucket(fresh("bucket"));
await client.createBucket(bucket.name);
for (const part of [groups, collections, records, batches, pages, snapshots, permissions]) {
  await part(bucket);
}
await client.deleteBucket(bucket.name);
await crossOrigin();
console.log("kinto-http.js: ok");
