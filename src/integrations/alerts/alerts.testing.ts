import { Authority } from "../../auth/authority.ts";
import { oneClock } from "../../base/clock.ts";
import { InTurn } from "../../base/in-turn.ts";
import { Metrics } from "../../base/metrics.ts";
import { Directory } from "../../fleet/directory.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { FleetChange } from "../../fleet/types.ts";
import type { Happening } from "../../rules/types.ts";
import { batchOf } from "../../store/data.model.ts";
import type { MemoryData } from "../../store/memory/data.ts";
import { MemoryDataStore } from "../../store/memory/store.ts";
import type { StoreOp } from "../../store/ports.ts";
import type { Wish } from "../downlinks/intake.ts";
import { Alerts } from "./alerts.ts";
import type { MailPort } from "./doing.ts";
import type { RuleNote } from "./needs.ts";
import type { ActingRule } from "./types.ts";

/** Alerts and actions on a store in memory; time, the mail server, and what answers requests are in the hands of the test. */

export const START = (Date.UTC(2026, 2, 1, 12) * 1_000_000) / 1000;
const device = (uid: number): FleetChange => ({
  kind: "device",
  op: "put",
  row: { uid, product: 1, id: `d${uid}`, name: `Device ${uid}`, serial: null, tags: uid === 2 ? ["hall"] : [] },
});
const FLEET: readonly FleetChange[] = [
  { kind: "workspace", op: "put", row: { uid: 1, slug: "home", name: "" } },
  {
    kind: "product",
    op: "put",
    row: {
      uid: 1,
      workspace: 1,
      slug: "pump",
      name: "pump",
      retainLastValues: false,
      publishBackfill: false,
      boolText: "true",
    },
  },
  { kind: "field", op: "put", row: { uid: 1, product: 1, id: "T", type: "NUMERIC", name: "T", unit: "°C" } },
  { kind: "field", op: "put", row: { uid: 2, product: 1, id: "DOOR", type: "BOOL", name: "Door", unit: null } },
  ...[1, 2, 3].map(device),
  { kind: "user", op: "put", row: { uid: 1, email: "ada@example.com", admin: true } },
  { kind: "membership", op: "put", row: { uid: 1, user: 1, workspace: 1, role: "owner" } },
  {
    kind: "apiUser",
    op: "put",
    row: { uid: 1, workspace: 1, name: "narrow", mqtt: true, grants: [{ scope: "device", device: 1, can: ["view"] }] },
  },
];

/** A rule that opens a warning, of an owner. */
export const RULE: ActingRule = {
  uid: 7,
  workspace: 1,
  name: "Too hot",
  account: { user: 1, apiUser: null },
  actions: [],
  alert: { severity: "warning", text: "{{ device.name }}: {{ value | round: 1 }} {{ unit }}", closes: true },
};
let numbers = 0;
export function happening(more: Partial<Happening> = {}): Happening {
  const values = [{ field: "T", value: 30.04, time: START, unit: "°C" }];
  return {
    ...{ id: ++numbers, rule: 7, device: 1, kind: "fired", time: START, values, depth: 0 },
    ...{ quiet: null, reason: null, isPulse: false },
    ...more,
  };
}

