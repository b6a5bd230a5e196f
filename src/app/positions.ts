import type { Operations } from "../admin/operations.ts";
import type { FleetRevisions, News, PositionsPort, Seq } from "../store/ports.ts";
import { Told } from "../store/record.ts";
import type { Stores } from "../store/stores.ts";
import { Behind } from "./behind.ts";
import type { ClusterNode } from "./cluster.ts";
import type { Engine } from "./engine.ts";

/** ms between two looks at how far this node is. */
const LOOK_MS = 5;

type Shared = Pick<Stores, "fleet" | "shared">;

/** Up to where this node and all of them have the log; undefined: it is alone. */
export function positionsOf(
  { fleet: { revisions }, shared }: Shared,
  { ingest, hub }: Pick<Engine, "ingest" | "hub">,
): PositionsPort | undefined {
  const everywhere = shared()?.everywhere;
  if (everywhere === undefined || !revisions) return undefined;
  const behind = new Behind(
    () => hub.fannedSeq,
    (fn) => void setTimeout(fn, LOOK_MS),
  );
  return {
    get committed() {
      return ingest.commits.nextSeq - 1;
    },
    get told() {
      return revisions.position;
    },
    reached: (seq) => behind.reached(seq),
    everywhere: (seq) => everywhere.applied(seq),
  };
}
/** What commands change is known everywhere when they are answered, as what is changed over HTTP. */
export function knownEverywhere(operations: Operations, positions: PositionsPort | undefined): Operations {
  if (positions === undefined) return operations;
  const waiting = Object.entries(operations).map(([name, operation]) => {
    const asked = async (input: unknown): Promise<unknown> => {
      const before = positions.told;
      const answer: unknown = await operation(input as never); // as its table says, which checks it
      if (positions.told > before) await positions.everywhere(positions.told);
      return answer;
    };
    return [name, asked];
  });
  return Object.fromEntries(waiting) as Operations; // the same operations
}

/**
 * Follows the log, of the fleet, too, and takes part. Resolves when this node has all that was answered as known everywhere.
 * @param applied the last row that is in what was loaded
 */
export async function takePart(
  cluster: ClusterNode,
  stores: Pick<Stores, "fleet" | "accounts">,
  { hub }: Pick<Engine, "hub">,
  applied: Seq,
): Promise<void> {
  cluster.hear(fleetHearer(cluster, stores.fleet.revisions ?? null));
  await cluster.join(applied);
  // a change of nothing: a server that had the fleet for itself before, and only slept, changes nothing of it any more
  if (cluster.members.live.size === 1) await stores.accounts.change([{ op: "sign_in_used", hash: "", lastUsed: 0 }]);
  const behind = await cluster.store.everywhere.begin(hub.fannedSeq);
  while (hub.fannedSeq < behind) await Bun.sleep(LOOK_MS);
}

/** Who hears what the log tells of the fleet: it takes effect here before anything behind it does, and then the other nodes are told. */
function fleetHearer(
  cluster: ClusterNode,
  revisions: FleetRevisions | null,
): (news: News) => Promise<void> | undefined {
  return ({ what, body, seq }) => {
    if (what !== Told.Fleet || revisions === null) return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    revisions.heard(body).then(
      () => {
        cluster.store.everywhere.tell(seq);
        resolve();
      },
      // nothing behind it may take effect
      (error: unknown) => cluster.failed(new Error("The fleet is not what the log says.", { cause: error })),
    );
    return promise;
  };
}
