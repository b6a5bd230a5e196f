import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { encode } from "../../src/codec/index.ts";
import { TOKENS } from "../run/fleet.ts";
import { connectPacket, Raw } from "../run/raw.ts";
import { fieldcast, startServer, type TestServer } from "../run/server.ts";
import { tcp, tls } from "../run/tls.ts";
import { until, within } from "../run/until.ts";

const utf8 = new TextEncoder();
const LINE = utf8.encode("PROXY TCP4 203.0.113.7 10.0.0.1 49153 1883\r\n");
const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const BINARY = Uint8Array.from([...SIGNATURE, 0x21, 0x11, 0, 12, 203, 0, 113, 8, 10, 0, 0, 1, 0xc0, 1, 7, 0x5b]);
const LOOPBACK = utf8.encode("PROXY TCP4 127.0.0.1 127.0.0.1 49153 1883\r\n");
const LOCAL = Uint8Array.from([...SIGNATURE, 0x20, 0, 0, 0]);

/** Believes 127.0.0.1; clients without credentials may come from this machine. */
let server: TestServer;
/** Believes another proxy, and nobody here. */
let distant: TestServer;
beforeAll(async () => {
  const debug = ["--log-level", "debug", "--proxy-protocol", "mqtt,mqtts", "--anonymous", "acme/none"];
  [server, distant] = await Promise.all([
    startServer({ flags: [...debug, "--proxy-from", "127.0.0.1", "--proxy-from", "192.0.2.0/24", "--mqtt", "[::]:0"] }),
    startServer({ flags: [...debug, "--proxy-from", "192.0.2.0/24"] }),
  ]);
});
afterAll(async () => {
  await Promise.all([server.remove(), distant.remove()]);
});

/** Logs in behind a header, and answers the address that the server took it to come from. */
async function seenFrom(raw: Raw, clientId: string): Promise<unknown> {
  expect((await raw.connect({ token: TOKENS.device, clientId })).reasonCode).toBe(0);
  await raw.leave();
  const line = await until("the login in the log", () =>
    server
      .log()
      .split("\n")
      .find((one) => one.includes("logged in") && one.includes(`"${clientId}"`)),
  );
  return (JSON.parse(line) as { remote?: unknown }).remote;
}

