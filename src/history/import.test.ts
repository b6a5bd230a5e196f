import { describe, expect, test } from "bun:test";
import { Authority } from "../auth/authority.ts";
import { Refusal } from "../base/errors.ts";
import { Directory } from "../fleet/directory.ts";
import type { FleetChange } from "../fleet/types.ts";
import type { Submission } from "../ingest/types.ts";
import { type ImportRow, importRows } from "./import.ts";

const NOW = Date.UTC(2026, 0, 2) * 1000;
const TIME = "2026-01-01T00:00:00Z";

const FLEET: readonly FleetChange[] = [
  { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "" } },
  { kind: "workspace", op: "put", row: { uid: 2, slug: "v", name: "" } },
  ...[1, 2].map(
    (uid): FleetChange => ({
      kind: "product",
      op: "put",
      row: {
        uid,
        workspace: uid,
        slug: `p${uid}`,
        name: "",
        retainLastValues: false,
        publishBackfill: true,
        boolText: "true",
      },
    }),
  ),
  { kind: "field", op: "put", row: { uid: 1, product: 1, id: "T", type: "NUMERIC", name: "", unit: null } },
  { kind: "field", op: "put", row: { uid: 2, product: 2, id: "NOTE", type: "STRING", name: "", unit: null } },
  { kind: "device", op: "put", row: { uid: 1, product: 1, id: "a", name: "", serial: "S:1", tags: [] } },
  { kind: "device", op: "put", row: { uid: 2, product: 2, id: "a", name: "", serial: null, tags: [] } },
];

function world() {
  const directory = new Directory();
  const authority = new Authority(directory);
  directory.apply(FLEET);
  const submitted: Submission[] = [];
  const state: { refusal: Refusal | null } = { refusal: null };
  const submit = async (submission: Submission) => {
    if (state.refusal) throw state.refusal;
    submitted.push(submission);
    return submission.rows.length;
  };
  const run = (rows: readonly ImportRow[]) =>
    importRows(rows, { directory, recorder: { submit }, principal: authority.localOwner(), now: NOW });
  return { run, submitted, state, directory, authority };
}

test("rows go to their devices, of any workspace, with their times, and silently", async () => {
  const { run, submitted } = world();
  const found = await run([
    [TIME, "p1", "a", "T", "1"],
    [TIME, "p2", "a", "note", ""],
    [TIME, "p1", "S:1", "t", "2"],
  ]);
  expect(found).toEqual({ stored: 3, bad: [] });
  expect(submitted.map(({ device, rows, silent }) => [device.row.uid, silent, rows])).toEqual([
    [
      1,
      true,
      [
        { field: "T", value: "1", time: Date.parse(TIME) * 1000, index: 0 },
        { field: "T", value: "2", time: Date.parse(TIME) * 1000, index: 2 },
      ],
    ],
    [2, true, [{ field: "NOTE", value: "", time: Date.parse(TIME) * 1000, index: 1 }]],
  ]);
  for (const { principal, device } of submitted) expect(principal.mayRecord(device)).toBe(true);
});

test("bad rows are named, each with its reason, and stop no other", async () => {
  const { run } = world();
  const { stored, bad } = await run([
    [TIME, "p3", "a", "T", "1"],
    [TIME, "p1", "b", "T", "1"],
    [TIME, "p1", "a", "__proto__", "1"],
    ["yesterday", "p1", "a", "T", "1"],
    ["", "p1", "a", "T", "1"],
    ["2026-01-03T00:00:00Z", "p1", "a", "T", "1"],
    [TIME, "p1", "a", "T", "warm"],
    [TIME, "p1", "a", "T", ""],
    [TIME, "p2", "a", "NOTE", "x".repeat(70_000)],
    [TIME, "p1", "a", "T", "1"],
  ]);
  expect(stored).toBe(1);
  expect(bad.map(({ row, code }) => [row, code])).toEqual([
    [0, "unknown_product"],
    [1, "unknown_device"],
    [2, "unknown_field"],
    [3, "invalid_timestamp"],
    [4, "invalid_timestamp"],
    [5, "invalid_timestamp"],
    [6, "invalid_value"],
    [7, "invalid_value"],
    [8, "value_too_large"],
  ]);
});

describe("when recording fails", () => {
  const rows: ImportRow[] = [[TIME, "p1", "a", "T", "1"]];
  test("storage: nothing is known of any row", async () => {
    const { run, state } = world();
    state.refusal = new Refusal("storage_unavailable", "The disk is full.");
    await expect(run(rows)).rejects.toThrow("The disk is full.");
  });
  test("anything else: its rows are bad", async () => {
    const { run, state } = world();
    state.refusal = new Refusal("not_permitted", "No.");
    expect(await run(rows)).toEqual({
      stored: 0,
      bad: [{ row: 0, field: "T", code: "not_permitted", message: "No." }],
    });
  });
});

test("the owner of the command line may record every device there is, and no token leads to that account", () => {
  const { directory, authority } = world();
  const owner = authority.localOwner();
  for (const device of directory.devices())
    expect([owner.mayView(device), owner.mayRecord(device)]).toEqual([true, true]);
  expect(authority.principalOf("l:")).toBeUndefined();
});
