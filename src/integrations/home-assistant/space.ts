import { spaceOf } from "../../auth/free.ts";
import type { Publisher } from "../../ingest/batch.ts";
import type { PublishRefusal } from "../../ingest/refused.ts";
import { createRetained } from "../../store/retained.ts";
import type { HomeAssistantNeeds } from "./types.ts";

const utf8 = new TextEncoder();
const text = new TextDecoder();
/** Topics that are looked at in one turn. */
const LOOK = 1024;

/** The own topics of one API user, as the platform writes them: what is retained there is what its Home Assistant was told. */
export class Space {
  private readonly reader = createRetained();
  private readonly space: number;
  private readonly platform: Publisher;

  /** @param key of the API user, as Principal's */
  constructor(
    private readonly needs: Pick<HomeAssistantNeeds, "commits" | "messages">,
    key: string,
  ) {
    this.space = spaceOf(key) ?? 0; // API users have one
    // no client identifier has a NUL in it
    this.platform = { key: `${key}\0\0`, stored: 0 };
  }

  /** What is retained on a topic; null: nothing. */
  told(topic: string): string | null {
    const { retained } = this.needs.commits;
    const slot = retained.slotOf(this.space, utf8.encode(topic));
    if (slot === 0) return null;
    retained.read(slot, this.reader);
    return text.decode(retained.buf.subarray(this.reader.propsEnd, this.reader.next));
  }
  /**
   * Says what is to be retained on a topic, where it is not; null: nothing. It is told when it is durable and published, no sooner.
   * @returns whether it was said; or why it was refused
   */
  say(topic: string, payload: string | null): boolean | PublishRefusal {
    if (this.told(topic) === payload) return false;
    const bytes = utf8.encode(payload ?? "");
    return this.needs.messages.retain(this.platform, this.space, utf8.encode(topic), bytes) ?? true;
  }
  /** All topics with something retained, one at a time; null when it has looked at many in vain. */
  *topics(): Generator<string | null> {
    const { retained } = this.needs.commits;
    const walk = retained.walk(this.space, "#");
    if (walk === null) return;
    try {
      for (let slot = walk.next(LOOK); slot >= 0; slot = walk.next(LOOK)) {
        if (slot > 0) retained.read(slot, this.reader);
        const { topicStart, topicEnd } = this.reader;
        yield slot === 0 ? null : text.decode(retained.buf.subarray(topicStart, topicEnd));
      }
    } finally {
      walk.close();
    }
  }
}
