import type { Answer } from "../../admin/operations.ts";
import { Refusal } from "../../base/errors.ts";
import { UsageError } from "../failure.ts";
import { wholeNumber } from "../numbers.ts";
import { given, on } from "../results.ts";
import { colors, json, table, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { jsonOf, portOf, readScript, textOf } from "./script.ts";

type Flags = Readonly<Record<string, unknown>>;
type Shown = NonNullable<Answer<"decoderTry">["tried"]>;

/** `decoder try [FILE] --product P …`: in the running server, as the product's decoder would run. Exit code 1 when it fails. */
export function tryOfProduct(io: Io, file: string, flags: Flags): Promise<number> {
  const which = file === "" ? numberOf(flags) : { code: readScript(io, file) };
  if (file !== "" && flags.number !== undefined)
    throw new UsageError("--number names a version, FILE has code: give one of them");
  if (flags.set !== undefined || flags.values !== undefined)
    throw new UsageError(
      "--set and --values do not go with --product: the server sets globals, and downlinks are tried without it",
    );
  const wish = {
    product: String(flags.product),
    ...which,
    ...given(flags, "function", "device"),
    ...inputOf(io, flags),
  };
  return on(io, flags, async (access) => {
    const answer = await access.call("decoderTry", wish);
    const { tried, recorded } = answer;
    if (flags.json === true) io.out(json(answer));
    else if (tried !== null) io.out(oneShown(io, tried));
    else io.out(allShown(io, recorded ?? []));
    const all = tried === null ? (recorded ?? []).flatMap(({ now }) => now ?? []) : [tried];
    return all.some(({ error }) => error !== null) ? 1 : 0;
  });
}

function numberOf({ number }: Flags): { version?: number } {
  return number === undefined ? {} : { version: wholeNumber("--number", number, 1, 1, 1_000_000_000) };
}

function inputOf(io: Io, flags: Flags): object {
  const names = ["hex", "base64", "body", "topic", "recorded"].filter((name) => flags[name] !== undefined);
  const [how, other] = names;
  if (how === undefined || other !== undefined)
    throw new Refusal(
      "invalid_request",
      "say what comes in: one of --hex, --base64, --body, --topic with --payload, or --recorded for what came last",
    );
  if (how === "recorded")
    return { recorded: flags.recorded === true ? 20 : wholeNumber("--recorded", flags.recorded, 20, 1, 20) };
  if (how === "topic") return { message: { topic: String(flags.topic), payload: textOf(io, flags.payload ?? "") } };
  if (how === "body") {
    const body = textOf(io, flags.body);
    return { request: { body, headers: { "content-type": isJson(body) ? "application/json" : "text/plain" } } };
  }
  return { uplink: { [how]: String(flags[how]), port: portOf(flags.port) } };
}
function isJson(body: string): boolean {
  try {
    jsonOf("--body", body);
    return true;
  } catch {
    return false;
  }
}

/** What a decoder made of one input, as lines. */
export function oneShown(io: Io, one: Shown): string {
  const lines = one.log.map((line) => `  log: ${visible(line)}`);
  if (one.error !== null) {
    const where = one.error.line === null ? "" : `line ${one.error.line}: `;
    lines.push(`${where}${visible(one.error.message)}`);
  }
  for (const message of one.messages) lines.push(`note: ${visible(message)}`);
  if (one.rows.length === 0 && one.error === null) lines.push("no values");
  const rows = one.rows.map(({ device, field, value, time, fate, message }) => [
    ...[visible(device), visible(field), visible(textOfValue(value)), time ?? ""],
    message === null ? fate : `${fate}: ${visible(message)}`,
  ]);
  const values =
    rows.length === 0 ? "" : table(["DEVICE", "FIELD", "VALUE", "TIME", "WOULD BE"], rows, colors(io.color));
  const fields = one.new_fields.map(({ field, type, unit }) => `${field} (${type}${unit === null ? "" : `, ${unit}`})`);
  const end = [
    ...(fields.length > 0 ? [`new fields: ${fields.map(visible).join(", ")}`] : []),
    ...(one.new_devices.length > 0 ? [`new devices: ${one.new_devices.map(visible).join(", ")}`] : []),
    ...(one.function === null || one.ms === null ? [] : [`${one.function} took ${one.ms.toFixed(1)} ms`]),
  ];
  return `${lines.map((line) => `${line}\n`).join("")}${values}${end.map((line) => `${line}\n`).join("")}`;
}

/** Each thing that came in a line, with what is different beside it. */
function allShown(io: Io, all: NonNullable<Answer<"decoderTry">["recorded"]>): string {
  if (all.length === 0) return "Nothing came that could be tried: the log of the product has no inputs.\n";
  const rows = all.map(({ time, input, skipped, now, before }) => {
    const next = now === null ? `skipped: ${skipped}` : briefly(now);
    return [time, visible(input.slice(0, 60)), before === null ? "" : briefly(before), next, sameOf(now, before)];
  });
  const different = rows.filter(([, , , , same]) => same === "different").length;
  const head = ["TIME", "INPUT", "IN FORCE", "TRIED", ""];
  const compared = all.some(({ before }) => before !== null);
  const shown = compared ? rows : rows.map(([time = "", input = "", , next = ""]) => [time, input, next]);
  const text = table(compared ? head : ["TIME", "INPUT", "TRIED"], shown, colors(io.color));
  return compared ? `${text}${different} of ${rows.length} come out differently\n` : text;
}
function briefly({ error, rows }: Shown): string {
  if (error !== null) return `failed: ${visible(error.message).slice(0, 80)}`;
  const values = rows.map(({ field, value }) => `${field}=${textOfValue(value)}`).join(" ");
  return values === "" ? "no values" : visible(values).slice(0, 120);
}
function sameOf(now: Shown | null, before: Shown | null): string {
  if (now === null || before === null) return "";
  const text = ({ error, rows }: Shown) => JSON.stringify([error?.message, rows]);
  return text(now) === text(before) ? "the same" : "different";
}
function textOfValue(value: Shown["rows"][number]["value"]): string {
  return typeof value === "object" ? `(${value.lat},${value.lng})` : String(value);
}
