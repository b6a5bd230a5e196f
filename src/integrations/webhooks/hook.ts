import { errorText } from "../../base/errors.ts";
import type { Micros } from "../../base/types.ts";
import type { Webhook } from "../../fleet/types.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { Backoff } from "./backoff.ts";
import { Form } from "./forms.ts";
import type { HookHost, Tried } from "./hook-host.ts";
import type { Item } from "./items.ts";
import { makeRequest } from "./make.ts";
import { noteOf, readNote } from "./note.ts";
import { Queue, type Request } from "./queue.ts";

/** Requests on their way at the same time, each of other devices; of batches it is one. */
const PARALLEL = 8;

/**
 * The sending side of one webhook. Requests of one device go one after the other; an endpoint that fails is tried by a single request, and
 * everything waits for that. What waits for it is in the feed: here are few.
 */
export class Hook {
  readonly queue: Queue;
  readonly backoff = new Backoff();
  private form: Form | null = null;
  private flying = 0;
  private isOpen = true;
  /** When it is woken; several timers may run, the early one counts. */
  private wakeAt: Micros = Number.POSITIVE_INFINITY;
  private isNoted = false;

  /** @param note what it kept before a restart */
  constructor(
    private readonly host: HookHost,
    private row: Webhook,
    note: string | null,
  ) {
    this.queue = new Queue(row);
    this.restore(note);
  }
  /** Its row changed: what is not sent yet goes as the new one says, at once. */
  update(row: Webhook): void {
    this.row = row;
    this.form = null;
    this.queue.reshape(row);
    this.backoff.reset();
    this.note();
    this.host.later(this.pump, 0);
  }
  close(): void {
    this.isOpen = false;
  }
  add(items: readonly Item[]): void {
    this.queue.add(items, this.host.clock.steady());
    this.pump();
  }

  /** Sends what may be sent now. */
  readonly pump = (): void => {
    if (!this.isOpen) return;
    const now = this.host.clock.steady();
    const { failure } = this.backoff;
    if (failure !== null && (now < failure.next || this.flying > 0)) return this.wake(failure.next, now);
    const most = failure === null && this.row.batchMax === 1 ? PARALLEL : 1;
    while (this.isOpen && this.flying < most) {
      const next = this.queue.next(now, failure !== null);
      if (next === null) return;
      if (typeof next === "number") return this.wake(next, now);
      void this.send(next);
    }
  };
  private wake(at: Micros, now: Micros): void {
    if (at <= now || at >= this.wakeAt) return;
    this.wakeAt = at;
    this.host.later(
      () => {
        if (this.wakeAt === at) this.wakeAt = Number.POSITIVE_INFINITY;
        this.pump();
      },
      Math.ceil((at - now) / 1000),
    );
  }

  private async send(request: Request): Promise<void> {
    this.flying++;
    try {
      await this.attempt(request);
    } catch (error) {
      // a mistake of ours must not lose what is to be sent
      this.backoff.hold(errorText(error), this.host.clock.steady());
      this.queue.back(request);
    } finally {
      this.flying--;
      this.host.later(this.pump, 0);
    }
  }
  private async attempt(request: Request): Promise<void> {
    const made = makeRequest(
      this.host,
      this.row,
      () => (this.form ??= new Form(this.row)),
      request.items,
      request.tries + 1,
    );
    switch (made.outcome) {
      case "nobody":
        this.queue.back(request);
        return this.stop("The account whose rights it has is gone. Give it another account, then resume it.");
      case "nothing":
        return this.queue.over(request);
      case "unfit":
        return this.giveUp(request, made.tried, made.error);
      case "made": {
        request.tries++;
        const begun = this.host.clock.steady();
        const result = await attempt(this.host.post, this.host.clock, this.row.url, made.whole);
        this.host.called(made.tried, result);
        return this.settle(request, made.tried, begun, result);
      }
      default:
        return made satisfies never;
    }
  }

  private settle(request: Request, tried: Tried, begun: Micros, { verdict, error, wait }: Attempt): void {
    if (!this.isOpen) return verdict === "accepted" ? this.queue.over(request) : this.queue.back(request);
    const why = error ?? "";
    const { clock, chance } = this.host;
    const { tries } = request;
    const next = this.backoff.after(verdict, why, { tries, begun }, wait, clock.steady(), chance());
    if (typeof next === "object" && "again" in next) this.queue.back(request, next.again);
    else if (next === "accepted") this.queue.over(request);
    else this.giveUp(request, tried, why);
    if (typeof next === "object" && "pause" in next) return this.stop(next.pause);
    if (next !== "gone") return this.note();
    this.isOpen = false;
    this.host.switchOff(why);
  }
  private giveUp(request: Request, tried: Tried, why: string): void {
    this.host.died(tried, why);
    this.queue.over(request);
  }
  private stop(reason: string): void {
    this.isOpen = false;
    this.host.keep(null);
    this.host.pause(reason);
  }

  /** What comes back after a restart. */
  private note(): void {
    const note = noteOf(this.backoff.failure, this.queue.tried());
    if (note !== null || this.isNoted) this.host.keep(note);
    this.isNoted = note !== null;
  }
  private restore(note: string | null): void {
    if (note === null) return;
    this.isNoted = true;
    const { failure, head } = readNote(note);
    this.backoff.failure = failure;
    if (head !== null) this.queue.expect(head);
  }
}
