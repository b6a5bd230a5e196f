import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FLEET, OWNER, PRODUCT_ID, WORKSPACE_ID } from "./graphql/fleet.ts";
import { startServer, type TestServer } from "./run/server.ts";

/** `migrate-from-hosted`, with a second server in the place of the hosted platform. */

let hosted: TestServer;
let here: TestServer;
const now = Math.floor(Date.now() / 1000);
/** 2,500 measurements of a hundred days, and some of other types. */
const ROWS = [
  ...Array.from({ length: 2500 }, (_, i) => ({
    field: "TEMPERATURE",
    value: i / 10,
    timestamp: now - 8_640_000 + i * 3400,
  })),
  { field: "DOOR", value: true, timestamp: now - 60 },
  { field: "NOTE", value: 'said, "so"', timestamp: now - 60 },
  { field: "WHERE", value: "(52.5,13.4)", timestamp: now - 60 },
  { field: "ENERGY", value: 100, timestamp: now - 8_000_000 },
  { field: "ENERGY", value: 120, timestamp: now - 60 },
];

beforeAll(async () => {
  hosted = await startServer({ fleet: FLEET });
  here = await startServer({ fleet: null });
  for (let i = 0; i < ROWS.length; i += 500) {
    const body = JSON.stringify(ROWS.slice(i, i + 500));
    expect((await hosted.http("/v1/devices/m1/record/?batch=true", OWNER, { method: "POST", body })).status).toBe(200);
  }
});
afterAll(async () => {
  await hosted.remove();
  await here.remove();
});

const move = (...more: string[]) =>
  here.cli(
    "migrate-from-hosted",
    ...[
      "--endpoint",
      `http://127.0.0.1:${hosted.ports.http}/graphql`,
      "--token",
      OWNER,
      "--to",
      "moved",
      "--counters",
      "totals",
    ],
    ...more,
  );
async function query(text: string): Promise<unknown> {
  const told = JSON.parse((await here.cli("token", "create", "owner@localhost", "--json")).out) as { secret: string };
  const answer = await here.http("/graphql", told.secret, { method: "POST", body: JSON.stringify({ query: text }) });
  return ((await answer.json()) as { data: unknown }).data;
}

test("a dry run says what would be made, and makes nothing", async () => {
  const { code, out } = await move("--dry-run");
  expect([code, out]).toEqual([0, expect.stringContaining("2 products, 4 devices would be moved")]);
  expect(out).toContain("+ product meter");
  expect((await here.cli("product", "list")).out).not.toContain("meter");
});

test("products, fields and devices with their ids, then every measurement once, also when it is called again", async () => {
  const first = await move();
  expect([first.code, first.err]).toEqual([0, expect.not.stringContaining("left out")]);
  expect(first.out).toContain(`${ROWS.length.toLocaleString("en-US")} measurements stored, 0 bad`);
  const { out } = await here.cli("export", "--product", "meter", "--format", "ndjson", "--out", "-");
  const moved = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { device: string; field: string; value: unknown });
  expect(moved).toHaveLength(ROWS.length);
  const sum = (rows: readonly { field: string; value: unknown }[]) =>
    rows.filter(({ field }) => field === "TEMPERATURE").reduce((all, { value }) => all + Number(value), 0);
  expect(sum(moved)).toBeCloseTo(sum(ROWS), 6);
  const again = await move();
  expect(again.out).toContain("0 measurements stored, 0 bad");
});

test("what goes on for long is gone on with where it ended", async () => {
  const { out } = await here.cli("export", "--product", "meter", "--device", "m1", "--format", "csv", "--out", "-");
  const before = out.split("\n").length;
  const body = JSON.stringify({ field: "TEMPERATURE", value: 77 });
  await hosted.http("/v1/devices/m1/record/", OWNER, { method: "POST", body });
  const more = await move();
  expect(more.out).toContain("1 measurement stored, 0 bad");
  const after = (await here.cli("export", "--product", "meter", "--device", "m1", "--format", "csv", "--out", "-")).out;
  expect(after.split("\n").length).toBe(before + 1);
});

test("what is wrong is told: a token, several workspaces, a note of something else", async () => {
  const wrong = await here.cli(
    "migrate-from-hosted",
    "--endpoint",
    `http://127.0.0.1:${hosted.ports.http}/graphql`,
    "--token",
    "0".repeat(40),
  );
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining("does not know this token")]);
  const nobody = await move("--workspace", "nope");
  expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining("plant (Plant)")]);
  const note = join(here.folder, "other.json");
  writeFileSync(note, "{}");
  expect((await move("--state", note)).err).toContain("is no note of moving this workspace");
});

test("ids stay: programs that hold on to the UUIDs of a workspace and a product find them here", async () => {
  const data = await query(
    `{product(id:"${PRODUCT_ID}"){slug measurementFields{fieldName role semantic}} workspace(id:"${WORKSPACE_ID}"){slug}}`,
  );
  expect(JSON.stringify(data)).toContain("meter");
});
