import { createHash, randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { binaryFrame, clientFrame, ServerFrames } from "./ws-frames.ts";

/** A connection with a remote as bytes: TCP, TLS or WebSocket. */
export interface Stream {
  write(bytes: Uint8Array): void;
  /** Bytes that the system has not taken yet. */
  readonly pending: number;
  pause(): void;
  resume(): void;
  /** Sends what is left, then closes. */
  end(): void;
  destroy(): void;
  /** Set once; before it is, nothing comes. */
  listen(heard: StreamListener): void;
}
interface StreamListener {
  data(bytes: Uint8Array): void;
  /** What was pending is taken. */
  drain(): void;
  /** Once. @param error undefined: it was closed in good order */
  closed(error: unknown): void;
}

/** Bytes of a socket as they are. */
export function plainStream(socket: Socket, early: Uint8Array = new Uint8Array(0)): Stream {
  return {
    write: (bytes) => void socket.write(bytes),
    get pending() {
      return socket.writableLength;
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
    listen({ data, drain, closed }) {
      let error: unknown;
      socket.removeAllListeners("error");
      socket.on("error", (one) => {
        error ??= one;
      });
      socket.on("data", data);
      socket.on("drain", drain);
      socket.on("close", () => closed(error));
      if (early.length > 0) data(early);
      socket.resume();
    },
  };
}

/** Messages of a WebSocket, once its server agreed. @param early what came behind its answer */
function webSocketStream(socket: Socket, early: Uint8Array): Stream {
  const plain = plainStream(socket, early);
  const send = (frame: Uint8Array) => plain.write(frame);
  return {
    ...plain,
    get pending() {
      return plain.pending;
    },
    write: (bytes) => send(binaryFrame(bytes, randomBytes(4))),
    end() {
      send(clientFrame(0x8, new Uint8Array([0x03, 0xe8]), randomBytes(4)));
      plain.end();
    },
    listen(heard) {
      const frames = new ServerFrames({
        data: heard.data,
        pong: (opcode, body) => send(clientFrame(opcode, body, randomBytes(4))),
        closed: () => plain.end(),
      });
      plain.listen({
        ...heard,
        data(bytes) {
          try {
            frames.read(bytes);
          } catch (error) {
            heard.closed(error);
            plain.destroy();
          }
        },
      });
    },
  };
}

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** Bytes of an answer's head. */
const MOST_HEAD = 16_384;

/** Asks a server for a WebSocket that speaks MQTT (RFC 6455 section 4.1). @throws Error with what it answered, in words */
export function upgraded(socket: Socket, url: URL): Promise<Stream> {
  const key = randomBytes(16).toString("base64");
  socket.write(
    [
      `GET ${url.pathname === "" ? "/" : url.pathname}${url.search} HTTP/1.1`,
      `Host: ${url.host}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Key: ${key}`,
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Protocol: mqtt",
      "\r\n",
    ].join("\r\n"),
  );
  const wanted = createHash("sha1")
    .update(key + GUID)
    .digest("base64");
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const over = (result: Stream | Error) => {
      socket.off("data", data).off("close", closed).off("error", closed);
      socket.pause();
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    const closed = () =>
      over(new Error("It closed the connection instead of answering: is there a WebSocket at this path?"));
    const data = (bytes: Uint8Array) => {
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0)
        return head.length > MOST_HEAD ? over(new Error("Its answer has no end: it is no WebSocket.")) : undefined;
      const text = head.subarray(0, end).toString("latin1");
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
      if (status !== "101")
        return over(
          new Error(
            status === undefined
              ? "It does not speak HTTP at this port."
              : `It answered ${status}: there is no WebSocket at the path ${url.pathname}.`,
          ),
        );
      if (!/^sec-websocket-accept:\s*(\S+)/im.exec(text)?.[1]?.includes(wanted))
        return over(new Error("Its answer is not that of a WebSocket."));
      return over(webSocketStream(socket, head.subarray(end + 4)));
    };
    socket.on("data", data).on("close", closed).on("error", closed);
    socket.resume();
  });
}
