import { describe, expect, test } from "bun:test";
import { Refusal } from "../../base/errors.ts";
import { Directory } from "../../fleet/directory.ts";
import { FleetService } from "../../fleet/service.ts";
import { MemoryFleet } from "../../fleet/testing.ts";
import { colors } from "../text.ts";
import { renderRights } from "./rights.ts";
import { rightsWish, showRights } from "../../admin/rights.ts";

const TOKEN = "a".repeat(40);
const FILE = `
workspaces:
  - slug: acme
    products:
      - { slug: p, devices: [{ id: d, serial: S, tags: [line] }, { id: e }] }
    api_users:
      - name: gateway
        token: ${TOKEN}
        rights:
          - { products: [p], can: [view] }
          - { tags: [line], can: [record_only] }
          - { device_ids: [e], can: [edit_basics] }
          - { workspace: [exports] }
          - { free_topics: ["a/#"], except: [a/b], can: [publish] }
      - { name: nobody }
users: [{ email: me@example.com, admin: true, workspaces: { acme: observer } }]
`;
async function make() {
  const directory = new Directory();
  let n = 0;
  const random = (size: number) => new Uint8Array(size).fill(++n);
  const service = new FleetService({ store: new MemoryFleet(), directory, micros: () => 1000, random });
  await service.applyFile(FILE);
  const ask = (wish: object) => showRights({ directory, fleet: service }, rightsWish.parse(wish));
  return { ask, service };
}

describe("token rights", () => {
  test("tells everything that an account holds, by its name or one of its tokens", async () => {
    const { ask, service } = await make();
    const answer = await ask({ who: "gateway@acme" });
    expect(answer.lines.map(({ on, can }) => [on, can.join(" ")])).toEqual([
      ["product p", "view"],
      ["tag line", "record_only"],
      ["device p/e", "edit_basics"],
      ["workspace", "exports"],
      ["topics a/# except a/b", "publish"],
    ]);
    const [{ uid } = { uid: 0 }] = service.listTokens("gateway@acme");
    for (const who of ["gateway", TOKEN, `#${uid}`, `${uid}`]) expect(await ask({ who })).toEqual(answer);
    const me = await ask({ who: "me@example.com" });
    expect(me.lines.map(({ because, workspace }) => [because, workspace])).toEqual([
      ["role observer", "acme"],
      ["administrator of the instance", null],
    ]);
  });
  test("tells what it may do with a product or a device, and which lines give it", async () => {
    const { ask } = await make();
    const device = await ask({ who: "gateway", product: "p", device: "S" });
    expect([device.can, device.lines.map((line) => line.because)]).toEqual([
      ["view", "record_only"],
      [expect.stringMatching(/^its grant on /), expect.stringMatching(/^its grant on /)],
    ]);
    expect((await ask({ who: "gateway", product: "p" })).can).toEqual(["view"]);
    expect(await ask({ who: "nobody", product: "p", device: "d" })).toEqual({
      account: "nobody@acme",
      can: [],
      lines: [],
    });
  });
  test.each([
    [{ who: "somebody" }, "not_found"],
    [{ who: "b".repeat(40) }, "not_found"],
    [{ who: "gateway", product: "q" }, "unknown_product"],
    [{ who: "gateway", product: "p", device: "x" }, "unknown_device"],
    [{ who: "gateway", device: "d" }, "invalid_request"],
  ])("%p is refused with %s", async (wish, code) => {
    const { ask } = await make();
    const error = await ask(wish).catch((e: unknown) => e);
    expect(error instanceof Refusal ? error.code : error).toBe(code);
  });
  test("is printed as a table; names cannot steer the terminal", () => {
    const lines = [{ because: "role owner", workspace: "w", on: "tag a\u001b[31m", can: ["view"] }];
    const text = renderRights({ account: "x@w", lines, can: ["view"] }, colors(false));
    expect(text).toContain("x@w may: view");
    expect(text).toContain("tag a\\x1b[31m");
    expect(renderRights({ account: "x@w", lines: [], can: [] }, colors(false))).toBe("x@w may do nothing there\n");
    expect(renderRights({ account: "x@w", lines: [], can: null }, colors(false))).toContain("no rights");
  });
});
