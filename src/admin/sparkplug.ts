import { z } from "zod";
import { heldBy, mayGive } from "../auth/held.ts";
import { BadValues, Refusal } from "../base/errors.ts";
import {
  isHostId,
  isNodes,
  isReorder,
  MOST_RULES,
  PLAIN_SPARKPLUG,
  REORDER,
  SPARKPLUG_RULE,
  type SparkplugWish,
  sparkplugOf,
} from "../fleet/edit/sparkplug.ts";
import type { Sparkplug, Workspace } from "../fleet/types.ts";
import type { SparkplugPart, SparkplugPort, SparkplugStatus } from "../integrations/sparkplug/types.ts";
import { quote } from "../measure/bytes.ts";
import { printTime } from "../measure/index.ts";
import { serialOf } from "../sparkplug/names.ts";
import { speakerOf } from "../sparkplug/topics.ts";
import { type Asker, OWNER_OF_THE_FOLDER } from "./actor.ts";
import type { AdminDeps } from "./types.ts";
import * as values from "./values.ts";

/** Hosts of Sparkplug B, in the words of the API. */

type Deps = Pick<AdminDeps, "directory" | "sparkplug">;

/** What is said of a host. */
export const sparkplugSettings = {
  host: z
    .string()
    .refine(isHostId, `allowed is ${SPARKPLUG_RULE.host}`)
    .meta({ description: "Its Sparkplug host id: by it nodes find spBv1.0/STATE/<host>." }),
  account: values.named.meta({
    description: "Name of the API user of the workspace in whose name it hears, records and sends commands.",
  }),
  products: z
    .array(
      z.strictObject({
        nodes: z
          .string()
          .refine(isNodes, `allowed is ${SPARKPLUG_RULE.nodes}`)
          .meta({ description: `Which nodes and devices: ${SPARKPLUG_RULE.nodes}.` }),
        product: values.slug.meta({ description: "Slug of the product that they become devices of." }),
      }),
    )
    .max(MOST_RULES, `at most ${MOST_RULES}`)
    .meta({ description: "The first that matches counts." }),
  reorder: z
    .int(`allowed are ${SPARKPLUG_RULE.reorder}`)
    .refine(isReorder, `allowed are ${SPARKPLUG_RULE.reorder}`)
    .meta({ description: `Milliseconds that a missing message is waited for; ${REORDER.usual} when absent.` }),
  rebirth: z
    .boolean()
    .meta({ description: "Whether it asks nodes for their births when it cannot follow them; true when absent." }),
  active: z.boolean().meta({ description: "Whether it is switched on; true when absent." }),
};
const { host, account, products, ...others } = sparkplugSettings;
export const sparkplugGiven = z.strictObject({ host, account, products, ...z.object(others).partial().shape });
type SparkplugGiven = z.output<typeof sparkplugGiven>;

/** What a request says, as a row has it. @throws BadValues invalid_request; Refusal not_permitted: the account may more than who asks */
export function sparkplugWish(
  asker: Asker<Deps>,
  { uid: workspace, slug }: Workspace,
  given: SparkplugGiven,
): SparkplugWish {
  const { directory } = asker.deps;
  const wrong = (path: string, message: string) => new BadValues("invalid_request", [{ path, message }]);
  const user = directory.apiUsersOf(workspace).find(({ name }) => name === given.account);
  if (user === undefined) throw wrong("account", `${slug} has no API user ${quote(given.account)}.`);
  checkGiving(asker, workspace, user.uid);
  return {
    ...PLAIN_SPARKPLUG,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    host: given.host,
    account: user.uid,
    products: given.products.map(({ nodes, product }, i) => {
      const found = directory.product(product);
      if (found?.row.workspace === workspace) return { nodes, product: found.row.uid };
      throw wrong(`products[${i}].product`, `${slug} has no product ${quote(product)}.`);
    }),
  };
}
/** Nobody lets do what they could not let an account do that they make. */
function checkGiving({ deps: { directory }, who }: Asker<Deps>, workspace: number, apiUser: number): void {
  if (who.principal === OWNER_OF_THE_FOLDER || who.principal.key === `a:${apiUser}`) return;
  const held = heldBy(directory, who.principal.key);
  const grants = directory.apiUser(apiUser)?.grants ?? [];
  if (grants.every((grant) => mayGive(directory, held, workspace, grant))) return;
  throw new Refusal(
    "not_permitted",
    "This API user may more than you could let one do. Name another one, or make one.",
  );
}

/** The host of a workspace. @throws Refusal not_found */
export function sparkplugIn({ directory }: Deps, { uid, slug }: Workspace): Sparkplug {
  const found = sparkplugOf(directory, uid);
  if (found !== undefined) return found;
  throw new Refusal("not_found", `${slug} is no host of Sparkplug B.`);
}
/** @throws Refusal not_available: no server runs */
export function hostsOf({ sparkplug }: Deps): SparkplugPort {
  if (sparkplug !== undefined) return sparkplug;
  throw new Refusal("not_available", "No server runs on this folder: it is the server that hears nodes.");
}

const NOT_RUNNING: SparkplugStatus = { state: "off", reason: "No server runs on this folder.", nodes: 0, alive: 0 };
/** A host as people see it. */
export function sparkplugInfo({ directory, sparkplug }: Deps, row: Sparkplug) {
  const { host, workspace, account, products, reorder, rebirth, active } = row;
  return {
    host,
    workspace: directory.workspace(workspace)?.slug ?? "",
    account: directory.apiUser(account)?.name ?? null,
    products: products.map(({ nodes, product }) => ({
      nodes,
      product: directory.productByUid(product)?.row.slug ?? null,
    })),
    reorder,
    rebirth,
    active,
    status: sparkplug?.status(row) ?? NOT_RUNNING,
  };
}
/** A node or a device as people see it. */
export function partInfo({ path, alive, since, born, metrics, device, session }: SparkplugPart) {
  const speaker = speakerOf(path);
  const time = (micros: number) => (micros === 0 ? null : printTime(micros));
  return {
    node: path,
    online: alive,
    since: time(since),
    born: time(born),
    metrics,
    product: device?.product.row.slug ?? null,
    device: device?.row.id ?? null,
    serial: speaker === null ? "" : serialOf(speaker),
    gaps: session?.gaps ?? null,
    rebirths: session?.rebirths ?? null,
    last_asked: session?.lastAsked ?? null,
  };
}
