import { errorText } from "../../base/errors.ts";
import type { OpenConsumer } from "../../feed/needs.ts";
import type { AppliedChange } from "../../fleet/directory.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { ActiveRule } from "./active.ts";
import { RuleClock } from "./clock.ts";
import { dryRun } from "./dry-run.ts";
import { RuleEngine } from "./engine.ts";
import { RuleFacts } from "./facts.ts";
import { RuleFeed } from "./feed.ts";
import { RuleLedger } from "./ledger.ts";
import { RuleLog } from "./log.ts";
import type { RuleNeeds } from "./needs.ts";
import { RulePlans } from "./plans.ts";
import { silenceOf } from "./silence.ts";
import { momentOf, RuleSet } from "./set.ts";
import { RuleStates } from "./states.ts";
import { statesShown } from "./states-shown.ts";
import { RuleTeller } from "./teller.ts";
import type { RulePort, RuleDeviceState } from "./types.ts";

/** The consumer of the feed; its name is stored. */
const CONSUMER = "rules";
/** Ticks between two looks for what is gone. */
const SWEEP_TICKS = 600;
const NOBODY = { rows: () => {}, gap: () => {} };

/** All rules: follows the fleet, looks at them by the feed and by the clock, answers what people ask. */
export class Rules implements RulePort {
  private readonly set: RuleSet;
  private readonly states = new RuleStates();
  private readonly facts: RuleFacts;
  private readonly ledger: RuleLedger;
  readonly log: RuleLog;
  private readonly engine: RuleEngine;
  private readonly feed: RuleFeed;
  private readonly clock: RuleClock;
  private consumer: OpenConsumer | null = null;
  private isLoaded = false;
  private isStopped = false;
  private ticks = 0;

  constructor(private readonly needs: RuleNeeds) {
    const { states } = this;
    const plans = new RulePlans();
    this.facts = new RuleFacts(needs);
    this.ledger = new RuleLedger(needs, states);
    this.log = new RuleLog(this.ledger, needs.store, (op) => needs.commits.operation(op));
    const teller = new RuleTeller(needs, states, this.facts, this.ledger, this.log);
    this.engine = new RuleEngine(needs, states, this.facts, teller, this.log, (...due) => this.clock.later(...due));
    const { facts, ledger, engine } = this;
    const parts = { needs, plans, facts, states, engine, ledger };
    this.feed = new RuleFeed(parts);
    const clocked = {
      ...parts,
      rule: (uid: number) => this.set.active.get(uid),
      all: () => this.set.active.values(),
      lookNow: (rule: ActiveRule, device: DeviceNode) => this.lookNow(rule, device),
    };
    this.clock = new RuleClock(clocked, this.feed, () => this.behind);
    this.set = new RuleSet({ ...parts, clock: this.clock, log: this.log });
  }

  /** Begins with the rules of the fleet. What comes from now on waits for them until their states are read. */
  start(): void {
    const { directory, log } = this.needs;
    for (const row of directory.all("rule")) if (row.active) this.set.add(row);
    this.claim();
    directory.onChange((changes) => this.follow(changes));
    this.load().catch((error: unknown) => {
      log.error({ error: errorText(error) }, "the states of rules cannot be read; no rule is looked at");
    });
  }
  private async load(): Promise<void> {
    const { store } = this.needs;
    await this.ledger.load(store);
    const stale = await this.states.load(store, (rule, stamp) => this.set.active.get(rule)?.compiled.stamp === stamp);
    if (this.isStopped) return;
    for (const { rule, device, state } of stale) {
      const row = this.needs.directory.row("rule", rule);
      if (row !== undefined && device !== 0)
        this.engine.end(row, device, state, momentOf(this.needs.clock), row.active ? "changed" : "off");
    }
    this.isLoaded = true;
    this.log.open();
    for (const rule of this.set.active.values()) this.set.begin(rule);
    this.feed.catchUp(this.ledger.time);
    this.ledger.flush();
    this.claim();
  }
  /** The feed is read only while there are rules; before their states are read, the log is kept for them. */
  private claim(): void {
    const { consumers } = this.needs;
    if (this.set.active.size === 0) {
      this.consumer = null;
      consumers.remove(CONSUMER);
    } else if (!this.isLoaded) consumers.open(CONSUMER, NOBODY, true).close();
    else this.consumer ??= consumers.open(CONSUMER, this.feed);
  }
  private get behind(): number {
    if (!this.isLoaded) return 1;
    for (const [name, { rows }] of this.needs.consumers.lags()) if (name === CONSUMER) return rows;
    return 0;
  }
  private follow(changes: readonly AppliedChange[]): void {
    this.set.follow(changes, this.isLoaded);
    if (this.isLoaded) this.ledger.flush();
    this.claim();
  }
  private async lookNow(rule: ActiveRule, device: DeviceNode): Promise<void> {
    const { looked, trigger } = rule.compiled;
    const reads = this.facts.missing(device, looked, momentOf(this.needs.clock).at, Number.MAX_SAFE_INTEGER);
    for (const read of reads ?? []) await read();
    if (device.deleted || this.set.active.get(rule.uid) !== rule || this.isStopped) return;
    const silence = trigger.type === "silence" ? silenceOf(this.needs, rule, device) : null;
    const about = trigger.type === "silence" ? { silent: silence?.silent ?? false, shown: silence?.shown ?? [] } : {};
    this.engine.look(rule, device, momentOf(this.needs.clock), { cause: null, depth: 0, ...about });
  }

  /** About once a second. */
  tick(): void {
    if (!this.isLoaded || this.isStopped) return;
    this.log.tick(this.needs.clock.micros());
    if (++this.ticks % SWEEP_TICKS === 0) this.facts.sweep();
    this.ledger.flush();
    void this.clock.tick();
  }
  /** What comes from now on is looked at after the next start. */
  stop(): void {
    this.isStopped = true;
    this.feed.stop();
    this.consumer?.close();
    this.ledger.flush();
  }

  statesOf(uid: number): RuleDeviceState[] {
    return statesShown(this.states, uid);
  }
  readonly loopOf = (uid: number) => this.states.loopOf(uid);
  now(): number {
    return this.needs.clock.micros();
  }
  readonly dryRun: RulePort["dryRun"] = (...asked) => dryRun(this.needs, ...asked);
  async lines(uid: number, before: number | undefined, limit: number) {
    this.ledger.flush();
    await this.needs.durable();
    return this.log.read(uid, before, limit);
  }
}
