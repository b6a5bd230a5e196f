import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import { within } from "./until.ts";

/** A TCP connection to a port of the loopback. */
export async function tcp(port: number, host = "127.0.0.1"): Promise<Socket> {
  const socket = connectTcp({ host, port, noDelay: true, allowHalfOpen: true });
  await within(`a connection to port ${port}`, once(socket, "connect"));
  return socket;
}
/**
 * A TLS connection; rejects when the handshake fails.
 * @param over an open stream that it runs on; otherwise one is opened
 */
export async function tls(options: ConnectionOptions, over?: Socket): Promise<TLSSocket> {
  const host = { host: "127.0.0.1", servername: "localhost" };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connectTls(over === undefined ? { ...host, ...options } : { ...options, ...host, socket: over }, () =>
    resolve(),
  );
  socket.once("error", reject);
  socket.once("close", () => reject(new Error("the connection ended")));
  await within("a handshake", promise);
  return socket;
}
