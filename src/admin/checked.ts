import type { z } from "zod";
import { BadValues } from "../base/errors.ts";
import { judged, pathText } from "../base/voice.ts";

/** An operation that checks its input by a schema. */
export function checked<S extends z.ZodType, R>(schema: S, run: (input: z.output<S>) => Promise<R>) {
  return async (input: unknown): Promise<R> => {
    const result = judged(schema, input ?? {});
    if ("data" in result) return run(result.data);
    const values = result.problems.map(({ path, message }) => ({ path: pathText(path) || "the request", message }));
    throw new BadValues("invalid_request", values);
  };
}
