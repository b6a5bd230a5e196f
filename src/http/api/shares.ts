import { z } from "zod";
import * as own from "../../admin/dashboard-values.ts";
import { makeShare, showShare } from "../../admin/shares.ts";
import { Refusal } from "../../base/errors.ts";
import type { DashboardShare } from "../../fleet/types.ts";
import { quote } from "../../measure/bytes.ts";
import { PATH, TAKES, toChange } from "./dashboard-found.ts";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, route, type Seeker } from "./route.ts";

/** Links that show a dashboard. */

function findShare(seeker: Seeker) {
  const found = toChange(seeker);
  const number = seeker.param("share");
  const share: DashboardShare | undefined = /^\d{1,15}$/.test(number)
    ? seeker.deps.directory.row("dashboardShare", Number(number))
    : undefined;
  if (share?.dashboard === found.row.uid) return { ...found, share };
  throw new Refusal("not_found", `This dashboard has no link ${quote(number)}.`);
}

export const SHARES: readonly AnyOperation[] = [
  route({
    method: "get",
    path: `${PATH}/shares`,
    id: "listDashboardShares",
    tag: "Dashboards",
    summary: "List the links that show a dashboard",
    description: TAKES,
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(own.share),
    find: toChange,
    run: (call) => ({
      body: page(
        call.deps.directory.childrenOf("dashboardShare", "dashboard", call.found.row.uid),
        call.query,
        ({ uid }) => uid,
        (row) => showShare(call, row),
      ),
    }),
  }),
  route({
    method: "post",
    path: `${PATH}/shares`,
    id: "createDashboardShare",
    tag: "Dashboards",
    summary: "Make a link that shows a dashboard",
    description: `Whoever has it sees what the dashboard shows, as far as who makes it may view that at that moment, and nothing else; it changes nothing. ${TAKES}`,
    body: own.shareCreated,
    result: own.shareMade,
    status: 201,
    refusals: ["unknown_device"],
    find: toChange,
    run: async (call) => {
      const { deps, body } = call;
      const made = await makeShare(call, body, {
        edit: (draw) => call.edit((draft) => draw(draft, call.again().row)),
        who: { address: call.who.address, agent: "" },
        publicUrl: deps.people?.publicUrl ?? null,
      });
      return { body: made };
    },
  }),
  route({
    method: "delete",
    path: `${PATH}/shares/{share}`,
    id: "revokeDashboardShare",
    tag: "Dashboards",
    summary: "Revoke a link that shows a dashboard",
    description: `It opens nothing any more, at once. ${TAKES}`,
    result: own.share,
    find: findShare,
    run: async (call) => {
      const before = showShare(call, call.found.share);
      await call.edit((draft) => {
        draft.drafts.push({ kind: "dashboardShare", op: "delete", uid: call.again().share.uid });
      });
      return { body: before };
    },
  }),
];
