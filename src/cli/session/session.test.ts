import { describe, expect, test } from "bun:test";
import { Refusal } from "../../base/errors.ts";
import type { SessionDetails } from "../../broker/types.ts";
import { MemorySessions, sessionOf } from "../../http/compat/sessions.testing.ts";
import { colors } from "../text.ts";
import { disconnectAccount, disconnectSession, listSessions, showSession } from "../../admin/sessions.ts";
import { renderSessions } from "./command.ts";
import { renderSession } from "./sheet.ts";

const names = new Map([
  ["u:1", "me@example.com"],
  ["a:1", "field devices@acme"],
  ["a:2", "dashboards@acme"],
]);
const fleet = {
  accountName: (key: string) => names.get(key) ?? key,
  accountKey: (owner: string) => {
    for (const [key, name] of names) if (name === owner) return key;
    throw new Refusal("not_found", `There is no account "${owner}".`);
  },
};
const info = (principal: string, clientId: string, more: Partial<SessionDetails> = {}): SessionDetails =>
  sessionOf(principal, clientId, 1_767_268_800_000_000, {
    since: 1_767_268_860_000_000,
    subscriptions: 2,
    inFlight: 1,
    waiting: 1234,
    pause: "inflight_full",
    ...more,
  });
const AWAY = { connected: false, remote: null, transport: null, pause: "offline" } as const;

function server(...all: SessionDetails[]) {
  const sessions = new MemorySessions();
  sessions.all = all;
  return { deps: { fleet, sessions }, cut: sessions.cut };
}
function refusal(run: () => unknown): string {
  try {
    run();
    return "done";
  } catch (error) {
    return error instanceof Refusal ? `${error.code}: ${error.message}` : String(error);
  }
}

describe("list", () => {
  const { deps } = server(info("u:1", "a"), info("a:1", "b", AWAY), info("a:1", "c"), info("a:9", "d"));
  test("all, with their accounts, up to a limit; the total counts all", () => {
    const { sessions, total } = listSessions(deps, { limit: 3 });
    expect(sessions.map((s) => `${s.account} ${s.clientId}`)).toEqual([
      "me@example.com a",
      "field devices@acme b",
      "field devices@acme c",
    ]);
    expect(total).toBe(4);
  });
  test("those of one account", () => {
    const { sessions, total } = listSessions(deps, { account: "field devices@acme", limit: 100 });
    expect([sessions.map((s) => s.clientId), total]).toEqual([["b", "c"], 2]);
    expect(refusal(() => listSessions(deps, { account: "x", limit: 1 }))).toBe('not_found: There is no account "x".');
  });
  test("only a running server has any", () => {
    expect(refusal(() => listSessions({ fleet }, { limit: 1 }))).toStartWith("not_available: Only a running server");
    expect(refusal(() => disconnectSession({ fleet }, { client: "a" }))).toStartWith("not_available: ");
  });
});

describe("disconnect", () => {
  test("the one with this identifier", () => {
    const { deps, cut } = server(info("u:1", "a"), info("a:1", "b"));
    expect(disconnectSession(deps, { client: "b" })).toMatchObject({ account: "field devices@acme", clientId: "b" });
    expect(cut).toEqual(["a:1 b"]);
  });
  test("several accounts: refused, with their names; --account decides", () => {
    const { deps, cut } = server(info("u:1", "esp32"), info("a:1", "esp32"), info("a:2", "esp32", AWAY));
    expect(refusal(() => disconnectSession(deps, { client: "esp32" }))).toBe(
      'invalid_request: Several accounts have a session with the client identifier "esp32". ' +
        'Name one with --account: "me@example.com", "field devices@acme", "dashboards@acme" (away).',
    );
    expect(cut).toEqual([]);
    disconnectSession(deps, { client: "esp32", account: "me@example.com" });
    expect(cut).toEqual(["u:1 esp32"]);
  });
  test("thousands of accounts: some are named, the others counted", () => {
    const { deps } = server(...Array.from({ length: 3000 }, (_, i) => info(`a:${i + 10}`, "esp32")));
    const text = refusal(() => disconnectSession(deps, { client: "esp32" }));
    expect(text).toEndWith('"a:29", and 2980 more.');
    expect(text.length).toBeLessThan(500);
  });
  test.each([
    [{ client: "no" }, 'not_found: There is no session with the client identifier "no".'],
    [
      { client: "a", account: "dashboards@acme" },
      'not_found: There is no session with the client identifier "a" of "dashboards@acme".',
    ],
    [
      { client: "b" },
      'not_found: The session with the client identifier "b" of "field devices@acme" is not connected.',
    ],
    [{ client: "a", account: "nobody" }, 'not_found: There is no account "nobody".'],
    [{ client: "\u001b[2J" }, 'not_found: There is no session with the client identifier "\\u{1b}[2J".'],
  ])("%j: nothing is done", (wish, text) => {
    const { deps, cut } = server(info("u:1", "a"), info("a:1", "b", AWAY));
    expect([refusal(() => disconnectSession(deps, wish)), cut]).toEqual([text, []]);
  });
});

