import { afterAll, beforeAll, expect, test } from "bun:test";
import { Members } from "../feed/members.ts";
import type { Http } from "../http/deps.ts";
import { digestOf, PASSED_ON, signed } from "../http/nodes/passed-on.ts";
import { relayed } from "../http/nodes/relay.ts";
import { Told } from "../store/record.ts";
import { Nodes } from "./nodes.ts";

const DUTY = "/api/v1/workspaces/w/webhooks";
const HERE = "/api/v1/workspaces/w/members";
const CLIENT = "198.51.100.7";

/** Two nodes with an HTTP side that tells what it was asked; the first one has the duty. */
class World {
  readonly seen: string[] = [];
  readonly members = [1, 2].map(
    (self) =>
      new Members(self, [
        [1, 5],
        [2, 6],
      ]),
  );
  readonly nodes: Nodes[];
  readonly fetches: Http["fetch"][];
  readonly servers: ReturnType<typeof Bun.serve>[];
  /** Streams that are read. */
  open = 0;
  reads = 0;

  constructor() {
    this.nodes = this.members.map(
      (members, i) =>
        new Nodes({ members, key: `key ${i + 1}`, addresses: () => this.addresses(), ca: null, now: Date.now }),
    );
    this.fetches = this.nodes.map((nodes) =>
      relayed({ fetch: (...asked) => this.answer(nodes.self, ...asked) }, nodes, async (request) => {
        this.seen.push(`${nodes.self} command ${new URL(request.url).pathname} ${await request.text()}`);
        return Response.json({ ok: true, result: 5 });
      }),
    );
    this.servers = this.fetches.map((fetch) =>
      Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => fetch(request, { remoteAddress: "127.0.0.1" }) }),
    );
  }
  private async addresses() {
    this.reads++;
    return this.servers.map(({ url }, i) => ({ node: i + 1, url: url.origin, key: `key ${i + 1}` }));
  }
  private async answer(node: number, request: Request, info: Parameters<Http["fetch"]>[1]): Promise<Response> {
    const { method, url, headers } = request;
    this.seen.push([node, method, url, info.remoteAddress, info.fromNode ?? "-", await request.text()].join(" "));
    if (headers.get("Accept") === "text/event-stream") return this.stream();
    const told = ["Authorization", "Cookie", "X-CSRF-Token", "X-Forwarded-For", PASSED_ON].map((name) =>
      headers.get(name),
    );
    const answer = Response.json(told, { status: 202, headers: { "Fieldcast-Position": "7" } });
    answer.headers.append("Set-Cookie", "a=1");
    answer.headers.append("Set-Cookie", "b=2");
    return answer;
  }
  private stream(): Response {
    this.open++;
    let n = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) =>
        n++ < 1 ? controller.enqueue(new TextEncoder().encode(`data: ${n}\n\n`)) : new Promise(() => {}),
      cancel: () => void this.open--,
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" } });
  }
  /** A client asks a node. */
  async ask(node: number, path: string, init: RequestInit = {}): Promise<Response> {
    return await (this.fetches[node - 1] as Http["fetch"])(new Request(`https://fleet.example${path}`, init), {
      remoteAddress: CLIENT,
    });
  }
}

let world: World;
beforeAll(() => {
  world = new World();
});
afterAll(() => Promise.all(world.servers.map((server) => server.stop(true))));

const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code];

test("what the duty node has is asked there in the client's own name, and its answer comes as it is", async () => {
  world.seen.length = 0;
  const headers = { Authorization: "Token x", Cookie: "c=1", "X-CSRF-Token": "t", "X-Forwarded-For": "203.0.113.9" };
  const answer = await world.ask(2, `${DUTY}?limit=3`, { method: "POST", headers, body: '{"url":"ü"}' });
  expect([answer.status, answer.headers.get("Fieldcast-Position"), answer.headers.getSetCookie()]).toEqual([
    202,
    "7",
    ["a=1", "b=2"],
  ]);
  expect(await answer.json()).toEqual(["Token x", "c=1", "t", "203.0.113.9", null]);
  expect(world.seen).toEqual([`1 POST https://fleet.example${DUTY}?limit=3 ${CLIENT} 2 {"url":"ü"}`]);
});

test("everything else is answered where it is asked, and so is all of it on the node with the duty", async () => {
  world.seen.length = 0;
  expect([(await world.ask(2, HERE)).status, (await world.ask(1, DUTY)).status]).toEqual([202, 202]);
  expect(world.seen).toEqual([
    `2 GET https://fleet.example${HERE} ${CLIENT} - `,
    `1 GET https://fleet.example${DUTY} ${CLIENT} - `,
  ]);
});

