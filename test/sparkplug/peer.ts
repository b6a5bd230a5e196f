import { createRequire } from "node:module";
import { join } from "node:path";
import { packagesOf } from "../run/cached.ts";
import { within } from "../run/until.ts";

/** An edge node of Sparkplug B by others: sparkplug-client and sparkplug-payload, which the Eclipse Tahu project publishes. */

/** A metric as that implementation has it; types by their names, in upper or lower case. */
export interface PeerMetric {
  readonly name?: string;
  readonly alias?: number;
  readonly type: string;
  readonly value: unknown;
  readonly timestamp?: number;
  readonly isHistorical?: boolean;
  readonly isTransient?: boolean;
  readonly properties?: Readonly<Record<string, { readonly type: string; readonly value: unknown }>>;
}
interface PeerPayload {
  timestamp?: number;
  metrics?: PeerMetric[];
  seq?: number;
}
interface Client {
  seq: number;
  bdSeq: number;
  client: { stream: { destroy(): void }; publish(topic: string, payload: Buffer, options: object): void };
  on(event: "birth" | "close" | "connect" | "error", listener: (error?: Error) => void): void;
  on(event: "ncmd", listener: (payload: PeerPayload) => void): void;
  on(event: "dcmd", listener: (device: string, payload: PeerPayload) => void): void;
  publishNodeBirth(payload: PeerPayload, options?: object): void;
  publishNodeData(payload: PeerPayload, options?: object): void;
  publishDeviceBirth(device: string, payload: PeerPayload): void;
  publishDeviceData(device: string, payload: PeerPayload): void;
  publishDeviceDeath(device: string, payload: PeerPayload): void;
  stop(): void;
}
interface Library {
  newClient(config: object): Client;
}
interface Codec {
  get(namespace: "spBv1.0"): {
    encodePayload(payload: PeerPayload): Uint8Array;
    decodePayload(bytes: Uint8Array): PeerPayload;
  };
}

const home = packagesOf("sparkplug", join(import.meta.dir, "peer"));
const load = createRequire(join(home, "package.json"));
/** Its coding of payloads. */
export const codec = (load("sparkplug-payload") as Codec).get("spBv1.0"); // what the package exports

export interface Command {
  /** Null: the node's own. */
  readonly device: string | null;
  readonly metrics: readonly PeerMetric[];
}

/** An edge node that is connected. */
export class Peer {
  readonly commands: Command[] = [];
  births = 0;

  private constructor(readonly client: Client) {}

  /** @param birth what it publishes when it is connected, and whenever its births are asked for */
  static async connect(
    port: number,
    token: string,
    edgeNode: string,
    birth: (peer: Peer) => void,
    bdSeq = 0,
  ): Promise<Peer> {
    const { newClient } = load("sparkplug-client") as Library; // what the package exports
    const client = newClient({
      serverUrl: `mqtt://127.0.0.1:${port}`,
      username: token,
      password: token,
      groupId: "plant-1",
      edgeNode,
      clientId: `edge ${edgeNode}`,
      publishDeath: true,
      keepalive: 60,
      mqttOptions: { reconnectPeriod: 0 },
    });
    client.bdSeq = bdSeq;
    const peer = new Peer(client);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const born = () => {
      peer.births++;
      birth(peer);
    };
    client.on("error", (error) => reject(error ?? new Error("no reason")));
    client.on("birth", () => {
      born();
      resolve();
    });
    client.on("ncmd", ({ metrics = [] }) => {
      peer.commands.push({ device: null, metrics });
      if (metrics.some(({ name, value }) => name === "Node Control/Rebirth" && value === true)) born();
    });
    client.on("dcmd", (device, { metrics = [] }) => peer.commands.push({ device, metrics }));
    await within(`the node ${edgeNode} is connected`, promise);
    return peer;
  }
  birth(...metrics: PeerMetric[]): void {
    const control = { name: "Node Control/Rebirth", type: "Boolean", value: false };
    this.client.publishNodeBirth({ timestamp: Date.now(), metrics: [control, ...metrics] });
  }
  data(...metrics: PeerMetric[]): void {
    this.client.publishNodeData({ timestamp: Date.now(), metrics });
  }
  deviceBirth(device: string, ...metrics: PeerMetric[]): void {
    this.client.publishDeviceBirth(device, { timestamp: Date.now(), metrics });
  }
  deviceData(device: string, ...metrics: PeerMetric[]): void {
    this.client.publishDeviceData(device, { timestamp: Date.now(), metrics });
  }
  deviceDeath(device: string): void {
    this.client.publishDeviceDeath(device, { timestamp: Date.now() });
  }
  /** A message that nobody ever sees: its number is used up. */
  skip(): void {
    this.client.seq++;
  }
  /** The connection breaks. */
  cut(): void {
    this.client.client.stream.destroy();
  }
  /** It says goodbye. */
  stop(): void {
    this.client.stop();
  }
}
