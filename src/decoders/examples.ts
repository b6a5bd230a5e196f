import type { CallKind } from "./types.ts";

/** One example of a codec: what it gets, and what it should give. */
export interface Example {
  readonly kind: CallKind;
  readonly description: string;
  /** As `Call.input` wants it. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly expected: Expected;
}

/** What an example says of the result; what it does not name is not compared. */
interface Expected {
  readonly data?: unknown;
  readonly bytes?: readonly number[];
  readonly fPort?: number;
  /** It fails, or not; the words are the codec's own and are not compared. */
  readonly fails: boolean;
}

type Json = Readonly<Record<string, unknown>>;

/** The kinds of examples by the names that public repositories give them. */
const KINDS: readonly (readonly [RegExp, CallKind])[] = [
  [/^uplink(?:-?decode)?r?$|^decode/i, "uplink"],
  [/^downlink-?encoder?$|^encode/i, "downlink"],
  [/^downlink-?decoder?$/i, "readback"],
];

/**
 * Reads one example, in the forms of public repositories: `{input, output}` of vendor files, `{type, input, output}` of
 * `examples.json`, `{name, input, expected}` of `test_*.json`.
 * @param kind for examples that do not name their kind
 * @returns null where it is no example: nothing goes in, or nothing is expected
 */
export function exampleOf(from: unknown, kind: CallKind | null): Example | null {
  if (!isJson(from) || !isJson(from.input)) return null;
  const named = typeof from.type === "string" ? KINDS.find(([name]) => name.test(from.type as string))?.[1] : kind;
  const output = from.output ?? from.expected ?? from.normalizedOutput;
  if (named === undefined || named === null || !isJson(output)) return null;
  const description = String(from.description ?? from.name ?? "");
  return { kind: named, description, input: inputOf(named, from.input), expected: expectedOf(output) };
}

function inputOf(kind: CallKind, input: Json): Json {
  const fPort = Number(input.fPort ?? input.port ?? 1);
  if (kind === "downlink")
    return { values: input.data ?? {}, fPort: input.fPort === undefined ? undefined : fPort, variables: {} };
  return { bytes: bytesOf(input.bytes) ?? [], fPort, recvTime: input.recvTime ?? 0, variables: input.variables ?? {} };
}

function expectedOf(output: Json): Expected {
  const bytes = bytesOf(output.bytes);
  const errors = output.errors ?? output.error;
  return {
    fails: Array.isArray(errors) ? errors.length > 0 : errors !== undefined && errors !== null && errors !== "",
    ...(output.data === undefined ? {} : { data: output.data }),
    ...(bytes === null ? {} : { bytes }),
    ...(typeof output.fPort === "number" ? { fPort: output.fPort } : {}),
  };
}

/** @returns the bytes of a list of numbers, or of hexadecimal digits with or without blanks between; null: it is neither */
export function bytesOf(value: unknown): readonly number[] | null {
  if (Array.isArray(value)) return value.every((one) => typeof one === "number") ? value : null;
  if (typeof value !== "string") return null;
  const digits = value.replace(/0x/gi, "").replace(/[\s,:-]/g, "");
  if (digits.length % 2 > 0 || /[^0-9a-f]/i.test(digits)) return null;
  return Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16));
}

/**
 * Whether a result is what an example says.
 * @param result plain data; for encoders a list of bytes, or an object with `bytes`
 * @returns null: it is; otherwise where it differs, in words
 */
export function difference(result: unknown, expected: Expected): string | null {
  const answer = isJson(result) ? result : null;
  const errors = answer?.errors;
  const failed = Array.isArray(errors) && errors.length > 0;
  if (failed !== expected.fails) return failed ? `it failed: ${errors.join("; ")}` : "it should have failed";
  if (failed) return null;
  if (expected.bytes !== undefined) {
    const bytes = Array.isArray(result) ? result : answer?.bytes;
    const found = unequal(bytes, expected.bytes, "bytes");
    if (found !== null) return found;
  }
  if (expected.fPort !== undefined && answer?.fPort !== undefined && answer.fPort !== expected.fPort)
    return `fPort is ${String(answer.fPort)}, not ${expected.fPort}`;
  if (expected.data === undefined) return null;
  return unequal(answer !== null && "data" in answer ? answer.data : result, expected.data, "data");
}

/** Where two plain values differ first: members in any order, numbers as nearly as their last places are rounded. */
function unequal(got: unknown, wanted: unknown, path: string): string | null {
  if (typeof wanted === "number" && typeof got === "number") {
    const near = Math.abs(got - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
    return near ? null : `${path} is ${got}, not ${wanted}`;
  }
  if (Array.isArray(wanted) && Array.isArray(got)) {
    if (wanted.length !== got.length) return `${path} has ${got.length} parts, not ${wanted.length}`;
    return first(wanted.map((one, i) => () => unequal(got[i], one, `${path}[${i}]`)));
  }
  if (isJson(wanted) && isJson(got)) {
    // a member that is undefined is not there, and one that should be null may be missing (JSON drops it)
    const keys = new Set([...Object.keys(wanted), ...Object.keys(got)]);
    return first([...keys].map((key) => () => unequal(got[key] ?? null, wanted[key] ?? null, `${path}.${key}`)));
  }
  return got === wanted ? null : `${path} is ${shown(got)}, not ${shown(wanted)}`;
}

function first(checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const found = check();
    if (found !== null) return found;
  }
  return null;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
