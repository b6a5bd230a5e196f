import { rowsOf } from "../../decoders/results.ts";
import { isObject, parsed, Unreadable } from "../../networks/values.ts";
import type { Template } from "../../templates/template.ts";
import { deviceName, excerptOf, textOfPayload } from "./kit.ts";
import { fieldName, flat, plainValue, type Values, valuesOf } from "./values.ts";
import { jsonPath, type JsonPath } from "./path.ts";
import type { FieldRule, FieldsMap, TimeRule } from "./schema.ts";
import { type Known, rendered, sourceOf, template } from "./sources.ts";
import { timestampOf } from "./time.ts";
import type { Mapped, MappedDevice, MapMessage, Parts } from "./types.ts";

/** Where in the settings of a map something is wrong, and what. */
export interface MapProblem {
  readonly path: string;
  readonly message: string;
}
type Reads = (message: MapMessage, parts: Parts) => Mapped;

/** Devices that one message may name. */
const MOST_DEVICES = 100;

/**
 * A map of one's own: the device and its fields by templates and paths.
 * @param names the named parts of the route's filter
 * @returns a list: what is wrong with it
 */
export function fieldsMap(map: FieldsMap, names: readonly string[]): Reads | readonly MapProblem[] {
  const problems: MapProblem[] = [];
  const at = <T>(path: string, made: T | string): T | null => {
    if (typeof made !== "string") return made;
    problems.push({ path, message: made });
    return null;
  };
  const named = map.device ?? names.find((name) => name === "device" || name === "serial");
  if (named === undefined)
    problems.push({
      path: "device",
      message: "say which device: a template here, or {device} or {serial} in the filter",
    });
  const device = at("device", map.device ? template(map.device) : template(`{{ ${named ?? "topic"} }}`));
  const each = map.each === undefined ? null : at("each", jsonPath(map.each));
  const time = map.time === undefined ? null : at("time", timeRule(map.time));
  const rules = map.fields.flatMap((rule, i) => at(`fields[${i}]`, fieldRule(rule)) ?? []);
  if (device === null || problems.length > 0) return problems;
  return (message, parts) => read({ device, each, time, rules }, message, parts);
}

interface Compiled {
  readonly device: Template;
  readonly each: JsonPath | null;
  readonly time: ((known: Known) => unknown) | null;
  readonly rules: readonly ((known: Known) => Values)[];
}

function read({ device, each, time, rules }: Compiled, message: MapMessage, parts: Parts): Mapped {
  const payload = textOfPayload(message);
  const whole = parsed(payload);
  if (each !== null && whole === undefined) throw new Unreadable(`The payload is no JSON: ${excerptOf(message)}.`);
  const items = each === null ? [{ key: null, value: whole }] : each(whole);
  const devices = new Map<string, { rows: MappedDevice["rows"][number][]; left: number }>();
  const messages: string[] = items.length === 0 ? ["The path of `each` leads to nothing in it."] : [];
  for (const { key, value } of items) {
    const known: Known = { ...parts, topic: message.topic, payload, json: value, key };
    const name = deviceName(rendered(device, known));
    if (name === null) throw new Unreadable("The template of the device gives nothing that can be the name of one.");
    const to = devices.get(name) ?? { rows: [], left: 0 };
    if (!devices.has(name) && devices.size >= MOST_DEVICES)
      throw new Unreadable(`It names more than ${MOST_DEVICES} devices.`);
    devices.set(name, to);
    const timestamp = time?.(known);
    for (const rule of rules) {
      const { rows, left, warnings } = rule(known);
      to.rows.push(...rows.map((row) => (timestamp === undefined ? row : { ...row, timestamp })));
      to.left += left;
      messages.push(...warnings);
    }
  }
  const found = [...devices].map(([name, { rows, left }]) => ({ names: [name], label: null, rows, left, keys: [] }));
  if (found.every(({ rows }) => rows.length === 0) && messages.length === 0)
    messages.push(`None of the fields has a value in it: ${excerptOf(message)}.`);
  return { devices: found, events: [], messages };
}

function fieldRule(rule: FieldRule): ((known: Known) => Values) | string {
  const source = sourceOf(rule);
  if (typeof source === "string") return source;
  const name = rule.field === undefined ? null : template(rule.field);
  if (typeof name === "string") return name;
  if (name === null && rule.path === undefined)
    return "a field without a name takes a path: the keys of what lies there are the fields";
  const unit = rule.unit === undefined ? {} : { unit: rule.unit };
  return (known) => {
    const parts = source(known).map(({ key, value }, index) => {
      const field = name === null ? "" : fieldName(rendered(name, { ...known, key, index }));
      return under(field, value, unit);
    });
    return {
      rows: parts.flatMap(({ rows }) => rows),
      left: parts.reduce((sum, { left }) => sum + left, 0),
      warnings: parts.flatMap(({ warnings }) => warnings),
    };
  };
}

/** A value under a field's name; an object gives one field for each of its keys, unless it is a position. */
function under(field: string, value: unknown, unit: { readonly unit?: string }): Values {
  if (isObject(value)) {
    const position =
      field === "" ? undefined : rowsOf("Decoder", { data: { at: value } }).rows.find(({ field: own }) => own === "AT");
    if (position !== undefined) return valuesOf([{ ...position, field }]);
    const values = flat(value, { prefix: field });
    return { ...values, rows: values.rows.map((row) => ({ ...unit, ...row })) };
  }
  const plain = plainValue(value);
  if (plain === undefined) return valuesOf();
  if (field === "") return { ...valuesOf(), warnings: ["A path without a field leads to a value that has no name."] };
  return valuesOf([{ field, value: plain, ...unit }]);
}

function timeRule(rule: TimeRule): ((known: Known) => unknown) | string {
  const source = sourceOf(rule);
  if (typeof source === "string") return source;
  return (known) => timestampOf(source(known)[0]?.value, rule.format);
}
