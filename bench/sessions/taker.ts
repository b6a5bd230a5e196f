import { encode } from "../../src/codec/index.ts";
import type { Target } from "../load/client.ts";
import type { Kind } from "./options.ts";

/**
 * A stored session that subscribes to a filter at QoS 1 and then takes nothing. Returns how to end its connection, if it
 * still has one.
 * @param target with MQTT 5
 */
export async function taker(target: Target, clientId: string, filter: string, kind: Kind): Promise<() => void> {
  const { host: hostname, port } = target;
  const answers = Promise.withResolvers<void>();
  let [awaited, seen] = [0x20, 0];
  const socket = await Bun.connect({
    hostname,
    port,
    socket: {
      data: (_, chunk) => {
        // CONNACK and SUBACK come alone: nothing else was asked for yet
        if (chunk[0] !== awaited) return;
        seen++;
        if (awaited === 0x90) return answers.resolve();
        awaited = 0x90;
        socket.write(subscribe(filter));
      },
      error: (_, error) => answers.reject(error),
      close: () => answers.reject(new Error(`the server closed the connection of ${clientId} (answers: ${seen})`)),
    },
  });
  socket.write(connect(clientId, target.login));
  await answers.promise;
  if (kind === "away") socket.terminate();
  else if (kind === "blocked") socket.pause();
  return () => socket.terminate();
}

/** CONNECT of a session that lasts for an hour. */
function connect(clientId: string, login: Target["login"]): Uint8Array {
  const who = login && { userName: login.username, password: new TextEncoder().encode(login.password) };
  const properties = { sessionExpiryInterval: 3600 };
  return encode(5, { type: "connect", version: 5, cleanStart: false, keepAlive: 0, clientId, ...who, properties });
}
function subscribe(filter: string): Uint8Array {
  const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
  return encode(5, { type: "subscribe", packetId: 1, subscriptions: [{ filter, ...options }] });
}
