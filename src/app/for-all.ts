import { errorText } from "../base/errors.ts";
import type { Seq } from "../store/ports.ts";
import type { Core } from "./core.ts";
import { Duty } from "./duty.ts";
import { openIntegrations } from "./integrations.ts";

/** What one node does for all. @throws Refusal what a server that is alone opens cannot be opened */
export async function forAll(core: Core): Promise<Duty> {
  const { engine, stores, cluster, log } = core;
  const duty = new Duty({
    members: cluster?.members ?? null,
    open: () => openIntegrations(core),
    async takeOver() {
      await engine.consumers.load(engine.hub.fannedSeq);
      stores.doForAll();
    },
    look: () => stores.doForAll(),
    failed(why) {
      if (cluster !== null) return cluster.failed(why);
      log.error({ error: errorText(why) }, "the server ends, start it again");
      process.exit(1);
    },
    later: (fn, ms) => void setTimeout(fn, ms).unref(),
    log,
  });
  await duty.open();
  return duty;
}

/** What is forgotten when the log may be trimmed up to a row: among several nodes, what is not in it any more. */
export function trimmed({ engine: { series, hub }, stores, cluster }: Core): (upTo: Seq) => void {
  if (cluster === null) return (upTo) => series.settled.trim(upTo);
  return () => {
    const { fannedSeq } = hub;
    const oldest = stores.data.readLog(fannedSeq, fannedSeq, 0);
    void oldest.then(({ oldest }) => series.settled.trim((oldest ?? fannedSeq + 1) - 1)).catch(() => undefined); // later, then
  };
}
