import type { BrokerProtocol, Route } from "../bridges/types.ts";

/** What may be said of an external broker beside its name. null: it is not given. */
export interface BrokerSettings {
  /** May be empty. */
  readonly description: string;
  /** `mqtt://`, `mqtts://`, `ws://`, `wss://`; tried in turn, the first one preferred. */
  readonly addresses: readonly string[];
  readonly protocol: BrokerProtocol;
  readonly username: string | null;
  /** Or a token. */
  readonly password: string | null;
  /** PEM: who signs the certificate of the remote; null: those that the system trusts. */
  readonly ca: string | null;
  /** PEM: the certificate and the key that we show. */
  readonly certificate: string | null;
  readonly key: string | null;
  /** The name that its certificate is for, and which is asked for (SNI); null: that of the address. */
  readonly serverName: string | null;
  readonly clientId: string;
  /** Seconds. */
  readonly keepAlive: number;
  /** Seconds that the remote keeps our session while we are away. */
  readonly sessionExpiry: number;
  /** How many brokers a forwarded message may come through before it is not forwarded to this one any more. */
  readonly hops: number;
  /** uid of the API user whose rights it has; no reference: when that goes, nothing is carried any more. */
  readonly account: number;
  /** It is not connected; what is to be sent waits, within the limits of the feed. */
  readonly paused: boolean;
  readonly routes: readonly Route[];
}

/** A broker elsewhere that messages are exchanged with. */
export interface Broker extends BrokerSettings {
  readonly uid: number;
  readonly workspace: number;
  readonly name: string;
  /** µs */
  readonly created: number;
}
