import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { atOnce, inTurns } from "../base/turns.ts";
import { allowedAre, judged, type Problem, pathText } from "../base/voice.ts";
import type { Micros } from "../base/types.ts";
import { daysFrom } from "../measure/time.ts";
import { FIELD_TYPES } from "../measure/types.ts";
import {
  DEVICE_DETAILS,
  FIELD_DETAILS,
  type FileDetails,
  ONLINE_TIMEOUT,
  PRODUCT_DETAILS,
  UUID,
  WORKSPACE_DETAILS,
} from "./file-details.ts";
import { API_USER_DETAILS } from "./file-rights.ts";
import { numbersOf, numberText, type Range, rangeOf } from "./range.ts";
import { KEEP_RULE, keepDaysOf } from "./retention.ts";
import { emailOf, fieldIdOf, fieldTypeOf, isDeviceId, isName, isSlug, isTag, isUnit, RULE } from "./rules.ts";
import { isTokenForm } from "./token.ts";
import { ROLES } from "./types.ts";
import { parseFar } from "./yaml/far.ts";
import { parseInSteps } from "./yaml/parse.ts";

/**
 * The fleet file: its shape and what each value may be. YAML is read so that every scalar is the text as it was typed
 * (an id `0123` keeps its zero, a serial `12e3` is no number); what a value means is decided here.
 */

const checked = (test: (s: string) => boolean, allowed: string) => z.string().refine(test, `allowed is ${allowed}`);
const slug = checked(isSlug, RULE.slug);
const name = checked(isName, RULE.name);
const tag = checked(isTag, RULE.tag);
const token = checked(isTokenForm, RULE.token);
const flag = z.enum(["true", "false"]).transform((v) => v === "true");
/** Empty text takes the value away. */
const unit = checked((s) => s === "" || isUnit(s), 'up to 32 characters without control characters, or ""').transform(
  (s) => (s === "" ? null : s),
);

/** Reads a value with a function that answers null when it is not allowed. @param allowed what is, or the sentence that says so */
function read<T>(reader: (s: string) => T | null, allowed: string | ((given: string) => string)) {
  return z.string().transform((text, ctx): T => {
    const value = reader(text);
    if (value !== null) return value;
    ctx.addIssue({ code: "custom", message: typeof allowed === "string" ? `allowed is ${allowed}` : allowed(text) });
    return z.NEVER;
  });
}
const fieldId = read(fieldIdOf, RULE.fieldId);
const email = read(emailOf, RULE.email);
const fieldType = read(fieldTypeOf, (given) => allowedAre(FIELD_TYPES, given));
/** When a token ends, in µs, as a file says it; null: never. Days count from when the token was made, so that applying the file again changes nothing. */
export type FileExpiry = (made: Micros) => Micros | null;
const expires = read((text): FileExpiry | null => {
  if (text === "null") return () => null;
  if (daysFrom(text, 0) !== null) return (made) => daysFrom(text, made);
  const at = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)
    ? Date.parse(asUtc(text))
    : Number.NaN;
  return Number.isNaN(at) ? null : () => at * 1000;
}, "a date or time like 2030-12-31 or 2030-12-31T18:00:00Z, days from the making of the token like 90d, or null for never");
const asUtc = (text: string) => (text.includes("T") && !/(Z|[+-]\d\d:\d\d)$/.test(text) ? `${text}Z` : text);

/** Times that something is kept; "" takes back what was said. */
const keep = z.string().transform((text, ctx) => {
  const days = keepDaysOf(text);
  if (days !== undefined) return days;
  ctx.addIssue({ code: "custom", message: `allowed is ${KEEP_RULE}` });
  return z.NEVER;
});
const keepOrUnsaid = z.union([z.literal(""), keep], { error: `allowed is ${KEEP_RULE}; or "" to say nothing` });
const rollupGroup = z.strictObject({ "1m": keep.optional(), "1h": keep.optional(), "1d": keep.optional() });
const rollups = z.union([z.literal(""), rollupGroup], {
  error: `allowed is a group like { 1h: 5y, 1d: forever }; or "" to say nothing`,
});
/** What a product and a field may say about how long measurements are kept. */
export const keeping = { retention: keepOrUnsaid.optional(), rollups: rollups.optional() };
export interface FileKeeping {
  readonly retention?: z.output<typeof keepOrUnsaid> | undefined;
  readonly rollups?: z.output<typeof rollups> | undefined;
}

const field = z.strictObject({
  id: fieldId,
  type: fieldType,
  name: name.optional(),
  unit: unit.optional(),
  ...FIELD_DETAILS,
  ...keeping,
});

