import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { encode, type Version } from "../codec/index.ts";
import { connectOf, type FakeWire, Rig } from "./rig.testing.ts";

interface Vector {
  readonly name: string;
  readonly version: Version | 0;
  readonly hex: string;
}
const FOLDER = join(import.meta.dir, "..", "codec", "vectors");
/** Longer ones have as many borders as bytes, and no other kind of them. */
const MOST_BYTES = 80;

/** Byte sequences of the table, legal and hostile, that a client could send behind its CONNECT; one for each byte string. */
function sequences(): Vector[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json") && !name.startsWith("conn"));
  const all = files.flatMap((file) => JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Vector[]); // see vectors.test.ts
  const fit = all.filter(({ version, hex }) => version !== 0 && hex.length / 3 < MOST_BYTES && !/^(10|20) /.test(hex));
  return [...new Map(fit.map((vector) => [`${vector.version} ${vector.hex}`, vector])).values()];
}

/** What a client hears that sends these bytes in two parts; and whether it was cut off. */
async function answerTo(rig: Rig, wire: FakeWire, bytes: Uint8Array, border: number): Promise<string> {
  wire.listener?.data(bytes.slice(0, border));
  await rig.settle();
  wire.listener?.data(bytes.slice(border));
  for (let i = 0; i < 4; i++) {
    rig.now += 3000;
    await rig.settle();
  }
  const said = wire.heard().join(", ");
  const end = wire.ended ? "ended" : "open";
  wire.lost();
  await rig.settle();
  return `${said}; ${end}`;
}

test("every sequence of the table, cut at every byte border: the answer is the same as to the whole", async () => {
  let cuts = 0;
  for (const { name, version, hex } of sequences()) {
    const packet = new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
    const ping = encode(4, { type: "pingreq" });
    const bytes = Buffer.concat([packet, ping]);
    const rig = new Rig({ maxConnections: 100 });
    const one = async (border: number): Promise<string> => {
      const wire = rig.open();
      wire.send(connectOf({ version: version as Version, clientId: "c" })); // 0 was left out
      await rig.settle();
      wire.got();
      return answerTo(rig, wire, bytes, border);
    };
    const whole = await one(bytes.length);
    for (let border = 1; border < bytes.length; border++) {
      cuts++;
      const cut = await one(border);
      if (cut !== whole) expect(`${name}, cut at ${border}: ${cut}`).toBe(`${name}, cut at ${border}: ${whole}`);
    }
    expect(rig.logged.filter(({ level }) => level === "error")).toEqual([]);
  }
  expect(cuts).toBeGreaterThan(10_000);
}, 60_000);
