import type { Socket } from "bun";
import { createFrame, decode, encode, FRAME_COMPLETE, type Packet, readFrame } from "../codec/index.ts";

/** What a scripted broker does with a packet; the answers are sent at once. "close" cuts the connection off. */
export type Script = (packet: Packet) => readonly (Packet | "close")[];

/** A loopback server for tests of clients: answers by a script. `pieces`: answers arrive byte by byte. */
export function scriptedBroker(
  script: Script,
  options: { tls?: { cert: string; key: string }; pieces?: boolean } = {},
) {
  const seen: Packet[] = [];
  let open = 0;
  let idle = () => {};
  const frame = createFrame();
  const server = Bun.listen<{ rest: Uint8Array }>({
    hostname: "127.0.0.1",
    port: 0,
    ...(options.tls && { tls: options.tls }),
    socket: {
      open(socket) {
        open++;
        socket.data = { rest: new Uint8Array() };
      },
      data(socket, bytes) {
        const buf = Buffer.concat([socket.data.rest, bytes]);
        let at = 0;
        while (readFrame(buf, at, buf.length, 1 << 20, frame) === FRAME_COMPLETE) {
          at = frame.bodyEnd;
          const packet = decode(5, buf, frame);
          seen.push(packet);
          for (const answer of script(packet)) send(socket, answer, options.pieces === true);
        }
        socket.data.rest = buf.slice(at);
      },
      close() {
        if (--open === 0) idle();
      },
      error() {},
    },
  });
  /** Resolves when every connection has ended, and everything that came was seen. */
  const quiet = () =>
    new Promise<void>((resolve) => {
      if (open === 0) resolve();
      else idle = resolve;
    });
  const url = { host: "127.0.0.1", port: server.port, secure: options.tls !== undefined };
  return { url, seen, quiet, stop: () => server.stop(true) };
}

function send(socket: Socket<{ rest: Uint8Array }>, answer: Packet | "close", pieces: boolean): void {
  if (answer === "close") {
    socket.terminate();
    return;
  }
  const bytes = encode(5, answer);
  for (let at = 0; at < bytes.length; at += pieces ? 1 : bytes.length) {
    socket.write(bytes.subarray(at, pieces ? at + 1 : bytes.length));
    socket.flush();
  }
}

export const ACCEPTED: Packet = { type: "connack", sessionPresent: false, reasonCode: 0 };
