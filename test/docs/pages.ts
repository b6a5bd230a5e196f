import type { z } from "zod";
import { operationsScript, operationsTable, operationsTypes } from "../../sdk/generate.ts";
import { CATALOGUE, type ErrorCode } from "../../src/base/errors.ts";
import { listSettings, SETTINGS } from "../../src/config/settings.ts";
import { DESCRIBED, FOR_PROGRAMS } from "../../src/http/api/index.ts";
import { openApi } from "../../src/http/api/openapi.ts";
import { PEOPLE } from "../../src/http/people/operations.ts";
import { SHARED } from "../../src/http/shared/operations.ts";
import { mqttPage } from "./mqtt.ts";
import { MADE, table } from "./table.ts";

/** The documents, and the parts of the client, that are made from the code: what is committed must equal this (test/docs.test.ts). */
export const PAGES: readonly (readonly [path: string, text: () => string])[] = [
  ["docs/settings.md", settingsPage],
  ["docs/refusals.md", refusalsPage],
  ["docs/mqtt5.md", mqttPage],
  ["sdk/operations.js", () => operationsScript(openApi(FOR_PROGRAMS))],
  ["sdk/operations.d.ts", () => operationsTypes(openApi(FOR_PROGRAMS))],
  ["console/src/api/operations.ts", () => operationsTable(openApi(DESCRIBED))],
  [
    "console/src/api/people.d.ts",
    () => operationsTypes(openApi([...PEOPLE, ...SHARED.map(({ described }) => described)])),
  ],
];

/** docs/settings.md, from the schema in src/config/settings.ts. */
function settingsPage(): string {
  const groups = [...new Set(listSettings().map(({ group }) => group))];
  const sections = groups.map((group) => {
    const rows = listSettings()
      .filter((it) => it.group === group)
      .map((it) => [
        `\`${it.flag} ${it.value}\``,
        it.default === "" ? "–" : `\`${it.default}\``,
        `${it.description}${it.repeatable ? " (may be repeated)" : ""}${OF_EACH.has(it.flag) ? "; each server for itself" : ""}`,
        allowed(it.key),
        `\`${it.env}\``,
      ]);
    const title = `## ${group[0]?.toUpperCase()}${group.slice(1)}`;
    return `${title}\n\n${table(["flag", "default", "what it is", "allowed", "environment"], rows)}`;
  });
  return `${MADE}\n\n${SETTINGS_INTRO}\n\n${sections.join("\n\n")}\n`;
}

/** What several servers on one store (`--cluster`) do not count together. */
const OF_EACH: ReadonlySet<string> = new Set(
  [
    "total-subscriptions sessions-per-account queued-messages total-queued-bytes account-waiting-bytes waiting-bytes",
    "retained-messages retained-bytes connections connections-per-address http-connections accept-rate",
    "account-publish-rate account-publish-byte-rate request-rate reads streams",
  ]
    .join(" ")
    .split(" ")
    .map((name) => `--max-${name}`),
);
const SETTINGS_INTRO = `# Settings

Every setting can be given in three ways. The first of these that names it decides:

1. a flag of \`bin/fieldcast serve\`: \`--max-packet 1MiB\`
2. the environment: \`FIELDCAST_MAX_PACKET=1MiB\` (an empty variable counts as not given)
3. a YAML file, named by \`--config FILE\` or \`FIELDCAST_CONFIG\`, with the flag's name without the dashes: \`max-packet: 1MiB\`

Settings are checked at the start and do not change while the server runs. A name that does not exist or a value that is not
allowed stops the start with one line that names it and says what is allowed. Sizes may be written with \`k\`, \`M\` or \`G\` (1000,
1000², 1000³ bytes) or with \`Ki\`, \`Mi\` or \`Gi\` (1024, 1024², 1024³), with or without a \`B\` behind, in upper or lower case: \`500k\`,
\`1MB\`, \`1MiB\`. Times are written with \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`: \`500ms\`, \`30s\`, \`12h\`. \`HOST:PORT\` may be \`[IPV6]:PORT\`, \`:PORT\` for all interfaces, or \`off\`.

Where it says *each server for itself*, several servers on one store ([--cluster](cluster.md)) do not count together: N of them let up to N times as much pass.

Settings of one product (retain last values, publish backfill, how booleans are written) stand in the
[fleet file](fleet-file.md).`;

