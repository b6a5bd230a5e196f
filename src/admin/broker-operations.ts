import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { PLAIN_LEAVES, routeSchema } from "../bridges/routes.ts";
import type { Route } from "../bridges/types.ts";
import { didYouMean } from "../base/suggest.ts";
import { changeBroker } from "../fleet/edit/brokers.ts";
import type { Broker } from "../fleet/types.ts";
import { quote } from "../measure/bytes.ts";
import { atTheCommandLine } from "./actor.ts";
import * as given from "./broker-values.ts";
import { showBroker, showEvent } from "./broker-shown.ts";
import { connecting, editBroker, makeBroker } from "./brokers.ts";
import { checked } from "./checked.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";
import { workspaceOf } from "./workspaces.ts";

/** External brokers, for who has the data folder; by name in a workspace. */

const which = { broker: values.named, workspace: values.named.optional() };
const schemas = {
  create: given.created.extend({ workspace: values.named.optional() }),
  list: z.strictObject({ workspace: values.named.optional() }),
  one: z.strictObject(which),
  update: given.changed.extend(which),
  pause: z.strictObject({ ...which, paused: z.boolean() }),
  add: z.strictObject({ ...which, route: routeSchema(PLAIN_LEAVES) }),
  remove: z.strictObject({ ...which, route: z.int().min(1) }),
  log: z.strictObject({ ...which, limit: z.int().min(1).max(1000).default(20) }),
};

/** Managing external brokers. @throws Refusal not_found, invalid_request, already_exists, not_available, storage_unavailable */
export function brokerOperations(deps: OperationsDeps) {
  const { fleet, directory } = deps;
  const asker = atTheCommandLine(deps);
  const one = (wish: { broker: string; workspace?: string | undefined }) => brokerNamed(deps, wish);
  const shown = (uid: number) => {
    const row = directory.row("broker", uid);
    if (row === undefined) throw new Refusal("not_found", "It was deleted meanwhile.");
    return showBroker(deps, row);
  };
  return {
    ...routeOperations(deps),
    brokerCreate: checked(schemas.create, async ({ workspace, ...wish }) => {
      const row = workspaceOf(deps, workspace);
      await fleet.edit((draft) => makeBroker(asker, draft, row, wish));
      return showBroker(deps, one({ broker: wish.name, workspace: row.slug }));
    }),
    brokerList: checked(schemas.list, async ({ workspace }) => {
      const rows =
        workspace === undefined
          ? directory.all("broker")
          : directory.childrenOf("broker", "workspace", workspaceOf(deps, workspace).uid);
      return rows.map((row) => showBroker(deps, row));
    }),
    brokerShow: checked(schemas.one, async (wish) => showBroker(deps, one(wish))),
    brokerUpdate: checked(schemas.update, async ({ broker, workspace, ...wish }) => {
      const { uid } = one({ broker, workspace });
      await fleet.edit((draft) => {
        const row = one({ broker, workspace });
        const of = directory.workspace(row.workspace);
        if (of !== undefined) editBroker(asker, draft, of, row, wish);
      });
      return shown(uid);
    }),
    brokerPause: checked(schemas.pause, async ({ paused, ...wish }) => {
      const { uid } = one(wish);
      await fleet.edit((draft) => changeBroker(draft, one(wish), { paused }));
      return shown(uid);
    }),
    brokerDelete: checked(schemas.one, async (wish) => {
      const before = showBroker(deps, one(wish));
      await fleet.edit((draft) => {
        draft.drafts.push({ kind: "broker", op: "delete", uid: one(wish).uid });
      });
      return before;
    }),
    brokerTest: checked(schemas.one, async (wish) => {
      const tries = await connecting(deps).test(one(wish).uid);
      return { ok: tries.some(({ ok }) => ok), tries };
    }),
    brokerLog: checked(schemas.log, async ({ limit, ...wish }) =>
      (await connecting(deps).events(one(wish).uid, undefined, limit)).map(showEvent),
    ),
  };
}

/** What it carries, route by route. */
function routeOperations(deps: OperationsDeps) {
  const { fleet, directory } = deps;
  const change = async (wish: z.output<typeof schemas.one>, routes: (row: Broker) => readonly Route[]) => {
    const { uid } = brokerNamed(deps, wish);
    await fleet.edit((draft) => {
      const row = brokerNamed(deps, wish);
      changeBroker(draft, row, { routes: routes(row) });
    });
    return showBroker(deps, directory.row("broker", uid) ?? brokerNamed(deps, wish));
  };
  return {
    brokerAddRoute: checked(schemas.add, ({ route, ...wish }) => change(wish, ({ routes }) => [...routes, route])),
    brokerRemoveRoute: checked(schemas.remove, ({ route, ...wish }) =>
      change(wish, ({ name, routes }) => {
        if (route <= routes.length) return routes.filter((_, i) => i !== route - 1);
        throw new Refusal("not_found", `${name} has ${routes.length} routes. See them with: broker show.`);
      }),
    ),
  };
}

/** By its name in a workspace; the only one that has it when none is named. @throws Refusal not_found, invalid_request */
function brokerNamed(
  deps: OperationsDeps,
  { broker, workspace }: { readonly broker: string; readonly workspace?: string | undefined },
): Broker {
  const scope = workspace === undefined ? undefined : workspaceOf(deps, workspace).uid;
  const all = deps.directory.all("broker").filter((row) => scope === undefined || row.workspace === scope);
  const [row, ...more] = all.filter(({ name }) => name === broker);
  if (row === undefined)
    throw new Refusal(
      "not_found",
      `There is no external broker ${quote(broker)}.${didYouMean(
        broker,
        all.map(({ name }) => name),
      )} See those that there are with: broker list.`,
    );
  if (more.length > 0)
    throw new Refusal(
      "invalid_request",
      `Several workspaces have an external broker ${quote(broker)}: name one with --workspace.`,
    );
  return row;
}
