import { expect, test } from "bun:test";
import fc from "fast-check";
import type { FeedHandler } from "../feed/consumer.ts";
import { RecordReader, Told } from "../store/record.ts";
import { Nodes } from "./nodes.testing.ts";
import { type FakeWire, publishOf, type Rig } from "./rig.testing.ts";

const NAME = "webhook";

/** A consumer that takes its time: `done` when the test says so. */
class Taker implements FeedHandler {
  readonly seqs: number[] = [];
  /** Up to where it has handled what it was given. */
  handled = 0;
  private waiting: (() => void)[] = [];
  constructor(private readonly quick: boolean) {}

  rows(...[rows, done]: Parameters<FeedHandler["rows"]>): void {
    while (rows.next()) this.seqs.push(rows.seq);
    const last = this.seqs.at(-1) ?? 0;
    this.waiting.push(() => {
      this.handled = last;
      done();
    });
    if (this.quick) this.settle();
  }
  gap(): void {
    throw new Error("nothing is left out");
  }
  settle(): void {
    for (const fn of this.waiting.splice(0)) fn();
  }
}

/** Rows that consumers are given, of all that were committed. */
function rowsOf(rigs: readonly Rig[]): number[] {
  const found: number[] = [];
  for (const { store } of rigs)
    for (const { blob, firstSeq } of store.commits) {
      const reader = blob === null ? null : new RecordReader(blob, firstSeq);
      while (reader?.next()) if (reader.isMeasurement || reader.isMessage) found.push(reader.seq);
    }
  return found.sort((a, b) => a - b);
}
const positionOf = (rig: Rig): number => rig.store.data.consumers.get(NAME)?.position ?? -1;

/**
 * Three nodes; the first one has the duty, and the second one begins when it hears that the first one is gone.
 * @param quick whether the former handles at once what it is given
 * @param holds whether rows behind that wait until it has begun
 */
async function world(quick: boolean, holds = false) {
  const nodes = new Nodes(3);
  const [one, two, three] = nodes.rigs as [Rig, Rig, Rig];
  const wires: FakeWire[] = [];
  for (const [i, rig] of nodes.rigs.entries()) wires.push(await rig.login({ clientId: `c${i}` }));
  await nodes.settle();
  const [former, next] = [new Taker(quick), new Taker(true)];
  await one.consumers.load(one.hub.fannedSeq);
  one.consumers.open(NAME, former);
  await one.pass(0);
  const begun = { from: -1 };
  const heard = two.hub.heard;
  two.hub.heard = (news) => {
    if (news.what !== Told.NodeGone) return heard(news);
    const begins = Promise.resolve().then(async () => {
      begun.from = positionOf(two);
      await two.consumers.load(two.hub.fannedSeq);
      two.consumers.open(NAME, next);
    });
    return holds ? begins : undefined;
  };
  let packetId = 0;
  const publish = async (node: number): Promise<void> => {
    const topic = `dtck-pub/p/d${1 + (packetId % 2)}/T`;
    wires[node - 1]?.send(publishOf(topic, `${packetId}`, { qos: 1, packetId: ++packetId }));
    await nodes.rigs[node - 1]?.pass(0);
  };
  const gone = (): void => {
    three.ingest.commits.news(Told.NodeGone, [1, 1]);
    three.ingest.commits.poke();
  };
  return { nodes, one, two, three, former, next, begun, publish, gone };
}

const anAct = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant("publish"), node: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant("tell"), node: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("done"), node: fc.constant(1) }) },
);

test("property: who takes over the duty gives consumers every row behind what was handled, in order, wherever the former died", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anAct, { maxLength: 25 }),
      fc.array(anAct, { maxLength: 25 }),
      fc.boolean(),
      fc.boolean(),
      async (before, after, quick, holds) => {
        const { nodes, one, two, three, former, next, begun, publish, gone } = await world(quick, holds);
        const start = positionOf(one);
        for (const { act, node } of before) {
          if (act === "publish") await publish(node);
          else if (act === "tell") await nodes.tell(node, 1 + (node % 2));
          else former.settle();
        }
        // it dies here: what it has committed is there, and it says nothing more
        const all = rowsOf(nodes.rigs);
        expect(former.seqs).toEqual(all.filter((seq) => seq > start).slice(0, former.seqs.length));
        expect(positionOf(two)).toBeLessThanOrEqual(Math.max(start, former.handled));
        gone();
        await three.pass(0);
        for (const { act, node } of after) {
          if (node === 1) continue;
          if (act === "publish") await publish(node);
          else await nodes.tell(node, 1 + (after.length % 4));
        }
        for (let round = 0; round < 5; round++) {
          await nodes.tell(2);
          await nodes.tell(3);
          await two.pass(2);
        }
        expect(begun.from).toBeGreaterThanOrEqual(start);
        expect(next.seqs).toEqual(rowsOf(nodes.rigs).filter((seq) => seq > begun.from));
        for (const { failures } of nodes.rigs) expect(failures).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});

test("a node without the duty stores no places, and hears rows only for those who are there", async () => {
  const { nodes, two, three, publish } = await world(true);
  for (const node of [1, 2, 3]) await publish(node);
  await nodes.settle();
  const places = ({ store }: Rig) => store.commits.flatMap(({ ops }) => ops).filter(({ op }) => op === "consumer_put");
  expect([places(two), places(three)]).toEqual([[], []]);
  expect([two.hub.hears(1), nodes.rigs[0]?.hub.hears(1)]).toEqual([false, true]);
});
