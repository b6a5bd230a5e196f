import { expect, test } from "bun:test";
import fc from "fast-check";
import type { FleetCommit } from "./commit.ts";
import { type PackedCommit, Packer, Unpacker } from "./packed.ts";

const commitOf = (changes: number, audit: number) =>
  ({
    changes: Array.from({ length: changes }, (_, uid) => ({ kind: "device", op: "delete", uid })),
    created: [{ kind: "device", from: 1, to: changes }],
    accounts: [],
    audit: Array.from({ length: audit }, (_, time) => ({ time, name: `n${time}` })),
  }) as unknown as FleetCommit; // rows of any form will do

test("property: a commit arrives as it was, in pieces that are short, whatever was left of another", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1800), fc.nat(1800), fc.boolean(), async (changes, audit, isBrokenOff) => {
      const unpacker = new Unpacker();
      const got: FleetCommit[] = [];
      const pieces: PackedCommit[] = [];
      let fails = isBrokenOff;
      const packer = new Packer(async (method, piece) => {
        pieces.push(piece);
        if (method === "part") return unpacker.part(piece);
        // a commit that never came to its end: its pieces belong to nobody
        if (fails) throw new Error("broken off");
        got.push(unpacker.whole(piece));
      });
      if (isBrokenOff) await packer.commit(commitOf(1200, 3)).catch(() => {});
      fails = false;
      pieces.length = 0;
      await packer.commit(commitOf(changes, audit));
      expect(got).toEqual([commitOf(changes, audit)]);
      for (const { text } of pieces) {
        const { changes = [], audit = [] } = JSON.parse(text) as { changes?: unknown[]; audit?: unknown[] };
        expect(changes.length + audit.length).toBeLessThanOrEqual(500);
      }
    }),
    { numRuns: 30 },
  );
});

test("what the worker refuses rejects, also when it refuses a piece", async () => {
  const commit = commitOf(1000, 0);
  const refuses = (at: "part" | "commit") =>
    new Packer(async (method) => {
      if (method === at) throw new Error(`no ${at}`);
    }).commit(commit);
  expect(await refuses("part").catch(String)).toBe("Error: no part");
  expect(await refuses("commit").catch(String)).toBe("Error: no commit");
});
