import { errorText } from "../base/errors.ts";
import type { Log } from "../base/types.ts";
import type { Members } from "../feed/members.ts";
import { type AskedParts, type Integrations, standIns } from "./stand-in.ts";

/** ms after which what could not be read is asked for again. */
const AGAIN_MS = 1000;
/** Ticks from one look for what others left to be done to the next. */
const LOOK_TICKS = 60;

interface DutyNeeds {
  /** Among several nodes: who has the duty; null: this server is alone. */
  readonly members: Pick<Members, "duty" | "hasDuty" | "onChange"> | null;
  /** Opens everything that one node does for all, on what the store has of it now. */
  readonly open: () => Promise<Integrations>;
  /** Takes over consumers of the feed, and what is done in the background, once the node that did it is gone. @throws Refusal */
  readonly takeOver: () => Promise<void>;
  /** Of several nodes: looks for what others left to be done in the background, such as what they deleted. */
  readonly look: () => void;
  /** It cannot be taken over: the node must end, so that another one has it. */
  readonly failed: (why: Error) => void;
  readonly later: (fn: () => void, ms: number) => void;
  readonly log: Log;
}

/**
 * What one node does for all: seals, sweeps and backs up, reads the feed for webhooks, brokers, rules and formulas, does alerts and downlinks,
 * takes what networks send. A server that is alone does it from its start; of several the one that takes part for longest, from when it heard
 * in the log that the one before it is gone: that one was fenced before, so what it left in the store is final.
 */
export class Duty {
  /** Whether this node does it now. */
  isMine: boolean;
  private parts: Integrations | null = null;
  private ticks = 0;
  private state: "waits" | "begins" | "done" = "waits";

  constructor(private readonly needs: DutyNeeds) {
    this.isMine = needs.members === null;
  }

  /** For whoever asks something of it, on any node. */
  get asked(): AskedParts {
    return (
      this.parts ??
      standIns(
        () => this.parts,
        () => this.needs.members?.duty ?? 0,
      )
    );
  }
  /** Opens what a server that is alone does from its start. @throws Refusal */
  async open(): Promise<void> {
    if (this.needs.members === null) this.parts = await this.needs.open();
  }
  /**
   * Begins with what is done by itself; once listeners and commands are there. Resolves when a node that has it from its start has
   * begun, or waits for its store.
   */
  async start(): Promise<void> {
    const { members } = this.needs;
    if (members === null) return this.parts?.start();
    members.onChange(() => this.look());
    if (!members.hasDuty) return;
    this.state = "begins";
    await this.begin();
  }
  private look(): void {
    const { members } = this.needs;
    if (members === null || this.state !== "waits" || !members.hasDuty) return;
    this.state = "begins";
    // who tells of it has other hearers
    this.needs.later(() => void this.begin(), 0);
  }
  private async begin(): Promise<void> {
    const { log, takeOver, open, failed, later } = this.needs;
    if (this.state !== "begins") return;
    try {
      await takeOver();
    } catch (error) {
      log.warn({ error: errorText(error) }, "what one node does for all cannot be taken over yet; it is tried again");
      return later(() => void this.begin(), AGAIN_MS);
    }
    if (this.isDone) return;
    try {
      const parts = await open();
      if (this.isDone) return await parts.stop();
      this.parts = parts;
      this.isMine = true;
      parts.start();
      log.info({}, "this node does from now on what one node does for all");
    } catch (error) {
      if (!this.isDone) failed(new Error("What one node does for all cannot be taken over.", { cause: error }));
    }
  }
  private get isDone(): boolean {
    return this.state === "done";
  }

  /** About once a second. */
  tick(): void {
    this.parts?.tick();
    const { members, look } = this.needs;
    if (members !== null && this.isMine && ++this.ticks % LOOK_TICKS === 0) look();
  }
  /** What is under way ends. */
  async stop(): Promise<void> {
    this.state = "done";
    await this.parts?.stop();
  }
}
