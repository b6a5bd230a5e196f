import { expect, test } from "bun:test";
import { makeWorld } from "../integrations/inbound/inbound.testing.ts";
import { decoderLog } from "./decoder-log.ts";

test("the log says of which products the decoder is that brought its process down", async () => {
  const world = await makeWorld();
  const code = "function Decoder() { for (;;); }";
  await world.script(code);
  await world.script("function Decoder() {}", "single");
  const said: object[] = [];
  const { onDeath, onOff } = decoderLog(world.directory, { warn: (facts) => void said.push(facts) });
  const { row } = world.product();
  const call = { workspace: String(row.workspace), script: { id: "1", code }, kind: "uplink", input: null } as const;
  onDeath("killed", call);
  onDeath("died", null);
  onOff(call);
  onOff({ ...call, script: { id: "2", code: "of before" } });
  const workspace = world.directory.workspace(row.workspace)?.slug;
  expect(said).toEqual([
    { why: "killed", workspace, products: ["p"] },
    { why: "died", workspace: null, products: [] },
    { workspace, products: ["p"] },
    { workspace, products: [] },
  ]);
});
