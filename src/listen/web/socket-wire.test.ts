import { describe, expect, test } from "bun:test";
import type { WireListener } from "../../broker/wire.ts";
import type { WebChannel } from "./connection.ts";
import { Output } from "./output.ts";
import { SocketWire } from "./socket-wire.ts";

const MASK = [1, 2, 3, 4] as const;
/** A client's frame. */
function framed(opcode: number, text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return Uint8Array.of(0x80 | opcode, 0x80 | bytes.length, ...MASK, ...bytes.map((b, i) => b ^ (MASK[i & 3] ?? 0)));
}

/** A WebSocket of which only the end is seen, and what the broker hears of it. */
function make(onData: (wire: SocketWire, text: string) => void = () => {}, room = Number.POSITIVE_INFINITY) {
  const heard: string[] = [];
  const sent: number[][] = [];
  /** Whether the socket was read, at each change. */
  const reading: boolean[] = [];
  const state = { now: 0, room };
  const channel = {
    write(bytes: Uint8Array) {
      const taken = Math.min(bytes.length, state.room);
      state.room -= taken;
      sent.push([...bytes.subarray(0, taken)]);
      return taken;
    },
    pause: () => void reading.push(false),
    resume: () => void reading.push(true),
    shutdown: () => void heard.push("(shutdown)"),
    terminate: () => void heard.push("(terminate)"),
  } as unknown as WebChannel; // a wire calls no more than these here
  const output = new Output(channel);
  const wire = new SocketWire(channel, output, { remote: "192.0.2.1", local: false }, false, 1000, () => state.now);
  wire.listener = {
    data(bytes: Uint8Array): void {
      const text = new TextDecoder().decode(bytes);
      heard.push(text);
      onData(wire, text);
    },
    ended: () => void heard.push("(ended)"),
    closed: () => void heard.push("(closed)"),
    drained: () => void heard.push("(drained)"),
  } satisfies WireListener;
  const take = (text: string): void => wire.data(framed(2, text));
  return { wire, heard, reading, take, sent, output, state };
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
  test("the socket is not read, so that the client feels it; before it ends it is read again", async () => {
    const { wire, heard, reading } = make();
    wire.pause();
    expect(reading.at(-1)).toBe(false);
    wire.resume();
    expect(reading.at(-1)).toBe(true);
    wire.pause();
    wire.end();
    await Promise.resolve();
    await Promise.resolve();
    expect([reading.at(-1), heard]).toEqual([true, ["(shutdown)"]]);
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
});

describe("towards the client", () => {
  test("each packet has a frame of its own, also one of more than 125 and of more than 65,535 bytes", () => {
    const { wire, sent } = make();
    const long = Uint8Array.of(0x30, 0x80, 1, ...new Uint8Array(128));
    const huge = Uint8Array.of(0x30, 0x80, 0x80, 4, ...new Uint8Array(65_536));
    expect(wire.write(Uint8Array.of(0xd0, 0, 0x40, 2, 0, 7, ...long, ...huge, 0xd0, 0))).toBe(6 + 131 + 65_540 + 2);
    const all = sent.flat();
    expect(all.slice(0, 10)).toEqual([0x82, 2, 0xd0, 0, 0x82, 4, 0x40, 2, 0, 7]);
    expect(all.slice(10, 16)).toEqual([0x82, 126, 0, 131, 0x30, 0x80]);
    expect(all.slice(145, 157)).toEqual([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 4, 0x30, 0x80]);
    expect(all.slice(-4)).toEqual([0x82, 2, 0xd0, 0]);
  });
  test("one that takes nothing is not written to beyond a bound, and the broker hears when it takes again", () => {
    const { wire, heard, output, state } = make(undefined, 0);
    const packet = Uint8Array.of(0x30, 0x80, 0x80, 4, ...new Uint8Array(65_536));
    let written = 0;
    while (wire.write(packet) > 0) written++;
    expect([written, output.waiting]).toEqual([4, 4 * (packet.length + 10)]);
    state.room = Number.POSITIVE_INFINITY;
    output.drained();
    wire.drained();
    expect(heard).toEqual(["(drained)"]);
  });
  test("one that is silent is asked whether it is there, and then given up", () => {
    const { wire, heard, sent } = make();
    wire.tick(119_000);
    expect(sent).toEqual([]);
    wire.tick(121_000);
    wire.tick(122_000);
    expect(sent).toEqual([[0x89, 0]]);
    wire.tick(241_000);
    expect(heard).toEqual(["(terminate)"]);
  });
});
