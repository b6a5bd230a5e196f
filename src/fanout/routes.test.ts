import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { DeviceNode, FieldNode, ProductNode } from "../fleet/nodes.ts";
import { matches } from "../topic/names.ts";
import type { Outlet } from "./outlet.ts";
import { Routes } from "./routes.ts";
import type { Subscription } from "./subscription.ts";

const PRODUCTS = ["a", "b"];
const DEVICES = ["d0", "d1", "d2"];
const FIELDS = ["T", "H"];

/** Every series of a small fleet, numbered from 1. */
function fleet() {
  const series: { id: number; device: DeviceNode; field: FieldNode }[] = [];
  let uid = 1;
  let index = 0;
  for (const slug of PRODUCTS) {
    const row = {
      uid: uid++,
      workspace: 1,
      slug,
      name: slug,
      retainLastValues: slug === "b",
      publishBackfill: false,
      boolText: "true" as const,
    };
    const product = new ProductNode(row, { uid: 1, slug: "w", name: "w" });
    const fields = FIELDS.map(
      (id) => new FieldNode({ uid: uid++, product: row.uid, id, type: "NUMERIC", name: id, unit: null }, product),
    );
    for (const id of DEVICES) {
      const device = new DeviceNode(
        { uid: uid++, product: row.uid, id, name: id, serial: null, tags: [] },
        index++,
        product,
      );
      for (const field of fields) series.push({ id: series.length + 1, device, field });
    }
  }
  return series;
}
/** As much of an outlet as routes look at. */
function outlet(key: string, version: 4 | 5) {
  const viewable = new Set<number>([0, 1, 2, 3, 4, 5]);
  const made = { key, version, principal: { view: viewable, mayView: ({ index }: DeviceNode) => viewable.has(index) } };
  return { viewable, outlet: made as unknown as Outlet }; // the rest of it is never touched here
}
function subscription(
  to: Outlet,
  filter: string,
  qos: 0 | 1 | 2,
  identifier = 0,
  retainAsPublished = false,
): Subscription {
  return {
    outlet: to,
    filter,
    canonical: filter,
    shared: false,
    qos,
    noLocal: false,
    retainAsPublished,
    retainHandling: 0,
    identifier,
    sinceSeq: 0,
  };
}

/** Identifiers come in no promised order [MQTT-3.3.4-4]. */
function sorted(ids: readonly number[] | null): string {
  return `${[...(ids ?? [])].sort((a, b) => a - b)}`;
}

/** What a set means: key, QoS, identifiers, RETAIN of each outlet. */
function meaning(routes: Routes, one: ReturnType<typeof fleet>[number]): string[] {
  const set = routes.of(one.id, one.device, one.field);
  const told: string[] = [];
  for (const g of set.groups) for (const o of g.outlets) told.push(`${o.key} 0 ${sorted(g.ids)} ${g.retain} ${g.v5}`);
  for (const r of set.routes)
    told.push(`${r.outlet.key} ${r.qos} ${sorted(r.ids)} ${r.retain} ${r.outlet.version === 5}`);
  expect(set.empty).toBe(told.length === 0);
  return told.sort();
}
/** The same by reading every subscription, filter by filter: what the standard says, with no tree and no cache. */
function naive(held: readonly Subscription[], { device, field }: ReturnType<typeof fleet>[number]): string[] {
  const topic = `dtck/${device.product.row.slug}/${device.row.id}/${field.row.id}`;
  const of = Map.groupBy(
    held.filter((s) => matches(s.filter, topic) && s.outlet.principal.view.has(device.index)),
    (s) => s.outlet,
  );
  return [...of]
    .map(([to, all]) => {
      const ids = all.flatMap(({ identifier }) => (identifier > 0 ? [identifier] : [])).sort((a, b) => a - b);
      const retain = device.product.row.retainLastValues && all.some((s) => s.retainAsPublished);
      return `${to.key} ${Math.max(...all.map(({ qos }) => qos))} ${ids} ${retain} ${to.version === 5}`;
    })
    .sort();
}

describe("6: overlapping subscriptions are one copy, at the highest QoS, with all identifiers [MQTT-3.3.4-2] [MQTT-3.3.4-4] [MQTT-3.3.4-5]", () => {
  test("of one outlet", () => {
    const [one] = fleet();
    if (!one) throw new Error("no series");
    const routes = new Routes("dtck");
    const { outlet: o } = outlet("o", 5);
    routes.add(subscription(o, "dtck/a/d0/T", 0, 7));
    routes.add(subscription(o, "dtck/+/+/T", 2, 9));
    routes.add(subscription(o, "#", 1));
    expect(meaning(routes, one)).toEqual(["o 2 7,9 false true"]);
  });
  test("the same outlets share one set, whatever the series", () => {
    const [one, two] = fleet();
    if (!one || !two) throw new Error("no series");
    const routes = new Routes("dtck");
    routes.add(subscription(outlet("o", 4).outlet, "dtck/#", 0));
    expect(routes.of(one.id, one.device, one.field)).toBe(routes.of(two.id, two.device, two.field));
  });
});

test("RETAIN as published, only of products that retain [MQTT-3.3.1-12] [MQTT-3.3.1-13]", () => {
  const series = fleet();
  const routes = new Routes("dtck");
  routes.add(subscription(outlet("o", 5).outlet, "dtck/#", 0, 0, true));
  expect(new Set(series.map((s) => `${s.device.product.row.slug} ${meaning(routes, s)}`))).toEqual(
    new Set(["a o 0  false true", "b o 0  true true"]),
  );
});

test("a cached route is never older than a subscription or a right", () => {
  const level = (of: readonly string[]) => fc.constantFrom(...of, "+");
  const filter = fc.oneof(
    fc.tuple(fc.constantFrom("dtck", "+"), level(PRODUCTS), level(DEVICES), level(FIELDS)).map((l) => l.join("/")),
    fc.constantFrom("#", "dtck/#", "dtck/a/#", "dtck/b/d1/#", "$SYS/#", "dtck-errors/#", "+/b/#"),
  );
  const step = fc.oneof(
    fc.record({
      do: fc.constant("add" as const),
      who: fc.nat(2),
      filter,
      qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
      identifier: fc.nat(9),
      retainAsPublished: fc.boolean(),
    }),
    fc.record({ do: fc.constant("remove" as const), which: fc.nat() }),
    fc.record({ do: fc.constant("rights" as const), who: fc.nat(2), device: fc.nat(5) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const series = fleet();
      const routes = new Routes("dtck");
      const outlets = [outlet("x", 4), outlet("y", 5), outlet("z", 5)];
      const held: Subscription[] = [];
      for (const s of steps) {
        if (s.do === "rights") {
          const { viewable } = outlets[s.who] as (typeof outlets)[number]; // nat(2)
          if (!viewable.delete(s.device)) viewable.add(s.device);
          routes.changed();
        } else if (s.do === "add") {
          const to = (outlets[s.who] as (typeof outlets)[number]).outlet; // nat(2)
          const made = subscription(to, s.filter, s.qos, s.identifier, s.retainAsPublished);
          const at = held.findIndex((h) => h.outlet === made.outlet && h.filter === made.filter);
          if (at >= 0) routes.remove(held.splice(at, 1)[0] as Subscription);
          held.push(made);
          routes.add(made);
        } else if (held.length > 0) routes.remove(held.splice(s.which % held.length, 1)[0] as Subscription);
        for (const one of series) expect(meaning(routes, one)).toEqual(naive(held, one));
      }
    }),
    { numRuns: 150 },
  );
});