describe("PROXY protocol", () => {
  test.each([
    ["v1", LINE, "203.0.113.7"],
    ["v2", BINARY, "203.0.113.8"],
    ["v2 LOCAL", LOCAL, "127.0.0.1"],
  ] as const)(
    "%s on --mqtt: the client has the address of the header, however it is cut",
    async (name, header, from) => {
      for (const cut of [0, 1, 5, 13, header.length - 1]) {
        const socket = await tcp(server.ports.mqtt);
        const raw = Raw.on(socket);
        if (cut > 0) await new Promise((resolve) => socket.write(header.subarray(0, cut), resolve));
        socket.write(header.subarray(cut));
        expect(await seenFrom(raw, `${name} ${cut}`)).toBe(from);
      }
    },
  );
  test("header, CONNECT and a publish in one segment", async () => {
    const socket = await tcp(server.ports.mqtt);
    const raw = Raw.on(socket);
    socket.write(Buffer.concat([LINE, encode(5, connectPacket({ token: TOKENS.device })), Uint8Array.of(0xc0, 0)]));
    expect((await raw.expect("connack")).reasonCode).toBe(0);
    await raw.expect("pingresp");
    await raw.leave();
  });
  test("on --mqtts it stands before TLS, alone or together with the first bytes of the handshake", async () => {
    const ca = readFileSync(server.caFile);
    for (const together of [false, true]) {
      const socket = await tcp(server.ports.mqtts);
      if (together) socket.cork(); // what TLS writes leaves with it
      socket.write(BINARY);
      const secure = tls({ ca }, socket);
      if (together) {
        await until("the client's hello", () => socket.writableLength > BINARY.length);
        socket.uncork();
      }
      const raw = Raw.on(await secure);
      expect(await seenFrom(raw, `secure ${together}`)).toBe("203.0.113.8");
    }
  });
  test("much goes both ways through TLS behind a header, and the end of the client is seen", async () => {
    const socket = await tcp(server.ports.mqtts);
    socket.write(LINE);
    const raw = Raw.on(await tls({ ca: readFileSync(server.caFile) }, socket));
    await raw.connect({ token: TOKENS.device });
    await raw.subscribe("dtck/my-product/dev5/NOTE");
    const text = "x".repeat(50_000);
    for (let i = 0; i < 40; i++) raw.publish("dtck-pub/my-product/dev5/NOTE", `${text}${i}`);
    expect(await raw.heard(`${text}39`)).toHaveLength(40);
    const open = await server.metric("fieldcast_connections");
    raw.fin();
    await until("its end", async () => (await server.metric("fieldcast_connections")) === open - 1);
  });
  test("without a header, with a wrong one, or with half of one, a proxy's connection is closed, counted and logged", async () => {
    const before = await server.metric("fieldcast_connections_refused_total", 'reason="proxy_header"');
    const connect = encode(5, connectPacket({ token: TOKENS.device }));
    const wrong = [connect, utf8.encode("PROXY TCP4 1 2 3 4\r\n"), utf8.encode("GET / HTTP/1.1\r\n\r\n")];
    for (const bytes of wrong) {
      const raw = Raw.on(await tcp(server.ports.mqtt));
      raw.bytes(bytes);
      expect(await raw.ended()).toEqual([]);
    }
    for (const listener of ["mqtt", "mqtts"] as const) {
      const half = Raw.on(await tcp(server.ports[listener]));
      half.bytes(LINE.subarray(0, 10));
      half.fin();
      await half.ended();
    }
    await until("the count", async () => {
      return (await server.metric("fieldcast_connections_refused_total", 'reason="proxy_header"')) === before + 5;
    });
    expect(server.log()).toContain("closed a connection (proxy header)");
  });
  test("a look whether the port is open is no mistake: it is neither counted nor logged", async () => {
    const count = () => server.metric("fieldcast_connections_refused_total", 'reason="proxy_header"');
    const before = await count();
    for (const listener of ["mqtt", "mqtts"] as const) {
      const raw = Raw.on(await tcp(server.ports[listener]));
      raw.fin();
      expect(await raw.ended()).toEqual([]);
    }
    expect(await count()).toBe(before);
  });
  test("limits of connections hold behind a proxy, by the client's address, before a handshake", async () => {
    const flags = ["--proxy-protocol", "mqtt,mqtts", "--proxy-from", "127.0.0.1", "--max-connections-per-address", "2"];
    const own = await startServer({ flags });
    const ca = readFileSync(own.caFile);
    const open = async (listener: "mqtt" | "mqtts", client: number): Promise<Raw | null> => {
      const socket = await tcp(own.ports[listener]);
      socket.write(utf8.encode(`PROXY TCP4 198.51.100.${client} 10.0.0.1 1 2\r\n`));
      const stream = listener === "mqtt" ? socket : await tls({ ca }, socket).catch(() => null);
      if (stream === null) return null;
      const raw = Raw.on(stream);
      return raw.connect({ token: TOKENS.device }).then(
        () => raw,
        () => null,
      );
    };
    for (const listener of ["mqtt", "mqtts"] as const) {
      const mine = [await open(listener, 1), await open(listener, 1)];
      for (let i = 0; i < 10; i++) expect(await open(listener, 1)).toBeNull();
      const others = await open(listener, 2);
      for (const raw of [...mine, others]) expect(await raw?.drain()).toEqual([]);
      for (const raw of [...mine, others]) await raw?.leave();
    }
    expect(await own.metric("fieldcast_connections_refused_total", 'reason="address"')).toBe(20);
    expect(await own.stop()).toBe(0);
    await own.remove();
  });
  test("CVE-2026-67411: who comes through a proxy never counts as this machine", async () => {
    const nobody = async (header: Uint8Array | null, host?: string): Promise<number> => {
      const raw = Raw.on(await tcp(server.ports.mqtt, host));
      if (header !== null) raw.bytes(header);
      const { reasonCode } = await raw.connect({ clientId: "nobody" });
      return reasonCode;
    };
    for (const header of [LOOPBACK, LOCAL, LINE]) expect(await nobody(header)).toBe(0x86);
    expect(await nobody(null, "::1")).toBe(0); // it is on this machine, and no proxy
  });
  test("CVE-2026-67411: from others a header is no CONNECT, and MQTT goes on as ever", async () => {
    for (const listener of ["mqtt", "mqtts"] as const) {
      const ca = listener === "mqtts" ? distant.caFile : undefined;
      const raw = await Raw.login(distant.ports[listener], { token: TOKENS.device }, ca);
      await raw.leave();
      const other = await Raw.open(distant.ports[listener], ca);
      other.bytes(LOOPBACK);
      expect(await other.ended()).toEqual([]);
    }
    const before = await tcp(distant.ports.mqtts);
    before.resume(); // an alert of TLS comes
    before.write(LOOPBACK);
    await within("the end of a handshake that is none", once(before, "end"));
    before.destroy();
    expect(distant.log()).not.toContain("proxy header");
  });
  test("failed logins are counted by the client's address, not by the proxy's", async () => {
    const fail = async (header: Uint8Array): Promise<void> => {
      const raw = Raw.on(await tcp(server.ports.mqtt));
      raw.bytes(header);
      raw.send(connectPacket({ token: TOKENS.unknown }));
      await within("a refusal", raw.closed);
    };
    await fail(utf8.encode("PROXY TCP4 198.51.100.9 10.0.0.1 1 2\r\n"));
    expect(server.log()).toContain('"remote":"198.51.100.9"');
  });
});