/** null: it never answers. */
type Answer = { readonly status: number; readonly headers?: Record<string, string> } | Error | null;
interface Given {
  readonly data?: MemoryData;
  readonly rules?: readonly ActingRule[];
  /** false: the server has no mail server. */
  readonly mail?: boolean;
  /** Devices that are not there any more. */
  readonly gone?: readonly number[];
}
interface Request {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function makeAlerts({ data, rules = [RULE], mail = true, gone = [] }: Given = {}) {
  const store = new MemoryDataStore(data);
  await store.open();
  const directory = new Directory();
  const authority = new Authority(directory);
  directory.apply(FLEET);
  for (const uid of gone) directory.apply([{ kind: "device", op: "delete", uid }]);
  const time = { now: START };
  const state = {
    /** The store refuses. */
    failing: false,
    /** What commits have, one after the other. */
    commits: [] as (readonly StoreOp[])[],
    rules: new Map(rules.map((rule) => [rule.uid, rule])),
    notes: [] as (RuleNote & { rule: number })[],
    logged: [] as string[],
    mails: [] as Parameters<MailPort["send"]>[0][],
    mailFails: null as Error | null,
    requests: [] as Request[],
    answer: { status: 200 } as Answer,
    written: [] as [string, string, string, depth: number][],
    published: [] as [topic: string, payload: string, retain: boolean][],
    queued: [] as Wish[],
    whyNot: null as string | null,
    due: [] as { readonly at: number; readonly fn: () => void }[],
    current: new Map<string, { time: number; value: number | boolean }>(),
  };
  const turns = new InTurn();
  let batch: StoreOp[] = [];
  const durable = () => {
    const ops = batch;
    batch = [];
    return turns.run(async () => {
      // given up: nothing of it is done later
      if (state.failing) throw new Error("the disk is full");
      state.commits.push(ops);
      await store.commit(batchOf([], ops));
    });
  };
  const send = async (one: (typeof state.mails)[number]) => {
    if (state.mailFails !== null) throw state.mailFails;
    state.mails.push(one);
  };
  const say = (_: object, text: string) => void state.logged.push(text);
  const metrics = new Metrics();
  const alerts = new Alerts(
    {
      ...{ directory, store, authority, metrics },
      commits: { tied: (op) => void batch.push(op), durable },
      current: (device, field) => state.current.get(`${device} ${field}`) ?? null,
      page: ({ row, product }) => `https://cloud.example/${product.row.slug}/${row.id}`,
      clock: oneClock(() => time.now),
      log: { debug: say, info: say, warn: say, error: say },
      chance: () => 0.5,
      later: (fn, ms) => void state.due.push({ at: time.now + ms * 1000, fn }),
      note: (rule, note) => void state.notes.push({ rule, ...note }),
      ruleOf: (uid) => state.rules.get(uid),
      happeningsDone: (ids) => ({ op: "journal_delete", journal: "rule happenings", keys: [...ids] }),
      post: {
        whyNever: () => null,
        async request(url, { headers, body }) {
          state.requests.push({ url, headers, body });
          const { answer } = state;
          if (answer === null) return new Promise(() => {});
          if (answer instanceof Error) throw answer;
          return { status: answer.status, headers: new Headers(answer.headers), body: new Uint8Array() };
        },
      },
      mail: mail ? { send } : null,
      write(principal, node: DeviceNode, field, value, done, depth) {
        const refused = state.whyNot ?? (principal.mayRecord(node) ? null : "not allowed");
        if (refused !== null) return { refused, committed: Promise.resolve() };
        batch.push(done);
        return {
          refused,
          committed: durable().then(() => void state.written.push([node.row.id, field, value, depth])),
        };
      },
      publish(_, __, topic, payload, retain) {
        if (state.whyNot === null) state.published.push([topic, payload, retain]);
        return state.whyNot;
      },
      async queue(wish, done) {
        batch.push(done);
        await durable();
        state.queued.push(wish);
      },
    },
    { keep: 30 * 24 * 3_600_000_000, most: 1000 },
  );
  await alerts.load();
  alerts.start();
  /** Until everything that waits for nothing but the store is done. */
  const settle = async () => {
    for (let i = 0; i < 300; i++) await null;
    const due = state.due.filter(({ at }) => at <= time.now);
    state.due = state.due.filter(({ at }) => at > time.now);
    for (const { fn } of due) fn();
    if (due.length > 0) await settle();
  };
  const pass = async (seconds: number) => {
    time.now += seconds * 1_000_000;
    await settle();
  };
  const operation = (op: StoreOp) => {
    batch.push(op);
    void durable();
  };
  return { alerts, store, directory, metrics, state, time, settle, pass, operation };
}
