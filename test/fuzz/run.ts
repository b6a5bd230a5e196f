import { BrokerTarget } from "./broker.ts";
import { feedCodec } from "./codec.ts";
import { type Corpus, makeCorpus, VERSIONS } from "./corpus.ts";
import { mutate } from "./mutate.ts";
import { Random } from "./random.ts";
import { feedFrames, feedNetwork, feedRecord } from "./web.ts";

export const LAYERS = ["codec", "broker", "web"] as const;
export type Layer = (typeof LAYERS)[number];

/** Inputs of a round, by layer: a round begins anew, so that it can be repeated alone. */
const INPUTS: Readonly<Record<Layer, number>> = { codec: 500, broker: 250, web: 100 };
/** Layers of the rounds, over and over. */
const TURNS: readonly Layer[] = ["codec", "broker", "codec", "broker", "broker", "web"];

/** What went wrong, and how to see it again. */
export class Finding extends Error {
  override readonly name = "Finding";
  constructor(seed: number, round: number, layer: Layer, input: Uint8Array, cause: unknown) {
    const what = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    const again = `npm run fuzz -- --seed ${seed} --layer ${layer} --round ${round}`;
    super(`${layer}: ${what}\nthe last input: ${Buffer.from(input).toString("hex")}\nagain: ${again}`);
  }
}

export class Fuzzer {
  private readonly corpus: Corpus;

  /** @param layers those that are attacked */
  constructor(
    readonly seed: number,
    private readonly layers: readonly Layer[] = LAYERS,
  ) {
    this.corpus = makeCorpus(seed);
  }
  /** Which layer a round attacks. */
  layerOf(round: number): Layer {
    const turns = TURNS.filter((layer) => this.layers.includes(layer));
    return turns[round % turns.length] ?? "codec";
  }
  /** One round. @returns how many inputs that were @throws Finding */
  async round(round: number): Promise<number> {
    const layer = this.layerOf(round);
    const random = new Random(this.seed, round);
    let last: Uint8Array = new Uint8Array(0);
    const tell = (bytes: Uint8Array): void => {
      last = bytes;
    };
    try {
      if (layer === "codec") this.codec(random, tell);
      else if (layer === "broker") await this.broker(random, tell);
      else await web(random, tell);
    } catch (error) {
      throw new Finding(this.seed, round, layer, last, error);
    }
    return INPUTS[layer];
  }
  private codec(random: Random, tell: (bytes: Uint8Array) => void): void {
    for (let i = 0; i < INPUTS.codec; i++) {
      const version = random.pick(VERSIONS);
      const packets = this.corpus.any.get(version) ?? [];
      const bytes = mutate(random, version, random.pick(packets), random.pick(packets));
      tell(bytes);
      feedCodec(version, bytes);
    }
  }
  private async broker(random: Random, tell: (bytes: Uint8Array) => void): Promise<void> {
    const target = await BrokerTarget.open(random, this.corpus);
    for (let i = 0; i < INPUTS.broker; i++) await target.life(random, tell);
    await target.close();
  }
}

async function web(random: Random, tell: (bytes: Uint8Array) => void): Promise<void> {
  for (let i = 0; i < INPUTS.web; i++)
    if (random.oneIn(3)) await feedNetwork(random, tell);
    else if (random.oneIn(2)) await feedRecord(random, tell);
    else feedFrames(random, tell);
}