describe("X-Forwarded-For", () => {
  test("MQTT over WebSocket has the client's address when the proxy is believed, and never counts as this machine", async () => {
    for (const [at, seen] of [
      [server, "203.0.113.20"],
      [distant, "127.0.0.1"],
    ] as const) {
      const headers = { "x-forwarded-for": "127.0.0.1, 203.0.113.20" };
      const url = `ws://127.0.0.1:${at.ports.http}/mqtt`;
      const socket = new WebSocket(url, { headers, protocols: ["mqtt"] } as unknown as string[]); // Bun takes headers, too
      socket.binaryType = "arraybuffer";
      const { promise, resolve } = Promise.withResolvers<number | undefined>();
      socket.onopen = () => socket.send(encode(5, connectPacket({ clientId: "forwarded" })));
      socket.onmessage = ({ data }) => resolve(new Uint8Array(data as ArrayBuffer)[3]); // as binaryType says
      expect(await within("CONNACK", promise)).toBe(0x86);
      socket.close();
      const line = at
        .log()
        .split("\n")
        .find((one) => one.includes("refused a login") && one.includes('"forwarded"'));
      expect(line).toContain(`"remote":"${seen}"`);
    }
  });
});

test("--proxy-protocol without --proxy-from, and senseless values, stop the start", async () => {
  for (const [flags, words] of [
    [["--proxy-protocol", "mqtt"], "--proxy-protocol: needs --proxy-from as well"],
    [["--proxy-protocol", "http"], "it must be mqtt, mqtts"],
    [["--proxy-from", "localhost"], "IP addresses, or networks as 10.0.0.0/8"],
    [["--proxy-from", "10.0.0.0/33"], "IP addresses, or networks as 10.0.0.0/8"],
  ] as const) {
    const run = await fieldcast(["serve", "--data", `${server.folder}/none`, ...flags]);
    expect(run.code).toBe(1);
    expect(run.err).toContain(words);
  }
});
