import type { Principal } from "../../auth/principal.ts";
import type { Refusal } from "../../base/errors.ts";
import type { Sparkplug } from "../../fleet/types.ts";
import type { Happening, Moment } from "../../sparkplug/node-types.ts";
import { readPayload } from "../../sparkplug/read.ts";
import { readTopic, type SparkplugTopic } from "../../sparkplug/topics.ts";
import { Effects, obstacleOf } from "./effects.ts";
import { changesOf, loadHost } from "./keeper.ts";
import { MetricNames } from "./metric-names.ts";
import { type HostNode, HostNodes } from "./nodes.ts";
import { Recording, type Values } from "./recording.ts";
import { isDenied, publishState } from "./state.ts";
import { type Heard, NOTHING_HEARD, type Outcome, type SparkplugNeeds } from "./types.ts";

/** One host application: what its nodes say becomes devices, values, presence. `obstacle`: why it cannot act. */
export class Host {
  readonly nodes = new HostNodes(() => this.row.reorder * 1000);
  readonly names = new MetricNames();
  /** It says of itself that it is online. */
  isOnline = false;
  private readonly recording: Recording;
  private readonly effects: Effects;

  constructor(
    private readonly needs: SparkplugNeeds,
    public row: Sparkplug,
  ) {
    this.recording = new Recording(needs, this.names);
    this.effects = new Effects(needs);
  }
  async load(): Promise<void> {
    await loadHost(this.needs.store, this.row.uid, this.nodes, this.names);
  }
  get principal(): Principal | undefined {
    return this.needs.authority.principalOf(`a:${this.row.account}`);
  }
  get obstacle(): string | null {
    return obstacleOf(this.row, this.principal);
  }

  /** Says that it is there, once it can act. [tck-id-host-topic-phid-birth-required] */
  begin(): void {
    const { principal } = this;
    if (this.isOnline || principal === undefined || this.obstacle !== null) return;
    this.isOnline = publishState(this.needs, this.row, principal, true) === null;
    for (const node of this.nodes)
      for (const [device, { alive }] of node.edge.parts) if (alive) this.effects.present(this.row, node, device, true);
  }
  /** Says that it is not any more. [tck-id-operational-behavior-host-application-termination] */
  end(): void {
    if (!this.isOnline) return;
    this.isOnline = false;
    const { principal } = this;
    if (principal !== undefined) publishState(this.needs, this.row, principal, false);
  }
  /** What it knows of sessions does not hold any more: it does not hear what comes from now on. */
  forgetSessions(): void {
    for (const node of this.nodes) this.note(node, NOTHING_HEARD, node.edge.close(this.now()));
    for (const node of this.nodes)
      for (const device of node.edge.parts.keys()) this.effects.present(this.row, node, device, false);
  }

  /** Takes a message. */
  take(heard: Heard): readonly Outcome[] {
    const { principal } = this;
    const topic = readTopic(heard.topic);
    if (topic === null || principal === undefined || !principal.mayReceive(this.row.workspace, heard.topic)) return [];
    if (topic.is === "state") {
      this.state(topic.host, heard, principal);
      return [];
    }
    return this.message(topic, heard);
  }
  /** [tck-id-message-flow-hid-sparkplug-state-message-delivered] Somebody else's death of this host is answered by a birth. */
  private state(host: string, { payload }: Heard, principal: Principal): void {
    if (host === this.row.host && this.isOnline && isDenied(payload))
      publishState(this.needs, this.row, principal, true);
  }
  private message(topic: SparkplugTopic & { readonly is: "message" }, heard: Heard): readonly Outcome[] {
    const { type, device } = topic;
    if (type === "NCMD" || type === "DCMD") return [];
    const node = this.nodes.of(topic);
    // what the log had told before a restart
    if (node === null || (heard.isStored && heard.seq <= node.taken)) return [];
    try {
      const payload = readPayload(heard.payload);
      if (heard.isStored) node.taken = heard.seq;
      node.isChanged = true;
      return this.note(node, heard, node.edge.handle({ type, device, payload }, this.now()));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.needs.log.warn(
        { topic: heard.topic, reason: message },
        "a message on a topic of Sparkplug B cannot be read",
      );
      return [];
    }
  }
  /** What the time has brought. Call it about once a second. */
  due(): readonly Outcome[] {
    return [...this.nodes].flatMap((node) => this.note(node, NOTHING_HEARD, node.edge.due(this.now())));
  }
  /** Rows of the log were left out: nobody knows what was in them. */
  missed(): void {
    for (const node of this.nodes) if (node.edge.alive) node.edge.want("messages were left out");
  }
  private note(node: HostNode, heard: Heard, happenings: readonly Happening[]): readonly Outcome[] {
    if (happenings.length > 0) node.isChanged = true;
    for (const { is, ...one } of happenings)
      if (is !== "ask" && is !== "data" && "device" in one) {
        node.changed.add(one.device);
        this.nodes.keyOf(node, one.device);
      }
    return happenings.map((happening) => ({ node, happening, heard }));
  }

  /** Records, in their order. Resolves when it is durable. @throws Refusal (rejects): what is not in `done` is to be tried again */
  async record(outcomes: readonly Outcome[], done: Set<Outcome>): Promise<void> {
    const { principal, row } = this;
    const commits: Promise<unknown>[] = [];
    for (const outcome of outcomes) {
      const { node, happening, heard } = outcome;
      if (principal === undefined || done.has(outcome) || !("metrics" in happening)) continue;
      const values: Values = happening;
      const { committed } = await this.recording.record(row, principal, heard, node.part(values.device), values);
      const known = committed.then(() => done.add(outcome));
      known.catch(() => undefined); // whoever waits below hears of it
      commits.push(known);
    }
    await Promise.all(commits);
  }
  /** Presence, and births that are asked for; then all that has changed is stored. Resolves when it is durable. */
  async settle(outcomes: readonly Outcome[]): Promise<void> {
    for (const { node, happening } of outcomes) {
      if (happening.is === "ask") this.ask(node, happening.reason);
      else this.effects.present(this.row, node, happening.device, happening.is !== "died");
    }
    const ops = changesOf(this.row.uid, this.nodes, this.names, this.now().wall);
    if (ops.length === 0) return;
    this.needs.commits.batch.ops.push(...ops);
    await this.needs.commits.durable();
  }
  /** @returns why it could not */
  readonly ask = (node: HostNode, reason: string): Refusal | null =>
    this.effects.ask(this.row, this.principal, node, reason);
  private now(): Moment {
    const { clock } = this.needs;
    return { steady: clock.steady(), wall: clock.micros() };
  }
}
