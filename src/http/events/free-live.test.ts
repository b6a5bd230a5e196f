import { expect, test } from "bun:test";
import { createPublishView } from "../../codec/index.ts";
import { BatchRows } from "../../feed/batch-rows.ts";
import { hashToken } from "../../fleet/token.ts";
import { Batch } from "../../ingest/batch.ts";
import { FreeTopicCache } from "../../ingest/free-topic.ts";
import { EventReader } from "./events.testing.ts";
import { makeWorld, OWNER, VIEWER } from "../http.testing.ts";

/** May subscribe to `hall/#` without `hall/secret`. */
const HALL = "2".repeat(40);
const utf8 = new TextEncoder();
interface Shown {
  readonly topic: string;
  readonly payload: string;
  readonly base64: boolean;
  readonly bytes: number;
  readonly retained: boolean;
  readonly count: number;
}

function world(limits: Parameters<typeof makeWorld>[0] = {}) {
  const it = makeWorld({ freeTopics: true, maxStreamBuffer: 1e6, ...limits });
  const grants = [{ scope: "free_topics", filters: ["hall/#"], except: ["hall/secret"], can: ["subscribe"] }] as const;
  const hall = (given: typeof grants | readonly []) =>
    it.directory.apply([
      { kind: "apiUser", op: "put", row: { uid: 9, workspace: 1, name: "h", mqtt: true, grants: given } },
    ]);
  hall(grants);
  const row = {
    uid: 900,
    hash: hashToken(HALL),
    hint: "",
    name: "",
    user: null,
    apiUser: 9,
    created: 0,
    expires: null,
  };
  it.directory.apply([{ kind: "token", op: "put", row }]);
  const feed = it.live.free;
  if (feed === null) throw new Error("the instance has free topics");
  const cache = new FreeTopicCache();
  const topicOf = (name: string, workspace = 1) => cache.of(workspace, utf8.encode(name), 0, utf8.encode(name).length);
  const retain = (name: string, payload: string, by = "u:1") => {
    const bytes = utf8.encode(payload);
    feed.retained.put(1, utf8.encode(name), utf8.encode(`${by}\0c`), 1, 0, 1, bytes, 0, 0, bytes.length);
  };
  /** What a commit made durable goes to those who follow, as the fan-out does. */
  const publish = (
    name: string,
    payload: string | Uint8Array,
    more: { workspace?: number; deadline?: number } = {},
  ) => {
    const batch = new Batch();
    const bytes = typeof payload === "string" ? utf8.encode(payload) : payload;
    const view = { ...createPublishView(), payloadEnd: bytes.length };
    batch.message(topicOf(name, more.workspace), { key: "u:1\0c", stored: 0 }, view, more.deadline ?? 0, 0, bytes);
    feed.taps.tell(new BatchRows().open(batch, 0, 1), it.clock.steady());
  };
  const open = async (secret: string, query = "") => {
    const answer = await it.ask("GET", `/api/v1/topics/live${query}`, secret);
    expect(answer.status).toBe(200);
    return new EventReader(answer);
  };
  /** Topics of the next events up to the one of a name. */
  const upTo = async (reader: EventReader, last: string) => {
    const topics: Shown[] = [];
    for (;;) {
      const event = await reader.next();
      if (event === null || event.event === last) return { topics, data: JSON.parse(event?.data ?? "null") as object };
      topics.push(...(JSON.parse(event.data) as { topics: Shown[] }).topics);
    }
  };
  const second = async (reader: EventReader): Promise<Shown[]> => {
    it.http.tick();
    const event = await reader.next();
    expect(event?.event).toBe("topics");
    return (JSON.parse(event?.data ?? "") as { topics: Shown[] }).topics;
  };
  return { ...it, feed, hall, publish, retain, open, upTo, second };
}
const words = (topics: readonly Shown[]) =>
  topics.map(({ topic, payload, count, retained }) => `${topic} ${payload} ${count}${retained ? " R" : ""}`);

