import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Run } from "../run/server.ts";

/** A copy of this source tree that a test changes as somebody who follows CONTRIBUTING does, and then runs. */

const repository = join(import.meta.dir, "..", "..");
const TREES = ["src", "test", "sdk", "docs", "bench", "bin", "console", "packaging"];
/** What the console has of packages, and what is built of it, none of the steps touches. */
const LEFT_OUT = /\/console\/(?:node_modules|dist)(?:\/|$)/;

export class Copy {
  readonly root = mkdtempSync(join(tmpdir(), "fieldcast-copy-"));

  constructor() {
    const filter = (path: string) => !LEFT_OUT.test(path);
    for (const tree of TREES) cpSync(join(repository, tree), join(this.root, tree), { recursive: true, filter });
    for (const file of readdirSync(repository))
      if (/\.(?:json|md)$/.test(file)) cpSync(join(repository, file), join(this.root, file));
    symlinkSync(join(repository, "node_modules"), join(this.root, "node_modules"));
  }
  /** A file that is not there yet. */
  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text, { flag: "wx" });
  }
  /** Puts text in the place of a text that stands once in a file. */
  edit(path: string, ...edits: readonly (readonly [old: string, text: string])[]): void {
    let text = readFileSync(join(this.root, path), "utf8");
    for (const [old, next] of edits) {
      if (text.split(old).length !== 2) throw new Error(`${path} does not have exactly once: ${old}`);
      text = text.replace(old, () => next);
    }
    writeFileSync(join(this.root, path), text);
  }
  /** The files that differ from the repository. */
  changed(): string[] {
    const all = TREES.flatMap((tree) => readdirSync(join(this.root, tree), { recursive: true, withFileTypes: true }));
    return all
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.root, join(entry.parentPath, entry.name)))
      .filter((path) => !same(join(this.root, path), join(repository, path)))
      .sort();
  }
  /** Runs a program of the copy to its end (bounded). */
  async run(...args: string[]): Promise<Run> {
    const child = Bun.spawn(args, {
      cwd: this.root,
      stdout: "pipe",
      stderr: "pipe",
      timeout: 240_000,
      killSignal: "SIGKILL",
    });
    const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    return { code, out, err };
  }
  /** The compiler's complaints; empty: none. */
  async compile(): Promise<string> {
    return (await this.run(join("node_modules", ".bin", "tsc"), "--noEmit", "-p", ".")).out;
  }
  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function same(a: string, b: string): boolean {
  try {
    return readFileSync(a).equals(readFileSync(b));
  } catch {
    return false;
  }
}
