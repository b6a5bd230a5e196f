import { z } from "zod";

/**
 * The kinds of value that a setting can have. Flags and environment variables are text, a file may hold numbers:
 * every kind takes both. Messages say what is allowed and fit after "must be".
 */

/** Where a listener listens. `host` is a name or an IP address without brackets; port 0 lets the system choose. */
interface Address {
  readonly host: string;
  readonly port: number;
}

export const text = z.union([z.string(), z.number()]).transform((value) => String(value).trim());

/** Text that is turned into a value; `parse` answers undefined for what is not allowed, `allowed` says what is. */
export function kind<T>(allowed: string, parse: (text: string) => T | undefined) {
  return text.transform((value, context): T => {
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: "custom", message: allowed });
    return z.NEVER;
  });
}

/** `HOST:PORT`, `[v6]:PORT`, `:PORT` (all interfaces), or `off`, which is null. */
export function address() {
  return kind<Address | null>("HOST:PORT, [IPV6]:PORT, :PORT for all interfaces, or off", (value) => {
    if (value === "off") return null;
    const match = /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([A-Za-z0-9._-]*)):(\d{1,5})$/.exec(value);
    if (match === null || Number(match[3]) > 65535) return undefined;
    return { host: match[1] ?? (match[2] || ALL_INTERFACES), port: Number(match[3]) };
  });
}
/** Listens on IPv6 and IPv4 where the system has both. */
const ALL_INTERFACES = "::";

/** A whole number within [min, max], both included. */
export function count(min: number, max: number) {
  return kind(`a whole number from ${min} to ${max}`, (value) =>
    /^\d{1,15}$/.test(value) ? within(Number(value), min, max) : undefined,
  );
}

/** k, M, G count in thousands and Ki, Mi, Gi in 1024s (IEC 80000-13); a B behind them, and upper or lower case, change nothing. */
const SIZES = new Map(
  [
    ["", 1],
    ["k", 1000],
    ["m", 1000 ** 2],
    ["g", 1000 ** 3],
    ["ki", 1024],
    ["mi", 1024 ** 2],
    ["gi", 1024 ** 3],
  ].flatMap(([unit, factor]) => [[unit, factor] as [string, number], [`${unit}b`, factor] as [string, number]]),
);
/** How sizes and times may be written, for people. */
export const SIZE_FORMS = "500k, 1M or 2GB (thousands), 512Ki, 1MiB or 2Gi (1024s)";
export const TIME_FORMS = "500ms, 30s, 5m, 12h or 7d";

/** A number of bytes within [min, max]; in text also with k, M, G, Ki, Mi or Gi behind it, with or without B. */
export function size(min: number, max: number) {
  return kind(
    `a number of bytes from ${showSize(min)} to ${showSize(max)} (also written with k, M, G, Ki, Mi or Gi)`,
    (value) => within(withUnit(value, SIZES, 1), min, max),
  );
}

/** Bytes in the largest unit that leaves a whole number. */
export function showSize(bytes: number): string {
  for (const [unit, factor] of [
    ["GiB", 1024 ** 3],
    ["MiB", 1024 ** 2],
    ["KiB", 1024],
  ] as const)
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor} ${unit}`;
  return String(bytes);
}

const DURATIONS = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);
/** A time within [min, max] of `unit`, as a number of that unit; in text also with ms, s, m, h or d behind it. */
export function duration(unit: "ms" | "s", min: number, max: number) {
  const one = unit === "ms" ? 1 : 1000;
  return kind(`a time from ${min} to ${max} ${unit} (also written with ms, s, m, h or d)`, (value) => {
    const milliseconds = withUnit(value, DURATIONS, one);
    return milliseconds % one === 0 ? within(milliseconds / one, min, max) : undefined;
  });
}

/** A switch: `on`/`off` or `true`/`false`; a flag without a value is on. */
export function onOff() {
  return z.union([z.boolean(), text]).transform((value, context): boolean => {
    if (value === true || value === "on" || value === "true") return true;
    if (value === false || value === "off" || value === "false") return false;
    context.addIssue({ code: "custom", message: "on or off" });
    return z.NEVER;
  });
}

export function oneOf<const T extends string>(...words: readonly [T, ...T[]]) {
  // `find` narrows the text to the word that it equals
  return kind(words.join(", ").replace(/, ([^,]*)$/, " or $1"), (value) => words.find((word) => word === value));
}

/** An API user: the slug of its workspace and its name. */
export function apiUser() {
  return kind("WORKSPACE/API USER, the slug of a workspace and the name of an API user in it", (value) => {
    const at = value.indexOf("/");
    const name = value.slice(at + 1).trim();
    return at > 0 && name !== "" ? { workspace: value.slice(0, at), name } : undefined;
  });
}

/** `https://cloud.example.com`: scheme, host and port, and nothing behind them. */
export function originUrl() {
  return kind("http:// or https:// with a host, without a path", (value) => {
    const url = URL.parse(value);
    const plain = url !== null && `${url.pathname}${url.search}${url.hash}${url.username}${url.password}` === "/";
    return plain && (url.protocol === "https:" || url.protocol === "http:") ? url.origin : undefined;
  });
}

/** `https://login.example.com/tenant`; over plain HTTP only on this machine. */
export function issuerUrl() {
  return kind("https:// with a host and a path (http:// only for this machine)", (value) => {
    const url = URL.parse(value);
    if (url === null || `${url.search}${url.hash}${url.username}${url.password}` !== "") return undefined;
    const local = url.hostname === "localhost" || url.hostname === "127.0.0.1" || url.hostname === "[::1]";
    return url.protocol === "https:" || (url.protocol === "http:" && local) ? value : undefined;
  });
}

/** Some text in one line. */
export function someText() {
  return kind("some text without control characters", (value) =>
    /^[^\p{Cc}]{1,500}$/u.test(value) ? value : undefined,
  );
}

/** A mail server: `smtp://` or `smtps://`, with what logs in to it. */
export function smtpUrl() {
  return kind("smtp://USER:PASSWORD@HOST:PORT, or smtps://", (value) => {
    const url = URL.parse(value);
    return url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== "" ? value : undefined;
  });
}

/** An e-mail address, in lower case. */
export function emailAddress() {
  return kind("an e-mail address", (value) =>
    /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,189}$/u.test(value) ? value.toLowerCase() : undefined,
  );
}

/** Some text, not empty: a file or folder name. */
export function fileName() {
  return kind("a file name", (value) => (value === "" || value.includes("\0") ? undefined : value));
}

/** The first level of the platform's topics (wire contract section 4): one level that is neither wildcard nor `$…`. */
export function topicLevel() {
  return kind("one topic level of at most 64 characters, without $ + # / and control characters", (value) =>
    /^[^$+#/\u0000-\u001f\u007f-\u009f\ud800-\udfff]{1,64}$/u.test(value) ? value : undefined,
  );
}

function within(value: number, min: number, max: number): number | undefined {
  return value >= min && value <= max ? value : undefined;
}

/** `12`, `1.5KiB`, `30 s`: the number in the smallest unit, NaN when it is not of this form or not whole. */
function withUnit(value: string, units: ReadonlyMap<string, number>, plain: number): number {
  const match = /^(\d{1,15}(?:\.\d{1,3})?)\s*([A-Za-z]*)$/.exec(value);
  const factor = match?.[2] === "" ? plain : units.get(match?.[2]?.toLowerCase() ?? "?");
  const result = match === null || factor === undefined ? Number.NaN : Number(match[1]) * factor;
  return Number.isInteger(result) ? result : Number.NaN;
}
