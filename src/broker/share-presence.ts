import type { Members } from "../feed/members.ts";
import type { BrokerContext } from "./context.ts";
import { SharedPresence } from "./shared-presence.ts";

/** A server is one of several nodes from here on: before anything was loaded. */
export function sharePresence(context: BrokerContext, members: Members): SharedPresence {
  const { directory, clock, ingest, series } = context;
  return context.presence.join(
    (facts, isHeld) =>
      new SharedPresence({
        directory,
        members,
        commits: ingest.commits,
        facts,
        isHeld,
        floorOf: ({ row, product }) => series.gone.of(product.row.uid, row.id),
        now: () => clock.micros(),
      }),
  );
}
