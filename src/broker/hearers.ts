import type { Target } from "../fanout/free-routes.ts";
import type { Keeper } from "../fanout/keeper.ts";
import type { Outlet } from "../fanout/outlet.ts";
import type { ShareGroup } from "../fanout/share.ts";
import type { Span } from "../fanout/span.ts";
import type { Seq } from "../store/ports.ts";
import type { Session } from "./session.ts";

/** Who gets what of the log when it is replayed. */

/** The rows that a session has already: up to the floor they are in its state, or went; and [from, to] were in chunks. */
export interface Known {
  floor: Seq;
  readonly from: Seq;
  readonly to: Seq;
}
/** What is known already. */
export interface Floors {
  /** Of messages to be queued. */
  readonly rows: Map<Keeper, Known>;
  /** Of what became of a group's messages: what is told up to this row. */
  readonly groups: Map<Keeper, Seq>;
}
export interface Restored {
  readonly session: Session;
  readonly floor: Seq;
}

/** A session that gets what a series measures. */
export interface Hearer {
  readonly outlet: Outlet;
  readonly qos: number;
  readonly retain: boolean;
  readonly ids: readonly number[] | null;
  readonly known: Known;
}
interface HearingGroup {
  readonly group: ShareGroup;
  readonly retain: boolean;
  readonly known: Known;
}
/** Who gets what; it holds up to the row `until`. */
export interface Hearers extends Span {
  readonly outlets: readonly Hearer[];
  readonly groups: readonly HearingGroup[];
  /** Up to this row all of them have it already. */
  readonly from: Seq;
}
/** The same of a topic. */
export interface TopicHearers extends Span {
  readonly targets: readonly Target[];
  readonly groups: readonly HearingGroup[];
}
