import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { fieldcast, startServer, type TestServer } from "../run/server.ts";

/** What is wrong with several rows at once, and in several ways (wire contract section 5). */
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const ROWS = [
  { field: "TEMPERATURE", value: "a" },
  { field: "DOR", value: 1 },
  { field: "DOOR", value: 1, timestamp: "nope" },
  { field: "NOTE", value: "good" },
  { field: "DOR", value: 1, timestamp: "nope", unit: "K" },
];
const CAUSES = [
  [0, "TEMPERATURE", "invalid_value"],
  [1, "DOR", "unknown_field"],
  [2, "DOOR", "invalid_timestamp"],
  [4, "DOR", "invalid_batch"],
  [4, "DOR", "invalid_timestamp"],
  [4, "DOR", "unknown_field"],
] as const;
const WORDS = [
  "4 of 5 rows are refused, so nothing was recorded.",
  "Row 0 (TEMPERATURE): ",
  "Rows 1, 4 (DOR): There is no such field. Did you mean DOOR?",
  "Row 2 (DOOR): ",
  'Row 4 (DOR): has a key "unit"',
];
const causesOf = (rows: readonly { row: number; field?: string; code: string }[] | undefined) =>
  rows?.map(({ row, field, code }) => [row, field, code]).sort();

test("5: a batch over MQTT names every bad row with every cause, and records nothing", async () => {
  const client = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  await client.subscribe(["dtck-errors/#"]);
  client.publish("dtck-pub/my-product/dev40", JSON.stringify(ROWS), { qos: 1, packetId: 7 });
  const packets = [await client.next(), await client.next()];
  const puback = packets.find((p) => p.type === "puback");
  const told = packets.find((p) => p.type === "publish");
  if (puback?.type !== "puback" || told?.type !== "publish") throw new Error("not told");
  expect(puback.reasonCode).toBe(0x99);
  for (const words of WORDS) expect(puback.properties?.reasonString).toContain(words);
  const error = JSON.parse(Buffer.from(told.payload).toString("utf8"));
  expect([error.code, error.row]).toEqual(["invalid_batch", 0]);
  expect(causesOf(error.rows)).toEqual([...CAUSES].sort() as never);
  expect(await server.history(TOKENS.device, "dev40")).toEqual([]);
  await client.leave();
});
test("5: and over HTTP", async () => {
  const answer = await server.http("/v1/devices/dev41/record/?batch=true", TOKENS.device, {
    method: "POST",
    body: JSON.stringify(ROWS),
  });
  expect(answer.status).toBe(400);
  const error = (await answer.json()) as { code: string; message: string; rows: never; rows_total: number };
  expect([error.code, error.rows_total]).toEqual(["invalid_batch", new Set(CAUSES.map(([row]) => row)).size]);
  expect(causesOf(error.rows)).toEqual([...CAUSES].sort() as never);
  for (const words of WORDS) expect(error.message).toContain(words);
  const one = await server.http("/v1/devices/dev41/record/", TOKENS.device, {
    method: "POST",
    body: JSON.stringify({ field: "DOR", value: 1, timestamp: "nope" }),
  });
  const told = ((await one.json()) as { message: string }).message;
  expect(told).toContain("Did you mean DOOR?");
  expect(told).toContain("nope");
});
test("5: an import names every cause of a line, too", async () => {
  const file = `${server.folder}/rows.ndjson`;
  const line = { time: "nope", product: "my-product", device: "dev42", field: "DOR", value: "1" };
  const other = { ...line, field: "TEMPERATURE", value: "a" };
  writeFileSync(file, [line, other].map((row) => `${JSON.stringify(row)}\n`).join(""));
  const run = await fieldcast(["import", file, "--data", server.data]);
  expect(run.out).toContain("0 stored, 2 bad");
  expect(run.err).toMatch(/rows\.ndjson:1: unknown_field: .*Did you mean DOOR\?.*nope/);
  expect(run.err).toMatch(/rows\.ndjson:2: invalid_timestamp: .*nope.*"?a"? .*number/);
});
test("4: a field that nearly exists is suggested in a publish", async () => {
  const client = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  client.publish("dtck-pub/my-product/dev43/TEMPRATURE", "1", { qos: 1, packetId: 1 });
  const { properties } = await client.expect("puback");
  expect(properties?.reasonString).toBe("The product my-product has no such field. Did you mean TEMPERATURE?");
  await client.leave();
});
