import { expect, test } from "bun:test";
import { Refusal } from "../base/errors.ts";
import { refusalOf } from "../base/refusal.testing.ts";
import { COMMAND_LINE } from "../fleet/audit.ts";
import { ProductNode } from "../fleet/nodes.ts";
import { MemoryAudit } from "../store/memory/audit.ts";
import { type Deletion, noted } from "./deletion.ts";

const row = { uid: 7, workspace: 1, slug: "p", name: "", retainLastValues: false, publishBackfill: false } as const;
const product = new ProductNode({ ...row, boolText: "true" }, { uid: 1, slug: "w", name: "" });
const deletion: Deletion = {
  product,
  devices: ["d"],
  fields: [],
  series: [1, 2],
  range: { from: 0, to: 1_000_000 },
  by: COMMAND_LINE,
};
const all = { visible: null, limit: 10 };

test("a deletion is noted before anything goes, and once more when it is durable", async () => {
  const audit = new MemoryAudit();
  let now = 0;
  await noted(
    audit,
    () => ++now,
    deletion,
    async () => {
      // a server that ends here leaves this line
      expect((await audit.readAudit(all)).map(({ action }) => action)).toEqual(["measurements.delete"]);
    },
  );
  const told = await audit.readAudit(all);
  expect(told.map(({ action, time, name }) => [action, time, name])).toEqual([
    ["measurements.deleted", 2, "p/d"],
    ["measurements.delete", 1, "p/d"],
  ]);
  expect(told[0]?.before).toEqual({
    taken: { from: "1970-01-01T00:00:00Z", to: "1970-01-01T00:00:01Z", series: 2, devices: ["d"] },
  });
});

test("what cannot be noted is not deleted; what fails is not called done", async () => {
  const audit = new MemoryAudit();
  const fails = () => Promise.reject(new Refusal("storage_unavailable", "The disk is full."));
  let deleted = 0;
  const done = async () => void deleted++;
  expect((await refusalOf(noted({ addAudit: fails }, () => 1, deletion, done))).code).toBe("storage_unavailable");
  expect(deleted).toBe(0);
  expect((await refusalOf(noted(audit, () => 1, deletion, fails))).code).toBe("storage_unavailable");
  expect((await audit.readAudit(all)).map(({ action }) => action)).toEqual(["measurements.delete"]);
});
