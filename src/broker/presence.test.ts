import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Authority } from "../auth/authority.ts";
import type { Principal } from "../auth/principal.ts";
import { Directory } from "../fleet/directory.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import type { FleetChange, Grant } from "../fleet/types.ts";
import type { StoredPresence, StoreOp } from "../store/ports.ts";
import { deviceOf, Presence } from "./presence.ts";
import { connectOf, OTHER, publishOf, Rig } from "./rig.testing.ts";
import type { Session } from "./session.ts";

const product = (uid: number, slug: string): FleetChange => ({
  kind: "product",
  op: "put",
  row: { uid, workspace: 1, slug, name: "", retainLastValues: false, publishBackfill: false, boolText: "true" },
});
const device = (uid: number, of: number, id: string, serial: string | null, tags: string[] = []): FleetChange => ({
  kind: "device",
  op: "put",
  row: { uid, product: of, id, name: "", serial, tags },
});
function fleet() {
  const directory = new Directory();
  const authority = new Authority(directory);
  directory.apply([
    { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "" } },
    product(1, "p"),
    product(2, "q"),
    device(1, 1, "one", "S1", ["t"]),
    device(2, 1, "two", "SAME"),
    device(3, 2, "three", "SAME"),
    device(4, 2, "one", null),
  ]);
  const principal = (grants: readonly Grant[]): Principal => {
    directory.apply([{ kind: "apiUser", op: "put", row: { uid: 1, workspace: 1, name: "a", mqtt: true, grants } }]);
    const found = authority.principalOf("a:1");
    if (!found) throw new Error("there is no principal");
    return found;
  };
  const node = (uid: number): DeviceNode => {
    const found = directory.deviceByUid(uid);
    if (!found) throw new Error("there is no device");
    return found;
  };
  return { directory, principal, node };
}

describe("whose own client a session is", () => {
  const record = (...devices: number[]): Grant[] =>
    devices.map((uid) => ({ scope: "device", device: uid, can: ["record_measurements"] }));
  const all: Grant = { scope: "all", can: ["record_only"] };
  const table: [string, Grant[], string, number | null][] = [
    ["by its token: it may record for this device alone", record(1), "anything", 1],
    ["and view others", [...record(1), { scope: "all", can: ["view"] }], "anything", 1],
    ["and do what is not on devices", [...record(1), { scope: "instance", can: ["operate"] }], "anything", 1],
    ["named twice", [...record(1), { scope: "device", device: 1, can: ["record_only"] }], "", 1],
    ["two devices are none's own", record(1, 2), "anything", null],
    ["a wider right that has one device today", [{ scope: "tag", tag: "t", can: ["record_only"] }], "anything", null],
    ["view alone is not the device's", [{ scope: "device", device: 1, can: ["view"] }], "one", null],
    ["by the client identifier: its id", [all], "two", 2],
    ["its serial", [all], "S1", 1],
    ["several match", [all], "SAME", null],
    ["one of them may be recorded", record(3, 4), "SAME", 3],
    ["an id in two products", [all], "one", null],
    ["the same, one of them may be recorded", record(1, 2), "one", 1],
    ["without a right to record", [{ scope: "all", can: ["view"] }], "two", null],
    ["exact, upper and lower case", [all], "TWO", null],
    ["no identifier", [all], "", null],
  ];
  for (const [what, grants, clientId, uid] of table)
    test(what, () => {
      const { directory, principal } = fleet();
      expect(deviceOf(directory, principal(grants), clientId)?.row.uid ?? null).toBe(uid);
    });
  test("a person by the client identifier", () => {
    const rig = new Rig();
    const { directory } = rig;
    directory.apply([
      { kind: "user", op: "put", row: { uid: 1, email: "a@b.c", admin: false } },
      { kind: "membership", op: "put", row: { uid: 1, user: 1, workspace: 1, role: "member" } },
    ]);
    const person = rig.authority.principalOf("u:1");
    expect(person && deviceOf(directory, person, "d1")).toBeNull(); // in two products
    directory.apply([{ kind: "device", op: "delete", uid: 3 }]);
    expect(person && deviceOf(directory, person, "d1")?.row.uid).toBe(1);
  });
});

