import { payloadText, Raw, type Wish } from "../../run/raw.ts";
import type { TestServer } from "../../run/server.ts";
import { until } from "../../run/until.ts";

/**
 * What a kept data folder has in it, and the questions that are asked of a server on it: `make.ts` asks the server that wrote the folder,
 * test/durability/old-folders.test.ts each later one. Nothing in it runs out, and nothing depends on when it is opened.
 */

const word = (digit: string): string => digit.repeat(40);
const KEYS = {
  owner: word("1"),
  devices: word("2"),
  viewer: word("3"),
  globex: word("4"),
  free: word("5"),
} as const;
const PASSWORD = "seven green bottles";
/** Sessions without an end. */
const FOREVER = 0xffff_ffff;
const MINUTE = 60;
/** Unix seconds: the first measurement of all, and of the series of which rollups are kept alone. */
const START = Date.UTC(2026, 5, 1) / 1000;
const AGED = Date.UTC(2026, 0, 1) / 1000;
const ROWS = 300;
/** Messages of 200 characters: more than a session keeps in its row. */
const MUCH = 400;
/** Nothing of the audit log goes. */
export const FLAGS = ["--free-topics", "--audit-keep", "36500d"] as const;

const FIELDS = `
          - { id: NUMERIC, type: NUMERIC, name: A number, unit: "°C", decimals: 1 }
          - { id: INT, type: INT, description: Whole numbers }
          - { id: BOOL, type: BOOL }
          - { id: STRING, type: STRING }
          - { id: GEO, type: GEO }
          - { id: COUNTER, type: COUNTER, unit: kWh }`;
/** A fleet with everything a fleet file can say. */
export const FLEET = `workspaces:
  - slug: acme
    name: Acme
    products:
      - slug: plant
        name: Plant
        retain_last_values: true
        publish_backfill: true
        bool_text: "True"
        online_timeout: 600
        retention: forever
        fields:${FIELDS}
        devices:
          - { id: boiler, name: Boiler room, serial: BR-1, tags: [cellar, hot], location: "52.5,13.4", metadata: { floor: "0" } }
          - { id: pump, name: Pump }
          - { id: busy }
      - slug: aged
        retention: 1d
        rollups: { 1d: forever }
        fields: [{ id: LEVEL, type: NUMERIC }, { id: OPEN, type: BOOL, rollups: {} }]
        devices: [{ id: tank }]
    api_users:
      - name: devices
        token: ${KEYS.devices}
        rights:
          - { devices: all, can: [record_measurements] }
          - { free_topics: ["#"], except: ["secret/#"], can: [publish, subscribe] }
      - { name: viewer, token: ${KEYS.viewer}, mqtt: false, rights: [{ tags: [cellar], can: [view] }, { workspace: [members] }] }
  - slug: globex
    name: Globex
    products:
      - slug: sensors
        fields:${FIELDS}
        devices: [{ id: boiler, name: Of another workspace }, { id: "s{1..20}" }]
    api_users: [{ name: globex, token: ${KEYS.globex}, rights: [{ devices: all, can: [record_measurements] }] }]
users:
  - { email: owner@example.com, token: ${KEYS.owner}, workspaces: { acme: owner, globex: owner } }
  - { email: observer@example.com, workspaces: { acme: observer } }
`;

/** Payload n of a series. */
function payloadOf(field: string, n: number): string {
  switch (field) {
    case "NUMERIC":
      return (20 + ((n * 7) % 100) / 10).toFixed(1);
    case "BOOL":
      return String(n % 3 === 0);
    case "STRING":
      return n === 5 ? "" : `state ${n % 7}, "quoted", größer`;
    case "GEO":
      return `(${(50 + n / 1000).toFixed(3)},${(13 + n / 1000).toFixed(3)})`;
    case "COUNTER":
      return String(n % 200); // begins again at 0 once
    default:
      return String(n - 100);
  }
}
const TYPES = ["NUMERIC", "INT", "BOOL", "STRING", "GEO", "COUNTER"];
const DEVICES = [
  ["boiler", KEYS.devices],
  ["pump", KEYS.devices],
  ["s3", KEYS.globex],
] as const;