/** What a setting's schema says about a value that nobody can mean. */
function allowed(key: keyof typeof SETTINGS): string {
  const schema: z.ZodType = SETTINGS[key].schema;
  const result = schema.safeParse("\0");
  if (result.success) throw new Error(`${key}: its schema takes anything`);
  return result.error.issues[0]?.message ?? "";
}

type Group = "record" | "login" | "people" | "ask" | "operate";
const GROUPS: Readonly<Record<Group, string>> = {
  record: `## Publishing and recording

Over MQTT 5 the reason travels in PUBACK or PUBREC with a Reason String. MQTT 3.1 and 3.1.1 have no way to refuse a
publish: at QoS 1 and 2 it is acknowledged as if it were recorded, and the reason is on \`dtck-errors/…\`. QoS 0 has no answer
in any version; it is told on \`dtck-errors/…\`, too.`,
  login: `## Logging in

In MQTT the answer is a CONNACK; it comes later with each failure from the same address.`,
  people: `## Signing in

People sign in over HTTP with a cookie; these never travel over MQTT.`,
  ask: "## Asking over HTTP",
  operate: "## Starting and operating\n\nThese reach you at the command line, in one line each.",
};

interface Told {
  readonly group: Group;
  /** When it happens, and what to do. */
  readonly when: string;
  /** Where the catalogue's reason is not all there is to say. */
  readonly v5?: string;
  readonly v3?: string;
}
const ACKED = "acknowledged; the reason is on `dtck-errors/…`";