test("it begins with what is retained, and then tells each topic once a second with its last message", async () => {
  const it = world();
  it.retain("hall/light", "on");
  it.retain("hall/door", "shut", "a:0");
  const reader = await it.open(OWNER);
  const { topics, data } = await it.upTo(reader, "retained");
  // whose publisher may not publish there any more is sent to nobody
  expect([words(topics), data]).toEqual([["hall/light on 0 R"], { topics: 1, more: false }]);
  it.publish("hall/light", "off");
  it.publish("a/b", "1");
  it.publish("a/b", "2");
  it.publish("a/b", "late", { deadline: 1 });
  it.publish("a/b", "elsewhere", { workspace: 2 });
  expect(words(await it.second(reader))).toEqual(["hall/light off 1 R", "a/b 2 2"]);
  it.publish("a/b", new Uint8Array([0xff, 0x00]));
  it.publish("long", "é".repeat(2000));
  const [binary, long] = await it.second(reader);
  expect([binary?.payload, binary?.base64, binary?.bytes]).toEqual(["/wA=", true, 2]);
  expect([long?.payload, long?.base64, long?.bytes]).toEqual(["é".repeat(1024), false, 4000]);
  await reader.cancel();
});

test("an account hears what its grants name; what it loses is silent at once, and ends the stream", async () => {
  const it = world();
  for (const one of ["hall/light", "hall/secret", "cellar"]) it.retain(one, "x");
  const reader = await it.open(HALL);
  expect(words((await it.upTo(reader, "retained")).topics)).toEqual(["hall/light x 0 R"]);
  for (const one of ["hall/light", "hall/secret", "cellar"]) it.publish(one, "y");
  expect(words(await it.second(reader))).toEqual(["hall/light y 1 R"]);
  it.publish("hall/light", "z");
  it.hall([]);
  const event = await reader.next();
  expect([event?.event, JSON.parse(event?.data ?? "{}")]).toEqual([
    "end",
    expect.objectContaining({ code: "not_permitted" }),
  ]);
});

test("bounded: too many topics at once are counted, and told; each is told in its turn", async () => {
  const it = world();
  const reader = await it.open(OWNER, "?filter=t/%23");
  await it.upTo(reader, "retained");
  it.publish("other", "x");
  for (let i = 0; i < 5010; i++) it.publish(`t/${i}`, "x");
  const told: Shown[] = [];
  let lost = 0;
  // five events a second, of two hundred each
  for (let seconds = 0; seconds < 5; seconds++) {
    it.http.tick();
    for (let events = 0; events < 5; events++) {
      const event = await reader.next();
      if (event?.event === "lost") lost += (JSON.parse(event.data) as { messages: number }).messages;
      else told.push(...(JSON.parse(event?.data ?? "") as { topics: Shown[] }).topics);
    }
  }
  expect(lost).toBe(10);
  it.http.tick();
  const last = await reader.next();
  told.push(...((JSON.parse(last?.data ?? "") as { topics?: Shown[] }).topics ?? []));
  expect([new Set(told.map(({ topic }) => topic)).size, told.at(-1)?.topic]).toEqual([5000, "t/4999"]);
  await reader.cancel();
});

test.each([
  [{ freeTopics: false }, OWNER, "", 501, "not_available"],
  [{}, VIEWER, "", 403, "not_permitted"],
  [{}, HALL, "?filter=cellar", 403, "not_permitted"],
  [{}, OWNER, "?filter=a/%23/b", 400, "invalid_request"],
] as const)("%p is refused", async (more, secret, query, status, code) => {
  const it = "freeTopics" in more ? makeWorld() : world();
  const answer = await it.ask("GET", `/api/v1/topics/live${query}`, secret);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
});

test("own rights name the workspace whose free topics one uses", async () => {
  const it = world();
  const of = async (secret: string) =>
    ((await (await it.ask("GET", "/api/v1/rights", secret)).json()) as { free_topics: string | null }).free_topics;
  expect([await of(OWNER), await of(HALL), await of(VIEWER)]).toEqual(["w", "w", null]);
  const connection = await (await it.ask("GET", "/api/v1/connection", VIEWER)).json();
  expect((connection as { free_topics: boolean }).free_topics).toBe(true);
});
