import type { FunctionName } from "../types.ts";

/** The functions that are looked for in a script. */
export const NAMES: readonly FunctionName[] = [
  "decodeUplink",
  "normalizeUplink",
  "encodeDownlink",
  "decodeDownlink",
  "Decoder",
  "Encoder",
  "Decode",
  "Encode",
];

/** A script as the VM gets it. */
export interface Prepared {
  readonly text: string;
  /** It may be compiled once and run again for every message; otherwise each message gets a context of its own. */
  readonly warm: boolean;
}

const FOUND = `[${NAMES.map((name) => `typeof ${name}==="function"?${name}:void 0`).join(",")},typeof driver==="object"?driver:typeof decentlab_decoder==="object"?decentlab_decoder:void 0]`;

/**
 * A script with an end that names its functions. It is a sloppy global script, as the networks run it: public codecs use
 * undeclared variables and octal numbers. Lines keep their numbers.
 *
 * Where it can be, the script becomes the body of a function that is compiled once and called for every message: its
 * variables are new each time, for a fraction of what a new context costs. Not where it reaches its own functions through
 * `this`, as only a script in the global scope can.
 */
export function prepare(code: string): Prepared {
  const script = code
    .replace(/^\uFEFF/, "")
    .replace(/^#!.*/, "")
    .replace(/^[ \t]*import\s*\{?\s*Buffer\s*\}?\s*from\s*["'](?:node:)?buffer["'][ \t]*;?/gm, "")
    .replace(/^[ \t]*export\s+(?:default\s+)?(?=(?:async\s+)?function\b|const\b|let\b|var\b|class\b)/gm, "")
    .replace(/^[ \t]*export\s*(?:default\s*)?\{[^}]*\}[ \t]*;?/gm, (all) => all.replace(/[^\n]/g, ""));
  const warm = !/\bthis\s*(?:\.|\?\.|\[)/.test(script) && !/\b(?:globalThis|eval)\b/.test(script);
  return warm ? { warm, text: `(function(){${script}\n;return ${FOUND}})` } : { warm, text: `${script}\n;${FOUND}` };
}

/** The line of a script that an error's stack names first; null: none. What is open at the end of a script is wrong in its last line. */
export function lineOf(stack: string, code: string): number | null {
  const found = /\bdecoder\.js:(\d+)/.exec(stack);
  return found === null ? null : Math.min(Number(found[1]), code.trimEnd().split("\n").length);
}