/** What the documents say beyond the catalogue; a code without an entry does not compile. */
const TOLD: Readonly<Record<ErrorCode, Told>> = {
  unknown_product: { group: "record", when: "The product level is wrong, or nothing of the product may be seen." },
  unknown_device: { group: "record", when: "No device with this id or serial in the product that the token may see." },
  unknown_field: {
    group: "record",
    when: "FIELD is the identifier, not the display name. Upper or lower case does not matter.",
  },
  computed_field: {
    group: "record",
    when: "The field has a formula. Record the fields from which it is computed, or take its formula away.",
  },
  not_permitted: {
    group: "record",
    when: "The token may view the device but has no `record_measurements` on it; or it has no right to publish on this free topic.",
  },
  topic_not_allowed: {
    group: "record",
    when: "Publish on `dtck-pub/<product>/<device>/<FIELD>`, or a batch on `dtck-pub/<product>/<device>`. On `dtck/…` only the platform speaks. Any other topic needs `--free-topics`.",
  },
  product_wide_publish: {
    group: "record",
    when: "`*` stands for the device. Publish to each device. A `+` or `#` in a topic name breaks MQTT itself.",
    v5: "0x90; with `+` or `#`: DISCONNECT 0x90",
    v3: `${ACKED}; with \`+\` or \`#\`: closed`,
  },
  invalid_value: { group: "record", when: "The message says what the field's type accepts." },
  invalid_batch: { group: "record", when: "One bad row refuses the whole batch; the answer names every bad row." },
  invalid_timestamp: {
    group: "record",
    when: "Before the year 2000 or more than 5 minutes ahead, or not understood. Is the device's clock set?",
  },
  value_too_large: {
    group: "record",
    when: "A text above 64 KiB, or a packet or an HTTP body above the limit.",
    v5: "0x99; above the packet limit: DISCONNECT 0x95",
    v3: `${ACKED}; above the packet limit: closed`,
  },
  quota_exceeded: {
    group: "record",
    when: "A retained message on a free topic finds no room: `--max-retained-messages` or `--max-retained-bytes`. Publish an empty retained message on a topic that is not needed any more, or raise the limit.",
  },
  rate_limited: {
    group: "record",
    when: "Over HTTP: `--max-account-publish-rate` or its byte rate; Retry-After says when. Over MQTT rates never refuse: the server reads slower.",
    v5: "–",
    v3: "–",
  },
  storage_unavailable: {
    group: "record",
    when: "The disk is full or fails. Nothing is acknowledged, reading stops; it goes on by itself when the store does. New logins: CONNACK 0x88, in v3 code 3.",
    v5: "no answer for `--storage-grace`, then DISCONNECT 0x89",
    v3: "no answer for `--storage-grace`, then closed",
  },
  session_elsewhere: {
    group: "login",
    when: "Several servers on one store: the one that has the client's stored session does not answer, and none has taken it over for 15 s. Try again.",
    v3: "code 3",
  },
  standby: {
    group: "record",
    when: "Started with `--standby on`, it waits while another server has the store, and answers nobody. Connect to the other one; a load balancer finds it by `GET /healthz`. New logins: CONNACK 0x88, in v3 code 3.",
    v5: "none: nobody is let in",
    v3: "none: nobody is let in",
  },
  node_unreachable: {
    group: "ask",
    when: "One of several servers on a store was asked for something that another one of them does ([cluster.md](cluster.md)), and that one does not answer: it has ended a moment ago, or this one cannot reach its `--node-url`. Ask again after `Retry-After`; another node takes over what it did.",
  },
  not_everywhere: {
    group: "ask",
    when: "One of several servers on a store was asked for a change, which is stored and holds there; but another one did not say within half a minute that it knows of it, nor did it turn out to be gone, as when PostgreSQL cannot be reached ([cluster.md](cluster.md)). Ask what there is before you repeat it.",
  },
  node_behind: {
    group: "ask",
    when: "The request says with `?at=` or the header `Fieldcast-At` up to where this node must have applied the log, and within 5 s it has not. Ask again after `Retry-After`, or another node.",
  },
  clock_not_set: {
    group: "record",
    when: "The server's clock shows a time before 2024: it started without one, or lost it. No measurement is taken, with a time of its own or without, and no client is let in; it goes on by itself when the clock is set. New logins: CONNACK 0x88, in v3 code 3. `--any-clock` takes any time.",
    v5: "DISCONNECT 0x89",
    v3: "closed, nothing is acknowledged",
  },
  unknown_token: {
    group: "login",
    when: "The token, 40 lower-case hexadecimal characters, is user name and password, or one of them while the other is empty. A line break behind it, upper case or a missing part is named.",
    v3: "code 4",
  },
  expired_token: { group: "login", when: "`bin/fieldcast token create` makes a new one.", v3: "code 5" },
  mqtt_not_permitted: { group: "login", when: "The API user has `mqtt: false`.", v3: "code 5" },
  sign_in_failed: {
    group: "people",
    when: "The answer is the same for an address that nobody has. A code works once, and for half a minute around its time.",
  },
  sign_in_needed: { group: "people", when: "The session has ended, or a token was sent where only people act." },
  second_factor_needed: { group: "people", when: "Send `code` as well: of the app, or one recovery code." },
  too_many_attempts: { group: "people", when: "Retry-After says when; a right password does not help before." },
  weak_password: {
    group: "people",
    when: "12 to 256 characters, not the e-mail address, not one of the best known passwords.",
  },
  password_needed: {
    group: "people",
    when: "The link that shows a dashboard has a password: `openSharedDashboard` takes it, and gives the key that the other requests bear.",
  },
  link_over: {
    group: "people",
    when: "An admin can invite again; `bin/fieldcast setup-link` makes a link for any account.",
  },
  cross_site: {
    group: "people",
    when: "What changes something needs the header `X-CSRF-Token` with the token that `GET /api/v1/auth/session` answers, from a page of this server.",
  },
  outgoing_refused: {
    group: "ask",
    when: "Only the public internet is asked on behalf of others, unless `--allow-outgoing` says more. The message says why.",
  },
  ambiguous_device: {
    group: "ask",
    when: "HTTP names no product: use the device's id, or a token that sees only one of them.",
  },
  overloaded: {
    group: "ask",
    when: "Too many requests have begun and not come whole, or no file is left to open. Send it again.",
  },
  unsupported_encoding: { group: "ask", when: "Send the body as it is, or with gzip or deflate." },
  invalid_request: { group: "ask", when: "The message says what is missing." },
  answer_too_large: {
    group: "ask",
    when: "More buckets or points than `--max-history-points`: use a coarser resolution, a shorter range, fewer fields or devices.",
  },
  not_found: { group: "ask", when: "`GET /` lists the addresses there are." },
  method_not_allowed: { group: "ask", when: "The header `Allow` names the methods." },
  already_exists: { group: "ask", when: "Another has this slug, id, serial, name or address. Choose another." },
  last_owner: { group: "ask", when: "Make somebody else an owner first." },
  changed_meanwhile: {
    group: "ask",
    when: "The ETag in If-Match is not that of the present state. Read it again, and change that.",
  },
  precondition_required: {
    group: "ask",
    when: "Send If-Match with the ETag that reading answered; `*` changes whatever is there.",
  },
  confirmation_needed: {
    group: "ask",
    when: "Deleting a product or a workspace takes its slug once more: `?confirm=<slug>`. `?dry_run=true` tells what would go.",
  },
  key_used: {
    group: "ask",
    when: "Use a new Idempotency-Key for each new request; the same one only to repeat a request.",
  },
  not_available: { group: "ask", when: "For example sessions, while no server runs." },
  internal_error: { group: "ask", when: "A mistake of the program. The log has the details; please report it." },
  invalid_config: { group: "operate", when: "The line names the flag, variable or file key and what is allowed." },
  invalid_fleet: { group: "operate", when: "Each line names a place in the fleet file and what is allowed there." },
  immutable: {
    group: "operate",
    when: "Field types, field identifiers and slugs stay. Delete (`bin/fieldcast field delete`) and create again.",
  },
  damaged_store: { group: "operate", when: "The start stops and changes nothing; the line says what to do." },
  newer_store: { group: "operate", when: "Run the newer version again, or restore a backup made before it." },
};

