import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate, HttpClient } from "openapi-typescript-codegen";
import { DESCRIBED } from "../src/http/api/index.ts";
import { openApi } from "../src/http/api/openapi.ts";
import { TOKENS } from "./run/fleet.ts";
import { startServer, type TestServer } from "./run/server.ts";

/**
 * What others make of the OpenAPI document: a client of a public generator is made, type-checked with a program that uses it,
 * and run. This generator makes names of what others leave as texts, so it is strict about them.
 */

const root = join(import.meta.dir, "..");
const folder = mkdtempSync(join(tmpdir(), "fieldcast-generated-"));
let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  const input = join(folder, "openapi.json");
  const answer = await server.http("/api/v1/openapi.json");
  await Bun.write(input, await answer.text());
  await generate({ input, output: join(folder, "client"), httpClient: HttpClient.FETCH, useOptions: true });
});
afterAll(async () => {
  await server.remove();
  rmSync(folder, { recursive: true });
});

const PROGRAM = `
import { ApiError, DevicesService, FieldsService, OpenAPI, ProductsService, type Device, type Product } from "./client/index.ts";

const [base, token] = process.argv.slice(2);
OpenAPI.BASE = base + "/api/v1";
OpenAPI.TOKEN = token;
const said: unknown[] = [];
const product: Product = await ProductsService.createProduct({
  workspace: "acme",
  requestBody: { name: "Generated", slug: "generated", bool_text: "True" },
});
said.push(product.slug, product.bool_text);
await FieldsService.createField({ product: "generated", requestBody: { id: "T", type: "INT", decimals: 0 } });
const device: Device = await DevicesService.createDevice({ product: "generated", requestBody: { id: "~1.a:b", tags: ["x"] } });
const changed: Device = await DevicesService.updateDevice({
  product: "generated",
  device: device.id,
  ifMatch: "*",
  requestBody: { name: "Renamed", online_timeout: 60 },
});
said.push(changed.name, changed.online_timeout);
const page = await DevicesService.listDevices({ product: "generated", limit: 1, online: false });
const first: Device | undefined = page.items[0];
said.push(first?.id, page.next);
const dry = await ProductsService.deleteProduct({ product: "generated", dryRun: true });
const devices: number = dry.takes.devices;
said.push(dry.dry_run, devices);
try {
  await ProductsService.deleteProduct({ product: "generated" });
} catch (error) {
  if (!(error instanceof ApiError)) throw error;
  said.push(error.status, error.body.code);
}
await ProductsService.deleteProduct({ product: "generated", confirm: "generated" });
console.log(JSON.stringify(said));
`;

test("a generated client compiles, with a program that uses it, and does what it says", async () => {
  const program = join(folder, "program.ts");
  await Bun.write(program, PROGRAM);
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: "ES2022",
    module: "ESNext",
    moduleResolution: "bundler",
    allowImportingTsExtensions: true,
    lib: ["ES2022", "DOM", "DOM.Iterable"],
    types: ["node"],
    typeRoots: [join(root, "node_modules", "@types")],
  };
  await Bun.write(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: options, include: ["program.ts", "client"] }),
  );
  const checked = Bun.spawn([join(root, "node_modules/.bin/tsc"), "-p", folder], {
    stdout: "pipe",
    stderr: "pipe",
    timeout: 60_000,
  });
  expect([await checked.stdout.text(), await checked.exited]).toEqual(["", 0]);

  const ran = Bun.spawn([process.execPath, program, `http://127.0.0.1:${server.ports.http}`, TOKENS.owner], {
    stdout: "pipe",
    stderr: "pipe",
    timeout: 30_000,
  });
  const [out, err] = await Promise.all([ran.stdout.text(), ran.stderr.text(), ran.exited]);
  expect(err).toBe("");
  expect(JSON.parse(out)).toEqual([
    "generated",
    "True",
    "Renamed",
    60,
    "~1.a:b",
    null,
    true,
    1,
    428,
    "confirmation_needed",
  ]);
}, 120_000);

describe("what generators make names of", () => {
  const document = openApi(DESCRIBED);
  const name = (text: string) => text.replace(/[^A-Za-z0-9]+/g, "_").toUpperCase();
  const twins = (words: readonly string[]) =>
    words.filter((word, i) => words.slice(0, i).some((other) => name(other) === name(word)));
  /** Every schema of the document, with its place. */
  function* parts(value: unknown, path: string): Generator<[string, Record<string, unknown>]> {
    if (typeof value !== "object" || value === null) return;
    if (!Array.isArray(value)) yield [path, value as Record<string, unknown>]; // no list
    for (const [key, one] of Object.entries(value)) yield* parts(one, `${path}/${key}`);
  }
  const all = [...parts(document, "")];

  test("differs by more than its case: words, operations, schemas, properties, parameters", () => {
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    expect(twins(operations.map(({ operationId }) => operationId))).toEqual([]);
    expect(twins(Object.keys(document.components.schemas))).toEqual([]);
    for (const { parameters } of operations) expect(twins(parameters.map((one) => one.name))).toEqual([]);
    for (const [path, { enum: words, properties }] of all) {
      if (Array.isArray(words)) expect([path, twins(words.map(String))]).toEqual([path, []]);
      if (typeof properties === "object" && properties !== null)
        expect([path, twins(Object.keys(properties))]).toEqual([path, []]);
    }
  });

  test("is a name: operations and schemas begin with a letter, and every schema says what it is", () => {
    for (const id of Object.keys(document.components.schemas)) expect(id).toMatch(/^[A-Z][A-Za-z0-9]+$/);
    for (const item of Object.values(document.paths))
      for (const { operationId, parameters } of Object.values(item)) {
        expect(operationId).toMatch(/^[a-z][A-Za-z0-9]+$/);
        for (const { name: own, schema } of parameters) expect([own, typeof schema.type]).toEqual([own, "string"]);
      }
  });

  test("truth and numbers in addresses are such, and are taken as clients of many languages write them", async () => {
    const parameters = Object.values(document.paths).flatMap((item) =>
      Object.values(item).flatMap((one) => one.parameters),
    );
    for (const { name: own, schema } of parameters)
      if (own === "dry_run" || own === "online" || own === "active") expect(schema.type).toBe("boolean");
      else if (own === "limit")
        expect(schema).toMatchObject({ type: "integer", minimum: 1, maximum: expect.any(Number) });
    for (const word of ["true", "True", "TRUE", "1"]) {
      const answer = await server.http(`/api/v1/products/my-product?dry_run=${word}`, TOKENS.owner, {
        method: "DELETE",
      });
      expect([word, answer.status]).toEqual([word, 200]);
    }
    for (const word of ["", "yes", "2", "null"]) {
      const answer = await server.http(`/api/v1/products/my-product?dry_run=${word}&confirm=my-product`, TOKENS.owner, {
        method: "DELETE",
      });
      expect([word, answer.status]).toEqual([word, 400]);
    }
  });
});