async function post(server: TestServer, device: string, token: string, rows: object[]): Promise<void> {
  const init = { method: "POST", body: JSON.stringify(rows) };
  const answer = await server.http(`/v1/devices/${device}/record/?batch=true`, token, init);
  if (!answer.ok) throw new Error(`${device}: ${answer.status} ${await answer.text()}`);
}
/** Measurements [from, to) of every type. */
export async function record(server: TestServer, from: number, to: number): Promise<void> {
  for (const [device, token] of DEVICES) {
    const rows = [];
    for (let n = from; n < to; n++)
      for (const field of TYPES) rows.push({ field, value: payloadOf(field, n), timestamp: START + n * MINUTE });
    await post(server, device, token, rows);
  }
}
/** So many of one series that they fill a block. */
export async function recordMuch(server: TestServer): Promise<void> {
  for (let from = 0; from < 6000; from += 1000) {
    const rows = Array.from({ length: 1000 }, (_, i) => from + i).map((n) => ({
      field: "NUMERIC",
      value: payloadOf("NUMERIC", n),
      timestamp: START + n * MINUTE,
    }));
    await post(server, "busy", KEYS.devices, rows);
  }
}
/** Measurements that go soon: rollups stay of one series, nothing of the other. */
export async function recordAged(server: TestServer): Promise<void> {
  const rows = Array.from({ length: ROWS }, (_, n) => [
    { field: "LEVEL", value: n % 11, timestamp: AGED + n * 30 * MINUTE },
    { field: "OPEN", value: n % 2 === 0, timestamp: AGED + n * 30 * MINUTE },
  ]);
  await post(server, "tank", KEYS.devices, rows.flat());
}
export const SEALED = ROWS;
export const ALL = ROWS + 20;

const lasting = (server: TestServer, clientId: string, more: Wish = {}): Promise<Raw> =>
  Raw.login(server.ports.mqtt, {
    token: KEYS.devices,
    clientId,
    cleanStart: false,
    ...more,
    ...(more.version === 4 ? {} : { properties: { sessionExpiryInterval: FOREVER } }),
  });
async function cut(client: Raw): Promise<void> {
  client.reset();
  await client.closed;
}

/** Sessions that are away with what waits for them, a shared subscription, QoS 2 under way, retained messages, a refusal. */
export async function leaveSessions(server: TestServer): Promise<void> {
  const away = await lasting(server, "away");
  await away.subscribe(["dtck/plant/pump/#", "house/+"], 1);
  await cut(away);
  const old = await lasting(server, "old", { version: 4 });
  await old.subscribe("house/hall", 2);
  await cut(old);
  for (const name of ["member-1", "member-2"]) {
    const member = await lasting(server, name);
    await member.subscribe("$share/all/house/#", 1);
    await cut(member);
  }
  const much = await lasting(server, "much");
  await much.subscribe("much/+", 1);
  await cut(much);
  const half = await lasting(server, "half");
  half.publish("dtck-pub/plant/pump/STRING", "half sent", { qos: 2, packetId: 1 });
  await half.expect("pubrec");
  await cut(half);
  const from = await Raw.login(server.ports.mqtt, { token: KEYS.devices });
  for (let n = 0; n < 10; n++)
    for (const topic of ["house/hall", "house/roof"]) {
      from.publish(topic, `message ${n}`, { qos: 1, packetId: from.id(), retain: n === 9 });
      await from.expect("puback");
    }
  for (let n = 0; n < MUCH; n++) {
    from.publish("much/text", `${n} ${"y".repeat(200)}`, { qos: 1, packetId: from.id() });
    await from.expect("puback");
  }
  for (let n = 0; n < 5; n++) await from.record("dtck-pub/plant/pump/INT", `${1000 + n}`);
  if ((await from.record("dtck-pub/plant/pump/INT", "many")) !== 0x99) throw new Error("a text was taken for a number");
  await from.leave();
}