function hex(reason: number): string {
  return `0x${reason.toString(16).padStart(2, "0")}`;
}

/** docs/refusals.md, from the catalogue in src/base/errors.ts. */
function refusalsPage(): string {
  // the keys of a constant are its type's
  const codes = Object.keys(CATALOGUE) as ErrorCode[];
  const sections = (Object.keys(GROUPS) as Group[]).map((group) => {
    const mine = codes.filter((code) => TOLD[code].group === group);
    return `${GROUPS[group]}\n\n${groupTable(group, mine)}`;
  });
  return `${MADE}\n\n${REFUSALS_INTRO}\n\n${sections.join("\n\n")}\n\n${CONNECTIONS}`;
}

function groupTable(group: Group, codes: readonly ErrorCode[]): string {
  const meaning = (code: ErrorCode) => `${CATALOGUE[code].title} ${TOLD[code].when}`;
  if (group === "operate")
    return table(
      ["code", "what it means, and what to do"],
      codes.map((code) => [`\`${code}\``, meaning(code)]),
    );
  const http = (code: ErrorCode) => String(CATALOGUE[code].http);
  if (group === "ask" || group === "people")
    return table(
      ["code", "HTTP", "what it means, and what to do"],
      codes.map((code) => [`\`${code}\``, http(code), meaning(code)]),
    );
  return table(
    ["code", "MQTT 5", "MQTT 3.1, 3.1.1", "HTTP", "what it means, and what to do"],
    codes.map((code) => [
      `\`${code}\``,
      TOLD[code].v5 ?? hex(CATALOGUE[code].reason),
      TOLD[code].v3 ?? ACKED,
      code === "topic_not_allowed" || code === "product_wide_publish" ? "–" : http(code),
      meaning(code),
    ]),
  );
}

