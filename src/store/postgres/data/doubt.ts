import type { Committed } from "../../ports.ts";
import { Session } from "../session.ts";
import type { SessionOptions } from "../session-types.ts";
import type { Target } from "../url.ts";
import type { LeaseKeeper } from "../lease.ts";
import type { Holder } from "./take.ts";

/** A commit, and which line of history it is part of (timelineOf). */
export interface CommittedOn extends Committed {
  readonly timeline: number;
}

/** A commit that may be stored though nobody said so. */
export interface Doubt {
  readonly no: number;
  readonly count: number;
  /** Of its record; null: it has none. */
  readonly crc: number | null;
}

/** The server warns of a commit with which it did not wait for its standby. */
export const NOT_REPLICATED = /cancell?ing (?:the )?wait for synchronous replication/i;

/** A connection that commits, and whether the server warned since `unreplicated` was put back. */
export class CommitSession extends Session {
  unreplicated = false;

  constructor(
    target: Target,
    onNotice: (text: string) => void,
    options: Pick<SessionOptions, "name" | "begin"> = { name: "commits" },
  ) {
    super(target, {
      ...options,
      onNotice: (text) => {
        if (NOT_REPLICATED.test(text)) this.unreplicated = true;
        onNotice(`PostgreSQL says: ${text}`);
      },
    });
  }
}

export interface CommitterOptions extends Holder {
  /** See targetOf. */
  readonly address: string;
  /** ms after which somebody looks whether a commit is still being worked for. */
  readonly lookMs: number;
  readonly onNotice: (text: string) => void;
  /** Where the main thread reads until when it has the store. */
  readonly lease: LeaseKeeper;
  /** It shares the store with other nodes. */
  readonly several: boolean;
}
