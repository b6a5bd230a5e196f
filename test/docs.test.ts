import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { scripts } from "../package.json";
import { CATALOGUE } from "../src/base/errors.ts";
import { run } from "../src/cli/program.ts";
import type { Io } from "../src/cli/types.ts";
import { listSettings } from "../src/config/settings.ts";
import { readClaims } from "./docs/clauses.ts";
import { PAGES } from "./docs/pages.ts";

const root = join(import.meta.dir, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const documents = ["*.md", "docs/*.md", "bench/*.md", "sdk/*.md", "console/*.md"]
  .flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: root })])
  .sort();

test("the documents are there", () => {
  const expected = ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "README.md", "docs/compatibility.md"];
  expect(documents).toEqual(expect.arrayContaining(expected));
  expect(existsSync(join(root, "LICENSE"))).toBe(true);
});

describe("what is made from the code is what the code says", () => {
  test.each(PAGES)("%s (write it anew: node_modules/.bin/bun test/docs/write.ts)", (path, text) => {
    expect(read(path)).toBe(text());
  });
  test("every setting is in docs/settings.md, with its variable", () => {
    const page = read("docs/settings.md");
    const missing = listSettings().filter(
      ({ flag, env }) => !page.includes(`\`${flag} `) || !page.includes(`\`${env}\``),
    );
    expect(missing).toEqual([]);
  });
  test("every code of the catalogue is in docs/refusals.md", () => {
    const page = read("docs/refusals.md");
    expect(Object.keys(CATALOGUE).filter((code) => !page.includes(`| \`${code}\` |`))).toEqual([]);
  });
  test("the table of refusals in docs/topics.md says what the catalogue says", () => {
    const rows = [...read("docs/topics.md").matchAll(/^\| `([a-z_]+)`(.*)\|$/gm)];
    const codes = new Set(rows.map(([, code]) => code));
    const told = Object.entries(CATALOGUE).filter(([code]) => codes.has(code));
    expect(told.length).toBeGreaterThan(10);
    expect(codes.size).toBe(told.length); // no code that the catalogue does not have
    for (const [, code = "", rest = ""] of rows) {
      const entry = Object.entries(CATALOGUE).find(([key]) => key === code)?.[1];
      const [, reason = "", , http = ""] = rest.split("|").map((cell) => cell.trim());
      if (reason.startsWith("0x"))
        expect(`${code} ${reason.slice(0, 4)}`).toBe(`${code} 0x${entry?.reason.toString(16)}`);
      if (/^\d/.test(http)) expect(`${code} ${http}`).toBe(`${code} ${entry?.http}`);
    }
  });
});

/** `## Your fleet, in a file` is reached by `#your-fleet-in-a-file`. */
function anchor(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}
function anchorsOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => anchor(heading)));
}

test("every link to a file or heading of the repository leads somewhere", () => {
  const dead = documents.flatMap((path) => {
    const text = read(path);
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => {
      if (/^[a-z]+:/.test(target)) return [];
      const [file = "", heading] = target.split("#", 2);
      const to = file === "" ? path : join(dirname(path), file);
      if (!existsSync(join(root, to))) return [`${path}: ${target}`];
      return heading === undefined || anchorsOf(read(to)).has(heading) ? [] : [`${path}: ${target}`];
    });
  });
  expect(dead).toEqual([]);
});

test("ARCHITECTURE.md names every room", () => {
  const text = read("ARCHITECTURE.md");
  const rooms = readdirSync(join(root, "src"), { withFileTypes: true }).flatMap((one) =>
    one.isDirectory() ? [`src/${one.name}`] : [],
  );
  const below = readdirSync(join(root, "src/store/sqlite"), { withFileTypes: true }).flatMap((one) =>
    one.isDirectory() ? [`src/store/sqlite/${one.name}`] : [],
  );
  expect(rooms.length).toBeGreaterThan(5);
  expect([...rooms, ...below, "src/app.ts"].filter((room) => !text.includes(`\`${room}\``))).toEqual([]);
});

test("what ARCHITECTURE.md, CONTRIBUTING.md and docs/engine.md call a file of the repository is one", () => {
  const gone = ["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/engine.md"].flatMap((path) =>
    [...read(path).matchAll(/`((?:src|test|bench|bin|docs)\/[\w./-]+)`/g)]
      .map(([, file = ""]) => file)
      .filter((file) => !existsSync(join(root, file)))
      .map((file) => `${path}: ${file}`),
  );
  expect(gone).toEqual([]);
});

/** The lines of the shell blocks, without prompts; a line that ends with \ goes on. */
function shellLines(text: string): readonly string[] {
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
    block.replace(/\\\n\s*/g, " ").split("\n"),
  );
}

/** A terminal that swallows everything; commands are only asked for their help. */
function silentIo(): Io {
  const nothing = () => {};
  return {
    out: nothing,
    err: nothing,
    env: {},
    color: false,
    errTerminal: false,
  } as unknown as Io; // the help needs no more of it
}

describe("every command that the documents name exists", () => {
  const lines = documents.flatMap((path) => shellLines(read(path)).map((line) => [path, line] as const));
  test("npm scripts", () => {
    const named = lines.flatMap(([, line]) =>
      [...line.matchAll(/\bnpm (?:run )?([a-z]+(?:-[a-z]+)*)/g)].map(([, name = ""]) => name),
    );
    expect(named).toContain("start");
    expect(named.filter((name) => !(name in scripts) && name !== "ci" && name !== "install")).toEqual([]);
  });
  const commands = lines.flatMap(([path, line]) => {
    const found = /\bbin\/fieldcast ([^|>&;#]*)/.exec(line.replace(/"[^"]*"|'[^']*'/g, "X"));
    return found === null ? [] : [[path, (found[1] ?? "").trim()] as const];
  });
  test.each(commands)("%s: bin/fieldcast %s", async (_path, command) => {
    const words = command.split(/\s+/);
    const groups =
      "token user account device field session store data retention workspace product api-user decoder integration configuration suggestion webhook rule dashboard broker network downlink alert".split(
        " ",
      );
    const inner = command.startsWith("dashboard share ") ? 3 : 2;
    const depth = groups.includes(words[0] ?? "") ? inner : 1;
    const help: string[] = [];
    const io = { ...silentIo(), out: (text: string) => help.push(text) };
    expect(await run([...words.slice(0, depth), "--help"], io)).toBe(0);
    const flags = words.filter((word) => word.startsWith("--")).map((flag) => flag.replace(/=.*/, ""));
    expect(flags.filter((flag) => !help.join("").includes(`${flag} `) && !help.join("").includes(`${flag}\n`))).toEqual(
      [],
    );
  });
});

describe("every numbered statement that concerns a server", () => {
  const { statements, places, proofs, unknown } = readClaims();
  const ours = statements.filter(({ concerns }) => concerns !== "client");
  test("the list of MQTT 5.0 is whole", () => {
    expect(statements.filter(({ id }) => id.startsWith("MQTT-")).length).toBe(251);
    expect(new Set(statements.map(({ id }) => id)).size).toBe(statements.length);
  });
  test("is named by a comment where the code obeys it", () => {
    expect(ours.filter(({ id }) => !places.has(id)).map(({ id }) => id)).toEqual([]);
  });
  test("is named by a test", () => {
    expect(ours.filter(({ id }) => !proofs.has(id)).map(({ id }) => id)).toEqual([]);
  });
  test("is one that there is", () => {
    expect(unknown).toEqual([]);
  });
});
