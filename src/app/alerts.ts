import type { Mailer } from "../people/types.ts";
import { Alerts } from "../integrations/alerts/alerts.ts";
import { Depths } from "../integrations/alerts/depths.ts";
import type { DoingNeeds } from "../integrations/alerts/doing.ts";
import { unavailable } from "../ingest/commits.ts";
import { happeningsDone, readHappenings } from "../integrations/rules/outbox.ts";
import type { RuleNeeds } from "../integrations/rules/needs.ts";
import type { Core } from "./core.ts";
import { outgoingOf } from "./going-to.ts";
import type { openDownlinks } from "./downlinks.ts";

/** ms until an address must have answered, and bytes of its answer that are read. */
const TIMEOUT = 20_000;
const MOST_ANSWER = 4096;
/** Alerts that are closed and kept, at most. */
const MOST_KEPT = 100_000;
/** ms; longer ones the platform takes for none. */
const LONGEST_TIMER = 2_147_483_647;

/** Alerts and the actions of rules; nothing is done before they are started. */
export async function openAlerts(
  core: Core,
  downlinks: Awaited<ReturnType<typeof openDownlinks>>["downlinks"],
  mailer: Mailer | null,
  note: DoingNeeds["note"],
): Promise<{ readonly alerts: Alerts; readonly depthOf: RuleNeeds["depthOf"] }> {
  const { config, engine, stores, clock, log } = core;
  const { directory, authority, series, ingest, hub, metrics } = engine;
  const { commits } = ingest;
  const depths = new Depths();
  const alerts = new Alerts(
    {
      ...{ directory, authority, metrics, clock, log, note, happeningsDone },
      store: stores.data,
      commits: {
        tied(op) {
          commits.batch.tie(op);
          commits.poke();
        },
        // in the batch itself: what is tied to it is lost with it, and who waits must hear of that
        durable: () =>
          new Promise((resolve, reject) => {
            commits.wait({ committed: () => resolve(), failed: () => reject(unavailable()) }, 0);
            commits.poke();
          }),
      },
      current: (device, field) => series.current(series.idOf(device, field) ?? 0),
      page: pageOf(config.publicUrl),
      chance: Math.random,
      later: (fn, ms) => void (ms <= 0 ? setImmediate(fn) : setTimeout(fn, Math.min(ms, LONGEST_TIMER)).unref()),
      ruleOf: (uid) => {
        const row = directory.row("rule", uid);
        return row && { ...row, alert: row.alert ?? null };
      },
      post: outgoingOf(core, TIMEOUT, MOST_ANSWER),
      mail: mailer === null ? null : { send: (mail) => mailer.send(mail) },
      ...writing(core, depths),
      async queue(wish, done) {
        // both are put into the same commit, in this turn
        commits.batch.tie(done);
        await downlinks.intake.trigger([wish], []);
      },
    },
    { keep: config.alertKeep * 1e6, most: MOST_KEPT },
  );
  await alerts.load();
  // what was not taken over before a stop comes first
  alerts.take(await readHappenings(stores.data));
  directory.onChange((changes) => {
    for (const op of alerts.follow(changes)) hub.operation(op);
  });
  return { alerts, depthOf: depthsOf(core, depths) };
}

/** How many writes of rules led to a value; of a computed one, to any value of the device with its time. */
function depthsOf({ engine: { directory } }: Core, depths: Depths): RuleNeeds["depthOf"] {
  return (device, field, time) => {
    const node = directory.field(field);
    if (node?.row.formula === undefined) return depths.of(device, field, time);
    return Math.max(0, ...[...node.product.fields.values()].map(({ row }) => depths.of(device, row.uid, time)));
  };
}

/** Where a device is shown in the console. */
function pageOf(publicUrl: string | null): DoingNeeds["page"] {
  return ({ row, product }) =>
    publicUrl === null
      ? null
      : `${publicUrl}/console/w/${product.workspace.slug}/devices/${product.row.slug}/${encodeURIComponent(row.id)}`;
}

/** How a rule writes to a field, and publishes a message: with that it was done in the same commit. */
function writing({ config, engine }: Core, depths: Depths): Pick<DoingNeeds, "write" | "publish"> {
  const { ingest, series } = engine;
  return {
    write(principal, device, field, value, done, depth) {
      const payload = new TextEncoder().encode(value);
      const { refused, committed } = ingest.each.submit({
        rows: [{ device, field, value, time: null }],
        principal,
        actor: principal.key,
        payload,
        root: `${config.prefix}-pub`,
        ops: [done],
      });
      const [why] = refused;
      const written = device.product.fields.get(field)?.row.uid;
      const id = written === undefined ? undefined : series.idOf(device.row.uid, written);
      // the stamp that it has just got
      if (!why && written !== undefined && id !== undefined)
        depths.wrote(device.row.uid, written, series.time[id] ?? 0, depth);
      return { refused: why?.message ?? null, committed };
    },
    publish(principal, client, topic, payload, retain) {
      const message = { topic, payload: new TextEncoder().encode(payload), qos: 1, retain } as const;
      return ingest.messages.publish(principal, client, message)?.message ?? null;
    },
  };
}
