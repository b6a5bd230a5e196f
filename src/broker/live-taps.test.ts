import { expect, test } from "bun:test";
import { publishOf, Rig } from "./rig.testing.ts";
import { heardOf } from "../fanout/live-taps.ts";

test("live taps hear what is published, after its commit, in order, as the log tells it again", async () => {
  const rig = new Rig();
  const heard: [number, string][] = [];
  const { hub, store } = rig;
  const wanted = { T: true };
  const stop = hub.taps.add({
    hears: (_, field) => field.row.id !== "T" || wanted.T,
    hear: (seq, text) => void heard.push([seq, text]),
  });
  const wire = await rig.login({ clientId: "publisher" });
  const publish = async (field: string, payload: string, timestamp?: string) => {
    const properties = timestamp === undefined ? {} : { properties: { userProperties: [["timestamp", timestamp]] } };
    wire.send(publishOf(`dtck-pub/p/d1/${field}`, payload, { qos: 1, packetId: 1, ...(properties as object) }));
    await rig.pass(1);
  };
  store.held = true;
  await publish("T", "22.50");
  expect(heard).toEqual([]);
  store.held = false;
  store.answer();
  await rig.pass(1);
  expect(heard).toHaveLength(1);
  // backfill is stored only, and a refused value is nothing
  await publish("T", "1", "2001-01-01T00:00:00Z");
  await publish("T", "warm");
  wanted.T = false;
  await publish("T", "23");
  wanted.T = true;
  await publish("T", "24");
  const values = heard.map(([, text]) => (JSON.parse(text) as { value: unknown }).value);
  expect(values).toEqual([22.5, 24]);
  const { records } = await store.readLog(0, hub.fannedSeq, 1e9);
  const again = records.flatMap((record) =>
    [...heardOf(record, 0, hub.fannedSeq, hub.series)].map((h) => [h.seq, h.field.row.id]),
  );
  expect(again).toEqual([
    [heard[0]?.[0] ?? 0, "T"],
    [again[1]?.[0] ?? 0, "T"],
    [heard[1]?.[0] ?? 0, "T"],
  ]);
  const texts = records.flatMap((record) => Array.from(heardOf(record, 0, hub.fannedSeq, hub.series), (h) => h.text()));
  expect([texts[0], texts[2]]).toEqual(heard.map(([, text]) => text));
  stop();
  await publish("T", "25");
  expect(heard).toHaveLength(2);
});

test("those who follow free topics hear messages after their commit, in order, of their workspace alone", async () => {
  const rig = new Rig({}, { freeTopics: true });
  const { hub, store } = rig;
  const heard: string[] = [];
  const stop = hub.freeTaps.add({
    workspace: 1,
    hear: ({ freeTopic, buf, payloadAt, payloadEnd, retain }) => {
      const payload = new TextDecoder().decode(buf.subarray(payloadAt, payloadEnd));
      heard.push(`${freeTopic.name} ${payload}${retain ? " R" : ""}`);
    },
  });
  const other = hub.freeTaps.add({ workspace: 2, hear: () => heard.push("of another workspace") });
  const wire = await rig.login({ clientId: "publisher" });
  store.held = true;
  wire.send(publishOf("a/b", "1", { qos: 1, packetId: 1, retain: true }));
  for (const payload of ["2", "3"]) wire.send(publishOf("a/c", payload, { qos: 0 }));
  await rig.pass(1);
  expect(heard).toEqual([]);
  store.held = false;
  store.answer();
  await rig.pass(1);
  expect(heard).toEqual(["a/b 1 R", "a/c 2", "a/c 3"]);
  stop();
  other();
  wire.send(publishOf("a/b", "4", { qos: 0 }));
  await rig.pass(1);
  expect(heard).toHaveLength(3);
});
