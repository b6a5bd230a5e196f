import type { z } from "zod";
import { Refusal } from "../../base/errors.ts";
import { checked } from "../api/serve.ts";
import { readJson } from "../../measure/strict-json.ts";
import { readBody } from "../kit/body.ts";
import type { HttpContext } from "../deps.ts";

/** What people type into forms is short. */
const MAX_BODY = 16 * 1024;

/**
 * The JSON of a request, in the form of a schema. It must say that it is JSON: what a form of another site can send says
 * something else. Messages never repeat what was sent.
 * @throws Refusal invalid_request, value_too_large
 */
export async function inputOf<S extends z.ZodType>(c: HttpContext, schema: S): Promise<z.output<S>> {
  const type = (c.req.header("Content-Type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json")
    throw new Refusal("invalid_request", "Send JSON, with the header Content-Type: application/json.");
  const bytes = await readBody(c.req.raw, MAX_BODY);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal("invalid_request", "The body is not JSON.");
  }
  return checkedInput(schema, readJson(text, false));
}

/** What a person typed in, checked by a schema. @throws BadValues invalid_request, which names every part that is wrong */
export function checkedInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  return checked(schema, value, "", false);
}
