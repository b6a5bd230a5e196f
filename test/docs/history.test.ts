import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Example, examplesOf, wordsOf } from "./examples.ts";
import { startServer, type TestServer } from "../run/server.ts";

// each runs a command, on a machine that may be busy
setDefaultTimeout(30_000);

const page = readFileSync(join(import.meta.dir, "..", "..", "docs", "history.md"), "utf8");
const TOKEN = "89abcdef0123456789abcdef0123456789abcdef";
const fleet = `workspaces:
  - slug: home
    products:
      - { slug: my-product, fields: [{ id: TEMPERATURE, type: NUMERIC }, { id: DOOR, type: BOOL }], devices: [{ id: "000001" }] }
users:
  - { email: someone@example.com, token: ${TOKEN}, workspaces: { home: owner } }
`;
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ fleet });
  const sample = /^```csv\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? "";
  writeFileSync(join(server.folder, "sample.csv"), sample);
});
afterAll(() => server.remove());

/** What a command prints, here and now. */
async function printed({ command }: Example): Promise<string> {
  const words = wordsOf(command, { FIELDCAST_TOKEN: TOKEN });
  if (words[0] === "bin/fieldcast") {
    const args = words
      .slice(1)
      .map((word) => (/^[\w-]+\.(csv|ndjson|parquet)$/.test(word) ? join(server.folder, word) : word));
    const { code, out, err } = await server.cli(...args);
    expect([code, err.replace(/^Exported .*\n/, "")]).toEqual([0, ""]);
    return out;
  }
  expect(words[0]).toBe("curl");
  const after = (flag: string) => words[words.indexOf(flag) + 1] ?? "";
  const url = new URL(words.find((word) => word.startsWith("http://")) ?? "");
  const [name = "", value = ""] = after("-H").split(": ");
  const body = words.includes("-d") ? { method: after("-X"), body: after("-d") } : {};
  const answer = await server.http(`${url.pathname}${url.search}`, undefined, { headers: { [name]: value }, ...body });
  expect(answer.status).toBe(200);
  return answer.text();
}

// one test, since each example stands on those before it
test("docs/history.md: every example prints what the document says", async () => {
  const examples = examplesOf(page);
  expect(examples.length).toBeGreaterThan(7);
  for (const example of examples) {
    const out = await printed(example);
    if (example.prints !== null)
      expect([example.command, out.replaceAll("\r", "").trimEnd()]).toEqual([
        example.command,
        example.prints.trimEnd(),
      ]);
  }
});