test("the table lines up, and shows a hostile identifier as text", () => {
  const rows = [
    { account: "me@example.com", ...info("u:1", "pump") },
    { account: "field devices@acme", ...info("a:1", "\u001b[2Jx\n\u202e", { ...AWAY, version: 4 }) },
  ];
  const [head = "", first = "", second = "", ...rest] = renderSessions(rows, colors(false)).split("\n");
  expect(head).toMatch(/^CLIENT +ACCOUNT +STATE +SINCE +FROM +MQTT +FILTERS +IN FLIGHT +WAITING +SENDING$/);
  expect(first).toMatch(/^pump +me@example.com +connected +2.* 192.0.2.7 tls +5\.0 +2 +1 +1234 +inflight full$/);
  expect(second).toStartWith("\\x1b[2Jx\\n\\u202e  field devices@acme  away");
  expect(second).toMatch(/ 3\.1\.1 +2 +1 +1234$/);
  expect(first.indexOf("5.0")).toBe(head.indexOf("MQTT"));
  expect(rest).toEqual([""]);
});

describe("show", () => {
  test("one session with its account; several accounts: refused, until one is named", () => {
    const { deps } = server(info("u:1", "esp32"), info("a:1", "esp32"), info("a:1", "b"));
    expect(showSession(deps, { client: "b" })).toMatchObject({ account: "field devices@acme", clientId: "b" });
    expect(refusal(() => showSession(deps, { client: "esp32" }))).toStartWith("invalid_request: Several accounts");
    expect(showSession(deps, { client: "esp32", account: "me@example.com" }).principal).toBe("u:1");
    expect(refusal(() => showSession(deps, { client: "x" }))).toStartWith("not_found: ");
  });
  test("the sheet tells everything, and what clients wrote is text", () => {
    const s = info("a:1", "\u001b[2Jx", {
      connected: true,
      tls: "TLSv1.3",
      expiry: 3600,
      stored: true,
      lastHeard: 1_767_268_860_000_000,
      incomingUnreleased: { count: 12, ids: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] },
      storedChunks: 3,
      will: { topic: "t/\u202e", qos: 1, retain: true, delay: 5, payloadBytes: 7, due: null },
      lastRefusal: { code: "invalid_value", message: "no \n number", time: 1_767_268_860_000_000 },
      lastEnd: { why: "keep alive", reason: 0x8d, message: "silent", byClient: false, time: 1_767_268_860_000_000 },
      subscriptions: 2,
      filters: [
        {
          filter: "dtck/\u0007/*/+",
          canonical: "dtck/\u0007/+/+",
          qos: 1,
          noLocal: true,
          retainAsPublished: false,
          retainHandling: 2,
          identifier: 7,
          note: null,
        },
      ],
    });
    const text = renderSession({ account: "field devices@acme", ...s }, colors(false));
    for (const said of [
      "client        \\x1b[2Jx\n",
      "account       field devices@acme (a:1)\n",
      "from          192.0.2.7 tls TLSv1.3\n",
      "kept for 3,600 seconds while away, survives a restart",
      "will          7 bytes on t/\\u202e, QoS 1, retained, 5 s after the connection is gone\n",
      "sending       inflight full\n",
      "QoS 2 not released: 12 (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …)\n",
      "3 chunks in the store",
      "invalid_value: no \\n number\n",
      "keep alive (0x8d): silent\n",
      "no local, retained never",
      "dtck/\\x07/*/+ (read as dtck/\\x07/+/+)\n",
      "and 1 more filter\n",
    ])
      expect(text).toContain(said);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    const away = { ...s, ...AWAY, will: null, lastHeard: null, subscriptions: 0, filters: [], lastEnd: null };
    const short = renderSession({ account: "x", ...away }, colors(false));
    expect(short).toContain("state         away since ");
    expect(short).toEndWith("invalid_value: no \\n number\nNo filters.\n");
    expect(short).not.toContain("keep alive");
  });
});

test("all of an account", () => {
  const { deps, cut } = server(info("u:1", "a"), info("a:1", "b"), info("a:1", "c", AWAY), info("a:1", "d"));
  expect(disconnectAccount(deps, { account: "field devices@acme" })).toEqual({
    account: "field devices@acme",
    disconnected: 2,
  });
  expect(cut).toEqual(["a:1 b", "a:1 d"]);
  expect(refusal(() => disconnectAccount(deps, { account: "x" }))).toStartWith("not_found: ");
});
