import { describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { listenWeb } from "./web.ts";
import { Places } from "./web/places.ts";

describe("answers to requests that are none", () => {
  async function answer(head: string, fetch: () => Response = () => new Response("fine")): Promise<string> {
    const options = {
      hostname: "127.0.0.1",
      port: 0,
      tls: null,
      maxBody: 1000,
      maxPacket: 1000,
      trusts: () => false,
      ownNames: new Set<string>(),
      onRefused: () => {},
    };
    const places = new Places({ maxHttpConnections: 10, maxHeldBytes: 10_000, isFull: () => false, onFull: () => {} });
    const failed: unknown[] = [];
    const server = listenWeb({ ...options, places, http: fetch, onError: (error) => failed.push(error) }, () => null);
    try {
      const { promise, resolve } = Promise.withResolvers<string>();
      const socket = connect(server.port, "127.0.0.1");
      let text = "";
      socket.on("data", (bytes: Uint8Array) => {
        text += new TextDecoder().decode(bytes);
      });
      socket.on("close", () => resolve(text));
      socket.write(`GET / HTTP/1.1\r\n${head}\r\nConnection: close\r\n\r\n`);
      return await promise;
    } finally {
      server.stop();
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