const REFUSALS_INTRO = `# What is refused, and why

One catalogue serves MQTT, HTTP and the command line. A code never changes its meaning; messages may. Over HTTP an error is JSON:
\`{"code", "message", "detail", "rows"?}\`, where \`detail\` repeats the message for older clients.

Whatever is refused leaves a trace in four places:

- **the answer**: reason code and Reason String (MQTT 5), or status and JSON (HTTP);
- **\`dtck-errors/<the published levels>\`**, to subscribers with the same account; what has another shape than a measurement's
  topic is on \`dtck-errors/_/_/_\`. The JSON has \`code\`, \`message\`, \`topic\`, \`payload\` (the first 256 bytes), \`time\`, and
  \`base64\`, \`row\`, \`count\` where they apply. A flood is folded: the first at once, then one a second with its \`count\`;
- **the device's log**: \`bin/fieldcast device show PRODUCT DEVICE\`, \`GET /v1/devices/<id>/log/\`; what belongs to no device:
  \`GET /v1/log/\`;
- **a metric**: \`fieldcast_refusals_total{code="…"}\` and \`fieldcast_logins_refused_total{code="…"}\` at \`/metrics\`.

\`dtck\` is the default of the setting \`--prefix\`.`;

const CONNECTIONS = `## Ask before you publish

\`bin/fieldcast can\` asks the running server what a client would be answered, by which right, and which topic would work instead; nothing is recorded:

\`\`\`text
$ bin/fieldcast can "device 1@home" publish dtck-pub/my-product/000001/TEMPERATUR
no: device 1@home may not publish on dtck-pub/my-product/000001/TEMPERATUR
  The product my-product has no such field. Did you mean TEMPERATURE?
  on device my-product/000001 it can record_measurements (its grant on device my-product/000001)
  what would work: dtck-pub/my-product/000001/TEMPERATURE
\`\`\`

Over HTTP: \`GET /api/v1/access?action=publish&topic=…\` for the caller, and the same below an API user or a member of a workspace for who may manage them.

## Subscribing

A filter is refused only when nothing under it could ever be delivered to this account. Otherwise it is granted and what may
be read is delivered, also of devices and rights that come later.

${table(
  ["MQTT 5", "MQTT 3.1.1", "when"],
  [
    [
      "0x87",
      "0x80",
      "Nothing under the filter may ever be seen; `dtck-pub/…`; `$SYS` without `operate`; any other topic while `--free-topics` is off; with it, what the rights on free topics do not leave.",
    ],
    ["0x8f", "0x80", "Not a topic filter, or too many levels (`--max-topic-levels`)."],
    ["0x97", "0x80", "Too many filters in one session (`--max-subscriptions`)."],
  ],
)}

MQTT 3.1 has no refusal: the filter is granted, nothing is delivered, and the log says why.

## Connections that the server ends

An MQTT 5 client gets a DISCONNECT with the reason; an older one finds the connection closed.

${table(
  ["reason", "why"],
  [
    ["0x81, 0x82", "The bytes are no MQTT, or say what is not allowed."],
    ["0x87", "The token was revoked, or may not use MQTT any more."],
    ["0x89", "The store took no data for the whole of `--storage-grace`."],
    ["0x8b", "The server is shutting down."],
    ["0x8d", "Nothing was heard for one and a half times the keep alive: send PINGREQ in time."],
    ["0x8e", "The same account logged in with the same client identifier: give every client its own."],
    ["0x90", "`+` or `#` in the topic name of a publish."],
    [
      "0x93",
      "More publishes without an answer than the Receive Maximum of CONNACK (`--receive-maximum`): wait for answers.",
    ],
    [
      "0x94",
      "A topic alias above the announced maximum, which is 0 without `--topic-alias-maximum`: send the topic's name. An alias that was not set on this connection is 0x82.",
    ],
    ["0x95", "A packet above `--max-packet`, the Maximum Packet Size of CONNACK: send less in one."],
    ["0x98", "An operator disconnected the client (`bin/fieldcast session disconnect`); its will fires."],
  ],
)}

Before the login a connection is closed without a word when no CONNECT came within \`--connect-timeout\`, when its first
packet is no CONNECT, or when there are \`--max-connections\` already.
`;
