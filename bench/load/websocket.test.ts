import { expect, test } from "bun:test";
import fc from "fast-check";
import { Deframer, frame } from "./websocket.ts";

const ANSWER = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

/** A frame as a server sends it: without a mask. */
function fromServer(opcode: number, payload: Uint8Array): Buffer {
  const own = Buffer.from(frame(payload)); // header, mask of zeros, payload
  const header = own.subarray(0, own.length - payload.length - 4);
  header[0] = 0x80 | opcode;
  header[1] = (header[1] ?? 0) & 0x7f;
  return Buffer.concat([header, payload]);
}

test("a client's frame says its length in one, three or nine bytes, and is masked with zeros", () => {
  const head = (length: number) => Buffer.from(frame(new Uint8Array(length).fill(7))).toString("hex", 0, 15);
  expect(head(5)).toBe("82850000000007070707 07".replace(" ", ""));
  expect(head(126)).toStartWith("82fe007e000000000707");
  expect(head(65_536)).toStartWith("82ff00000000000100000000000007");
});

test("gives back the stream of all data frames, wherever the chunks end, and passes over pings", () => {
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constant(new Uint8Array(200).fill(1)),
    fc.constant(new Uint8Array(70_000).fill(2)),
  );
  const frames = fc.array(fc.record({ payload, ping: fc.boolean() }), { maxLength: 8 });
  const cuts = fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1 });
  fc.assert(
    fc.property(frames, cuts, (wanted, sizes) => {
      const pinged = wanted.map((one) => ({ ...one, ping: one.ping && one.payload.length < 126 }));
      const stream = Buffer.concat([
        Buffer.from(ANSWER),
        ...pinged.map((one) => fromServer(one.ping ? 9 : 2, one.payload)),
      ]);
      const seen: Buffer[] = [];
      let upgraded = 0;
      const deframer = new Deframer(
        () => upgraded++,
        (bytes) => seen.push(Buffer.from(bytes)),
      );
      for (let at = 0, i = 0; at < stream.length; i++) {
        const size = sizes[i % sizes.length] ?? 1;
        deframer.feed(stream.subarray(at, at + size));
        at += size;
      }
      expect(upgraded).toBe(1);
      const data = Buffer.concat(pinged.filter((one) => !one.ping).map((one) => one.payload));
      expect(Buffer.concat(seen).equals(data)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test("a server that refuses or closes is an error", () => {
  const feed = (bytes: Buffer) =>
    new Deframer(
      () => {},
      () => {},
    ).feed(bytes);
  expect(() => feed(Buffer.from("HTTP/1.1 404 Not Found\r\n\r\n"))).toThrow("404 Not Found");
  const closed = Buffer.concat([Buffer.from(ANSWER), fromServer(8, Uint8Array.of(3, 232))]);
  expect(() => feed(closed)).toThrow("closed the WebSocket");
});
