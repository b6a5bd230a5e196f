/** A line of a trace, as it comes over HTTP. */
export interface TraceLine {
  readonly key: number;
  /** RFC 3339. */
  readonly time: string;
  /** Undefined: it is no packet. */
  readonly direction?: "in" | "out" | undefined;
  /** Name of the packet, or of what happened. */
  readonly name: string;
  readonly bytes: number | null;
  /** Everything else that is known of it. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** So many stay; the oldest go. */
export const MOST_LINES = 2000;

/** Reads a line; null: it cannot be read. */
export function lineOf(key: number, text: string): TraceLine | null {
  try {
    const { time, direction, packet, event, bytes, client: _, principal: __, remote: ___, ...facts } = JSON.parse(text);
    const name = String(packet ?? event ?? "");
    const way = direction === "in" || direction === "out" ? direction : undefined;
    return { key, time: String(time), direction: way, name, bytes: typeof bytes === "number" ? bytes : null, facts };
  } catch {
    return null;
  }
}

/** The reason codes of MQTT 5 by their names in the standard (section 2.4). */
const REASONS: Readonly<Record<string, string>> = {
  "0x00": "Success",
  "0x01": "Granted QoS 1",
  "0x02": "Granted QoS 2",
  "0x04": "Disconnect with Will Message",
  "0x10": "No matching subscribers",
  "0x11": "No subscription existed",
  "0x18": "Continue authentication",
  "0x80": "Unspecified error",
  "0x81": "Malformed Packet",
  "0x82": "Protocol Error",
  "0x83": "Implementation specific error",
  "0x84": "Unsupported Protocol Version",
  "0x85": "Client Identifier not valid",
  "0x86": "Bad User Name or Password",
  "0x87": "Not authorized",
  "0x88": "Server unavailable",
  "0x89": "Server busy",
  "0x8a": "Banned",
  "0x8b": "Server shutting down",
  "0x8c": "Bad authentication method",
  "0x8d": "Keep Alive timeout",
  "0x8e": "Session taken over",
  "0x8f": "Topic Filter invalid",
  "0x90": "Topic Name invalid",
  "0x91": "Packet Identifier in use",
  "0x92": "Packet Identifier not found",
  "0x93": "Receive Maximum exceeded",
  "0x94": "Topic Alias invalid",
  "0x95": "Packet too large",
  "0x96": "Message rate too high",
  "0x97": "Quota exceeded",
  "0x98": "Administrative action",
  "0x99": "Payload format invalid",
  "0x9a": "Retain not supported",
  "0x9b": "QoS not supported",
  "0x9c": "Use another server",
  "0x9d": "Server moved",
  "0x9e": "Shared Subscriptions not supported",
  "0x9f": "Connection rate exceeded",
  "0xa0": "Maximum connect time",
  "0xa1": "Subscription Identifiers not supported",
  "0xa2": "Wildcard Subscriptions not supported",
};

/** The reason codes of a line in words: `0x87 Not authorized`; "" where it has none. */
export function reasonsOf({ name, facts }: Pick<TraceLine, "name" | "facts">): string {
  const codes = [facts.reason, ...(Array.isArray(facts.reasons) ? facts.reasons : [])];
  const granted = name === "suback" ? "Granted QoS 0" : name === "disconnect" ? "Normal disconnection" : "Success";
  return codes
    .filter((one): one is string => typeof one === "string")
    .map((code) => `${code} ${code === "0x00" ? granted : (REASONS[code] ?? "")}`.trim())
    .join(", ");
}

/** Whether a line says that something was refused or failed. */
export function isBad({ facts }: Pick<TraceLine, "facts">): boolean {
  const codes = [facts.reason, ...(Array.isArray(facts.reasons) ? facts.reasons : [])];
  return facts.malformed !== undefined || codes.some((code) => typeof code === "string" && Number(code) >= 0x80);
}

/** What a line is about, in a few words: topic, filters, packet identifier. */
export function aboutOf({ facts }: Pick<TraceLine, "facts">): string {
  const { topic, filters, packetId, qos, retain, payload, payloadBytes, why, message, malformed, client } = facts;
  const parts = [
    typeof topic === "string" ? topic : "",
    Array.isArray(filters)
      ? filters.map((one) => (typeof one === "string" ? one : String(one?.filter))).join(", ")
      : "",
    typeof client === "string" ? client : "",
    qos === undefined ? "" : `QoS ${qos}`,
    retain === true ? "RETAIN" : "",
    packetId === undefined ? "" : `#${packetId}`,
    typeof payload === "string" ? JSON.stringify(payload) : typeof payloadBytes === "number" ? `${payloadBytes} B` : "",
    ...[malformed, why, message].map((one) => (typeof one === "string" ? one : "")),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

/** Whether a text stands in a line; pings are left out on wish. */
export function isShown(line: TraceLine, text: string, pings: boolean): boolean {
  if (!pings && (line.name === "pingreq" || line.name === "pingresp")) return false;
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return true;
  return `${line.name} ${aboutOf(line)} ${reasonsOf(line)}`.toLowerCase().includes(wanted);
}

/** A trace as a file: a line each, and all that is known in it. */
export function fileOf(lines: readonly TraceLine[]): string {
  return lines
    .map((line) => {
      const way = line.direction === "in" ? "→" : line.direction === "out" ? "←" : "·";
      const size = line.bytes === null ? "" : ` ${line.bytes} B`;
      const reason = reasonsOf(line);
      return `${line.time} ${way} ${line.name.toUpperCase()}${size}${reason === "" ? "" : ` ${reason}`} ${JSON.stringify(line.facts)}\n`;
    })
    .join("");
}
