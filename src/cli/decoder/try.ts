import { Refusal } from "../../base/errors.ts";
import { bytesOf } from "../../decoders/examples.ts";
import { type Row, type Rows, rowsOf } from "../../decoders/results.ts";
import { Sandbox } from "../../decoders/sandbox.ts";
import { NAMES } from "../../decoders/sandbox/source.ts";
import { scriptOf } from "../../decoders/worker.ts";
import type { CallKind, FunctionName, Outcome } from "../../decoders/types.ts";
import { UsageError } from "../failure.ts";
import { type Colors, colors, json, table, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { jsonOf, portOf, readScript, textOf } from "./script.ts";

type Flags = Readonly<Record<string, unknown>>;

/** `decoder try`: exit code 1 when the script fails, or says that it could not decode. */
export async function tryDecoder(io: Io, [file = ""]: readonly string[], flags: Flags): Promise<number> {
  if (flags.product !== undefined) return (await import("./try-product.ts")).tryOfProduct(io, file, flags);
  const other = ["number", "recorded", "device"].find((name) => flags[name] !== undefined);
  if (other !== undefined) throw new UsageError(`--${other} goes with --product, which says whose it is`);
  if (file === "") throw new UsageError("name a FILE, or a product with --product");
  const code = readScript(io, file);
  const { kind, input } = inputOf(io, flags);
  const declared = functionOf(flags.function);
  const sandbox = new Sandbox({ processes: 1 });
  try {
    const script = scriptOf(code);
    const globals = globalsOf(flags.set);
    const call = () =>
      sandbox.call({ workspace: "try", script, kind, input, globals, ...(declared !== undefined && { declared }) });
    const first = await call();
    // the first call starts a process and compiles the script; the time that is shown is one that messages will take
    const outcome = first.ok ? await call() : first;
    const reads = kind !== "downlink" && kind !== "outgoing";
    const rows = outcome.ok && reads ? rowsOf(outcome.called, outcome.result) : null;
    io.out(
      flags.json === true
        ? json({ ...outcome, ...(rows && { rows: rows.rows, warnings: rows.warnings, errors: rows.errors }) })
        : shown(file, outcome, rows, colors(io.color)),
    );
    return outcome.ok && (rows === null || rows.errors.length === 0) ? 0 : 1;
  } finally {
    sandbox.stop();
  }
}

/** What the flags say that comes in. @throws Refusal invalid_request: nothing, or two kinds of input at once */
function inputOf(io: Io, flags: Flags): { kind: CallKind; input: unknown } {
  const given = ["hex", "base64", "body", "topic", "values"].filter((name) => flags[name] !== undefined);
  const [how, other] = given;
  if (how === undefined || other !== undefined)
    throw new Refusal(
      "invalid_request",
      "say what comes in: one of --hex, --base64, --body, --topic with --payload, or --values for an encoder",
    );
  const fPort = portOf(flags.port);
  switch (how) {
    case "body": {
      const body = textOf(io, flags.body);
      const headers = { "content-type": "application/json" };
      return { kind: "request", input: { request: { method: "POST", path: "/", body, headers, GET: {}, POST: {} } } };
    }
    case "topic":
      return { kind: "message", input: { topic: String(flags.topic), payload: textOf(io, flags.payload ?? "") } };
    case "values":
      return {
        kind: "downlink",
        input: { values: jsonOf("--values", textOf(io, flags.values)), fPort, variables: {} },
      };
    default:
      return {
        kind: "uplink",
        input: { bytes: payloadOf(how, String(flags[how])), fPort, recvTime: Date.now(), variables: {} },
      };
  }
}

function payloadOf(how: string, text: string): readonly number[] {
  const bytes = how === "hex" ? bytesOf(text) : [...Buffer.from(text, "base64")];
  if (bytes !== null && (how === "hex" || /^[A-Za-z0-9+/_-]*={0,2}$/.test(text))) return bytes;
  throw new Refusal(
    "invalid_request",
    `--${how}: "${text.slice(0, 80)}" is not ${how === "hex" ? "hexadecimal: two digits for each byte" : "base64"}`,
  );
}
function functionOf(given: unknown): FunctionName | undefined {
  if (given === undefined) return undefined;
  const name = NAMES.find((one) => one === given);
  if (name !== undefined) return name;
  throw new Refusal("invalid_request", `--function: "${String(given)}" is none of ${NAMES.join(", ")}`);
}
function globalsOf(given: unknown): Record<string, unknown> {
  const all = Array.isArray(given) ? given.map(String) : [];
  return Object.fromEntries(
    all.map((one) => {
      const [, name, value] = /^([A-Za-z_$][\w$]*)=([\s\S]*)$/.exec(one) ?? [];
      if (name === undefined || value === undefined)
        throw new Refusal("invalid_request", `--set: "${one}" is not NAME=JSON`);
      return [name, jsonOf(`--set ${name}`, value)];
    }),
  );
}
function shown(file: string, outcome: Outcome, rows: Rows | null, c: Colors): string {
  const lines: string[] = [];
  const log = outcome.log.map((line) => `  log: ${visible(line)}\n`).join("");
  if (!outcome.ok) {
    const where = outcome.line === null ? file : `${file}:${outcome.line}`;
    return `${log}${where}: ${visible(outcome.message)}\n`;
  }
  for (const error of rows?.errors ?? []) lines.push(`the decoder could not decode: ${visible(error)}`);
  for (const warning of rows?.warnings ?? []) lines.push(`warning: ${visible(warning)}`);
  if (rows === null) lines.push(JSON.stringify(outcome.result));
  else if (rows.rows.length === 0 && rows.errors.length === 0) lines.push("no values");
  const values = rows === null || rows.rows.length === 0 ? "" : valuesTable(rows.rows, c);
  const said = lines.map((line) => `${line}\n`).join("");
  return `${log}${said}${values}${outcome.called} took ${outcome.ms.toFixed(1)} ms\n`;
}

function valuesTable(rows: readonly Row[], c: Colors): string {
  const cells = rows.map(({ device, field, value, unit, timestamp }) => [
    device ?? "",
    field,
    typeof value === "object" ? `(${value.lat},${value.lng})` : visible(String(value)),
    unit ?? "",
    timestamp === undefined ? "" : visible(typeof timestamp === "string" ? timestamp : JSON.stringify(timestamp)),
  ]);
  const head = ["device", "field", "value", "unit", "time"];
  const used = head.map((_, i) => i === 1 || i === 2 || cells.some((row) => row[i] !== ""));
  const only = (row: readonly string[]) => row.filter((_, i) => used[i]);
  return table(only(head), cells.map(only), c);
}