interface FileDevice extends FileDetails {
  readonly id: string;
  readonly name?: string;
  readonly serial?: string | null;
  readonly tags?: readonly string[];
}
/** One line of the file's list of devices, with the devices it makes. */
export interface FileDevices {
  /** As it is written. */
  readonly pattern: string;
  readonly devices: readonly FileDevice[];
}
const devices = z
  .strictObject({
    id: z.string(),
    name: name.optional(),
    serial: z.string().optional(),
    tags: z.array(tag).optional(),
    ...DEVICE_DETAILS,
  })
  .transform((entry, ctx): FileDevices => {
    const problem = (key: string, message: string) => ctx.addIssue({ code: "custom", path: [key], message });
    const range = rangeOf(entry.id);
    if (typeof range === "string") {
      problem("id", range);
      return z.NEVER;
    }
    const { name, serial, tags, location, metadata, online_timeout: onlineTimeout, configuration } = entry;
    const common = { name, serial, tags, location, metadata, onlineTimeout, configuration };
    if (!range) {
      const device = oneDevice(entry.id, common, null);
      checkAddresses([device], problem);
      return { pattern: entry.id, devices: [device] };
    }
    // between these only digits differ, and the last has the most of them
    checkAddresses([deviceOf(range, common, range.from), deviceOf(range, common, range.to)], problem);
    if (range.to > range.from && entry.serial && !entry.serial.includes("{n}")) {
      problem("serial", "every device of a range needs its own serial: write {n} where its number belongs");
    }
    return new RangeOfDevices(entry.id, range, common);
  });

type Tell = (key: string, message: string) => void;
function checkAddresses(some: readonly FileDevice[], problem: Tell): void {
  const bad = some.find((d) => !isDeviceId(d.id));
  if (bad) problem("id", `allowed is ${RULE.deviceId}; or a range like dev{0..999}${RENAME(bad.id)}`);
  const badSerial = some.find((d) => typeof d.serial === "string" && !isDeviceId(d.serial));
  if (badSerial) problem("serial", `allowed is ${RULE.serial}; or "" for none`);
}

