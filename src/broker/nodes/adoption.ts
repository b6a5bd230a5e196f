import type { Members } from "../../feed/members.ts";
import type { CommitLine } from "../../ingest/commits.ts";
import { Told } from "../../store/record.ts";
import type { Owners } from "./owners.ts";

/** Sessions that one commit takes over, about: so long do those wait for it who wait for their acknowledgement. */
const AT_ONCE = 5000;

interface AdoptionNeeds {
  readonly members: Pick<Members, "self" | "live" | "numbers">;
  readonly owners: Pick<Owners, "counts">;
  readonly commits: Pick<CommitLine, "operation" | "news">;
}
/** A share of the sessions of a node; see the operation sessions_adopt. */
interface Claim {
  readonly from: number;
  readonly of: number;
  readonly part: number;
}

/**
 * Sessions of nodes that take part no more are divided among those that do: each takes the share of its place among them, and the log decides
 * where two take the same, as they may when the nodes change meanwhile: the first one has it. So whatever becomes of those who take,
 * each look at what is left finds it.
 */
export class Adoption {
  private claims: Claim[] = [];
  private waits = false;

  constructor(private readonly needs: AdoptionNeeds) {}

  /** Which nodes take part has changed, or a session is of one that does not: takes this node's share. */
  look(): void {
    const { members, owners } = this.needs;
    const { numbers, self, live } = members;
    const place = numbers.indexOf(self);
    if (place < 0) return;
    for (const [from, count] of owners.counts()) {
      if (live.has(from)) continue;
      const pieces = Math.ceil(count / numbers.length / AT_ONCE);
      for (let i = 0; i < pieces; i++)
        this.claims.push({ from, of: numbers.length * pieces, part: place + numbers.length * i });
    }
    this.next();
  }
  /** What this node took is its own. */
  heard(): void {
    this.waits = false;
    this.next();
  }
  private next(): void {
    if (this.waits) return;
    const claim = this.claims.shift();
    if (claim === undefined) return;
    this.waits = true;
    const { members, commits } = this.needs;
    const { from, of, part } = claim;
    commits.operation({ op: "sessions_adopt", from, to: members.self, of, part, isGone: true });
    commits.news(Told.Adopted, [from, members.self, of, part]);
  }
}
