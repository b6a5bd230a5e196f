import type { z } from "zod";
import { near } from "./suggest.ts";

/**
 * What is wrong with a value that a schema refuses, in our words: the same for the HTTP API, the fleet file and the commands. A
 * sentence stands behind the place of the value ("fields[0].unit: should be a text") and never repeats the value, which may be a secret.
 */

/** One thing that is wrong. */
export interface Problem {
  /** Of the value that is wrong; of a key that is not known: of the group that it is in. */
  readonly path: readonly PropertyKey[];
  /** The key that is not known. */
  readonly key?: string;
  readonly message: string;
}

/** Marks what is told by its parts. */
const PARTS = "\u0000";

/** zod's words for what a value should be, in ours. */
const KINDS: Readonly<Partial<Record<string, string>>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  null: "null",
  array: "a list",
  tuple: "a list",
  object: "a group of keys",
  record: "a group of keys",
};

/** For `safeParse`: what zod would say in words of its own. What a schema says itself stands. */
function voice(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is missing" : `should be ${KINDS[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return allowedAre(issue.values.map(String), issue.input);
    case "too_small":
    case "too_big":
      return sizeText(issue);
    case "invalid_format":
      return issue.format === "regex" && issue.pattern !== undefined
        ? `should have the form ${issue.pattern}`
        : `should be a valid ${issue.format}`;
    case "not_multiple_of":
      return `should be a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
    case "invalid_union":
      return PARTS;
    default:
      return "is not allowed";
  }
}

/** The values there are, and the one that was most likely meant. */
export function allowedAre(values: readonly string[], given: unknown): string {
  return `allowed is ${values.join(", ")}${meant(given, values)}`;
}

/** `; did you mean "x"?` where something is near enough (src/base/suggest.ts). */
function meant(given: unknown, known: readonly string[]): string {
  const guess = typeof given === "string" && given.length >= 3 ? near(given, known) : null;
  return guess === null ? "" : `; did you mean ${JSON.stringify(guess)}?`;
}

function sizeText(issue: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig>): string {
  const [least, bound] = issue.code === "too_small" ? [true, issue.minimum] : [false, issue.maximum];
  const text = issue.origin === "string";
  const many = text || issue.origin === "array" || issue.origin === "set" || issue.origin === "map";
  if (many && least && Number(bound) === 1) return "should not be empty";
  const side = issue.exact === true ? "exactly" : least ? "at least" : "at most";
  if (many) return `should have ${side} ${bound} ${text ? "characters" : "entries"}`;
  if (issue.inclusive === false) return `should be ${least ? "more" : "less"} than ${bound}`;
  return `should be ${side} ${bound}`;
}

/**
 * Checks a value.
 * @returns the value as the schema reads it, or everything that is wrong with it, in the order of the schema
 */
export function judged<S extends z.ZodType>(
  schema: S,
  value: unknown,
): { readonly data: z.output<S> } | { readonly problems: readonly Problem[] } {
  const result = schema.safeParse(value, { error: voice, reportInput: true });
  if (result.success) return { data: result.data };
  return { problems: result.error.issues.flatMap((issue) => problemsOf(schema, issue, [])) };
}

function problemsOf(schema: z.core.$ZodType, issue: z.core.$ZodIssue, above: readonly PropertyKey[]): Problem[] {
  const path = [...above, ...issue.path];
  if (issue.message !== PARTS) return [{ path, message: issue.message }];
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path, issue.input);
    const allowed = known.length > 0 ? `; allowed are ${known.join(", ")}` : "";
    return issue.keys.map((key) => {
      const message = `unknown key ${JSON.stringify(key.slice(0, 80))}${allowed}${meant(key, known)}`;
      return { path, key, message };
    });
  }
  if (issue.code !== "invalid_union") return [{ path, message: "is not allowed" }];
  return unionProblems(schema, issue, path, above);
}

/** Of what each alternative says: what that one says which fits best; of alternatives that differ by a word, the words. */
function unionProblems(
  schema: z.core.$ZodType,
  issue: z.core.$ZodIssueInvalidUnion,
  path: readonly PropertyKey[],
  above: readonly PropertyKey[],
): Problem[] {
  const { discriminator } = issue;
  if (typeof discriminator === "string") {
    const union = schemasAt(schema, issue.path.slice(0, -1)).find((one) => def(one).discriminator === discriminator);
    const given = own(issue.input, discriminator);
    const words = union ? wordsOf(union, discriminator) : [];
    return [{ path, message: given === undefined ? `is missing; ${allowedAre(words, "")}` : allowedAre(words, given) }];
  }
  const depth = (issues: readonly z.core.$ZodIssue[]) => Math.max(...issues.map((one) => one.path.length));
  const best = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0];
  if (best === undefined) return [{ path, message: "is not allowed" }];
  if (depth(best) === 0) {
    const kinds = issue.errors.flatMap((one) =>
      one.flatMap((i) => (i.code === "invalid_type" ? [KINDS[i.expected] ?? i.expected] : [])),
    );
    if (kinds.length > 1) return [{ path, message: `should be ${[...new Set(kinds)].join(" or ")}` }];
  }
  const inner = schemasAt(schema, issue.path).find((one) => Array.isArray(def(one).options)) ?? schema;
  return best.flatMap((one) => problemsOf(inner, one, [...above, ...issue.path]));
}

type Def = Readonly<Record<string, unknown>>;
/** What zod knows of a schema; which of it there is depends on its kind. */
function def(schema: z.core.$ZodType): Def {
  return schema._zod.def as unknown as Def;
}
function own(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key] // seen just now
    : undefined;
}
/** The words by which the alternatives of a union differ. */
function wordsOf(union: z.core.$ZodType, discriminator: string): string[] {
  const options = def(union).options as readonly z.core.$ZodType[]; // every union has them
  return options.flatMap((option) => [...(option._zod.propValues?.[discriminator] ?? [])].map(String));
}

/** The keys that the group at a path may have; of several forms of it those of the ones that have what is there. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[], group: unknown): string[] {
  const shapes = schemasAt(schema, path).flatMap((one) => {
    const { shape } = def(one);
    return typeof shape === "object" && shape !== null ? [shape as Record<string, z.core.$ZodType>] : [];
  });
  const fitting = shapes.filter((shape) =>
    Object.entries(shape).every(([key, one]) => !one._zod.values || one._zod.values.has(own(group, key) as string)),
  );
  return [...new Set((fitting.length > 0 ? fitting : shapes).flatMap((shape) => Object.keys(shape)))];
}

/** The schemas of what stands at a path: without what wraps them, and all alternatives of a union. */
function schemasAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType[] {
  let found = unwrapped(schema);
  for (const part of path) found = found.flatMap((one) => childrenAt(one, part)).flatMap(unwrapped);
  return found;
}
function childrenAt(schema: z.core.$ZodType, part: PropertyKey): z.core.$ZodType[] {
  const { shape, element, valueType } = def(schema);
  const child = typeof part === "number" ? element : (own(shape, String(part)) ?? valueType);
  return child === undefined || child === null ? [] : [child as z.core.$ZodType];
}
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { innerType, in: input, options } = def(schema);
  if (Array.isArray(options)) return [schema, ...options.flatMap((one: z.core.$ZodType) => unwrapped(one))];
  const inner = innerType ?? input;
  return inner === undefined ? [schema] : unwrapped(inner as z.core.$ZodType);
}

/** `workspaces[0].products[0].slug`: the place of a value as people write it; "" is the whole. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else text += text === "" ? String(part) : `.${String(part)}`;
  }
  return text;
}
/** The same as programs write it: a JSON Pointer (RFC 6901). */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
