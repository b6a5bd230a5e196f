import { z } from "zod";
import { senderOf } from "../../base/address.ts";
import { printTime } from "../../measure/time.ts";
import { allow } from "../api/allow.ts";
import type { Described, Handled, HandlerNeeds } from "../api/route.ts";
import { value } from "../api/values.ts";
import type { Handler } from "../deps.ts";
import { followLive } from "../events/live.ts";
import { LAST_EVENT } from "../events/live-wish.ts";
import { answerHistory } from "../history/query.ts";
import { jsonText } from "../kit/answer.ts";
import { inputOf } from "../people/input.ts";
import { askerOf } from "../people/session.ts";
import { allowedReader, mustBeShown, sharedReader } from "./key.ts";
import * as given from "./schemas.ts";
import { showShared } from "./shown.ts";

/**
 * What whoever has a link that shows a dashboard may ask: these operations and no others. They read, and tell of the series that the dashboard
 * shows alone.
 */

const BEARS = "Takes the header `Authorization: Share <key>`, with the key that `openSharedDashboard` gave.";
type Part = Pick<Described<z.ZodObject, z.ZodType, z.ZodType>, "tag" | "access" | "refusals">;
const PART = {
  tag: "Dashboards",
  access: "anyone",
  refusals: ["link_over", "password_needed"],
} as const satisfies Part;

const openLink =
  ({ deps, pace }: HandlerNeeds): Handler =>
  async (c) => {
    allow({ deps, pace }, c, `share ${senderOf(c.env.remoteAddress)}`);
    const { secret, password = null } = await inputOf(c, given.open);
    const { key, reader } = await deps.shares.open(secret, password, askerOf(c));
    const { expires, dashboard } = reader;
    return jsonText(
      JSON.stringify({ key, name: dashboard?.name ?? "", expires: expires === null ? null : printTime(expires) }),
    );
  };

export const SHARED: readonly Handled[] = [
  {
    described: {
      ...PART,
      method: "post",
      path: "/shared/open",
      id: "openSharedDashboard",
      summary: "Open a link that shows a dashboard",
      description: "The secret stands behind the # of the link; a link with a password takes that, too.",
      body: given.open,
      result: given.opened,
      refusals: [...PART.refusals, "sign_in_failed", "too_many_attempts"],
    },
    handler: openLink,
  },
  {
    described: {
      ...PART,
      method: "get",
      path: "/shared",
      id: "getSharedDashboard",
      summary: "Get the dashboard that a link shows",
      description: `With all that it shows now. ${BEARS}`,
      result: given.shown,
    },
    handler: (needs) => (c) => jsonText(JSON.stringify(showShared(needs.deps, allowedReader(needs, c)))),
  },
  {
    described: {
      ...PART,
      method: "get",
      path: "/shared/history",
      id: "getSharedHistory",
      summary: "Get a history that a link shows",
      description: `As \`getHistory\`, of series on the dashboard alone. ${BEARS}`,
      query: given.history,
      result: z.object({ rows: z.array(z.record(z.string(), value.nullable())), next: z.string().nullable() }),
      refusals: [
        ...PART.refusals,
        ...(["unknown_product", "unknown_device", "ambiguous_device", "unknown_field", "answer_too_large"] as const),
      ],
    },
    handler: ({ deps, reads }) =>
      answerHistory(deps, reads, {
        who: (c) => sharedReader(deps, c),
        judge: (reader, { fields }, devices) => mustBeShown(reader, fields, devices),
      }),
  },
  {
    described: {
      ...PART,
      method: "get",
      path: "/shared/live",
      id: "streamSharedMeasurements",
      summary: "Stream what a link shows as it comes",
      description: `As \`streamMeasurements\`, of series on the dashboard alone. ${BEARS}`,
      query: z.strictObject({ last_event_id: LAST_EVENT }),
      result: z.string(),
      contents: ["text/event-stream"],
      onlyThese: true,
      refusals: [...PART.refusals, "quota_exceeded"],
    },
    handler: (needs) => {
      const { deps, streams } = needs;
      // a link that is revoked, or a dashboard that shows less, is obeyed at once
      deps.directory.onChange((changes) => {
        if (changes.some(({ kind, op }) => (kind === "dashboardShare" ? op === "delete" : kind === "dashboard")))
          streams.recheck();
      });
      return (c) => {
        const reader = allowedReader(needs, c);
        const filter: Parameters<typeof followLive>[2] = (device, field) => reader.shows(device, field);
        return followLive(deps, c, filter, c.req.query("last_event_id"), (beat, gone) =>
          streams.start(reader, () => void sharedReader(deps, c), beat, gone),
        );
      };
    },
  },
];
