import { pino } from "pino";
import type { prettyFactory as PrettyFactory } from "pino-pretty";
import type { Log } from "./types.ts";

/** A log that can bind fields to everything that it says. */
export interface ChildLog extends Log {
  child(fields: object): ChildLog;
}

export interface LogOptions {
  readonly level: "debug" | "info" | "warn" | "error" | "silent";
  /** json: one object per line, for machines; pretty: one line of text, for people. */
  readonly format: "json" | "pretty";
  /** Where whole lines go, in the turn in which they were said. */
  readonly stream: { write(text: string): unknown };
  /** Colours in the pretty format; off by default. */
  readonly color?: boolean;
  /** The time in milliseconds since the Unix epoch; the wall clock by default. */
  readonly now?: () => number;
}

/** Fields of these names never show their value, at the top or one or two levels down. */
const SECRETS = ["token", "password"];

/**
 * The server's log (pino). What clients sent can be part of it, so characters that a terminal obeys are escaped in both
 * formats: an identifier can neither move the cursor nor pretend to be another line.
 */
export function createLog(options: LogOptions): ChildLog {
  const { level, format, stream, now = Date.now } = options;
  const print = format === "pretty" ? prettyPrinter(options.color === true) : (line: string) => line;
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[hidden]" },
    },
    { write: (line: string) => stream.write(hideTokens(escapeInvisible(print(line)))) },
  );
}

function prettyPrinter(color: boolean): (line: string) => string {
  // loaded only where it is used: machines read JSON, and a start without it is quicker
  const { prettyFactory } = require("pino-pretty") as { prettyFactory: typeof PrettyFactory };
  const pretty = prettyFactory({ colorize: color, translateTime: "UTC:HH:MM:ss.l'Z'", singleLine: true });
  // the colours of the printer itself are put in after the escaping; pino wrote the line, so it is JSON
  return (line) => pretty(escapeDeep(JSON.parse(line)) as string) ?? "";
}

/** Characters that a terminal or an editor obeys instead of showing them. */
const CONTROLS = /[\p{Cc}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu;
/** Those of them that JSON leaves as they are, and that none of our own output contains. */
const INVISIBLE = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

/** What looks like an access token, wherever a client has put it: some use theirs as client identifier. */
const TOKENS = /[0-9a-f]{36,}([0-9a-f]{4})/g;

/** Leaves the last four characters, by which people tell their tokens apart. */
function hideTokens(text: string): string {
  return text.replace(TOKENS, "…$1");
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function escapeInvisible(text: string): string {
  return text.replace(INVISIBLE, escapeCharacter);
}

/** The same value with every control character in strings and keys written as \uXXXX; a stack keeps its lines. */
function escapeDeep(value: unknown, key = ""): unknown {
  if (typeof value === "string")
    return value.replace(CONTROLS, (character) =>
      key === "stack" && character === "\n" ? character : escapeCharacter(character),
    );
  if (Array.isArray(value)) return value.map((item) => escapeDeep(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [escapeDeep(name) as string, escapeDeep(inner, name)]),
  );
}
