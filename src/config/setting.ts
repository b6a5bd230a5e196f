import type { z } from "zod";
import { address, count, duration, fileName, showSize, size } from "./values.ts";

/** One setting: `--help`, the environment, the file and the documents are all made from this. */
export interface Setting<Schema extends z.ZodType, Fallback extends string | null> {
  readonly group: "storage" | "listeners" | "TLS" | "people" | "log" | "limits";
  /** What stands for the value in `--flag <value>`. */
  readonly value: string;
  readonly schema: Schema;
  /** The default as a person would write it; null where there is none, and the value is then null. */
  readonly fallback: Fallback;
  readonly description: string;
  /** May be given several times as a flag, and as a list in a file. */
  readonly repeatable?: true;
  /** A switch: the flag alone is `on`. */
  readonly bare?: true;
  /** It may hold a password: nobody is shown it. */
  readonly secret?: true;
}

export function setting<Schema extends z.ZodType, Fallback extends string | null>(it: Setting<Schema, Fallback>) {
  return it;
}

export const listener = (fallback: string, description: string) =>
  setting({ group: "listeners", value: "HOST:PORT|off", schema: address(), fallback, description });

export const file = (group: "storage" | "TLS" | "people", description: string) =>
  setting({ group, value: "FILE", schema: fileName(), fallback: null, description });

export const number = (fallback: number, min: number, max: number, description: string) =>
  setting({ group: "limits", value: "N", schema: count(min, max), fallback: String(fallback), description });

export const bytes = (fallback: number, min: number, max: number, description: string) =>
  setting({ group: "limits", value: "BYTES", schema: size(min, max), fallback: showSize(fallback), description });

export const time = (fallback: number, unit: "ms" | "s", min: number, max: number, description: string) =>
  setting({
    group: "limits",
    value: unit === "ms" ? "MS" : "SECONDS",
    schema: duration(unit, min, max),
    fallback: `${fallback} ${unit}`,
    description,
  });

export const KIB = 1024;
export const MIB = 1024 * KIB;
