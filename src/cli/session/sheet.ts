import type { FilterInfo, Some } from "../../broker/types.ts";
import { type Colors, clipped, utcTime, plural, table, visible } from "../text.ts";
import type { SessionSheet } from "../../admin/sessions.ts";

export const VERSIONS = { 3: "3.1", 4: "3.1.1", 5: "5.0" } as const;

/** Columns of a line that holds a client's text. */
const WIDE = 200;

/** One session, a fact a line; its filters below. Everything that came from a client is made visible. */
export function renderSession(s: SessionSheet, c: Colors): string {
  const facts = [...who(s), ...traffic(s), ...trouble(s)];
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.map(([name, value]) => `${c.bold(name.padEnd(width))}  ${clipped(value, WIDE)}\n`);
  return `${lines.join("")}${renderFilters(s, c)}`;
}

type Fact = readonly [name: string, value: string];

function who(s: SessionSheet): Fact[] {
  const from = [s.remote ?? "", s.transport ?? "", s.tls ?? ""].filter((part) => part !== "").join(" ");
  const alive = s.keepAlive === 0 ? "off" : `${s.keepAlive} s`;
  const heard = s.lastHeard === null ? "" : `, last heard ${utcTime(s.lastHeard)}`;
  const ends = s.expiry === 0 ? "ends with its connection" : `kept for ${plural(s.expiry, "second")} while away`;
  return [
    ["client", s.clientId],
    ["account", `${s.account} (${s.principal})`],
    ["state", `${s.connected ? "connected" : "away"} since ${utcTime(s.since)}`],
    ...(s.connected ? ([["from", from]] as const) : []),
    ["protocol", `MQTT ${VERSIONS[s.version]}${s.bridge ? ", a bridge: it does not hear its own messages again" : ""}`],
    ["session", `${ends}${s.stored ? ", survives a restart" : ""}; began ${utcTime(s.created)}`],
    ...(s.connected ? ([["keep alive", `${alive}${heard}`]] as const) : []),
    ["will", willText(s)],
  ];
}
function willText({ will }: SessionSheet): string {
  if (will === null) return "none";
  const when = will.due === null ? `${will.delay} s after the connection is gone` : `fires ${utcTime(will.due)}`;
  const how = `QoS ${will.qos}${will.retain ? ", retained" : ""}`;
  return `${plural(will.payloadBytes, "byte")} on ${visible(will.topic)}, ${how}, ${when}`;
}

function traffic(s: SessionSheet): Fact[] {
  const flow = (bytes: number, packets: number) => `${plural(packets, "packet")}, ${plural(bytes, "byte")}`;
  const open: Fact[] = [
    ["received", flow(s.bytesIn, s.packetsIn)],
    ["sent", flow(s.bytesOut, s.packetsOut)],
    ["unsent", plural(s.unsent, "byte")],
    ["sending", s.pause.replaceAll("_", " ")],
  ];
  const stored = s.storedChunks > 0 ? `, ${plural(s.storedChunks, "chunk")} in the store` : "";
  return [
    ...(s.connected ? open : []),
    ["publishes", `${s.incoming} without an answer; QoS 2 not released: ${idsText(s.incomingUnreleased)}`],
    [
      "deliveries",
      `${s.inFlight} of at most ${s.maxInFlight} in flight; QoS 2 not completed: ${idsText(s.outgoingUnreleased)}`,
    ],
    ["waiting", `${plural(s.waiting, "message")}, ${plural(s.waitingBytes, "byte")} in memory${stored}`],
    ["dropped", plural(s.dropped, "message")],
    ...(s.tooLarge.count === 0 ? [] : ([["too large", sizeText(s)]] as const)),
  ];
}
/** What keeps a client from hearing anything, which it does not see itself. */
function sizeText({ maxPacket, tooLarge: { count, least } }: SessionSheet): string {
  const most = maxPacket ?? 0;
  const much = `${count.toLocaleString("en-US")} ${count === 1 ? "delivery" : "deliveries"}`;
  return `${much} not sent: its Maximum Packet Size is ${plural(most, "byte")}, the smallest needs ${least}`;
}
function idsText({ count, ids }: Some): string {
  if (count === 0) return "none";
  return `${count} (${ids.slice(0, 10).join(", ")}${count > 10 ? ", …" : ""})`;
}

function trouble({ lastRefusal, lastEnd }: SessionSheet): Fact[] {
  const refused =
    lastRefusal === null ? "none" : `${utcTime(lastRefusal.time)} ${lastRefusal.code}: ${lastRefusal.message}`;
  if (lastEnd === null) return [["last refusal", refused]];
  const code = lastEnd.reason === null ? "" : ` (0x${lastEnd.reason.toString(16).padStart(2, "0")})`;
  const said = lastEnd.message === null ? "" : `: ${lastEnd.message}`;
  return [
    ["last refusal", refused],
    ["last end", `${utcTime(lastEnd.time)} ${lastEnd.why}${code}${said}`],
  ];
}

function renderFilters(s: SessionSheet, c: Colors): string {
  if (s.subscriptions === 0) return "No filters.\n";
  const rows = s.filters.map((f) => [
    String(f.qos),
    f.identifier === 0 ? "" : String(f.identifier),
    optionsOf(f),
    shown(f),
  ]);
  const more = s.subscriptions - s.filters.length;
  const rest = more > 0 ? `and ${plural(more, "more filter")}\n` : "";
  const notes = s.filters
    .filter(({ note }) => note !== null)
    .map((f) => `${visible(f.filter)}: ${visible(f.note ?? "")}\n`);
  return `\n${table(["QOS", "ID", "OPTIONS", "FILTER"], rows, c, [0, 1])}${rest}${notes.slice(0, 20).join("")}`;
}
function optionsOf(f: FilterInfo): string {
  const retained = ["", "retained if new", "retained never"][f.retainHandling] ?? "";
  return [f.noLocal ? "no local" : "", f.retainAsPublished ? "retain as published" : "", retained]
    .filter((word) => word !== "")
    .join(", ");
}
function shown({ filter, canonical }: FilterInfo): string {
  return filter === canonical ? filter : `${filter} (read as ${canonical})`;
}
