import type { RuleAction } from "../../fleet/types.ts";

/** Actions of one type that are done at the same time, and requests to one host of these: who does not answer holds up nobody else. */
const MOST_AT_ONCE = 16;
const MOST_AT_HOST = 4;

/** How many actions are being done, of each type and at each host. */
export class Places {
  private readonly busy = new Map<string, number>();

  /** Whether one more like this can be done now; one that is no more is soon over. */
  hasRoom(action: RuleAction | undefined): boolean {
    if (action === undefined) return true;
    const host = hostOf(action);
    return this.at(action.type) < MOST_AT_ONCE && (host === null || this.at(host) < MOST_AT_HOST);
  }
  /** It is begun. @returns what says that it is over */
  take(action: RuleAction): () => void {
    const host = hostOf(action);
    const places = host === null ? [action.type] : [action.type, host];
    for (const place of places) this.busy.set(place, this.at(place) + 1);
    return () => {
      for (const place of places) {
        const left = this.at(place) - 1;
        if (left === 0) this.busy.delete(place);
        else this.busy.set(place, left);
      }
    };
  }
  private at(place: string): number {
    return this.busy.get(place) ?? 0;
  }
}

/** Whom it asks, `//host:port`; null: nobody of whom there are several. */
function hostOf(action: RuleAction): string | null {
  return action.type === "webhook" ? `//${action.url.split("/", 3)[2] ?? ""}` : null;
}
