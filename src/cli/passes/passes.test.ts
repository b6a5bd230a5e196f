import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeIo } from "../io.testing.ts";
import { openOffline } from "../offline.ts";
import { run } from "../program.ts";

const dir = mkdtempSync(join(tmpdir(), "fieldcast-passes-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** With a server they are run in test/wire/18-integrations.test.ts. */
test.each([
  ["passes p", 1, "Only a running server"],
  ["suggestion list p", 1, "Only a running server"],
  ["suggestion create p", 1, "Only a running server"],
  ["suggestion ignore --workspace acme", 1, "Only a running server"],
  ["passes", 2, "name a product, or a workspace"],
  ["passes p --workspace acme", 2, "name a product, or a workspace"],
  ["passes p --limit 101", 2, "--limit"],
  ["suggestion list", 2, "name a product, or a workspace"],
  ["suggestion create p X --kind thing", 2, '"thing" is not device or field'],
  ["suggestion ignore p --back", 2, "name those that --back"],
])("without a server: %s", async (line, code, words) => {
  const { operations, close } = await openOffline(dir, true);
  await operations.apply({ text: "workspaces: [{ slug: acme, products: [{ slug: p }] }]" });
  await close();
  const { io, said } = fakeIo();
  expect(await run([...line.split(" "), "--data", dir], io)).toBe(code);
  expect(said.err).toContain(words);
});
