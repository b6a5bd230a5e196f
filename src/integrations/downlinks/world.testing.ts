import type { Clock } from "../../base/types.ts";
import { oneClock } from "../../base/clock.ts";
import { InTurn } from "../../base/in-turn.ts";
import type { Call, Outcome } from "../../decoders/types.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { Learnt, Verdict, WireAnswer, WireRequest } from "../../networks/downlinks/types.ts";
import { batchOf } from "../../store/data.model.ts";
import { MemoryDataStore } from "../../store/memory/store.ts";
import type { StoreOp } from "../../store/ports.ts";
import { Downlinks } from "./downlinks.ts";
import { Keeper } from "./keeper.ts";
import { Sender } from "./sender.ts";
import type { Downlink, FieldValue } from "./types.ts";

/** Commits in memory, one at a time; when `failing`, the store refuses. */
function commitsOf(store: MemoryDataStore) {
  const turns = new InTurn();
  const commits = {
    batch: { ops: [] as StoreOp[] },
    failing: null as Error | null,
    durable: () => {
      const ops = commits.batch.ops.splice(0);
      return turns.run(async () => {
        if (commits.failing !== null) throw commits.failing;
        await store.commit(batchOf([], ops));
      });
    },
  };
  return commits;
}

interface Given {
  readonly directory: Directory;
  readonly clock?: Clock;
  readonly store?: MemoryDataStore;
  readonly rate?: number;
  /** Nothing is ever sent. */
  readonly hold?: boolean;
  readonly call?: (call: Call) => Promise<Outcome>;
  readonly request?: (request: WireRequest) => Promise<WireAnswer>;
  readonly publish?: (topic: string, payload: string) => Promise<Verdict>;
  readonly values?: ReadonlyMap<string, { readonly value: FieldValue; readonly time: number }>;
}

const NO_SANDBOX: Outcome = { ok: false, reason: "threw", message: "no sandbox", line: null, log: [], ms: 0 };

/** Downlinks on a store in memory, with what goes out and when timers run out in the hands of the test. */
export function makeDownlinks(given: Given) {
  const { directory, clock = oneClock(() => 0), rate = 60 } = given;
  const store = given.store ?? new MemoryDataStore();
  const commits = commitsOf(store);
  const logged: string[] = [];
  const say = (_: object, text: string) => void logged.push(text);
  const log = { debug: say, info: say, warn: say, error: say };
  const keeper = new Keeper({ store, commits, log });
  const addresses = new Map<number, Learnt>();
  const written: unknown[] = [];
  const requests: WireRequest[] = [];
  const sender = new Sender({
    directory,
    call: given.call ?? (async () => NO_SANDBOX),
    configurationOf: () => ({}),
    valuesOf: () => given.values ?? new Map(),
    request: async (request) => {
      requests.push(request);
      if (given.request === undefined) throw new Error("nobody answers");
      return given.request(request);
    },
    publish: (_, topic, payload) => given.publish?.(topic, payload) ?? null,
    command: () => null,
    record: async (device, rows) => written.push({ device: device.row.id, rows }),
    learntOf: (device) => addresses.get(device),
    now: () => clock.micros(),
  });
  const due: { readonly fn: () => void; readonly ms: number }[] = [];
  let bytes = 0;
  const downlinks = new Downlinks({
    keeper,
    sender: given.hold === true ? { prepare: () => new Promise(() => {}) } : sender,
    clock,
    log,
    addresses,
    rate,
    later: (fn, ms) => void due.push({ fn, ms }),
    chance: () => 0.5,
    random: (n) => Uint8Array.from({ length: n }, () => ++bytes % 256),
  });
  const told: Downlink[] = [];
  downlinks.book.onChange((downlink) => void told.push(downlink));
  const ready = (async () => {
    await store.open();
    await downlinks.load((device) => directory.deviceByUid(device) !== undefined);
  })();
  /** Until everything that waits for nothing but the store is done. */
  const settle = async () => {
    for (let i = 0; i < 200; i++) await null;
  };
  /** Runs the timers that are set at this moment. */
  const wake = async () => {
    for (const { fn } of due.splice(0)) fn();
    await settle();
  };
  const port = { service: downlinks, sender, now: () => clock.micros() };
  return {
    ready,
    store,
    commits,
    keeper,
    downlinks,
    sender,
    port,
    addresses,
    logged,
    told,
    due,
    written,
    requests,
    settle,
    wake,
  };
}
