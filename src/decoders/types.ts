/**
 * What a script is asked: how its functions are looked for and called (`sandbox/calls.qjs`).
 * `uplink`: LoRaWAN bytes and port; `normalize`: TS013's normalizeUplink; `request`: a request at the HTTP integration;
 * `message`: a topic and a payload of another broker; `downlink`: bytes to send; `readback`: bytes that were sent;
 * `outgoing`: a request or message that goes out.
 */
export type CallKind = "uplink" | "normalize" | "request" | "message" | "downlink" | "readback" | "outgoing";

/** A function that a script may have. */
export type FunctionName =
  | "decodeUplink"
  | "normalizeUplink"
  | "encodeDownlink"
  | "decodeDownlink"
  | "Decoder"
  | "Encoder"
  | "Decode"
  | "Encode";

/** One version of a script. Equal `id`s mean equal code. */
export interface Script {
  /** A hash of the code. */
  readonly id: string;
  readonly code: string;
}

export interface Call {
  /** Whose script it is: nothing is shared between two workspaces, not even memory of the VM. */
  readonly workspace: string;
  readonly script: Script;
  readonly kind: CallKind;
  /** The function that the product names; without it the first that the script has, in the kind's order. */
  readonly declared?: FunctionName;
  /** What the function gets; JSON. */
  readonly input: unknown;
  /** Values in the script's global object (`rawPayload`, `configurationValues`, …); JSON. */
  readonly globals?: Readonly<Record<string, unknown>>;
}

/**
 * Why a call gave nothing. `threw`: the script's own error, also one of its syntax; `timeout`: it took longer than it may;
 * `memory`: it wanted more than it may; `too_large`: the result; `killed`: it did not let itself be stopped, and its
 * process was ended; `off`: it was, too often; `busy`: too many calls wait; `stopped`: the server ends.
 */
export type Failure = "threw" | "timeout" | "memory" | "too_large" | "killed" | "off" | "busy" | "stopped";

interface Told {
  /** What the script wrote with `console`, at most 100 lines and 16 KiB. */
  readonly log: readonly string[];
  /** How long the call took, in milliseconds of wall time. */
  readonly ms: number;
}
interface Success extends Told {
  readonly ok: true;
  /** The function that was called. */
  readonly called: FunctionName;
  /** What it gave, as plain data: at most 256 KiB, 32 levels and 20,000 parts. Numbers that JSON has none for: `NotANumber`. */
  readonly result: unknown;
}
export interface Failed extends Told {
  readonly ok: false;
  readonly reason: Failure;
  /** A sentence for the person who wrote the script. */
  readonly message: string;
  /** The line of the script, from 1, where the error names one. */
  readonly line: number | null;
}
export type Outcome = Success | Failed;

/** NaN, Infinity or -Infinity in a result. */
interface NotANumber {
  readonly "\u0000number": string;
}

/** @returns whether a part of a result is a number that JSON has no form for */
export function isNotANumber(value: unknown): value is NotANumber {
  return typeof value === "object" && value !== null && "\u0000number" in value;
}

/** What a call may use. */
export interface Limits {
  /** CPU time inside the VM, in milliseconds. */
  readonly cpuMs: number;
  /** Wall time, in milliseconds, after which the watchdog ends the process. */
  readonly wallMs: number;
  /** How much the VM's memory may grow beyond what it begins with, in bytes. */
  readonly memoryBytes: number;
  /** The result as JSON, in characters. */
  readonly resultChars: number;
}

export const LIMITS: Limits = {
  cpuMs: 100,
  wallMs: 250,
  memoryBytes: 24 * 1024 * 1024,
  resultChars: 256 * 1024,
};