/** OTHER is the own client of d1 of p. */
function rigOfOne(): { rig: Rig; told: () => object } {
  const rig = new Rig();
  rig.grant([{ scope: "device", device: 1, can: ["record_only"] }]);
  const node = rig.directory.deviceByUid(1);
  if (!node) throw new Error("there is no device");
  return { rig, told: () => rig.broker.presence.of(node) };
}
const own = { userName: OTHER, password: new TextEncoder().encode(OTHER) };

describe("connected", () => {
  test("with its own connection, and no longer; each change has its time and the next number", async () => {
    const { rig, told } = rigOfOne();
    expect(told()).toEqual({ connected: false, connectedAt: null, disconnectedAt: null, number: 0 });
    const wire = await rig.login(own);
    await rig.pass(1);
    const connectedAt = rig.store.commits.length > 0 ? told() : null;
    expect(connectedAt).toMatchObject({ connected: true, disconnectedAt: null, number: 1 });
    wire.lost();
    await rig.pass(1);
    expect(told()).toMatchObject({ connected: false, number: 2 });
    const { connectedAt: since, disconnectedAt: until } = told() as { connectedAt: number; disconnectedAt: number };
    expect(until).toBeGreaterThan(since);
  });
  test("while any of its sessions is", async () => {
    const { rig, told } = rigOfOne();
    const one = await rig.login({ ...own, clientId: "one" });
    const two = await rig.login({ ...own, clientId: "two" });
    await rig.pass(1);
    one.lost();
    await rig.pass(1);
    expect(told()).toMatchObject({ connected: true, number: 1 });
    two.lost();
    await rig.pass(1);
    expect(told()).toMatchObject({ connected: false, number: 2 });
  });
  test("[MQTT-3.1.4-3] through a takeover, also by a clean start that waits for the store", async () => {
    for (const cleanStart of [false, true]) {
      const { rig, told } = rigOfOne();
      const wish = { ...own, clientId: "c", cleanStart, properties: { sessionExpiryInterval: 100 } };
      await rig.login(wish);
      await rig.pass(1);
      rig.store.held = true;
      const second = rig.open();
      second.send(connectOf(wish));
      await rig.settle();
      rig.store.held = false;
      rig.store.answer();
      await rig.pass(1);
      expect(second.heard()[0]).toBe("connack 0");
      expect(told()).toMatchObject({ connected: true, number: 1 });
      second.lost();
      await rig.pass(1);
      expect(told()).toMatchObject({ connected: false, number: 2 });
    }
  });
  test("a connection that is refused is none", async () => {
    const { rig, told } = rigOfOne();
    const wire = rig.open();
    wire.send(connectOf({ ...own, version: 4, clientId: "", cleanStart: false }));
    await rig.pass(1);
    expect(told()).toMatchObject({ connected: false, number: 0 });
  });
  test("rights that change make it another's, in their turn; a device that goes is forgotten", async () => {
    const { rig, told } = rigOfOne();
    const other = rig.directory.deviceByUid(2);
    await rig.login(own);
    await rig.pass(1);
    rig.grant([{ scope: "device", device: 2, can: ["record_only"] }]);
    await rig.pass(1);
    expect(told()).toMatchObject({ connected: false, number: 2 });
    expect(other && rig.broker.presence.of(other)).toMatchObject({ connected: true, number: 1 });
    rig.directory.apply([{ kind: "device", op: "delete", uid: 2 }]);
    await rig.pass(1);
    const ops = rig.store.commits.flatMap((commit) => commit.ops).filter(({ op }) => op.startsWith("presence"));
    expect(ops.at(-1)).toEqual({ op: "presence_delete", devices: [2] });
  });
  test("what is not durable is not told", async () => {
    const { rig, told } = rigOfOne();
    rig.store.held = true;
    await rig.login(own);
    await rig.pass(1);
    expect(told()).toMatchObject({ connected: false, number: 0 });
    rig.store.held = false;
    rig.store.answer();
    await rig.pass(1);
    expect(told()).toMatchObject({ connected: true, number: 1 });
  });
});

