import { describe, expect, test } from "bun:test";
import { encode } from "../../src/codec/index.ts";
import { TOKENS } from "../run/fleet.ts";
import { connectPacket } from "../run/raw.ts";
import { within } from "../run/until.ts";
import { target, VERSIONS } from "./target.ts";

const utf8 = new TextEncoder();
const it = target();

describe("before the login", () => {
  test("CVE-2017-7651: a huge announced length costs nothing and is closed", async () => {
    for (const length of [
      [0xff, 0xff, 0xff, 0x7f],
      [0x80, 0x80, 0x80, 0x01],
      [0xff, 0xff, 0x01],
    ]) {
      const all = await Promise.all(Array.from({ length: 20 }, () => it.open()));
      for (const raw of all) raw.bytes([0x10, ...length, 0, 4]);
      for (const raw of all) expect(await raw.ended()).toEqual([]);
    }
  });
  test("CVE-2023-0809: a first packet that is no CONNECT is closed at once, at its first byte", async () => {
    for (let type = 0; type < 16; type++) {
      if (type === 1) continue;
      const raw = await it.open();
      raw.bytes([(type << 4) | 2]);
      expect(await raw.ended()).toEqual([]);
    }
  });
  test("CVE-2023-3592: wills that cannot be, again and again, leave nothing behind", async () => {
    const sessions = await it.server.metric("fieldcast_sessions");
    const good = encode(
      5,
      connectPacket({
        token: TOKENS.device,
        will: {
          topic: "abc",
          payload: utf8.encode("w"),
          qos: 1,
          retain: false,
          properties: { contentType: "t", userProperties: [["a", "b"]] },
        },
      }),
    );
    const at = Buffer.from(good).indexOf("abc");
    for (const char of ["#", "+", "\0"]) {
      const bad = Buffer.from(good);
      bad[at + 1] = char.charCodeAt(0);
      for (let i = 0; i < 50; i++) {
        const raw = await it.open();
        raw.version = 5;
        raw.bytes(bad);
        expect((await raw.ended()).every((p) => p.type === "connack" && p.reasonCode >= 0x80)).toBe(true);
      }
    }
    expect(await it.server.metric("fieldcast_sessions")).toBe(sessions);
  });
  test("CVE-2016-9877: the name of an account without a password does not log in; only a token does", async () => {
    for (const userName of ["device", "acme/device", "owner@localhost", TOKENS.unknown]) {
      const wishes = VERSIONS.flatMap((version) => [
        { version, clientId: "c", userName },
        { version, clientId: "c", userName, password: "" },
      ]);
      expect(await Promise.all(wishes.map((wish) => it.loginCode(wish)))).toEqual([4, 4, 4, 4, 0x86, 0x86]);
    }
  });
  test("CVE-2020-13849: who is silent for one and a half times the keep alive is cut off", async () => {
    const raw = await it.login({ keepAlive: 1 });
    expect((await raw.ended()).at(-1)).toMatchObject({ type: "disconnect", reasonCode: 0x8d });
  });
  test("CVE-2026-67411: a PROXY header is no MQTT, and X-Forwarded-For makes nobody local", async () => {
    for (const text of ["PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n", "\r\n\r\n\0\r\nQUIT\n", "GET / HTTP/1.1\r\n\r\n"]) {
      const raw = await it.open();
      raw.bytes(utf8.encode(text));
      expect(await raw.ended()).toEqual([]);
    }
    const headers = { "x-forwarded-for": "127.0.0.1" };
    expect((await it.server.http("/metrics", undefined, { headers })).status).toBe(401);
    expect((await it.server.http("/metrics", TOKENS.device, { headers })).status).toBe(403);
  });
  test("CVE-2026-67405: a page of another origin gets no further than a login", async () => {
    const at = `ws://127.0.0.1:${it.server.ports.http}/mqtt`;
    const headers = { origin: "https://evil.example", cookie: `token=${TOKENS.device}; session=1` };
    const socket = new WebSocket(at, { headers, protocols: ["mqtt"] } as unknown as string[]); // Bun takes headers, too
    const answer = new Promise<number | undefined>((resolve) => {
      socket.binaryType = "arraybuffer";
      socket.onopen = () => socket.send(encode(5, connectPacket({ clientId: "x" })));
      socket.onmessage = ({ data }) => resolve(new Uint8Array(data as ArrayBuffer)[3]); // as binaryType says
      socket.onclose = () => resolve(undefined);
    });
    expect(await within("CONNACK", answer)).toBe(0x86);
    socket.close();
  });
});
