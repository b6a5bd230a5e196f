import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqliteDataStore } from "./store.ts";

/** Runs the committing program, kills it after `answers` answered commits, returns the last sequence number it was promised. */
async function runAndKill(folder: string, answers: number): Promise<number> {
  const program = new URL("./kill.fixture.ts", import.meta.url).pathname;
  const child = Bun.spawn([process.execPath, program, folder], { stdout: "pipe", stderr: "inherit" });
  const text = new TextDecoder();
  let out = "";
  for await (const part of child.stdout) {
    out += text.decode(part, { stream: true });
    if (out.split("\n").length > answers) child.kill("SIGKILL");
  }
  await child.exited;
  const whole = out.slice(0, out.lastIndexOf("\n")).split("\n");
  return Number(whole[whole.length - 1]) - 1;
}

test("a killed process loses nothing it was promised, and doubles nothing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fieldcast-kill-"));
  try {
    for (const answers of [1, 15, 40, 120, 11, 200]) {
      const promised = await runAndKill(folder, answers);
      const store = new SqliteDataStore({ folder });
      const { nextSeq, series } = await store.open();
      expect(nextSeq).toBeGreaterThan(promised);
      const times: number[] = [];
      for (const s of series) for (const p of await store.read(s.id, 0, 1e9, 1e6)) times.push(p.time);
      times.sort((a, b) => a - b);
      expect(times).toEqual(Array.from({ length: nextSeq - 1 }, (_, i) => i + 1));
      expect(Math.max(...series.map((s) => s.time ?? 0))).toBe(nextSeq - 1);
      await store.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
