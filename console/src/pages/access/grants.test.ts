import { expect, test } from "bun:test";
import fc from "fast-check";
import { de } from "../../text/de/index.ts";
import { en } from "../../text/en/index.ts";
import { CAN, draftOf, type Grant, grantOf, newDraft, rescoped, sentenceOf } from "./grants.ts";

const device = (id: string, ...can: ("view" | "record_measurements")[]): Grant => ({
  scope: "device",
  product: "my-product",
  device: id,
  can,
});

test.each<[string, Grant[], string, string]>([
  ["nothing", [], "May do nothing.", "Darf nichts."],
  [
    "one device",
    [device("000001", "record_measurements")],
    "May see and record for 000001 of my-product.",
    "Darf 000001 von my-product sehen und mit Werten versorgen.",
  ],
  [
    "three devices and a tag",
    [
      device("1", "view", "record_measurements"),
      device("2", "record_measurements", "view"),
      { scope: "tag", tag: "plant-1", can: ["view"] },
      device("3", "view", "record_measurements"),
    ],
    "May see and record for 3 devices of my-product; and see everything tagged plant-1.",
    "Darf 3 Geräte von my-product sehen und mit Werten versorgen; und alles mit dem Schlagwort plant-1 sehen.",
  ],
  [
    "recording blindly",
    [{ scope: "all", can: ["record_only"] }],
    "May record, without seeing it, for all devices.",
    "Darf alle Geräte ohne Einblick mit Werten versorgen.",
  ],
  [
    "the workspace, and topics",
    [
      { scope: "workspace", can: ["members", "exports"] },
      { scope: "free_topics", filters: ["a/#"], except: [], can: ["publish"] },
    ],
    "May manage in the workspace members and API users and exports; and publish on the free topics a/#.",
    "Darf im Arbeitsbereich verwalten: Mitglieder und API-Benutzer und Exporte; und auf den freien Topics a/# veröffentlichen.",
  ],
])("the sentence of %s", (_, grants, english, german) => {
  expect(sentenceOf(grants, en.access)).toBe(english);
  expect(sentenceOf(grants, de.access)).toBe(german);
});

test("a draft is no grant until all of it is there", () => {
  const draft = newDraft(1);
  expect(grantOf(draft)).toBeNull();
  expect(grantOf({ ...draft, product: "p" })).toBeNull();
  expect(grantOf({ ...draft, product: "p", device: "d" })).toEqual({
    scope: "device",
    product: "p",
    device: "d",
    can: ["view"],
  });
  expect(grantOf({ ...draft, product: "p", device: "d", can: [] })).toBeNull();
  expect(grantOf({ ...rescoped(draft, "tag"), tag: " " })).toBeNull();
});

const scope = fc.constantFrom(...(Object.keys(CAN) as (keyof typeof CAN)[])); // the keys of the table
test("a grant goes through the editor unchanged; on something else it gives only what can be given there", () => {
  fc.assert(
    fc.property(scope, scope, fc.array(fc.nat(6), { minLength: 1 }), (from, to, picks) => {
      const can = [...new Set(picks.map((n) => CAN[from][n % CAN[from].length] ?? CAN[from][0]))];
      const full = { key: 1, scope: from, product: "p", device: "d", tag: "t", filters: ["f/#"], except: [], can };
      const grant = grantOf(full);
      if (grant === null) throw new Error("it is complete");
      expect(grantOf(draftOf(grant, 2))).toEqual(grant);
      const other = rescoped(full, to);
      expect(other.can.length).toBeGreaterThan(0);
      expect(other.can.every((one) => (CAN[to] as readonly string[]).includes(one))).toBe(true);
    }),
  );
});
