import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { COMMAND_LINE } from "../fleet/audit.ts";
import { deviceAt } from "../fleet/named.ts";
import type { Workspace } from "../fleet/types.ts";
import { quote } from "../measure/bytes.ts";
import { atTheCommandLine } from "./actor.ts";
import { alertWish, listAlerts } from "./alert-list.ts";
import { alertsOf, changeAlert, findAlert } from "./alerts.ts";
import { showAlert, showNotification } from "./alert-shown.ts";
import { checked } from "./checked.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";
import { workspaceOf } from "./workspaces.ts";

const one = { alert: values.named };
const limit = z.int().min(1).max(1000).default(50);
const schemas = {
  list: z.strictObject({ ...alertWish, workspace: values.named.optional(), device: values.named.optional(), limit }),
  one: z.strictObject(one),
  change: z.strictObject({ ...one, note: z.string().trim().min(1).max(1000).nullable().default(null) }),
  notifications: z.strictObject({ workspace: values.named.optional(), limit }),
};

/** Alerts, for who has the data folder; by number. @throws Refusal not_found, immutable, not_available, storage_unavailable */
export function alertOperations(deps: OperationsDeps) {
  const { directory } = deps;
  const asker = atTheCommandLine(deps);
  /** The workspace of an alert. */
  const homeOf = async (number: string): Promise<Workspace> => {
    const alert = /^\d{1,15}$/.test(number) ? await alertsOf(deps).find(Number(number)) : null;
    const home = directory.workspace(alert?.workspace ?? 0);
    if (home !== undefined) return home;
    throw new Refusal("not_found", `There is no alert ${quote(number)}.`);
  };
  const change = (what: "acknowledge" | "close") =>
    checked(schemas.change, async ({ alert, note }) =>
      showAlert(deps, await changeAlert(asker, await homeOf(alert), alert, what, note, COMMAND_LINE)),
    );
  return {
    alertList: checked(schemas.list, async ({ workspace, device, limit: most, ...wish }) => {
      const about = {
        workspace: workspace === undefined ? undefined : workspaceOf(deps, workspace).uid,
        device: device === undefined ? undefined : deviceAt(directory, device).row.uid,
      };
      const found = await listAlerts(asker, { ...wish, ...about }, { limit: most, before: undefined });
      return found.map(({ alert }) => showAlert(deps, alert));
    }),
    alertShow: checked(schemas.one, async ({ alert }) =>
      showAlert(deps, await findAlert(asker, await homeOf(alert), alert)),
    ),
    alertAcknowledge: change("acknowledge"),
    alertClose: change("close"),
    notificationList: checked(schemas.notifications, async ({ workspace, limit: most }) => {
      const { uid } = workspaceOf(deps, workspace);
      return (await alertsOf(deps).notified(uid, undefined, most)).map((one) => showNotification(deps, one));
    }),
  };
}