/** A line that makes many devices; they are made by `fill`, as a step of its own. */
class RangeOfDevices implements FileDevices {
  readonly devices: FileDevice[] = [];
  readonly #range: Range;
  readonly #common: Common;
  constructor(
    readonly pattern: string,
    range: Range,
    common: Common,
  ) {
    this.#range = range;
    this.#common = common;
  }
  *fill(): Generator<void> {
    for (const n of numbersOf(this.#range)) {
      this.devices.push(oneDevice(this.#range.prefix + n + this.#range.suffix, this.#common, n));
      if (this.devices.length % AT_ONCE === 0) yield;
    }
  }
}
function deviceOf(range: Range, common: Common, number: number): FileDevice {
  const n = numberText(range, number);
  return oneDevice(range.prefix + n + range.suffix, common, n);
}

/** What to do where an earlier version took such an id. */
const RENAME = (id: string) =>
  id === "." || id === ".."
    ? `. A device that is called so gets another id by: fieldcast device rename <product> ${id} <id>`
    : "";

interface Common extends FileDetails {
  readonly name: string | undefined;
  readonly serial: string | undefined;
  readonly tags: readonly string[] | undefined;
}
function oneDevice(id: string, common: Common, n: string | null): FileDevice {
  const fill = (text: string) => (n === null ? text : text.replaceAll("{n}", n));
  return {
    id,
    ...(common.name !== undefined && { name: fill(common.name) }),
    ...(common.serial !== undefined && { serial: common.serial === "" ? null : fill(common.serial) }),
    ...(common.tags !== undefined && { tags: [...new Set(common.tags.map(fill))] }),
    location: typeof common.location === "string" ? fill(common.location) : common.location,
    metadata: common.metadata,
    onlineTimeout: common.onlineTimeout,
    configuration: common.configuration,
  };
}

const product = z.strictObject({
  slug,
  name: name.optional(),
  retain_last_values: flag.optional(),
  publish_backfill: flag.optional(),
  bool_text: z.enum(["true", "True"]).optional(),
  online_timeout: ONLINE_TIMEOUT,
  ...PRODUCT_DETAILS,
  ...keeping,
  fields: z.array(field).default([]),
  devices: z.array(devices).default([]),
});

const apiUser = z
  .strictObject({
    name,
    token: token.optional(),
    expires: expires.optional(),
    mqtt: flag.optional(),
    ...API_USER_DETAILS,
  })
  .superRefine(({ rights, grants }, ctx) => {
    if (rights && grants)
      ctx.addIssue({ code: "custom", path: ["grants"], message: 'is another word for "rights": write one of them' });
  });
const workspace = z.strictObject({
  slug,
  ...WORKSPACE_DETAILS,
  name: name.optional(),
  products: z.array(product).default([]),
  api_users: z.array(apiUser).default([]),
});
const user = z.strictObject({
  email,
  ...UUID,
  token: token.optional(),
  expires: expires.optional(),
  admin: flag.optional(),
  workspaces: z.record(z.string(), z.enum(ROLES)).default({}),
});
const fleet = z.strictObject({ workspaces: z.array(workspace).default([]), users: z.array(user).default([]) });

export type FleetFile = z.output<typeof fleet>;
export type FileWorkspace = z.output<typeof workspace>;
export type FileProduct = z.output<typeof product>;
export type FileApiUser = z.output<typeof apiUser>;
export type FileUser = z.output<typeof user>;

/**
 * Reads and validates a fleet file.
 * @throws Refusal invalid_fleet: each line of the message names a path in the file and what is allowed there
 */
export function readFleetFile(text: string): FleetFile {
  return atOnce(readInSteps(text));
}
/** The same in short steps, as far as long lists of devices are plain lines or ranges. */
export function* readInSteps(text: string): Generator<void, FleetFile> {
  return yield* judgeInSteps(yield* parseInSteps(text));
}
/** The same without a long turn, however the file is written. */
export async function readApart(text: string): Promise<FleetFile> {
  return inTurns(judgeInSteps(await parseFar(text)));
}
function* judgeInSteps(value: unknown): Generator<void, FleetFile> {
  yield;
  const file = yield* judgedInSteps(value);
  for (const { products } of file.workspaces)
    for (const { devices } of products)
      for (const line of devices) if (line instanceof RangeOfDevices) yield* line.fill();
  return file;
}

/** Devices of one step. */
const AT_ONCE = 100;

/** A place in what a file holds, whatever that is. */
const at = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
const listAt = (value: unknown, key: string): readonly unknown[] => {
  const found = at(value, key);
  return Array.isArray(found) ? found : [];
};

/** Long lists of devices are judged by themselves, piece by piece. @throws Refusal invalid_fleet: all that is wrong, with them behind the rest */
function* judgedInSteps(value: unknown): Generator<void, FleetFile> {
  const lists = listAt(value, "workspaces").flatMap((one) => listAt(one, "products").map((p) => listAt(p, "devices")));
  const isLong = lists.reduce((sum, { length }) => sum + length, 0) > AT_ONCE;
  const without = (product: unknown) =>
    isLong && listAt(product, "devices").length > 0 ? { ...(product as object), devices: [] } : product;
  const rest = listAt(value, "workspaces").map((one) =>
    Array.isArray(at(one, "products")) ? { ...(one as object), products: listAt(one, "products").map(without) } : one,
  );
  const result = judged(fleet, rest.length > 0 ? { ...(value as object), workspaces: rest } : value);
  const problems: Problem[] = "problems" in result ? [...result.problems] : [];
  for (const [i, workspace] of listAt(value, "workspaces").entries()) {
    for (const [j, product] of listAt(workspace, "products").entries()) {
      const lines = listAt(product, "devices");
      for (let from = 0; isLong && from < lines.length; from += AT_ONCE) {
        yield;
        const some = judged(z.array(devices), lines.slice(from, from + AT_ONCE));
        if ("problems" in some) problems.push(...some.problems.map((one) => moved(one, [i, j, from])));
        else if ("data" in result) result.data.workspaces[i]?.products[j]?.devices.push(...some.data);
      }
    }
  }
  if ("data" in result && problems.length === 0) return result.data;
  throw refused(problems);
}
/** A problem of some of a product's devices, with its place in the file. */
function moved(
  { path: [n, ...path], ...problem }: Problem,
  [workspace, product, from]: readonly [number, number, number],
): Problem {
  const line = typeof n === "number" ? [from + n] : [];
  return { ...problem, path: ["workspaces", workspace, "products", product, "devices", ...line, ...path] };
}
function refused(problems: readonly Problem[]): Refusal {
  const lines = [...new Set(problems.map(({ path, message }) => `${pathText(path) || "the file"}: ${message}`))];
  const more = lines.length > MAX_LINES ? [`… and ${lines.length - MAX_LINES} more`] : [];
  return new Refusal("invalid_fleet", [...lines.slice(0, MAX_LINES), ...more].join("\n"));
}
const MAX_LINES = 20;