describe("seen", () => {
  test("is another fact: each stored measurement counts, connected or not, current or not", async () => {
    const { rig } = rigOfOne();
    const [one, two] = [rig.directory.deviceByUid(1), rig.directory.deviceByUid(2)];
    if (!one || !two) throw new Error("there is no device");
    const wire = await rig.login();
    wire.send(publishOf("dtck-pub/p/d1/T", "1"));
    await rig.pass(1);
    const first = rig.series.seen(one);
    expect(first.number).toBeGreaterThan(0);
    expect(rig.broker.presence.of(one).connected).toBe(false);
    // an older time of its own: stored, not current
    const properties = { userProperties: [["timestamp", "2020-01-01T00:00:00Z"]] as [string, string][] };
    wire.send(publishOf("dtck-pub/p/d1/T", "2", { properties }));
    await rig.pass(1);
    const second = rig.series.seen(one);
    expect([second.time, second.number > first.number]).toEqual([first.time, true]);
    wire.send(publishOf("dtck-pub/p/d1/T", "x")); // refused
    await rig.pass(1);
    expect([rig.series.seen(one), rig.series.seen(two).time]).toEqual([second, null]);
  });
});

describe("property: what is told, over connections, commits, storage that fails, and crashes", () => {
  const step = fc.record({
    do: fc.constantFrom("open", "open", "close", "seal", "land", "fail", "crash", "landed crash"),
    connection: fc.nat(2),
    device: fc.integer({ min: 1, max: 2 }),
  });

  test("numbers only grow, one number is one piece of news, and in the end it is the truth", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { directory, node, principal } = fleet();
        const all = principal([{ scope: "all", can: ["record_only"] }]);
        const disk = new Map<number, StoredPresence>();
        let now = 1;
        let filling: StoreOp[] = [];
        let flight: StoreOp[] | null = null;
        let presence = new Presence(directory, (op) => filling.push(op));
        let connections = new Map<number, { readonly holder: object; readonly device: number }>();
        const news = new Map<string, boolean>();
        const last = new Map<number, number>();
        const start = () => {
          filling = [];
          flight = null;
          connections = new Map();
          presence = new Presence(directory, (op) => filling.push(op));
          presence.load([...disk.values()], now);
        };
        const seal = () => {
          presence.sealing();
          flight = filling;
          filling = [];
        };
        const write = () => {
          for (const op of flight ?? []) if (op.op === "presence_put") disk.set(op.presence.device, { ...op.presence });
          flight = null;
        };
        const land = () => {
          write();
          presence.committed();
        };
        const look = () => {
          for (const uid of [1, 2]) {
            const { connected, number } = presence.of(node(uid));
            expect(number).toBeGreaterThanOrEqual(last.get(uid) ?? 0);
            last.set(uid, number);
            expect(news.get(`${uid} ${number}`) ?? connected).toBe(connected);
            news.set(`${uid} ${number}`, connected);
          }
        };
        for (const s of steps) {
          now++;
          const known = connections.get(s.connection);
          if (s.do === "open" && !known) {
            const holder = {};
            connections.set(s.connection, { holder, device: s.device });
            // both devices have an id that another product has, too; the serials tell which
            const clientId = s.device === 1 ? "S1" : "two";
            presence.belongs(holder, { principal: all, clientId } as Session, now); // all that it reads
          } else if (s.do === "close" && known) {
            connections.delete(s.connection);
            presence.ended(known.holder, now);
          } else if (s.do === "seal" && flight === null) seal();
          else if (s.do === "land" && flight !== null) land();
          else if (s.do === "fail" && flight !== null) {
            filling = [...flight, ...filling]; // given up: it rides with the next commit
            flight = null;
          } else if (s.do === "crash") start();
          else if (s.do === "landed crash") {
            write();
            start();
          }
          look();
        }
        if (flight !== null) land();
        seal();
        land();
        look();
        for (const uid of [1, 2])
          expect(presence.of(node(uid)).connected).toBe([...connections.values()].some((c) => c.device === uid));
      }),
      { numRuns: 500 },
    );
  });
});
