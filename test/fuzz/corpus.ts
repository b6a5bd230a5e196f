import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { encode, type Packet, type Qos, type Version } from "../../src/codec/index.ts";
import { arbitraryPacket } from "../../src/codec/packets.testing.ts";
import { connectOf, publishOf, willOf } from "../../src/broker/rig.testing.ts";

export const VERSIONS: readonly Version[] = [3, 4, 5];
const VECTORS = join(import.meta.dir, "..", "..", "src", "codec", "vectors");
const RANDOM_PACKETS = 400;

/** Valid packets to begin with, by version: any that may be sent, and those of a client of the broker's test rig. */
export interface Corpus {
  readonly any: ReadonlyMap<Version, readonly Uint8Array[]>;
  readonly client: ReadonlyMap<Version, readonly Uint8Array[]>;
}

export function makeCorpus(seed: number): Corpus {
  const any = new Map<Version, readonly Uint8Array[]>();
  const client = new Map<Version, readonly Uint8Array[]>();
  for (const version of VERSIONS) {
    const random = fc.sample(arbitraryPacket(version), { seed, numRuns: RANDOM_PACKETS });
    any.set(version, [...random.map((packet) => encode(version, packet)), ...vectors(version)]);
    client.set(
      version,
      clientPackets(version).map((packet) => encode(version, packet)),
    );
  }
  return { any, client };
}

/** The legal byte sequences of src/codec/vectors. */
function vectors(version: Version): Uint8Array[] {
  const files = readdirSync(VECTORS).filter((name) => name.endsWith(".json"));
  const all = files.flatMap(
    (name) =>
      JSON.parse(readFileSync(join(VECTORS, name), "utf8")) as { version: number; hex: string; packet?: object }[], // see vectors.test.ts
  );
  return all
    .filter((vector) => vector.version === version && vector.packet !== undefined)
    .map(({ hex }) => new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex")));
}

/** A CONNECT that logs in at the rig. */
export function helloOf(version: Version, clientId: string, clean: boolean, expiry: number, will: boolean): Uint8Array {
  const properties =
    version === 5 ? { properties: { sessionExpiryInterval: expiry, receiveMaximum: 3, topicAliasMaximum: 5 } } : {};
  const last = will ? { will: willOf("7", version === 5 ? 3 : 0) } : {};
  return encode(version, connectOf({ version, clientId, cleanStart: clean, keepAlive: 30, ...properties, ...last }));
}

const TOPICS = [
  "dtck-pub/p/d1/T",
  "dtck-pub/kept/d2/t",
  "dtck-pub/p/d1",
  "free/a/b",
  "free/a",
  "$SYS/x",
  "dtck/p/d1/T",
];
const FILTERS = [
  "dtck/p/+/T",
  "dtck/#",
  "#",
  "+/+",
  "free/#",
  "$share/g/free/#",
  "dtck/kept/*/t",
  "dtck-errors/#",
  "$SYS/#",
];
const QOS: readonly Qos[] = [0, 1, 2];

function clientPackets(version: Version): Packet[] {
  const v5 = version === 5;
  const publishes = TOPICS.flatMap((topic) =>
    QOS.map((qos) =>
      publishOf(topic, topic.endsWith("d1") ? '{"T":1}' : "1", {
        qos,
        retain: topic.startsWith("free"),
        ...(qos > 0 && { packetId: 1 + (topic.length % 4) }),
        ...(v5 && qos > 0 && { properties: { topicAlias: 1 + (topic.length % 3), userProperties: [["a", "b"]] } }),
      }),
    ),
  );
  const options = { noLocal: false, retainAsPublished: v5, retainHandling: 0 } as const;
  const subscribes = FILTERS.map((filter, i): Packet => {
    const subscriptions = [{ filter, qos: QOS[i % 3] ?? 0, ...options }];
    return {
      type: "subscribe",
      packetId: i + 1,
      subscriptions,
      ...(v5 && { properties: { subscriptionIdentifier: i + 1 } }),
    };
  });
  const acks = (["puback", "pubrec", "pubrel", "pubcomp"] as const).flatMap((type) =>
    [1, 2, 3].map((packetId): Packet => ({ type, packetId, reasonCode: 0 })),
  );
  return [
    ...publishes,
    ...subscribes,
    ...acks,
    { type: "unsubscribe", packetId: 9, filters: ["#", "dtck/#", "$share/g/free/#"] },
    { type: "pingreq" },
    { type: "disconnect", reasonCode: 0 },
    ...(v5 ? [{ type: "disconnect", reasonCode: 4 } satisfies Packet] : []),
  ];
}
