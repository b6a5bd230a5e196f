import { checksumOf, retainedParts, seriesParts } from "../ingest/checksum.ts";
import type { NodeState } from "../http/instance/port.ts";
import type { Seq } from "../store/ports.ts";
import type { Engine } from "./engine.ts";

const LOOK_MS = 10;

/**
 * What this server has made of the log, in checksums. Looks at everything there is in one turn.
 * @param at the row that is to have taken effect @param ms how long that is waited for: the state says how far it is
 */
export async function stateOf(
  { hub, series, ingest, broker, directory }: Engine,
  at: Seq,
  ms: number,
): Promise<NodeState> {
  const end = performance.now() + ms;
  while (hub.fannedSeq < at && performance.now() < end) await Bun.sleep(LOOK_MS);
  return {
    position: hub.fannedSeq,
    parts: {
      series: checksumOf(seriesParts(series)),
      retained: checksumOf(retainedParts(ingest.commits.retained)),
      sessions: checksumOf(broker.elsewhere?.owners.parts() ?? []),
      presence: checksumOf(presenceParts(broker, directory)),
      shares: checksumOf(shareParts(hub)),
    },
  };
}

/** Who is in which part of a shared subscription. */
function* shareParts({ shares }: Engine["hub"]): Generator<string> {
  for (const one of shares.parts?.telling.weights.all() ?? []) yield JSON.stringify(one);
}
function* presenceParts({ presence }: Engine["broker"], directory: Engine["directory"]): Generator<string> {
  for (const product of directory.products())
    for (const device of product.devicesById.values()) {
      const { number, connected } = presence.of(device);
      if (number > 0) yield `${device.row.uid} ${number} ${connected}`;
    }
}
