import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Packet } from "../codec/index.ts";
import { askPublish, askSubscribe } from "./ask.ts";
import { OTHER, publishOf, Rig, TOKEN } from "./rig.testing.ts";

/** Levels that mean something to the rig's fleet, and some that do not. */
const level = fc.constantFrom(
  "dtck",
  "dtck-pub",
  "dtck-errors",
  "$SYS",
  "p",
  "q",
  "d1",
  "S1",
  "T",
  "t",
  "x",
  "*",
  "",
  "+",
  "#",
);
const topics = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join("/"));

async function loggedIn(token: string) {
  const rig = new Rig();
  const wire = await rig.login({ token });
  const principal = rig.authority.principalOf(token === TOKEN ? "a:1" : "a:2");
  if (!principal) throw new Error("nobody has this token");
  return { rig, wire, principal };
}

test.each([TOKEN, OTHER])("what is told of a publish is what the publish is answered (%p)", async (token) => {
  const { rig, wire, principal } = await loggedIn(token);
  const named = topics.filter((topic) => topic !== "" && !/[+#]/.test(topic));
  await fc.assert(
    fc.asyncProperty(named, async (topic) => {
      wire.got();
      wire.send(publishOf(topic, "1", { qos: 1, packetId: 1 }));
      await rig.settle();
      const [puback] = wire.got().filter((packet) => packet.type === "puback");
      const asked = askPublish(rig.broker, principal, topic);
      // a batch is looked at when it comes: 1 is none
      const { code, reason } = { code: asked?.code, reason: puback?.reasonCode ?? 0 };
      expect([topic, code, asked !== null || reason === 0 || reason === 0x99]).toEqual([topic, code, true]);
      if (asked !== null) expect([topic, reason >= 0x80]).toEqual([topic, true]);
    }),
    { numRuns: 150 },
  );
});

test.each([TOKEN, OTHER])("what is told of a filter is what SUBACK says (%p)", async (token) => {
  const { rig, wire, principal } = await loggedIn(token);
  const options = { qos: 0 as const, noLocal: false, retainAsPublished: false, retainHandling: 2 as const };
  // what is no filter ends the connection, and has tests of its own
  const filters = topics.filter((f) => f !== "" && !/#./.test(f) && !/[^/][#+]|[#+][^/]/.test(f));
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      wire.got();
      const subscribe: Packet = { type: "subscribe", packetId: 1, subscriptions: [{ filter, ...options }] };
      wire.send(subscribe);
      await rig.settle();
      const [suback] = wire.got().filter((packet) => packet.type === "suback");
      const asked = askSubscribe(rig.broker, principal, filter);
      expect([filter, asked.granted]).toEqual([filter, (suback?.reasonCodes[0] ?? 0x80) < 0x80]);
    }),
    { numRuns: 150 },
  );
});
