import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import mqtt, { type MqttClient } from "mqtt";
import { login, mosquittoPub } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { have, program } from "../run/have.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { within } from "../run/until.ts";

/** What docs/clients.md "What becomes of a refusal" says of the clients that are tried here. */

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const WRONG = "0".repeat(40);
const TOPIC = "dtck-pub/my-product/dev1/TEMPERATURE";
const url = () => `mqtt://127.0.0.1:${server.ports.mqtt}`;
const connecting = (token: string, reconnectPeriod = 0, reconnectOnConnackError = false): MqttClient =>
  mqtt.connect(url(), {
    username: token,
    password: token,
    protocolVersion: 5,
    reconnectPeriod,
    reconnectOnConnackError,
  });

describe("7: MQTT.js", () => {
  test("a refused login is the event error with its code, and the end; with reconnectOnConnackError it connects again", async () => {
    const ended = connecting(WRONG, 50);
    const { promise: refused, resolve: refuse } = Promise.withResolvers<unknown>();
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    ended.on("error", refuse).on("close", close);
    expect(await within("the refusal", refused)).toMatchObject({ code: 0x86 });
    await within("the end", closed);
    expect(ended.reconnecting).toBe(false);
    ended.end(true);

    const again = connecting(WRONG, 50, true);
    const codes: unknown[] = [];
    const { promise: two, resolve } = Promise.withResolvers<void>();
    again.on("error", (error) => {
      codes.push("code" in error ? error.code : null);
      if (codes.length === 2) resolve();
    });
    await within("two refusals", two);
    again.end(true);
    expect(codes).toEqual([0x86, 0x86]);
  });
  test("a refused publish calls back with an error that has the code", async () => {
    const client = connecting(TOKENS.viewer);
    const error = await within(
      "the answer",
      client.publishAsync(TOPIC, "1", { qos: 1 }).then(
        () => null,
        (refused: unknown) => refused,
      ),
    );
    client.end(true);
    expect(error).toMatchObject({ code: 0x87, message: "Publish error: Not authorized" });
  });
  test("a refused filter calls back with an error that has the code", async () => {
    const client = connecting(TOKENS.viewer);
    const error = await within(
      "the answer",
      client.subscribeAsync("other/topic").then(
        () => null,
        (refused: unknown) => refused,
      ),
    );
    client.end(true);
    expect(error).toMatchObject({ message: "Subscribe error: Not authorized", packet: { granted: [0x87] } });
  });
});

describe.skipIf(!have("mosquitto-clients"))("7: mosquitto_pub and mosquitto_sub", () => {
  test("a refused login is a line, and the end", async () => {
    const { code, err } = await mosquittoPub(...login(server.ports.mqtt, WRONG), "-V", "5", "-t", TOPIC, "-m", "1");
    expect(code).not.toBe(0);
    expect(err).toContain("Bad User Name or Password");
  });
  test("a refused publish is a line, and the end", async () => {
    const to = login(server.ports.mqtt, TOKENS.viewer);
    const { err } = await mosquittoPub(...to, "-V", "5", "-q", "1", "-t", TOPIC, "-m", "1");
    expect(err).toContain("Not authorized");
  });
  test("a refused filter is a line, and the end when all were refused", async () => {
    const to = login(server.ports.mqtt, TOKENS.viewer);
    const child = Bun.spawn([program("mosquitto_sub") ?? "", ...to, "-V", "5", "-t", "other/topic", "-W", "5"], {
      stdout: "pipe",
      stderr: "pipe",
    });
    const err = await child.stderr.text();
    await child.exited;
    expect(err).toContain("All subscription requests were denied");
  });
});
