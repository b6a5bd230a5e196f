import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { readFileSync } from "node:fs";
import type { NodeTable } from "../admin/node-table.ts";
import type { ListenerAddress } from "../admin/types.ts";
import { isLoopback } from "../base/address.ts";
import { CATALOGUE, errorText, Refusal } from "../base/errors.ts";
import { Nodes } from "../cluster/nodes.ts";
import type { Config } from "../config/settings.ts";
import type { Http } from "../http/index.ts";
import { relayed } from "../http/nodes/relay.ts";
import type { NodesPort } from "../http/nodes/port.ts";
import type { Core } from "./core.ts";
import { Drain } from "./drain.ts";

/** A server among the others on its store; there may be none. */
export interface AmongNodes {
  /** undefined: it is alone. */
  readonly port: NodesPort | undefined;
  readonly drain: Drain;
  /** For operators. */
  readonly table: NodeTable;
  /** The HTTP side, which asks other nodes for what is theirs. */
  relayed(http: Http): Http;
  /** Who answers the commands that other nodes pass on, once it is there. */
  commands: (request: Request) => Response | Promise<Response>;
  /** Its listeners are up: the others are told where it is asked. */
  listens(addresses: readonly ListenerAddress[]): Promise<void>;
}

/** @param caFile of the CA of ours that the certificates of all nodes are of; null: they are the operator's */
export function amongNodes({ cluster, config, engine, stores, log }: Core, caFile: string | null): AmongNodes {
  const members = cluster?.members ?? null;
  const key = randomBytes(32).toString("base64url");
  const ca = caFile === null ? null : readFileSync(caFile, "utf8");
  const addresses = () => stores.nodeAddresses();
  const nodes = members === null ? null : new Nodes({ members, key, addresses, ca, now: Date.now });
  const place: { url: string | null } = { url: null };
  const tell = async (draining: boolean): Promise<void> => {
    if (members !== null) await stores.tellOfNode({ url: place.url, key, draining });
  };
  const { commits } = engine.ingest;
  const drain = new Drain({
    members,
    broker: engine.broker,
    news: (what, numbers) => commits.news(what, numbers),
    durable: () => commits.durable(),
    tell: () =>
      void tell(true).catch((error: unknown) => log.warn({ error: errorText(error) }, "that it drains is not noted")),
    log,
  });
  cluster?.hear((news) => drain.heard(news));
  const among: AmongNodes = {
    port: nodes ?? undefined,
    drain,
    table: {
      async list() {
        const { lease, nodes } = stores;
        return lease === null ? null : { nodes: await nodes(), replicated: lease.replicated };
      },
      drain: (node) => drain.ask(node),
    },
    relayed: (http) =>
      nodes === null ? http : { ...http, fetch: relayed(http, nodes, (request) => among.commands(request)) },
    commands() {
      throw new Refusal("node_unreachable", CATALOGUE.node_unreachable.title);
    },
    async listens(addresses) {
      place.url = nodeUrl(config, addresses, hostname());
      await tell(false);
    },
  };
  return among;
}

/** Where other nodes ask this one: as the settings say, or as its listeners let it be. @returns null: nowhere */
export function nodeUrl(
  { nodeUrl }: Pick<Config, "nodeUrl">,
  addresses: readonly ListenerAddress[],
  host: string,
): string | null {
  if (nodeUrl !== null) return nodeUrl;
  for (const wished of ["http", "https"] as const) {
    const open = addresses.find(({ name, host }) => name === wished && !isLoopback(host));
    if (open === undefined) continue;
    const name = open.host === "0.0.0.0" || open.host === "::" ? host : open.host;
    return `${wished}://${name.includes(":") ? `[${name}]` : name}:${open.port}`;
  }
  return null;
}
