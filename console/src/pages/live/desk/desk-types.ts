import type { IClientOptions, MqttClient } from "mqtt";
import type { Message } from "./messages.ts";

export type Qos = 0 | 1 | 2;

/** @property number its subscription identifier, which messages bear */
export interface Subscription {
  readonly number: number;
  readonly filter: string;
  readonly qos: Qos;
  readonly state: "waiting" | "granted" | "refused";
  /** In the server's words. */
  readonly why: string | null;
  /** Messages that came by it. */
  readonly count: number;
}
/** What became of a publish. */
export type Published =
  | { readonly kind: "sent" | "stored" | "stored_unheard" }
  | { readonly kind: "refused"; readonly reason: number; readonly why: string };

/** All that is shown; another object after each change. */
export interface DeskView {
  readonly state: "connecting" | "open" | "lost";
  /** Why it is lost. */
  readonly why: string | null;
  readonly subscriptions: readonly Subscription[];
  readonly messages: readonly Message[];
  /** Came while it was paused. */
  readonly waiting: number;
  readonly paused: boolean;
}

export interface DeskDeps {
  /** A ticket, and the address at which it is used. */
  readonly login: () => Promise<{ readonly url: string; readonly ticket: string }>;
  readonly connect: (url: string, options: IClientOptions) => MqttClient;
  /** @returns takes it back */
  readonly later: (run: () => void, ms: number) => () => void;
  readonly now: () => number;
  readonly clientId: string;
}
