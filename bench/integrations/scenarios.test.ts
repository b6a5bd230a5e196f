import { expect, test } from "bun:test";
import { parseOptions } from "../http/options.ts";
import { fleet } from "./fleet.ts";
import { DECODER, INTEGRATIONS, PLAIN } from "./scenarios.ts";

test("the decoder has twenty lines, and all scenarios but the plain one use it", () => {
  expect(DECODER.trimEnd().split("\n").length).toBeWithin(20, 25);
  const options = parseOptions(["--devices", "20"], INTEGRATIONS);
  const files = INTEGRATIONS.map(({ id }) => fleet("0".repeat(40), options!.volume, id)); // help was not asked for
  expect(files.map((text) => text.includes("decodeUplink"))).toEqual(INTEGRATIONS.map(({ id }) => id !== PLAIN));
  expect(files[0]).toContain('"lora{10000000..10000001}", serial: "70b3d57e{n}"');
});
