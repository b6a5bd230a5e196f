import { flag, integer, json, optional, text, word } from "../columns.ts";
import { fleetKind, type Look } from "../kind.ts";
import type { Device } from "../rows.ts";
import {
  WEBHOOK_EVENTS,
  WEBHOOK_FORMS,
  WEBHOOK_SIGNATURES,
  type Webhook,
  type WebhookAccount,
  type WebhookFilter,
} from "../webhook-rows.ts";
import { accountName, accountOf } from "./account-column.ts";

/**
 * An address that is told of events. What its filter names, and the account whose rights it has, are no references: when they go it stays, hears of
 * less, and never of more.
 */
export const webhook = fleetKind<Webhook>()({
  name: "webhook",
  table: "webhook",
  since: "0020_webhooks",
  references: [{ property: "workspace", kind: "workspace" }],
  resolve: (row, uid) => ({
    ...row,
    filter: {
      ...row.filter,
      products: row.filter.products.map((one) => uid("product", one)),
      devices: row.filter.devices.map((one) => uid("device", one)),
    },
    account: {
      user: row.account.user === null ? null : uid("user", row.account.user),
      apiUser: row.account.apiUser === null ? null : uid("apiUser", row.account.apiUser),
    },
  }),
  key: "name",
  taken: "A webhook with this name exists already in the workspace.",
  audit: {
    name: ({ name, workspace }, look) => `${name}@${look.name("workspace", workspace) ?? "?"}`,
    secret: ["oldSecret"],
    renewed: ["secret"],
    shown: {
      // what they hold may let somebody in elsewhere
      headers: (headers: Webhook["headers"]) => Object.keys(headers),
      filter: (filter: WebhookFilter, look) => shownFilter(filter, look),
      template: (template: string) => `${template.length} characters`,
      account: (account: WebhookAccount, look) => accountName(account, look),
      url: (url: string) => url.replace(/\?.*$/s, "?…"),
    },
  },
  columns: {
    workspace: integer("workspace"),
    name: text("name"),
    url: text("url"),
    description: optional(text("description")),
    events: json("events", (value) => someOf(value, WEBHOOK_EVENTS)),
    filter: json("filter", filterOf),
    headers: json("headers", headersOf),
    form: word("form", WEBHOOK_FORMS),
    template: optional(text("template")),
    batchMax: integer("batch_max"),
    batchWait: integer("batch_wait"),
    secret: text("secret"),
    oldSecret: optional(json("old_secret", oldSecretOf)),
    signature: word("signature", WEBHOOK_SIGNATURES),
    account: json("account", accountOf),
    active: flag("active"),
    paused: optional(json("paused", pausedOf)),
    created: integer("created"),
  },
});

function shownFilter({ products, devices, ...rest }: WebhookFilter, look: Look): unknown {
  const names = {
    products: products.map((uid) => look.name("product", uid) ?? uid),
    devices: devices.map((uid) => (look.row<Device>("device", uid) === null ? uid : look.name("device", uid))),
  };
  return Object.fromEntries(Object.entries({ ...names, ...rest }).filter(([, list]) => list.length > 0));
}
// What a file may hold, read without trust; null: it cannot be that.

type Entries = Readonly<Record<string, unknown>>;
const groupOf = (value: unknown): Entries | null =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
const listOf = <T>(value: unknown, is: (one: unknown) => one is T): T[] | null =>
  Array.isArray(value) && value.every(is) ? value : null;
const isText = (one: unknown): one is string => typeof one === "string";
const isNumber = (one: unknown): one is number => Number.isSafeInteger(one);

function someOf<W extends string>(value: unknown, words: readonly W[]): W[] | null {
  return listOf(value, (one): one is W => words.some((word) => word === one));
}
function filterOf(value: unknown): WebhookFilter | null {
  const group = groupOf(value);
  const products = listOf(group?.products, isNumber);
  const devices = listOf(group?.devices, isNumber);
  const tags = listOf(group?.tags, isText);
  const fields = listOf(group?.fields, isText);
  return products && devices && tags && fields ? { products, devices, tags, fields } : null;
}
function headersOf(value: unknown): Record<string, string> | null {
  const entries = Object.entries(groupOf(value) ?? { none: null });
  const texts = entries.flatMap(([name, text]) => (isText(text) ? [[name, text] as const] : []));
  return texts.length === entries.length ? Object.fromEntries(texts) : null;
}
function oldSecretOf(value: unknown): { secret: string; until: number } | null {
  const { secret, until } = groupOf(value) ?? {};
  return isText(secret) && isNumber(until) ? { secret, until } : null;
}
function pausedOf(value: unknown): Webhook["paused"] | null {
  const { reason, since, off } = groupOf(value) ?? {};
  return isText(reason) && isNumber(since) ? { reason, since, ...(off === true && { off }) } : null;
}