test("any node asks any other for its own part", async () => {
  world.seen.length = 0;
  const [one] = world.nodes as [Nodes, Nodes];
  expect([one.self, one.others(), one.duty]).toEqual([1, [2], 1]);
  await one.ask(2, new Request("https://fleet.example/api/v1/sessions?limit=1"), CLIENT);
  expect(world.seen).toEqual([`2 GET https://fleet.example/api/v1/sessions?limit=1 ${CLIENT} 1 `]);
  const reads = world.reads;
  await one.ask(2, new Request("https://fleet.example/api/v1/sessions"), CLIENT);
  expect(world.reads).toBe(reads);
});

test("a stream comes while it is made; when its reader goes, the other node hears of it", async () => {
  const answer = await world.ask(2, "/api/v1/workspaces/w/alerts/live", { headers: { Accept: "text/event-stream" } });
  const reader = answer.body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("data: 1\n\n");
  expect(world.open).toBe(1);
  await reader?.cancel();
  for (let i = 0; i < 100 && world.open > 0; i++) await Bun.sleep(10);
  expect(world.open).toBe(0);
});

test("a stream ends when the node that gives it is gone", async () => {
  const other = new World();
  const answer = await other.ask(2, "/api/v1/workspaces/w/alerts/live", { headers: { Accept: "text/event-stream" } });
  const reader = answer.body?.getReader();
  await reader?.read();
  const next = reader?.read().then(
    ({ done }) => (done ? "ended" : "more"),
    () => "broke off",
  );
  for (const members of other.members) members.heard({ what: Told.NodeGone, numbers: [1, 5] });
  expect(await next).not.toBe("more");
  await Promise.all(other.servers.map((server) => server.stop(true)));
});

test("who only says that a node sent it is refused: without the key, of another address or method, and long afterwards", async () => {
  world.seen.length = 0;
  const url = `https://fleet.example${HERE}`;
  const said = { from: 2, remote: "127.0.0.1", url, body: digestOf(null), no: 1, at: Date.now() };
  const good = signed("key 1", "GET", said);
  const values = [
    "nonsense",
    `${good}x`,
    signed("key 2", "GET", said),
    signed("key 1", "POST", said),
    signed("key 1", "GET", { ...said, url: `${url}/1` }),
    signed("key 1", "GET", { ...said, body: digestOf(new ArrayBuffer(1)) }),
    signed("key 1", "GET", { ...said, at: Date.now() - 3_600_000 }),
  ];
  for (const value of values)
    expect(await codeOf(await world.ask(1, HERE, { headers: { [PASSED_ON]: value } }))).toEqual([403, "not_permitted"]);
  expect(world.seen).toEqual([]);
  expect((await world.ask(1, HERE, { headers: { [PASSED_ON]: good } })).status).toBe(202);
});

test("nothing goes around in a circle, and who cannot be reached is 503 with Retry-After", async () => {
  const other = new World();
  const [one, two] = other.members as [Members, Members];
  // the first one thinks that the second one has the duty now
  one.heard({ what: Told.NodeUp, numbers: [1, 7] });
  const answer = await other.ask(2, DUTY);
  expect(answer.headers.get("Retry-After")).toBe("2");
  expect(await codeOf(answer)).toEqual([503, "node_unreachable"]);
  expect(other.seen).toEqual([]);
  await other.servers[0]?.stop(true);
  expect(await codeOf(await other.ask(2, DUTY))).toEqual([503, "node_unreachable"]);
  expect(await codeOf(await other.ask(2, "/integrations/api/key/"))).toEqual([503, "node_unreachable"]);
  two.heard({ what: Told.NodeGone, numbers: [1, 5] });
  two.heard({ what: Told.NodeGone, numbers: [2, 6] });
  expect(await codeOf(await other.ask(2, DUTY))).toEqual([503, "node_unreachable"]);
  await other.servers[1]?.stop(true);
});

test("a command is passed on by nodes alone, each once; it needs no token there, and nobody else can give it", async () => {
  world.seen.length = 0;
  const url = "http://localhost/control/webhookList";
  const [one, two] = world.nodes as [Nodes, Nodes];
  const asked = () => new Request(url, { method: "POST", body: "{}" });
  expect(await (await two.ask(1, asked(), "")).json()).toEqual({ ok: true, result: 5 });
  expect(world.seen).toEqual(["1 command /control/webhookList {}"]);
  const said = { from: 2, remote: "", url, body: digestOf(await asked().arrayBuffer()), no: 9, at: Date.now() };
  const headers = { [PASSED_ON]: signed("key 1", "POST", said) };
  const again = () => one.received(new Request(url, { method: "POST", body: "{}", headers }));
  expect(await again()).toMatchObject({ fromNode: 2 });
  expect(await again().catch(({ code }) => code)).toBe("not_permitted");
  world.seen.length = 0;
  await world.ask(1, "/control/webhookList", { method: "POST", body: "{}" });
  expect(world.seen).toEqual([`1 POST https://fleet.example/control/webhookList ${CLIENT} - {}`]);
});
