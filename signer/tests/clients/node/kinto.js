/** kinto.js: a signed collection pulled and verified, and a plain one written from two places. */

import "fake-indexeddb/auto";

import assert from "node:assert/strict";
import Kinto from "kinto";
import KintoClient from "kinto-http/dist/kinto-http.min.js";

import { editor, fresh, url } from "./server.js";
import { isSigned } from "./signature.js";

const client = new KintoClient(url, { headers: editor });

/** A device of its own, with its own database. */
function device(bucket, headers, hooks) {
  const kinto = new Kinto.default({
    adapterOptions: { dbName: fresh("device") },
    remote: url,
    bucket,
    headers,
  });
  return (name) => kinto.collection(name, { hooks });
}

/** Refuses what the server did not sign, as the README of kinto-signer has it. */
async function verify(payload, collection) {
  const remote = new KintoClient(url).bucket(collection.bucket).collection(collection.name);
  const { signature } = await remote.getData();
  const { data: local } = await collection.list();
  const merged = new Map(local.map(({ _status, ...record }) => [record.id, record]));
  for (const record of payload.changes) {
    if (record.deleted) merged.delete(record.id);
    else merged.set(record.id, record);
  }
  if (!(await isSigned([...merged.values()], payload.lastModified, signature))) {
    throw new Error("not what was signed");
  }
  return payload;
}

async function pullsWhatIsSigned() {
  const name = fresh("signed");
  await client.createBucket("drafts");
  const bucket = client.bucket("drafts");
  await bucket.createCollection(name);
  const source = bucket.collection(name);
  const publish = () => source.setData({ status: "to-sign" }, { patch: true });
  const odd = { "\ufb33": 1, "😀": 2, 10: "\u007f\u2028 <\\/>\"", list: [{}, null, -1, true] };
  await source.createRecord({ id: "odd", ...odd });
  await source.batch((batch) => {
    for (let n = 0; n < 30; n += 1) batch.createRecord({ id: `r${n}`, n, word: "é".repeat(n) });
  });
  await publish();

  const pulled = device("published", {}, { "incoming-changes": [verify] })(name);
  const pull = () => pulled.sync({ strategy: Kinto.default.syncStrategy.PULL_ONLY });
  const first = await pull();
  assert.deepEqual([first.ok, first.created.length], [true, 31]);
  const again = await pull();
  assert.deepEqual([again.ok, again.created.length], [true, 0]);

  await source.updateRecord({ id: "r1", n: 100 });
  await source.deleteRecord("r2");
  await source.createRecord({ id: "late" });
  await publish();
  const second = await pull();
  assert.deepEqual(
    [second.created, second.updated, second.deleted].map((list) => list.length),
    [1, 1, 1],
  );
  assert.equal((await pulled.get("r1")).data.n, 100);
  // A new device gets the same from the start.
  const other = device("published", {}, { "incoming-changes": [verify] })(name);
  assert.equal((await other.sync()).created.length, 31);

  const tamper = (payload) => {
    payload.changes.find(({ id }) => id === "r1").n = 101;
    return payload;
  };
  const hooks = { "incoming-changes": [tamper, verify] };
  await assert.rejects(device("published", {}, hooks)(name).sync(), /not what was signed/);
}

async function pushesWithConflicts() {
  const { MANUAL, CLIENT_WINS, SERVER_WINS } = Kinto.default.syncStrategy;
  const bucket = fresh("plain");
  await client.createBucket(bucket);
  await client.bucket(bucket).createCollection("notes");
  const [one, two] = [device(bucket, editor)("notes"), device(bucket, editor)("notes")];

  const { data: note } = await one.create({ text: "first" });
  for (let n = 0; n < 40; n += 1) await one.create({ n });
  const pushed = await one.sync();
  assert.deepEqual([pushed.ok, pushed.published.length], [true, 41]);
  assert.equal((await two.sync()).created.length, 41);

  const edit = (place, text) => place.update({ id: note.id, text });
  await edit(one, "from one");
  await one.sync();
  await edit(two, "from two");
  const conflicting = await two.sync({ strategy: MANUAL });
  assert.deepEqual([conflicting.ok, conflicting.conflicts.length], [false, 1]);
  assert.equal(conflicting.conflicts[0].remote.text, "from one");
  await two.resolve(conflicting.conflicts[0], { ...conflicting.conflicts[0].local, text: "both" });
  assert.deepEqual((await two.sync()).published.length, 1);
  await one.sync();
  assert.equal((await one.get(note.id)).data.text, "both");

  await edit(one, "one again");
  await one.sync();
  await edit(two, "two wins");
  assert.equal((await two.sync({ strategy: CLIENT_WINS })).ok, true);
  await edit(one, "one loses");
  assert.equal((await one.sync({ strategy: SERVER_WINS })).ok, true);
  assert.equal((await one.get(note.id)).data.text, "two wins");

  // Somebody else's edit arrives between pull and push: the server's 412 is the conflict.
  const remote = client.bucket(bucket).collection("notes");
  await edit(two, "too late");
  const events = [];
  two.hooks["incoming-changes"] = [
    async (payload) => {
      if (events.push(payload) === 1) await remote.updateRecord({ id: note.id, text: "sooner" });
      return payload;
    },
  ];
  const raced = await two.sync({ strategy: MANUAL });
  assert.deepEqual([raced.ok, raced.conflicts.length], [false, 1]);
  assert.deepEqual([raced.conflicts[0].type, raced.conflicts[0].remote.text], ["outgoing", "sooner"]);

  await one.sync();
  await one.delete(note.id);
  assert.equal((await one.sync()).published.length, 1);
  const { data: left } = await remote.listRecords();
  assert.equal(left.length, 40);
  await client.deleteBucket(bucket);
}

await pullsWhatIsSigned();
await pushesWithConflicts();
console.log("kinto.js: ok");
