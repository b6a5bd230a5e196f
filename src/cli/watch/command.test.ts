import { describe, expect, test } from "bun:test";
import type { Packet } from "../../codec/index.ts";
import { ACCEPTED, type Script, scriptedBroker } from "../broker.testing.ts";
import { fakeIo } from "../io.testing.ts";
import { showMqttUrl } from "../mqtt-url.ts";
import { run } from "../program.ts";

const TOKEN = "0123456789abcdef0123456789abcdef01234567";
const message: Packet = {
  type: "publish",
  topic: "dtck/p/d/T",
  payload: new TextEncoder().encode("1"),
  qos: 0,
  dup: false,
  retain: false,
};

async function watch(script: Script, ...argv: string[]) {
  const broker = scriptedBroker(script);
  const { io, said } = fakeIo({ env: { FIELDCAST_TOKEN: TOKEN, FIELDCAST_URL: showMqttUrl(broker.url) } });
  const code = await run(["watch", ...argv], io);
  broker.stop();
  return { code, ...said, seen: broker.seen };
}

describe("watch", () => {
  test("subscribes to everything, prints what comes and ends after --count", async () => {
    const { code, out, err, seen } = await watch(
      (packet) => {
        if (packet.type === "connect") return [ACCEPTED];
        if (packet.type !== "subscribe") return [];
        return [{ type: "suback", packetId: packet.packetId, reasonCodes: [1, 1] }, message, message, message];
      },
      "--count",
      "2",
      "--errors",
    );
    expect(code).toBe(0);
    expect(out.match(/p\/d {2}T {2}1\n/g)).toHaveLength(2);
    expect(err).toContain("watching dtck/# and dtck-errors/#");
    const filters = seen.flatMap((packet) => (packet.type === "subscribe" ? packet.subscriptions : []));
    expect(filters.map((one) => one.filter)).toEqual(["dtck/#", "dtck-errors/#"]);
  });

  test("a refused filter ends it with the server's words", async () => {
    const properties = { reasonString: "subscribe to dtck/p/# instead" };
    const { code, err } = await watch(
      (packet) =>
        packet.type === "connect"
          ? [ACCEPTED]
          : packet.type === "subscribe"
            ? [{ type: "suback", packetId: packet.packetId, reasonCodes: [0x87], properties }]
            : [],
      "dtck-pub/#",
    );
    expect(code).toBe(1);
    expect(err).toBe("fieldcast: the server refused dtck-pub/#: subscribe to dtck/p/# instead\n");
  });

  test("a refused login ends it", async () => {
    const properties = { reasonString: "the token is not known" };
    const { code, err } = await watch(() => [{ type: "connack", sessionPresent: false, reasonCode: 0x86, properties }]);
    expect(code).toBe(1);
    expect(err).toMatch(/^fieldcast: mqtt:\/\/127\.0\.0\.1:\d+: the token is not known \(login refused\)\n$/);
  });

  test("a filter that is none is refused before it is sent", async () => {
    const { code, err } = await watch((packet) => (packet.type === "connect" ? [ACCEPTED] : []), "a\u0000b");
    expect(code).toBe(1);
    expect(err).toStartWith("fieldcast: this filter cannot be used");
  });
});
