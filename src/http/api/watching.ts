import { z } from "zod";
import { EVENT_KINDS, TRANSPORTS } from "../../store/ports.ts";
import { mayRead } from "../../admin/audit.ts";
import { AUDIT_QUERY, auditWish, showEntry } from "../events/audit.ts";
import { asSeenBy, eventWish, mayInspect, shown, visibleTo } from "../../admin/events.ts";
import { INSPECT_QUERY } from "../events/inspect.ts";
import { parseMoment } from "../history/range.ts";
import { newestFirst, PAGE_QUERY, pageOf } from "./paging.ts";
import { type AnyOperation, route } from "./route.ts";
import * as values from "../../admin/values.ts";

/** The audit log, and the events that the inspector shows. */

const details = z.record(z.string(), z.unknown()).nullable();
const entry = z
  .object({
    id: z.int(),
    time: values.time,
    actor: z.object({
      account: z.string().meta({ description: "Its key, or a word for one who has no account." }),
      name: z.string().meta({ description: "As it was at that time." }),
      address: z.string().nullable().meta({ description: "IP address; null: a command of this machine." }),
    }),
    action: z.string().meta({ description: "`<kind>.create`, `.update`, `.delete`, or what else was done." }),
    workspace: z.string().nullable().meta({ description: "Slug; null: none, or one that is gone." }),
    target: z.object({ uid: z.int(), name: z.string() }),
    before: details.meta({ description: "What was different; null: it was not there." }),
    after: details.meta({ description: "What is different; null: it is not there any more." }),
  })
  .meta({ id: "AuditEntry", description: "Something that was done, without secrets." });

const text = z.string().nullable();
const event = z
  .object({
    time: values.time,
    kind: z.enum(EVENT_KINDS),
    account: z.object({ key: z.string(), name: z.string() }).nullable(),
    workspace: text,
    device: text.meta({ description: "`<product>/<device>`" }),
    client_id: text,
    address: text,
    transport: z.enum(TRANSPORTS).nullable().meta({ description: "How a client that logs in came." }),
    tls: text.meta({ description: "The version of TLS that it came with, such as `TLSv1.3`." }),
    code: text.meta({ description: "Of a refusal its code, of a connection that closed why." }),
    message: text,
    topic: text,
    payload: text.meta({
      description: "The first bytes, base64 where `base64` says so; null where you may not read them.",
    }),
    base64: z.boolean(),
    bytes: z.int().nullable(),
    commit_us: z.int().nullable().meta({ description: "Microseconds until it was durable." }),
    delivered: z.int().nullable().meta({ description: "To how many it went." }),
    count: z.int().meta({ description: "How many this one stands for." }),
  })
  .meta({ id: "Event", description: "Something that a client or a request did, as the inspector shows it." });

export const WATCHING: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/audit",
    id: "listAuditEntries",
    tag: "Audit log",
    summary: "List audit log entries",
    description:
      "Who did what, newest first. Entries of a workspace are shown with its permission `members`, those of no workspace to the account that made them, all of " +
      "them to those who may `operate`.",
    query: z.strictObject({ ...PAGE_QUERY, ...AUDIT_QUERY }),
    result: pageOf(entry),
    refusals: ["not_found"],
    find: () => null,
    run: async ({ deps, who, query }) => {
      const wish = auditWish({ deps, who }, query);
      const { items, next } = await newestFirst(query, (part) => deps.audit.readAudit({ ...wish, ...part }));
      // rights may have changed while the store was asked
      const seen = items.filter((one) => mayRead(who.principal, one));
      return { body: { items: seen.map((one) => showEntry(deps, one)), next } };
    },
  }),
  route({
    method: "get",
    path: "/inspect",
    id: "listEvents",
    tag: "Events",
    summary: "List events",
    description:
      "What clients and requests did, newest first, as far as it was kept. Refusals, logins refused, connections opened and closed. Events of a workspace are shown with its permission `devices`, those of " +
      "the own account always, all of them to those who may `operate`. `/api/v1/inspect/live` tells the same as it comes, and what is " +
      "accepted, as Server-Sent Events.",
    query: z.strictObject({
      ...PAGE_QUERY,
      ...INSPECT_QUERY,
      since: z.string().max(64).optional().meta({ description: "ISO 8601." }),
    }),
    result: pageOf(event),
    refusals: ["not_found", "unknown_device"],
    find: () => null,
    run: async ({ deps, who, query }) => {
      const { principal } = who;
      const since = parseMoment("since", query.since) ?? undefined;
      const wish = { ...eventWish({ deps, who }, query), visible: visibleTo(principal), since };
      const { items: found, next } = await newestFirst(query, (part) => deps.events.read({ ...wish, ...part }));
      const seen = found.filter((one) => mayInspect(principal, one));
      const items = seen.map((one) => shown(deps, asSeenBy(principal, deps.directory, one)));
      return { body: { items, next } };
    },
  }),
];
