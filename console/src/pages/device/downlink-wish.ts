import type { Downlink, Field, Value } from "../../api/fleet.ts";
import type { Api } from "../../api/client.ts";
import { typedValue } from "../../parts/typed-value.ts";

/** What is typed to send a downlink. */
export interface DownlinkForm {
  /** Name of the product's downlink; null: bytes. */
  readonly downlink: string | null;
  /** Of the downlink's fields what is typed; "": the device's current value. */
  readonly values: Readonly<Record<string, string>>;
  /** In place of these: a JSON object. */
  readonly json: string | null;
  readonly bytes: string;
  readonly as: "hex" | "base64" | "text";
  readonly port: number | string;
  readonly confirmed: boolean;
  readonly replace: boolean;
  /** Hours; "": as the downlink says. */
  readonly wait: number | string;
}

export const NOTHING_TYPED: Omit<DownlinkForm, "downlink"> = {
  values: {},
  json: null,
  bytes: "",
  as: "hex",
  port: 1,
  confirmed: false,
  replace: false,
  wait: "",
};

/** A form for a downlink of the product, or for bytes. */
export function formFor(downlink: Downlink | null): DownlinkForm {
  const { confirmed = false, replace = false } = downlink ?? {};
  return { ...NOTHING_TYPED, downlink: downlink?.name ?? null, confirmed, replace };
}

/** The fields that a downlink is made of. */
export function fieldsOf(downlink: Pick<Downlink, "fields" | "triggers" | "field">): readonly string[] {
  const own = downlink.field === null ? [] : [String(downlink.field)];
  return [...new Set([...downlink.fields.map(String), ...downlink.triggers.map(String), ...own])];
}

type Body = Parameters<Api["sendDownlink"]>[0]["body"];

/** The form as the API takes it. @returns body null: the JSON is no object */
export function sendBodyOf(form: DownlinkForm, fields: readonly Field[]): Body | null {
  const { downlink, values, json, bytes, as, port, confirmed, replace, wait } = form;
  const how = { confirmed, replace, ...(wait !== "" && { wait: Math.round(Number(wait) * 3600) }) };
  if (downlink === null) return { [as]: bytes, port: Number(port), ...how };
  if (json !== null) {
    const read = objectIn(json);
    return read === null ? null : { downlink, values: read, ...how };
  }
  const typed = Object.entries(values).filter(([, text]) => text.trim() !== "");
  const given = typed.map(([id, text]): [string, Value] => [
    id,
    typedValue(text, fields.find((field) => field.id === id)?.type),
  ]);
  return { downlink, ...(given.length > 0 && { values: Object.fromEntries(given) }), ...how };
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
