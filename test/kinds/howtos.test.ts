import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { Copy } from "./copy.ts";

/**
 * "add a setting", "add a REST operation" and "add a command" of CONTRIBUTING.md, followed to the letter in a copy of the source
 * tree: each touches the files that it says, and then works.
 */

const copy = new Copy();
afterAll(() => copy.remove());
const bun = process.execPath;
const write = () => copy.run(bun, "test/docs/write.ts");
const fieldcast = (...args: string[]) => copy.run(bun, "src/cli/main.ts", ...args);

/** What a step has changed since the step before. */
let before: readonly string[] = [];
function touched(): string[] {
  const now = copy.changed();
  const fresh = now.filter((path) => !before.includes(path));
  before = now;
  return fresh;
}

beforeAll(() => {
  expect(copy.changed()).toEqual([]);
});

test("a setting: one entry, its default among all, and the page that is made of it", async () => {
  copy.edit("src/config/settings.ts", [
    "  storageGrace: time(",
    '  greetMost: number(3, 1, 9, "how often the server greets"),\n  storageGrace: time(',
  ]);
  copy.edit("src/config/load.test.ts", ["storageGrace: 30,\n", "storageGrace: 30,\n    greetMost: 3,\n"]);
  expect(await write()).toMatchObject({ code: 0 });
  expect(touched()).toEqual(["docs/settings.md", "src/config/load.test.ts", "src/config/settings.ts"]);
  expect((await fieldcast("serve", "--help")).out).toMatch(/--greet-most <N>\s+how often the server greets/);
  const wrong = await fieldcast("serve", "--data", join(copy.root, "none"), "--greet-most", "10");
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining("--greet-most")]);
  expect(
    (await copy.run(bun, "test", "--timeout", "60000", "src/config", "test/docs.test.ts", "-t", "setting")).code,
  ).toBe(0);
}, 300_000);

test("a REST operation: a function, a route, and the client that is made of it", async () => {
  copy.edit("src/admin/devices.ts", [
    "export function deviceOperations(",
    "export function tagsOf(device: DeviceNode) {\n  return { tags: [...device.row.tags].sort() };\n}\n\nexport function deviceOperations(",
  ]);
  copy.edit(
    "src/http/api/devices.ts",
    ['import { z } from "zod";', 'import { tagsOf } from "../../admin/devices.ts";\nimport { z } from "zod";'],
    [
      "export const DEVICES: readonly AnyOperation[] = [\n",
      `export const DEVICES: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/products/{product}/devices/{device}/tags",
    id: "listDeviceTags",
    tag: "Devices",
    summary: "List a device's tags",
    result: z.object({ tags: z.array(z.string()) }),
    find: findDevice,
    run: ({ found }) => ({ body: tagsOf(found) }),
  }),
`,
    ],
  );
  expect(await write()).toMatchObject({ code: 0 });
  expect(touched()).toEqual([
    "console/src/api/operations.ts",
    "sdk/operations.d.ts",
    "sdk/operations.js",
    "src/admin/devices.ts",
    "src/http/api/devices.ts",
  ]);
  const run = await copy.run(bun, "test", "--timeout", "60000", "src/http/api/routes.test.ts");
  expect(run.err).toContain("GET /products/{product}/devices/{device}/tags with another workspace's token is 404");
  expect(run).toMatchObject({ code: 0 });
}, 300_000);

test("a command: an operation, its usage, its body", async () => {
  copy.edit("src/admin/workspaces.ts", [
    "    workspaceList: checked(",
    "    workspaceCount: checked(schemas.list, async () => ({ workspaces: [...directory.workspaces()].length })),\n    workspaceList: checked(",
  ]);
  copy.edit("src/cli/workspace/register.ts", [
    '  const text = "delete a workspace',
    '  json(add(parent, "count", "count the workspaces", "fieldcast workspace count", async () => (await import("./command.ts")).count));\n  const text = "delete a workspace',
  ]);
  copy.edit("src/cli/workspace/command.ts", [
    "export const remove =",
    `export const count = (io: Io, _: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const told = await access.call("workspaceCount", {});
    return say(io, flags, told, \`\${told.workspaces} workspaces\`);
  });
export const remove =`,
  ]);
  expect(touched()).toEqual([
    "src/admin/workspaces.ts",
    "src/cli/workspace/command.ts",
    "src/cli/workspace/register.ts",
  ]);
  expect(await copy.compile()).toBe("");
  const data = join(copy.root, "data");
  const file = join(copy.root, "fleet.yaml");
  await Bun.write(file, "workspaces:\n  - { slug: one, name: One }\n  - { slug: two, name: Two }\n");
  expect(await fieldcast("apply", file, "--data", data)).toMatchObject({ code: 0 });
  expect(await fieldcast("workspace", "count", "--data", data)).toMatchObject({ code: 0, out: "2 workspaces\n" });
  expect(JSON.parse((await fieldcast("workspace", "count", "--json", "--data", data)).out)).toEqual({ workspaces: 2 });
}, 300_000);
