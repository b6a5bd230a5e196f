import { afterAll, expect, test } from "bun:test";
import { Sandbox } from "../../decoders/sandbox.ts";
import { makeWorld } from "./inbound.testing.ts";

const sandbox = new Sandbox({ processes: 1 });
afterAll(() => sandbox.stop());

const DECODER = `function Decoder(request) {
  console.log("came to", request.path);
  if (request.body === "throw") throw new Error("nothing at " + request.path);
  return [
    { device: "d1", field: "TEMPERATURE", value: NaN },
    { device: "d1", field: "DOOR", value: request.path },
  ];
}`;

test("the key in the address is seen by the script, and by nobody to whom the script tells it", async () => {
  const world = await makeWorld(undefined, sandbox);
  await world.script(DECODER);
  for (const key of [world.product().row.integrationKey ?? "", world.product().row.uuid ?? ""]) {
    expect(key).toHaveLength(36);
    const path = `/integrations/api/${key.toUpperCase()}/sub`;
    const request = { method: "POST", path, query: [], headers: [], form: [] };
    await world.send("1", { request });
    await world.send("throw", { request });
    const [threw, refused] = await world.passesOf();
    const heard = world.heard.map(({ decoded }) => [decoded.log, decoded.error]);
    expect(JSON.stringify([threw, refused, heard]).toLowerCase()).not.toContain(key.slice(5));
    const shown = `/integrations/api/${key.slice(0, 4).toUpperCase()}…/sub`;
    expect(threw?.decoder).toMatchObject({ log: [`came to ${shown}`], error: { message: `nothing at ${shown}` } });
    expect(refused?.rows[0]).toMatchObject({ value: shown, fate: "refused" });
  }
});

test("the output of a pass shows what is no number by its name", async () => {
  const world = await makeWorld(undefined, sandbox);
  await world.script(DECODER);
  await world.send("1");
  const [pass] = await world.passesOf();
  expect(pass?.decoder?.output).toContain('"value":"NaN"');
});