/** A person with a password, a token of the person's own, an invitation, and the audit log of it. */
export async function people(server: TestServer): Promise<void> {
  const { link } = (await server.operation("setupLink", { email: "owner@example.com" })) as { link: string };
  const browser = new Browser(server);
  await browser.ask("auth/link/use", { secret: link.slice(link.lastIndexOf("/") + 1), password: PASSWORD });
  await browser.signIn();
  await browser.ask("workspaces/acme/invitations", { email: "new@example.com", role: "member" });
  await browser.ask("account/tokens", { name: "script" });
}
class Browser {
  private cookie = "";
  private csrf = "";
  constructor(private readonly server: TestServer) {}
  async signIn(): Promise<void> {
    await this.ask("auth/sign-in", { email: "owner@example.com", password: PASSWORD });
  }
  async ask(path: string, body?: object): Promise<Record<string, unknown>> {
    const headers = {
      "Sec-Fetch-Site": "same-origin",
      Origin: `http://127.0.0.1:${this.server.ports.http}`,
      "Content-Type": "application/json",
      ...(this.cookie !== "" && { Cookie: this.cookie, "X-CSRF-Token": this.csrf }),
    };
    const init = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
    const answer = await this.server.http(`/api/v1/${path}`, undefined, init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    this.cookie = answer.headers.get("Set-Cookie")?.split(";", 1)[0] ?? this.cookie;
    const json = JSON.parse(text || "{}") as Record<string, unknown>; // what the operation says it answers
    if (typeof json.csrf_token === "string") this.csrf = json.csrf_token;
    return json;
  }
}

/** What a server on the folder answers: the measurements in every form, and the fleet by name. Changes nothing. */
export async function answersOf(server: TestServer): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  const get = async (path: string, token: string = KEYS.owner): Promise<unknown> => {
    const answer = await until("a turn", async () => {
      const one = await server.http(path, token);
      return one.status === 429 ? null : one;
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const range = "from=2026-01-01T00:00:00Z&to=2026-07-01T00:00:00Z&limit=2000";
  for (const device of ["boiler", "pump", "s3"])
    for (const how of [
      "resolution=raw",
      "resolution=1h",
      "resolution=1h&aggregation=LAST",
      "resolution=1d&aggregation=COUNT",
    ]) {
      const product = device === "s3" ? "sensors" : "plant";
      answers[`${device} ${how}`] = await get(`/v1/history?products=${product}&devices=${device}&${range}&${how}`);
    }
  answers.busy = await get(`/v1/history?devices=busy&fields=NUMERIC&${range}&resolution=1h`);
  for (const field of ["LEVEL", "OPEN"])
    answers[`tank ${field}`] = await get(`/v1/history?devices=tank&fields=${field}&${range}&resolution=1d`);
  for (const device of ["pump", "s3", "busy", "tank"]) {
    const { fields } = (await get(`/v1/devices/${device}`)) as { fields: Record<string, unknown>[] };
    answers[`current ${device}`] = fields.map(({ field, value, time }) => [field, value, time]);
  }
  // of a list the names, which outlive changes of its form
  const named = async (path: string, token: string = KEYS.owner): Promise<unknown> => {
    const { items } = (await get(path, token)) as { items: Record<string, unknown>[] };
    return items.map((one) =>
      Object.fromEntries(
        Object.entries(one).filter(
          ([key, value]) =>
            ["id", "slug", "name", "email", "role", "type", "unit"].includes(key) &&
            !(key === "role" && value === null),
        ),
      ),
    );
  };
  for (const path of [
    "workspaces",
    "products",
    "devices",
    "products/plant/fields",
    "workspaces/acme/members",
    "workspaces/acme/api-users",
  ])
    answers[path] = await named(`/api/v1/${path}`);
  answers["seen by the viewer"] = await named("/api/v1/devices", KEYS.viewer);
  answers.retention = await get("/api/v1/products/aged/retention");
  answers.log = ((await get("/v1/devices/pump/log?limit=5")) as unknown[]).length;
  const { sessions } = (await server.operation("sessionList")) as { sessions: { clientId: string }[] };
  answers.sessions = sessions.map(({ clientId }) => clientId).sort();
  const audit = (await get("/api/v1/audit?limit=200")) as { items: { action: string }[] };
  // it was spelt otherwise when the oldest folder was made
  const spelt = (action: string) => action.replace(/^apiUser\./, "api_user.");
  answers.audit = audit.items.map(({ action }) => spelt(action)).filter((action) => !/sign|link/.test(action));
  return answers;
}

/** The password still opens, and the person's tokens are there; signing in is a change. (Invitations run out.) */
export async function peopleOf(server: TestServer): Promise<unknown> {
  const browser = new Browser(server);
  await browser.signIn();
  const { items: tokens } = (await browser.ask("account/tokens")) as { items: { name: string }[] };
  return { tokens: tokens.map(({ name }) => name).sort() };
}

/** What waits for the sessions, taken by their clients; by topic, as shared messages go to whoever is there. */
export async function waitingOf(server: TestServer): Promise<Record<string, string[]>> {
  const waiting: Record<string, string[]> = {};
  for (const [clientId, version, many] of [
    ["away", 5, 31],
    ["old", 4, 10],
    ["member-1", 5, 20],
    ["much", 5, MUCH],
  ] as const) {
    const client = await lasting(server, clientId, { version });
    const came: string[] = [];
    waiting[clientId] = came;
    while (came.length < many) {
      const packet = await client.expect("publish");
      came.push(`${packet.topic} ${payloadText(packet).slice(0, 40)}`);
      client.send({ type: "puback", packetId: packet.packetId ?? 0, reasonCode: 0 });
    }
    await client.leave();
  }
  const half = await lasting(server, "half");
  half.publish("dtck-pub/plant/pump/STRING", "half sent", { qos: 2, packetId: 1, dup: true });
  const answer = await half.expect("pubrec");
  half.send({ type: "pubrel", packetId: 1, reasonCode: 0 });
  waiting.half = [`${answer.reasonCode}`, (await half.expect("pubcomp")).type];
  await half.subscribe("house/#");
  waiting.retained = (await half.drain())
    .map((one) => (one.type === "publish" ? `${one.topic} ${payloadText(one)}` : one.type))
    .sort();
  await half.leave();
  return waiting;
}
