import { expect, test } from "bun:test";
import fc from "fast-check";
import { SLOT_ACKED, SLOT_RECEIVED, SLOT_SENT, Window } from "./window.ts";

type Step =
  | { readonly push: number }
  | { readonly ack: number }
  | { readonly state: number }
  | { readonly shift: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ push: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ ack: fc.nat(30) }),
  fc.record({ state: fc.nat(30) }),
  fc.record({ shift: fc.nat(100) }),
);

test("property: a window is a list; identifiers run 1..65535 and round again; the front goes when it is acknowledged [MQTT-2.2.1-4] [MQTT-4.3.2-1] [MQTT-4.3.3-1]", () => {
  fc.assert(
    fc.property(fc.constantFrom(0, 1, 65_520, 65_534), fc.array(step, { maxLength: 60 }), (first, steps) => {
      const window = new Window(first);
      const list: { id: number; position: number; state: number }[] = [];
      let nextId = first + 1;
      let at = 0;
      for (const s of steps) {
        if ("push" in s) {
          for (let i = 0; i < s.push; i++) {
            at += 10;
            expect(window.push(at, SLOT_SENT)).toBe(nextId);
            list.push({ id: nextId, position: at, state: SLOT_SENT });
            nextId = nextId === 65_535 ? 1 : nextId + 1;
          }
        } else if ("shift" in s) {
          window.shift(s.shift);
          for (const one of list) one.position += s.shift;
          at += s.shift;
        } else {
          const index = "ack" in s ? s.ack : s.state;
          const one = list[index];
          if (!one) continue;
          one.state = "ack" in s ? SLOT_ACKED : SLOT_RECEIVED;
          window.setState(window.find(one.id), one.state);
          const kept = list.findIndex(({ state }) => state !== SLOT_ACKED);
          const freed = kept < 0 ? list.length : kept;
          expect(window.release()).toBe(freed);
          for (const { id } of list.splice(0, freed)) expect(window.find(id)).toBe(-1);
        }
        expect(window.count).toBe(list.length);
        list.forEach(({ id, position, state }, i) => {
          expect([window.packetId(i), window.find(id), window.positionAt(i), window.stateAt(i)]).toEqual([
            id,
            i,
            position,
            state,
          ]);
        });
        expect(window.nextId % 65_535).toBe(((list[0]?.id ?? nextId) - 1) % 65_535);
      }
    }),
  );
});

test("a window as large as the identifiers allow still tells what is in it", () => {
  const window = new Window(30_000);
  for (let i = 0; i < 65_534; i++) window.push(i, SLOT_SENT);
  expect(window.find(30_000)).toBe(-1);
  expect(window.find(29_999)).toBe(65_533);
  expect(window.find(30_001)).toBe(0);
});
