import { z } from "zod";
import { TRANSPORTS } from "../../store/ports.ts";
import { Refusal } from "../../base/errors.ts";
import { accountWithEvents, mayKnowOf } from "../../admin/events.ts";
import { listSessions, mustOperate, type SessionRow, type SessionSheet } from "../../admin/sessions.ts";
import { positionOf, sheet, summary, writeCursor } from "../compat/sessions.ts";
import { DEFAULT, PAGE_QUERY, pageOf } from "./paging.ts";
import { type AnyOperation, route, type Seeker } from "./route.ts";
import * as values from "../../admin/values.ts";

/** MQTT sessions: who is connected, what waits, and ending a connection. */

const text = z.string().nullable();
const time = values.time.nullable();
const some = z.object({ count: z.int(), ids: z.array(z.int()).readonly() });
const listed = {
  id: z.string().meta({ description: "Stands in addresses." }),
  account: z.string().meta({ description: "Name of the account: an e-mail address, or name@workspace." }),
  account_key: z.string().meta({ description: "Key of the account: `u:` or `a:`, and its number." }),
  client_id: z.string(),
  connected: z.boolean(),
  since: values.time.meta({ description: "Since when it is connected, or away." }),
  created: values.time,
  remote: text.meta({ description: "IP address of its connection; null: away." }),
  transport: z.enum(TRANSPORTS).nullable(),
  protocol: z.enum(["3.1", "3.1.1", "5.0"]),
  subscriptions: z.int(),
  in_flight: z.int().meta({ description: "Deliveries that await their answer." }),
  waiting: z.int().meta({ description: "Deliveries that wait behind them." }),
  pause: z.string().meta({ description: "Why nothing is sent at the moment." }),
  bytes_in: z.int(),
  bytes_out: z.int(),
  node: z.int().optional().meta({ description: "In a list, among several servers: the one that has it." }),
};
const session = z.object(listed).meta({ id: "Session", description: "An MQTT session, connected or away." });
const will = z.object({
  topic: z.string(),
  qos: z.int(),
  retain: z.boolean(),
  delay: z.int(),
  payload_bytes: z.int(),
  due: time,
});
const filter = z.object({
  filter: z.string(),
  canonical: z.string(),
  qos: z.int(),
  no_local: z.boolean(),
  retain_as_published: z.boolean(),
  retain_handling: z.int(),
  identifier: z.int(),
  note: text.meta({ description: "Why nothing can be delivered under it now; null: something can." }),
});
const details = z
  .object({
    ...listed,
    tls: text,
    bridge: z.boolean(),
    maximum_packet_size: z.int().nullable(),
    deliveries_too_large: z.int(),
    session_expiry: z.int().meta({ description: "Seconds that it outlives its connection." }),
    stored: z.boolean(),
    keep_alive: z.int(),
    last_heard: time,
    packets_in: z.int(),
    packets_out: z.int(),
    unsent_bytes: z.int(),
    publishes_unanswered: z.int(),
    publishes_unreleased: some,
    max_in_flight: z.int(),
    deliveries_unreleased: some,
    waiting_bytes: z.int(),
    stored_chunks: z.int(),
    dropped: z.int(),
    will: will.nullable(),
    last_refusal: z.object({ code: z.string(), message: z.string(), time: values.time }).nullable(),
    last_end: z
      .object({ why: z.string(), reason: z.int().nullable(), message: text, by_client: z.boolean(), time: values.time })
      .nullable(),
    filters: z.array(filter).meta({ description: "The first of its subscriptions." }),
  })
  .meta({ id: "SessionDetails", description: "Everything that can be told of a session." });

/** A client identifier may hold anything, so the two are one word for addresses. */
function idOf(principal: string, clientId: string): string {
  return Buffer.from(`${principal}\n${clientId}`).toString("base64url");
}
function shown(row: SessionRow) {
  // the compatible address calls the key otherwise
  const { principal, ...rest } = summary(row);
  return { id: idOf(principal, row.clientId), account_key: principal, ...rest };
}

/** @throws Refusal not_found */
export function findSession({ deps, who, param }: Seeker): SessionSheet {
  const word = Buffer.from(param("client_session"), "base64url").toString("utf8");
  const cut = word.indexOf("\n");
  const [principal, clientId] = [word.slice(0, Math.max(0, cut)), word.slice(cut + 1)];
  const known = cut > 0 && mayKnowOf(deps.directory, who.principal, principal);
  const found = known ? deps.sessions.inspect(principal, clientId) : null;
  if (found) return { account: deps.fleet.accountName(principal), ...found };
  throw new Refusal("not_found", "There is no such session that you may see.");
}

export const SESSIONS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/sessions",
    id: "listSessions",
    tag: "Sessions",
    summary: "List sessions",
    description:
      "Oldest first. All of the instance takes the instance permission `operate`; with `account` those of the own account, and of API users in workspaces in which you have the permission `devices`.",
    query: z.strictObject({
      ...PAGE_QUERY,
      cursor: z.string().max(200_000).optional().meta({ description: "`next` of the page before." }),
      account: z.string().max(400).optional().meta({ description: "Only of this account: its name, or its key." }),
      client_id: z.string().optional().meta({ description: "Only with this client identifier." }),
      contains: z.string().optional().meta({ description: "Only where the client identifier holds this text." }),
      connected: values.flagQuery.optional(),
    }),
    result: pageOf(session),
    refusals: ["not_permitted", "not_found"],
    find: () => null,
    run: ({ deps, who: { principal }, query }) => {
      const { limit = DEFAULT } = query;
      if (query.account === undefined) mustOperate(principal);
      const { sessions, total } = listSessions(deps, {
        limit,
        account: query.account && accountWithEvents(deps, principal, query.account),
        client: query.client_id,
        contains: query.contains,
        connected: query.connected,
        after: positionOf(query.cursor),
      });
      const last = sessions.at(-1);
      return {
        body: { items: sessions.map(shown), next: last === undefined || total <= limit ? null : writeCursor(last) },
      };
    },
  }),
  route({
    method: "get",
    path: "/sessions/{client_session}",
    id: "getSession",
    tag: "Sessions",
    summary: "Get a session",
    result: details,
    find: findSession,
    run: ({ found }) => ({ body: { ...shown(found), ...sheet(found) } }),
  }),
  route({
    method: "post",
    path: "/sessions/{client_session}/disconnect",
    id: "disconnectSession",
    tag: "Sessions",
    summary: "Disconnect a session",
    description:
      "Ends the connection of its client; its will is published, and the session stays as long as it is kept.",
    result: z.object({ disconnected: z.boolean().meta({ description: "false: it was not connected." }) }),
    find: findSession,
    run: ({ deps, found }) => ({ body: { disconnected: deps.sessions.disconnect(found.principal, found.clientId) } }),
  }),
];
