import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signedHeaders } from "../../src/integrations/webhooks/sign.ts";
import { steadyPort } from "../run/ports.ts";
import { until } from "../run/until.ts";

/** The receivers of docs/webhooks.md, as they stand there. */
const page = readFileSync(join(import.meta.dir, "..", "..", "docs", "webhooks.md"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "fieldcast-receivers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SECRET = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
const NEW = `whsec_${Buffer.alloc(32, 6).toString("base64")}`;
const CASES = [
  ["python", "receiver.py", "python3"],
  ["js", "receiver.cjs", "node"],
] as const;

describe.each(CASES)("the receiver in %s", (language, name, program) => {
  test("takes what is signed, also while a secret is rotated, and nothing else", async () => {
    const [, code = ""] = new RegExp(`\`\`\`${language}\n([^\`]*(?:\`[^\`]+\`[^\`]*)*?)\`\`\``).exec(page) ?? [];
    expect(code).toContain("webhook-signature");
    const path = join(folder, name);
    writeFileSync(path, code);
    const port = steadyPort();
    const child = Bun.spawn([program, path], {
      env: { PATH: process.env.PATH ?? "", SECRET, PORT: String(port) },
      stdout: "pipe",
      stderr: "inherit",
    });
    try {
      const url = `http://127.0.0.1:${port}/`;
      const body = '{"value": 21.5, "unit": "°C"}';
      const send = (headers: Record<string, string>, sent = body) =>
        fetch(url, { method: "POST", headers, body: sent }).then(({ status }) => status);
      await until("it listens", () =>
        fetch(url, { method: "POST", headers: { "webhook-signature": "" }, body: "" }).then(
          () => true,
          () => false,
        ),
      );
      const own = { secret: SECRET, oldSecret: undefined, signature: "standard" } as const;
      const good = signedHeaders(own, "1-2-a", body, Date.now() * 1000);
      expect(await send(good)).toBe(204);
      const rotated = { ...own, secret: NEW, oldSecret: { secret: SECRET, until: Date.now() * 1000 + 1e9 } };
      expect(await send(signedHeaders(rotated, "1-2-a", body, Date.now() * 1000))).toBe(204);
      expect(await send(good, body.replace("21.5", "99.9"))).toBe(401);
      expect(await send({ ...good, "webhook-id": "1-3-a" })).toBe(401);
      expect(await send(signedHeaders({ ...own, secret: NEW }, "1-2-a", body, Date.now() * 1000))).toBe(401);
    } finally {
      child.kill();
      await child.exited;
    }
    expect(await child.stdout.text()).toContain("21.5");
  });
});
