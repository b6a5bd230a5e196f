import { describe, expect, test } from "bun:test";
import { Refusal } from "../base/errors.ts";
import { Directory } from "./directory.ts";
import { deviceAt, deviceNamed, fieldNamed, productNamed, type Sight, workspaceNamed } from "./named.ts";
import { FleetService } from "./service.ts";
import { MemoryFleet } from "./testing.ts";

const FILE = `
workspaces:
  - slug: acme
    products:
      - { slug: p, fields: [{ id: T, type: INT }], devices: [{ id: d, serial: S }] }
`;
const directory = new Directory();
const service = new FleetService({
  store: new MemoryFleet(),
  directory,
  micros: () => 1,
  random: (n) => new Uint8Array(n),
});
await service.applyFile(FILE);
const NOTHING: Sight = { workspace: () => false, product: () => false, device: () => false };

function said(look: () => unknown): string {
  try {
    look();
    return "found";
  } catch (error) {
    return error instanceof Refusal ? `${error.code}: ${error.message}` : String(error);
  }
}

describe("names and what is said of those that mean nothing", () => {
  const product = productNamed(directory, "p");
  test.each<[string, (name: string, sight?: Sight) => unknown, string, string]>([
    [
      "acme",
      (name, sight) => workspaceNamed(directory, name, sight).slug,
      "not_found",
      "There is no workspace with the slug",
    ],
    [
      "p",
      (name, sight) => productNamed(directory, name, sight),
      "unknown_product",
      "There is no product with the slug",
    ],
    [
      "d",
      (name, sight) => deviceNamed(product, name, sight),
      "unknown_device",
      "p has no device with the id or serial",
    ],
    [
      "S",
      (name, sight) => deviceNamed(product, name, sight),
      "unknown_device",
      "p has no device with the id or serial",
    ],
  ])("%s", (name, look, code, sentence) => {
    expect(said(() => look(name))).toBe("found");
    expect(said(() => look("x"))).toBe(`${code}: ${sentence} "x".`);
    // what is hidden is not told from what is not there
    expect(said(() => look(name, NOTHING))).toBe(`${code}: ${sentence} "${name}" that you may see.`);
    expect(said(() => look("x", NOTHING))).toBe(`${code}: ${sentence} "x" that you may see.`);
  });
  test("a field in any case, and none", () => {
    expect(fieldNamed(product, "t").row.id).toBe("T");
    expect(said(() => fieldNamed(product, "\u001b[2J"))).toBe('unknown_field: p has no field "\\u{1b}[2J".');
  });
  test("a device at its path", () => {
    expect(deviceAt(directory, "p/S").row.id).toBe("d");
    for (const path of ["p/x", "x/d", "p", "", "p/"])
      expect(said(() => deviceAt(directory, path))).toBe(
        `unknown_device: There is no device "${path}"; write <product>/<id or serial>.`,
      );
    expect(said(() => deviceAt(directory, "p/d", NOTHING))).toContain("that you may see; write");
  });
});
