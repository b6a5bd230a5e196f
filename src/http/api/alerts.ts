import { z } from "zod";
import { alertWish, countAlerts, listAlerts } from "../../admin/alert-list.ts";
import { changeAlert, findAlert, maySee } from "../../admin/alerts.ts";
import { showAlert } from "../../admin/alert-shown.ts";
import { BadValues } from "../../base/errors.ts";
import { parseMoment } from "../history/range.ts";
import * as shape from "./alert-shape.ts";
import { auditActor } from "./audit-actor.ts";
import { findWorkspace } from "./find.ts";
import { newestFirst, PAGE_QUERY, pageOf } from "./paging.ts";
import { type AnyOperation, type Call, route } from "./route.ts";
import { NOTIFICATIONS } from "./notifications.ts";
import { findReadableDevice } from "./values.ts";

/** Alerts of rules, and what they tell people in the console. */

const PATH = "/workspaces/{workspace}/alerts";
const SEEN = "Who may view a device sees its alerts; those of no device are for who belongs to the workspace.";
const CHANGES = 'Takes "record_measurements" (or "record_only") on the device, or the workspace permission "rules".';
const RANGE = {
  from: z.string().max(64).optional().meta({ description: "ISO 8601: opened at this time, or later." }),
  to: z.string().max(64).optional().meta({ description: "ISO 8601: opened before this time." }),
};
const rule = z
  .string()
  .regex(/^\d{1,15}$/, "allowed is the number of a rule")
  .transform(Number)
  .optional()
  .meta({ type: "integer", description: "Number of a rule: only its alerts." });
const device = z.string().max(200).optional().meta({ description: "`product/device`: only its alerts." });
const rangeOf = ({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }) => ({
  since: parseMoment("from", from) ?? undefined,
  until: parseMoment("to", to) ?? undefined,
});

/** uid of a device that is named in a parameter. @throws BadValues: there is none that may be seen */
function deviceIn({ deps, who }: Call<unknown, unknown, unknown>, named: string | undefined): number | undefined {
  if (named === undefined) return undefined;
  const [product = "", id = ""] = named.split("/");
  const node = deps.directory.product(product)?.device(id);
  if (node !== undefined && who.principal.mayView(node)) return node.row.uid;
  throw new BadValues("invalid_request", [
    { path: "?device", message: "You may view no device by this name; write product/device." },
  ]);
}

const change = (what: "acknowledge" | "close", summary: string, description: string) =>
  route({
    method: "post",
    path: `${PATH}/{alert}/${what}`,
    id: `${what}Alert`,
    tag: "Alerts",
    summary,
    description: `${description} ${CHANGES}`,
    body: z.strictObject({ note: shape.note }),
    result: shape.alert,
    refusals: ["not_found", "immutable", "not_available"],
    find: findWorkspace,
    run: async (call) => {
      const { deps, found, body } = call;
      const changed = await changeAlert(call, found, call.param("alert"), what, body.note, auditActor(call));
      return { body: showAlert(deps, changed) };
    },
  });

export const ALERTS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: PATH,
    id: "listAlerts",
    tag: "Alerts",
    summary: "List alerts",
    description: `Of a workspace: those that are not closed, unless \`state\` says otherwise. ${SEEN}`,
    query: z.strictObject({ ...PAGE_QUERY, ...alertWish, ...RANGE, rule, device }),
    result: pageOf(shape.alert),
    refusals: ["not_available"],
    find: findWorkspace,
    run: async (call) => {
      const { deps, found, query, who } = call;
      const { state, severity, order } = query;
      const about = { workspace: found.uid, rule: query.rule, device: deviceIn(call, query.device), ...rangeOf(query) };
      const wish = { state, severity, order, ...about };
      const { items, next } = await newestFirst(query, (part) => listAlerts(call, wish, part));
      // rights may have changed while the store was asked
      const seen = items.filter(({ alert }) => maySee(deps, who.principal, alert));
      return { body: { items: seen.map(({ alert }) => showAlert(deps, alert)), next } };
    },
  }),
  route({
    method: "get",
    path: `${PATH}/counts`,
    id: "countAlerts",
    tag: "Alerts",
    summary: "Count alerts",
    description: `How many of a workspace are open and acknowledged, by severity. ${SEEN}`,
    result: shape.counts,
    refusals: ["not_available"],
    find: findWorkspace,
    run: (call) => ({ body: countAlerts(call, call.found) }),
  }),
  route({
    method: "get",
    path: `${PATH}/{alert}`,
    id: "getAlert",
    tag: "Alerts",
    summary: "Get an alert",
    description: SEEN,
    result: shape.alert,
    refusals: ["not_found", "not_available"],
    find: findWorkspace,
    run: async (call) => ({ body: showAlert(call.deps, await findAlert(call, call.found, call.param("alert"))) }),
  }),
  change("acknowledge", "Acknowledge an alert", "You look after it: its rule tells of it no more while it is true."),
  change("close", "Close an alert", "It is over. When the rule fires again it opens another one."),
  route({
    method: "get",
    path: "/products/{product}/devices/{device}/alerts",
    id: "listDeviceAlerts",
    tag: "Alerts",
    summary: "List a device's alerts",
    description: "Newest first; closed ones, too, unless `state` says otherwise.",
    query: z.strictObject({ ...PAGE_QUERY, ...alertWish, state: alertWish.state.default("all"), ...RANGE }),
    result: pageOf(shape.alert),
    refusals: ["not_available"],
    find: findReadableDevice,
    run: async (call) => {
      const { deps, found, query } = call;
      const { state, severity, order } = query;
      const wish = { state, severity, order, device: found.row.uid, ...rangeOf(query) };
      const { items, next } = await newestFirst(query, (part) => listAlerts(call, wish, part));
      call.again(); // rights may have changed while the store was asked
      return { body: { items: items.map(({ alert }) => showAlert(deps, alert)), next } };
    },
  }),
  ...NOTIFICATIONS,
];
