import type { Micros } from "../../base/types.ts";
import type { Webhook, WebhookEvent } from "../../fleet/webhook-rows.ts";
import type { Sent } from "../../fleet/webhooks.ts";

/** One try to send a request, or something else that happened to a webhook, as its log shows it. */
export interface WebhookCall {
  /** Grows with each. */
  readonly call: number;
  readonly time: Micros;
  /** The request that was tried; null: this is no try, but a notice. */
  readonly request: string | null;
  /** 1: its first try. */
  readonly tries: number;
  readonly events: number;
  /** Of HTTP; null: there was no answer. */
  readonly status: number | null;
  readonly ms: number | null;
  /** What is wrong, in words; null: it was accepted. */
  readonly error: string | null;
  /** The beginnings of both bodies; null for who may not see what was sent. */
  readonly body: string | null;
  readonly answer: string | null;
}

/** A request that was given up. */
export interface DeadLetter {
  readonly letter: number;
  readonly time: Micros;
  readonly request: string;
  readonly events: number;
  readonly tries: number;
  readonly error: string;
  readonly headers: Readonly<Record<string, string>>;
  /** All of it. */
  readonly body: string;
}

/** How a webhook is. */
export interface WebhookStatus {
  readonly state: "active" | "failing" | "paused" | "off";
  /** Why it is paused or failing, or was switched off by the server; null: it is not. */
  readonly reason: string | null;
  readonly failures: number;
  /** µs of the wall clock; null: none is due. */
  readonly nextTry: Micros | null;
  /** Tries of the last seven days, and how many of them failed. */
  readonly calls: number;
  readonly failed: number;
  readonly deadLetters: number;
  /** Events that were never sent since they were too many, since it was made. */
  readonly dropped: number;
  /** Rows of the log, and µs, that it is behind. */
  readonly lagRows: number;
  readonly lagAge: Micros;
}

/** What a try-out came to. */
export interface WebhookTest {
  readonly accepted: boolean;
  readonly status: number | null;
  readonly ms: number;
  readonly error: string | null;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  readonly answer: string | null;
}

/** What a request would hold. */
export interface WebhookPreview {
  /** The event that it is of. */
  readonly event: Sent;
  /** false: a made-up one, since no device that it would tell of has said anything. */
  readonly real: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What administrators do with webhooks of a running server. By the uid of the webhook. */
export interface WebhookPort {
  /** Null: it is not sending yet. */
  status(uid: number): WebhookStatus | null;
  /** Why this server never sends to an address; null: it may. @param url one that a webhook may have */
  whyNever(url: string): string | null;
  /** Newest first. */
  calls(uid: number, before: number | undefined, limit: number): Promise<WebhookCall[]>;
  deadLetters(uid: number, before: number | undefined, limit: number): Promise<DeadLetter[]>;
  /** Sends dead letters again, oldest first, until one is not accepted. @param letter one alone; null: all @returns how many wait for it */
  replay(uid: number, letter: number | null): Promise<number>;
  /** Forgets dead letters. Returns how many. */
  discard(uid: number, letter: number | null): Promise<number>;
  /** Sends a sample once, whatever its state. @param event undefined: the first of its own */
  test(uid: number, event: WebhookEvent | undefined): Promise<WebhookTest>;
  /** What a request of one that is not made yet would hold. @throws Refusal invalid_request its template cannot be filled */
  preview(row: Webhook, event: WebhookEvent | undefined): WebhookPreview;
}
