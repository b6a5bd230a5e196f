import type { MessageLimits } from "../ingest/free-messages.ts";
import { MemoryData } from "../store/memory/data.ts";
import type { StoredPresence, TailRecord } from "../store/ports.ts";
import { Kind, RecordReader, RecordWriter, Told } from "../store/record.ts";
import { digestOf } from "./nodes/digest.ts";
import { type FakeWire, Rig } from "./rig.testing.ts";

/** Several brokers on one store, of which the test says when one is told of what the others committed. Their epochs are their numbers. */
export class Nodes {
  private readonly data = new MemoryData();
  private readonly nodes: { rig: Rig; told: number; read: number; isDead: boolean; epoch: number }[] = [];
  private readonly log: TailRecord[] = [];

  /** @param messages bounds of retained messages; none by default */
  constructor(count: number, messages?: MessageLimits) {
    for (let number = 1; number <= count; number++) {
      this.data.sessions.live.add(number);
      const bounds = messages ? { messages } : {};
      const live = Array.from({ length: count }, (_, i) => [i + 1, i + 1] as const);
      const node = { number, data: this.data, live };
      const rig = new Rig({ maxConnections: 1000 }, { freeTopics: true, node, ...bounds });
      this.nodes.push({ rig, told: 0, read: 0, isDead: false, epoch: number });
    }
  }
  get rigs(): readonly Rig[] {
    return this.nodes.map(({ rig }) => rig);
  }
  /** What the store has of devices' connections, by uid. */
  get presence(): ReadonlyMap<number, StoredPresence> {
    return this.data.deviceLog.presence;
  }
  /** Stored rows of shared subscriptions. */
  get groups(): number[] {
    return [...this.data.sessions.values()].flatMap(({ session }) =>
      session.principal.startsWith("g:") ? [session.id] : [],
    );
  }
  /** All that was committed, and so is in the log. */
  get records(): readonly { readonly firstSeq: number; readonly body: Uint8Array }[] {
    this.gather();
    return this.log.map(({ firstSeq, body, node }) => ({ firstSeq, node, body: body ?? new Uint8Array(0) }));
  }
  /** All are gone; a server goes on alone with what they have stored. */
  async alone(): Promise<Rig> {
    for (const i of this.nodes.keys()) this.kill(i + 1);
    const rig = new Rig({ maxConnections: 1000 }, { freeTopics: true, alone: this.data });
    rig.now = Math.max(...this.nodes.map((one) => one.rig.now));
    await rig.begin(0);
    return rig;
  }
  /** Those that were not killed. */
  get alive(): readonly Rig[] {
    return this.nodes.flatMap(({ rig, isDead }) => (isDead ? [] : [rig]));
  }
  /** What the store has of sessions: their numbers. */
  get stored(): number[] {
    return [...this.data.sessions.keys()];
  }
  /** A node is no more, whatever it was about to commit; the log says so. @param isMissed otherwise it does not, yet */
  kill(number: number, isMissed = true): void {
    this.gather();
    const node = this.nodes[number - 1];
    if (!node) return;
    node.isDead = true;
    if (!isMissed) return;
    this.data.sessions.live.delete(number);
    const writer = new RecordWriter();
    writer.note(Told.NodeGone, [number, node.epoch]);
    const body = writer.finish();
    const { firstSeq } = this.data.apply({ blob: body, count: 1, ops: [] });
    this.log.push({ firstSeq, count: 1, node: 0, body });
  }
  /** One that was killed begins again. */
  async revive(number: number): Promise<Rig> {
    this.gather();
    const node = this.nodes[number - 1];
    if (!node?.isDead) throw new Error("it is there");
    const isKnown = (n: number): boolean => this.data.sessions.live.has(n);
    const live = this.nodes.flatMap(({ epoch }, i) => (isKnown(i + 1) ? [[i + 1, epoch] as const] : []));
    const epoch = Math.max(...this.nodes.map((one) => one.epoch)) + 1;
    const facts = { number, data: this.data, live, kept: isKnown(number) || live.length === 0, epoch };
    const rig = new Rig({ maxConnections: 1000 }, { freeTopics: true, node: facts });
    rig.now = Math.max(...this.nodes.map((one) => one.rig.now));
    Object.assign(node, { rig, told: this.log.length, read: 0, isDead: false, epoch });
    await rig.begin(epoch);
    return rig;
  }
  /** What the nodes committed since comes into the log, in its order. */
  private gather(): void {
    const found: TailRecord[] = [];
    for (const [i, node] of this.nodes.entries()) {
      if (node.isDead) continue;
      const { commits } = node.rig.store;
      for (const { blob, count, firstSeq } of commits.slice(node.read))
        if (blob !== null) found.push({ firstSeq, count, node: i + 1, body: blob.slice() });
      node.read = commits.length;
    }
    this.log.push(...found.sort((a, b) => a.firstSeq - b.firstSeq));
  }
  /** The node of the last login of a session's key that the log tells of; 0: it tells of none. */
  lastLogin(key: string): number {
    let last = 0;
    for (const { firstSeq, body, node } of this.log) {
      const reader = new RecordReader(body ?? new Uint8Array(0), firstSeq);
      while (reader.next())
        if (reader.kind === Kind.Note && reader.id === Told.Login && `${reader.numbers}` === `${digestOf(key)}`)
          last = node;
    }
    return last;
  }
  /** A node is told of the next records. */
  async tell(number: number, most = Number.POSITIVE_INFINITY): Promise<void> {
    this.gather();
    const node = this.nodes[number - 1];
    if (!node || node.isDead) return;
    for (const record of this.log.slice(node.told).slice(0, most)) {
      node.told++;
      node.rig.turns?.record(record.node === number ? { ...record, body: null } : record);
    }
    await node.rig.pass(0);
  }
  /** Everything that is under way arrives everywhere. */
  async settle(): Promise<void> {
    for (let rounds = 0, before = -1; this.log.length !== before && rounds < 20; rounds++) {
      before = this.log.length;
      for (const rig of this.alive) await rig.pass(0);
      for (const i of this.nodes.keys()) await this.tell(i + 1);
      this.gather();
    }
    for (const rig of this.alive) for (const why of rig.failures) throw why;
  }
}

/** The publishes that came, answered as a client does. */
export async function publishes(rig: Rig, wire: FakeWire): Promise<string[]> {
  const heard: string[] = [];
  for (let rounds = 0; rounds < 50; rounds++) {
    await rig.pass(0);
    const got = wire.got();
    if (got.length === 0) break;
    for (const p of got) {
      if (p.type === "publish") {
        heard.push(`${p.topic} ${new TextDecoder().decode(p.payload)} ${p.qos}${p.retain ? " R" : ""}`);
        if (p.qos === 1) wire.send({ type: "puback", packetId: p.packetId ?? 0, reasonCode: 0 });
        if (p.qos === 2) wire.send({ type: "pubrec", packetId: p.packetId ?? 0, reasonCode: 0 });
      }
      if (p.type === "pubrel") wire.send({ type: "pubcomp", packetId: p.packetId, reasonCode: 0 });
    }
  }
  return heard;
}
