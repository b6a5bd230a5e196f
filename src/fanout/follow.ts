import type { Directory } from "../fleet/directory.ts";
import { ForeignRecords } from "../ingest/foreign.ts";
import type { Ingest } from "../ingest/ingest.ts";
import type { LogOrder } from "../ingest/order.ts";
import { Turns } from "../ingest/turns.ts";
import type { News, Seq } from "../store/ports.ts";
import type { Hub } from "./hub.ts";

interface Following {
  /** This node's number. */
  readonly node: number;
  readonly directory: Directory;
  /** The same that the ingest has. */
  readonly order: LogOrder;
  readonly ingest: Ingest;
  readonly hub: Hub;
  /**
   * What a node tells, this one too, has its turn: all rows before its record were handed to the fan-out, and none of those of its record or
   * behind it. While the promise lasts nothing else has its turn.
   */
  readonly heard: (news: News) => void | Promise<void>;
  /** The log cannot be followed any more: the node must end. */
  readonly failed: (why: Error) => void;
}

/**
 * Makes of a server a node among several: what others commit takes effect here, and what this one commits has its turn in the order of
 * the log.
 * @param applied all rows up to this one have taken effect: what was loaded is as of then
 * @returns who is to be told of the log (LogTail)
 */
export function followLog({ node, directory, order, ingest, hub, heard, failed }: Following, applied: Seq): Turns {
  const { commits } = ingest;
  const hears = (series: number): boolean => hub.hears(series);
  const foreign = new ForeignRecords({ directory, series: hub.series, order, commits, hears });
  const turns = new Turns({ node, order, foreign, commits, failed }, applied);
  commits.turns = turns;
  commits.self = node;
  hub.heard = (one) => {
    try {
      return heard(one)?.catch(failed);
    } catch (error) {
      failed(error as Error); // whatever it is: what it would have changed is lacking here
    }
  };
  return turns;
}
