import { actility } from "./actility.ts";
import { hashOf, hexBytes } from "./bytes.ts";
import type { Draft, Network } from "./draft.ts";
import { timeOf } from "./times.ts";
import { at, countOf, type Json, numberOf, objectsOf, positionOf, textOf, Unreadable } from "./values.ts";

/** KPN Things: SenML (RFC 8428), or its older form, which is Actility's. */
export const kpn: Network = {
  name: "kpn",
  title: "KPN Things",
  devEuiKey: "bn (urn:dev:DEVEUI:…)",
  recognises: (body) =>
    Array.isArray(body) && objectsOf(body).some((one) => /^urn:dev:DEVEUI:/i.test(textOf(one.bn) ?? "")),
  read(raw, request) {
    if (!Array.isArray(raw)) {
      if (actility.recognises(raw)) return actility.read(raw, request);
      throw new Unreadable("The body is no SenML list: set the destination's format to SenML JSON.");
    }
    return [readSenml(objectsOf(raw), raw)];
  },
};

/** What the network adds of itself. */
const OWN = /^(?:payload|port|fPort|timeOrigin|loc[A-Z]\w*|FCntUp|fcnt)$/;

function readSenml(records: readonly Json[], raw: unknown): Draft {
  const base = records.find((one) => textOf(one.bn) !== null);
  const devEui = /^urn:dev:DEVEUI:([^:]+)/i.exec(textOf(base?.bn) ?? "")?.[1];
  const value = (name: string) => recordValue(records.find((one) => one.n === name));
  const bytes = hexBytes(value("payload") ?? undefined, "payload");
  const time = timeOf(base?.bt);
  const common = { devEui, time, raw };
  if (value("locOrigin") !== null && bytes === null) {
    const location = positionOf(value("latitude"), value("longitude"));
    const text =
      location === null
        ? "The network told no position."
        : `The network found the device at ${location.lat}, ${location.lng}.`;
    return { ...common, kind: "location", text, location };
  }
  const decoded = decodedOf(records);
  const counter = countOf(value("FCntUp") ?? value("fcnt"));
  return {
    ...common,
    kind: "up",
    text:
      bytes === null ? `${Object.keys(decoded).length} values, decoded by KPN.` : `An uplink of ${bytes.length} bytes.`,
    ...(bytes === null ? { id: `${time ?? ""}:${hashOf(JSON.stringify(records))}` } : {}),
    uplink: {
      bytes,
      port: countOf(value("port") ?? value("fPort")),
      counter,
      decoded: Object.keys(decoded).length > 0 ? decoded : null,
    },
  };
}

/** The values that a decoder of KPN's gave, by name. */
function decodedOf(records: readonly Json[]): Json {
  const entries = records.flatMap((one): [string, unknown][] => {
    const name = textOf(one.n);
    const value = recordValue(one);
    return name === null || OWN.test(name) || value === null
      ? []
      : [[name, textOf(one.u) === null ? value : { value, unit: one.u }]];
  });
  return Object.fromEntries(entries);
}

/** RFC 8428 section 4.3: a record has one value, of one of these kinds. */
function recordValue(record: Json | undefined): number | string | boolean | null {
  if (record === undefined) return null;
  const flag = at(record, "vb");
  return numberOf(record.v) ?? textOf(record.vs) ?? (typeof flag === "boolean" ? flag : null) ?? textOf(record.vd);
}
