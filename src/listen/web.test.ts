import { describe, expect, test } from "bun:test";
import { connect } from "node:net";
import type { WireListener } from "../broker/wire.ts";
import { listenWeb, SocketWire, type WebSocketLike } from "./web.ts";

/** A WebSocket of which only the end is seen, and what the broker hears of it. */
function make(onData: (wire: SocketWire, text: string) => void = () => {}) {
  const heard: string[] = [];
  /** Whether the socket was read, at each change. */
  const reading: boolean[] = [];
  const socket = {
    data: { wire: null, remote: "192.0.2.1", local: false, secure: false },
    readyState: 1,
    getBufferedAmount: () => 0,
    sendBinary: (bytes: Uint8Array) => bytes.length,
    pause: () => void reading.push(false),
    resume: () => void reading.push(true),
    close: () => void heard.push("(close)"),
    terminate: () => void heard.push("(terminate)"),
  };
  const wire = new SocketWire(socket as WebSocketLike, 1000);
  wire.listener = {
    data(bytes: Uint8Array): void {
      const text = new TextDecoder().decode(bytes);
      heard.push(text);
      onData(wire, text);
    },
    closed: () => void heard.push("(closed)"),
  } as WireListener; // a wire calls no more than these here
  const take = (text: string): void => wire.take(new TextEncoder().encode(text));
  return { wire, heard, reading, take };
}

describe("a WebSocket while the broker reads nothing", () => {
  test("what comes is kept in its order", () => {
    const { wire, heard, take } = make();
    take("a");
    wire.pause();
    take("b");
    take("c");
    expect(heard).toEqual(["a"]);
    wire.resume();
    take("d");
    expect(heard).toEqual(["a", "b", "c", "d"]);
  });
  test("the socket is not read, so that the client feels it; before it ends it is read again", () => {
    const { wire, heard, reading } = make();
    wire.pause();
    expect(reading.at(-1)).toBe(false);
    wire.resume();
    expect(reading.at(-1)).toBe(true);
    wire.pause();
    wire.end();
    expect([reading.at(-1), heard]).toEqual([true, ["(close)"]]);
  });
  test("the broker may stop again in between", () => {
    const { wire, heard, reading, take } = make((w, text) => {
      if (text === "b") w.pause();
    });
    wire.pause();
    for (const text of ["a", "b", "c"]) take(text);
    wire.resume();
    take("d");
    expect(heard).toEqual(["a", "b"]);
    expect(reading.at(-1)).toBe(false);
    wire.resume();
    expect(heard).toEqual(["a", "b", "c", "d"]);
    expect(reading.at(-1)).toBe(true);
  });
  test("what was kept when the client closes is the broker's all the same, before the end", () => {
    const { wire, heard, take } = make((w) => w.pause());
    for (const text of ["a", "b", "c"]) take(text);
    expect(heard).toEqual(["a"]);
    wire.closed();
    expect(heard).toEqual(["a", "b", "c", "(closed)"]);
  });
  test("more than 4 MiB is too much", () => {
    const { wire, heard, take } = make();
    wire.pause();
    for (let i = 0; i < 4; i++) take("x".repeat(1024 * 1024));
    expect(heard).toEqual([]);
    take("x");
    expect(heard).toEqual(["(terminate)"]);
  });
});

describe("answers to requests that are none", () => {
  async function answer(head: string, fetch: () => Response = () => new Response("fine")): Promise<string> {
    const options = { hostname: "127.0.0.1", port: 0, tls: null, maxBody: 1000, maxPacket: 1000, trusts: () => false };
    const failed: unknown[] = [];
    const server = listenWeb({ ...options, http: fetch, onError: (error) => failed.push(error) }, () => null);
    try {
      const { promise, resolve } = Promise.withResolvers<string>();
      const socket = connect(server.port ?? 0, "127.0.0.1");
      let text = "";
      socket.on("data", (bytes: Uint8Array) => {
        text += new TextDecoder().decode(bytes);
      });
      socket.on("close", () => resolve(text));
      socket.write(`GET / HTTP/1.1\r\n${head}\r\nConnection: close\r\n\r\n`);
      return await promise;
    } finally {
      await server.stop(true);
    }
  }
  test.each(["[", "a b", "%", ""])("Host: %s", async (host) => {
    const text = await answer(`Host: ${host}`);
    expect(text).toStartWith("HTTP/1.1 400 ");
    expect(text.length).toBeLessThan(500);
  });
  test("a mistake of ours shows nothing of the program", async () => {
    const text = await answer("Host: x", () => {
      throw new Error("inner workings");
    });
    expect(text).toStartWith("HTTP/1.1 500 ");
    expect(text).not.toContain("inner workings");
    expect(text.length).toBeLessThan(500);
  });
});
