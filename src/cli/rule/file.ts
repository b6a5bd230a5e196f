import { parse } from "yaml";
import { readScript } from "../decoder/script.ts";
import { UsageError } from "../failure.ts";
import type { Io } from "../types.ts";

/**
 * A rule out of a file, YAML or JSON: its keys as the API has them; devices of its scope may be written as in a fleet file, `my-product/dev7`.
 * @param file - is the standard input @throws UsageError
 */
export async function ruleIn(io: Io, file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = file === "-" ? await io.readStdin() : readScript(io, file);
  const value = read(file, text);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UsageError(`${file}: this is no rule: it should be a group of keys (name, trigger, condition, …)`);
  const rule: Record<string, unknown> = { ...value };
  const scope: unknown = rule.scope;
  if (typeof scope !== "object" || scope === null || !("devices" in scope) || !Array.isArray(scope.devices))
    return rule;
  return { ...rule, scope: { ...scope, devices: scope.devices.map(deviceOf) } };
}
function read(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const [line = ""] = error instanceof Error ? error.message.split("\n") : [];
    throw new UsageError(`${file} is neither YAML nor JSON: ${line}`);
  }
}
function deviceOf(given: unknown): unknown {
  const [product, device, ...more] = typeof given === "string" ? given.split("/") : [];
  return device === undefined || more.length > 0 ? given : { product, device };
}
