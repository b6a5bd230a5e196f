import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import type { Dashboard, DashboardShare } from "../fleet/types.ts";
import { quote } from "../measure/bytes.ts";
import { atTheCommandLine } from "./actor.ts";
import { checked } from "./checked.ts";
import { dashboardNamed } from "./dashboard-operations.ts";
import { shareCreated } from "./dashboard-values.ts";
import { makeShare, showShare } from "./shares.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";

/** Links that show dashboards, for who has the data folder: it may view everything, so they show all of the dashboard. */

const which = { dashboard: values.named, workspace: values.named.optional() };
const schemas = {
  list: z.strictObject(which),
  create: shareCreated.extend(which),
  revoke: z.strictObject({ ...which, share: values.named }),
};

/** Managing links that show dashboards. @throws Refusal not_found, invalid_request, unknown_device, storage_unavailable */
export function shareOperations(deps: OperationsDeps) {
  const { fleet } = deps;
  return {
    dashboardShareList: checked(schemas.list, async (wish) => {
      const asker = atTheCommandLine(deps);
      return sharesOf(deps, dashboardNamed(deps, wish)).map((row) => showShare(asker, row));
    }),
    dashboardShareCreate: checked(schemas.create, ({ dashboard, workspace, ...given }) => {
      const find = () => dashboardNamed(deps, { dashboard, workspace });
      find(); // before the time that a password takes
      return makeShare(atTheCommandLine(deps), given, {
        edit: (draw) => fleet.edit((draft) => draw(draft, find())),
        who: { address: "", agent: "" },
        publicUrl: deps.people.needs.settings.publicUrl,
      });
    }),
    dashboardShareRevoke: checked(schemas.revoke, async ({ share, ...wish }) => {
      const find = () => shareNamed(sharesOf(deps, dashboardNamed(deps, wish)), share);
      const gone = showShare(atTheCommandLine(deps), find());
      await fleet.edit((draft) => {
        draft.drafts.push({ kind: "dashboardShare", op: "delete", uid: find().uid });
      });
      return gone;
    }),
  };
}

const sharesOf = ({ directory }: OperationsDeps, { uid }: Dashboard): readonly DashboardShare[] => [
  ...directory.childrenOf("dashboardShare", "dashboard", uid),
];

/** One of a dashboard's, by its number, or by a name that no other has. @throws Refusal not_found, invalid_request */
function shareNamed(rows: readonly DashboardShare[], share: string): DashboardShare {
  const named = rows.filter(({ name }) => name === share);
  if (named.length > 1)
    throw new Refusal("invalid_request", `Several links are called ${quote(share)}: say the number of one.`);
  const [row = rows.find(({ uid }) => share.replace("#", "") === String(uid))] = named;
  if (row !== undefined) return row;
  throw new Refusal(
    "not_found",
    `This dashboard has no link ${quote(share)}. See those that there are with: dashboard share list.`,
  );
}
