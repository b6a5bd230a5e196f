import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import type { Directory } from "../fleet/directory.ts";
import { deviceNamed, productNamed, workspaceNamed } from "../fleet/named.ts";
import { printTime } from "../measure/time.ts";
import type { PassQuery } from "../store/ports.ts";
import { OWNER_OF_THE_FOLDER, type Powers } from "./actor.ts";
import { checked } from "./checked.ts";
import type { AccountNames } from "./names.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";

/** Passes: what came in by integrations, and what became of it. */

/** What came in by integrations, as far as administrators see it. */
export type IntegrationsDeps = NonNullable<OperationsDeps["integrations"]>;
type ReadPass = Awaited<ReturnType<IntegrationsDeps["passes"]["read"]>>[number];

interface Named {
  readonly directory: Directory;
  readonly fleet: AccountNames;
}

/**
 * A pass as somebody sees it. Who sets integrations up sees that something came and how it ended; what was sent, and what it became,
 * only who may read every device that it concerns.
 */
export function passShown({ directory, fleet }: Named, who: Powers, { id, time, product, body }: ReadPass) {
  const devices = body.devices.flatMap((uid) => directory.deviceByUid(uid) ?? []);
  const mayRead = devices.every((device) => who.mayView(device));
  const { account, query, headers, form, decoder, event, rows, way, network, map = null, ...plain } = body;
  const pairs = (list: typeof query) => list.map(([name, value]) => ({ name, value: mayRead ? value : null }));
  return {
    id,
    time: printTime(time),
    way,
    network,
    map,
    product: directory.productByUid(product)?.row.slug ?? null,
    ...plain,
    devices: devices.map(({ row }) => row.id),
    account: account === null ? null : { key: account, name: fleet.accountName(account) },
    query: pairs(query),
    headers: pairs(headers),
    form: pairs(form),
    body: mayRead ? plain.body : null,
    event: event === null ? null : eventShown(event, mayRead),
    decoder: decoder === null ? null : decoderShown(decoder, mayRead),
    rows_stored: plain.rows_stored ?? rows.filter(({ fate }) => fate === "stored").length,
    rows: rows.map((row) => (mayRead ? row : { ...row, value: null, message: null })),
    messages: mayRead ? [...plain.messages] : [],
  };
}
function eventShown(event: NonNullable<ReadPass["body"]["event"]>, mayRead: boolean) {
  const { time, uplink, text, ...more } = event;
  return {
    ...more,
    time: time === null ? null : printTime(time * 1000),
    text: mayRead ? text : null,
    uplink: mayRead ? uplink : null,
  };
}
function decoderShown({ output, log, error, ...decoder }: NonNullable<ReadPass["body"]["decoder"]>, mayRead: boolean) {
  return {
    ...decoder,
    log: mayRead ? [...log] : [],
    output: mayRead && output !== null ? (JSON.parse(output) as unknown) : null,
    error: error === null ? null : { line: error.line, message: mayRead ? error.message : null },
  };
}

const schemas = {
  list: z.strictObject({
    product: values.named.optional(),
    device: values.named.optional(),
    workspace: values.named.optional(),
    limit: z.number().int().min(1).max(100).default(20),
  }),
};

/** For the commands. @throws Refusal unknown_product, unknown_device, not_found, not_available */
export function passOperations(deps: OperationsDeps) {
  const { directory } = deps;
  return {
    /** Newest first. */
    passList: checked(schemas.list, async ({ limit, ...wish }) => {
      const found = await integrationsOf(deps).passes.read({ ...listOf(directory, wish), limit });
      return found.map((pass) => passShown(deps, OWNER_OF_THE_FOLDER, pass));
    }),
  };
}

/** What a running server has. @throws Refusal not_available */
export function integrationsOf({ integrations }: Pick<OperationsDeps, "integrations">): IntegrationsDeps {
  if (integrations !== undefined) return integrations;
  throw new Refusal("not_available", "Only a running server takes what devices send. Start it: fieldcast serve.");
}

interface ListWish {
  readonly product?: string | undefined;
  readonly device?: string | undefined;
  readonly workspace?: string | undefined;
}
function listOf(directory: Directory, { product, device, workspace }: ListWish): Pick<PassQuery, "list" | "owner"> {
  if (product === undefined) {
    const slug = workspace ?? "";
    return { list: "workspace", owner: workspaceNamed(directory, slug).uid };
  }
  const node = productNamed(directory, product);
  if (device === undefined) return { list: "product", owner: node.row.uid };
  return { list: "device", owner: deviceNamed(node, device).row.uid };
}
