import { type Claims, type Place, type Proof, readClaims, type Statement } from "./clauses.ts";
import { MADE, table } from "./table.ts";

/** The sections of MQTT 5.0 whose statements are numbered. */
const SECTIONS: Readonly<Record<string, string>> = {
  "1.5": "Data representation",
  "2.1": "Packets",
  "2.2": "Variable header",
  "3.1": "CONNECT",
  "3.2": "CONNACK",
  "3.3": "PUBLISH",
  "3.4": "PUBACK",
  "3.5": "PUBREC",
  "3.6": "PUBREL",
  "3.7": "PUBCOMP",
  "3.8": "SUBSCRIBE",
  "3.9": "SUBACK",
  "3.10": "UNSUBSCRIBE",
  "3.11": "UNSUBACK",
  "3.12": "PINGREQ",
  "3.14": "DISCONNECT",
  "3.15": "AUTH",
  "4.1": "Session state",
  "4.2": "Network connections",
  "4.3": "Quality of service",
  "4.4": "Delivery again",
  "4.5": "Receiving messages",
  "4.6": "Order",
  "4.7": "Topic names and filters",
  "4.8": "Shared subscriptions",
  "4.9": "Flow control",
  "4.12": "Enhanced authentication",
  "4.13": "Errors",
  "6.0": "WebSocket",
};

function sectionOf(id: string): string {
  return /-(\d+\.\d+)/.exec(id)?.[1] ?? "";
}
function link(path: string): string {
  return `[${path.replace(/^src\//, "")}](../${path})`;
}
/** Each file once, with what of it is named. */
function listed<T extends Place | Proof>(found: readonly T[] | undefined, name: (one: T) => string): string {
  const files = Map.groupBy(found ?? [], ({ path }) => path);
  const parts = [...files].map(([path, some]) => {
    const names = [...new Set(some.map(name))].filter((it) => it !== "");
    return names.length === 0 ? link(path) : `${link(path)}: ${names.join(", ")}`;
  });
  return parts.join("<br>");
}
function placeName({ symbol, departs }: Place): string {
  return `${symbol === "" ? "" : `\`${symbol}\``}${departs ? " **departs**" : ""}`.trim();
}
function proofName({ name }: Proof): string {
  // what stands between < and > would be HTML
  return `“${name.replace(/[<>]/g, (c) => (c === "<" ? "&lt;" : "&gt;"))}”`;
}
function rows(claims: Claims, statements: readonly Statement[]): readonly (readonly string[])[] {
  return statements.map(({ id, concerns, level, text }) => [
    id.replace(/^MQTT3?-/, ""),
    concerns,
    level,
    text,
    listed(claims.places.get(id), placeName) || "–",
    listed(claims.proofs.get(id), proofName) || "–",
  ]);
}

const HEAD = ["statement", "for", "", "what it says, in short", "obeyed in", "proven by"];

/** docs/mqtt5.md, from the lists of statements, the comments in the code and the names of the tests. */
export function mqttPage(): string {
  const claims = readClaims();
  const five = claims.statements.filter(({ id }) => id.startsWith("MQTT-"));
  const three = claims.statements.filter(({ id }) => id.startsWith("MQTT3-"));
  const ours = five.filter(({ concerns }) => concerns !== "client");
  const sections = [...Map.groupBy(five, ({ id }) => sectionOf(id))].map(
    ([section, list]) => `## ${section} ${SECTIONS[section] ?? ""}\n\n${table(HEAD, rows(claims, list))}`,
  );
  const intro = `# The statements of MQTT, and where they are obeyed

MQTT 5.0 numbers ${five.length} normative statements. ${ours.length} of them concern a server. For each this page says where the code obeys it
and which test proves it, found by the number in the code's comments and in the tests' names; a test fails when one is missing.
The texts are short and our own: what binds is the [standard of OASIS](https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html).
Where a statement is for clients alone, code and test are those of fieldcast's own MQTT client (\`watch\`, \`simulate\`), or there
are none. **departs** marks where the platform departs from it; [compatibility.md](compatibility.md#where-the-platform-departs-from-mqtt) says why.`;
  const old = `## MQTT 3.1.1 where it differs

The statements of [MQTT 3.1.1](https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/mqtt-v3.1.1.html) that say something else than those of 5.0, by
their numbers there. MQTT 3.1 is older than such numbers; what it does otherwise stands in
[compatibility.md](compatibility.md#mqtt-31-and-311).

${table(HEAD, rows(claims, three))}`;
  return `${MADE}\n\n${intro}\n\n${sections.join("\n\n")}\n\n${old}\n`;
}
