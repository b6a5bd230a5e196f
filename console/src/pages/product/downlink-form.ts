import type { Api } from "../../api/client.ts";
import type { Downlink } from "../../api/fleet.ts";

/** What the form of a product's downlink holds. */

export const MADE_BY = ["encoder", "field", "hex", "text"] as const;
export const SENT_BY = ["network", "field", "broker", "sparkplug"] as const;
export type MadeBy = (typeof MADE_BY)[number];

export interface DownlinkForm {
  readonly name: string;
  readonly description: string;
  readonly madeBy: MadeBy;
  /** Of each way what was typed, so that looking at another loses nothing. */
  readonly content: Readonly<Record<MadeBy, string>>;
  readonly sentBy: (typeof SENT_BY)[number];
  readonly target: string;
  readonly port: number | string;
  readonly confirmed: boolean;
  readonly replace: boolean;
  readonly fields: readonly string[];
  readonly triggers: readonly string[];
  readonly active: boolean;
  /** Hours. */
  readonly wait: number | string;
}

/** An encoder to begin with: a number as two bytes. */
const BEGINNING = `function Encoder(measurements, port) {
  var seconds = measurements.INTERVAL.value;
  return [1, seconds >> 8, seconds & 255];
}
`;
export const NEW_DOWNLINK: DownlinkForm = {
  name: "",
  description: "",
  madeBy: "encoder",
  content: { encoder: BEGINNING, field: "", hex: "", text: "" },
  sentBy: "network",
  target: "",
  port: 1,
  confirmed: false,
  replace: false,
  fields: [],
  triggers: [],
  active: true,
  wait: 24,
};

export function downlinkFormOf(downlink: Downlink): DownlinkForm {
  const { name, description, made_by, encoder, field, hex, text, sent_by, target } = downlink;
  const { port, confirmed, replace, fields, triggers, active, wait } = downlink;
  return {
    ...{ name, description, port, confirmed, replace, active },
    madeBy: made_by,
    content: { encoder: encoder ?? "", field: String(field ?? ""), hex: hex ?? "", text: text ?? "" },
    sentBy: sent_by,
    target: String(target ?? ""),
    fields: fields.map(String),
    triggers: triggers.map(String),
    wait: wait / 3600,
  };
}

type Body = Omit<Parameters<Api["createDownlink"]>[0]["body"], "name">;

/** The form as the API takes it. */
export function downlinkBodyOf(form: DownlinkForm): Body {
  const { madeBy, content, sentBy, target, description, port, confirmed, replace, fields, triggers, active } = form;
  return {
    [madeBy]: content[madeBy],
    sent_by: sentBy,
    ...((sentBy === "field" || sentBy === "sparkplug") && { target: target === "" ? null : target }),
    ...{ description, confirmed, replace, active, port: Number(port) },
    fields: [...fields],
    triggers: [...triggers],
    wait: Math.round(Number(form.wait) * 3600),
  };
}
