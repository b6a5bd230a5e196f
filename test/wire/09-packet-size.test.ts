import { afterAll, beforeAll, expect, test } from "bun:test";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { fieldcast, startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

test.each([0, 1] as const)(
  "9: a client whose Maximum Packet Size keeps out every delivery is told in its session's sheet, QoS %d [MQTT-3.1.2-24]",
  async (qos) => {
    const clientId = `small-${qos}`;
    const small = await Raw.login(server.ports.mqtt, {
      token: TOKENS.device,
      clientId,
      properties: { maximumPacketSize: 60 },
    });
    await small.subscribe("dtck/my-product/dev1/+", qos);
    const show = async () => (await fieldcast(["session", "show", clientId, "--data", server.data])).out;
    expect(await show()).not.toContain("too large");
    const device = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
    for (const value of ["1", "2", "3"]) expect(await device.record("dtck-pub/my-product/dev1/STEPS", value)).toBe(0);
    const text = await until("what was not sent", async () => {
      const now = await show();
      return now.includes("3 deliveries") ? now : null;
    });
    expect(text).toMatch(
      /too large +3 deliveries not sent: its Maximum Packet Size is 60 bytes, the smallest needs \d+/,
    );
    expect(await server.metric("fieldcast_deliveries_too_large_total")).toBe(3 * (qos + 1));
    await small.leave();
    await device.leave();
  },
);
