import type { Metrics } from "../base/metrics.ts";
import type { Clock, Log } from "../base/types.ts";
import type { Sandbox } from "../decoders/sandbox.ts";
import type { Directory } from "../fleet/directory.ts";
import type { FleetService } from "../fleet/service.ts";
import type { Ingest } from "../ingest/ingest.ts";
import type { InboundStore, StoreOp } from "../store/ports.ts";
import { Arrivals } from "./inbound/arrivals.ts";
import { Decoding } from "./inbound/decode.ts";
import type { CurrentValue } from "./inbound/globals.ts";
import { follow } from "./inbound/following.ts";
import { Inbound } from "./inbound/inbound.ts";
import { type Passed, UnitWork } from "./inbound/work.ts";
import { Making } from "./inbound/making.ts";
import { MappedWork } from "./inbound/mapped.ts";
import { Onboarding } from "./inbound/onboarding.ts";
import { passEvent } from "./inbound/pass-event.ts";
import { passBody } from "./inbound/pass.ts";
import { Passes } from "./inbound/passes.ts";
import { Storing } from "./inbound/storing.ts";
import { Suggestions } from "./inbound/suggestions.ts";
import { Stopped } from "./tryout/stopped.ts";
import { TryOut } from "./tryout/tryout.ts";
import { DevEuis } from "./lorawan/dev-euis.ts";

interface Needs {
  readonly directory: Directory;
  readonly fleet: FleetService;
  readonly ingest: Ingest;
  readonly store: InboundStore;
  readonly sandbox: Pick<Sandbox, "call" | "on" | "isOff">;
  /** Where scripts are tried: what hangs there holds up no device. */
  readonly trying: Pick<Sandbox, "call">;
  readonly current: CurrentValue;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly root: string;
}

/** What comes in by other ways than MQTT and records over HTTP. */
export interface InboundParts {
  readonly inbound: Inbound;
  readonly passes: Passes;
  readonly suggestions: Suggestions;
  /** Tries decoders, and stores nothing. */
  readonly tryOut: TryOut;
  /** Which decoders the sandbox has stopped. */
  readonly stopped: Stopped;
  /** For other ways in: makes what is missing, and shows what came. */
  readonly making: Making;
  readonly passed: Passed;
  /** To be called about once a second: hands passes and suggestions over to the store. */
  tick(): void;
}

/** Bytes of a body from which a pass is made at once. */
const LARGE = 4096;
/** Most devices of one pass in whose lists it stands. */
const MOST_DEVICES = 20;

/** Builds the way in for integrations, and reads what the store has of it. */
export async function openInbound(needs: Needs): Promise<InboundParts> {
  const { directory, ingest, store, clock, metrics, log } = needs;
  const { commits } = ingest;
  const operation = (op: StoreOp) => commits.operation(op);
  const [arrivals, suggestions] = [new Arrivals(), new Suggestions()];
  for await (const rows of store.arrivals()) arrivals.load(rows);
  for await (const rows of store.suggestions()) suggestions.load(rows);
  const passes = new Passes({ operation, durable: () => commits.durable(), read: (query) => store.readPasses(query) });
  const passed: Passed = (unit, end, devices) => {
    const { incoming, product, workspace } = unit;
    const uids = devices.slice(0, MOST_DEVICES).map(({ row }) => row.uid);
    const made = () => passBody(incoming, product, end, uids);
    const large = incoming.body.length > LARGE ? made() : null; // not held until it is written
    const owner = { workspace, product: product?.row.uid ?? 0, devices: uids };
    metrics.passes.set(end.outcome, (metrics.passes.get(end.outcome) ?? 0) + 1);
    ingest.eventLog.show(() => passEvent(unit, end, devices));
    passes.note({ time: clock.micros(), ...owner, body: large === null ? made : () => large });
  };
  const stopped = new Stopped(directory, needs.sandbox);
  const now = () => Math.floor(clock.micros() / 1000);
  const decoding = new Decoding({ ...needs, now });
  const tried = { sandbox: needs.trying, decoding: new Decoding({ ...needs, sandbox: needs.trying, now }) };
  const devEuis = new DevEuis(directory);
  const making = new Making(needs.fleet, suggestions, log);
  const onboarding = new Onboarding(directory, making);
  const work = new UnitWork({
    storing: new Storing({ each: ingest.each, making, clock, root: needs.root }),
    decoding,
    arrivals,
    suggestions,
    clock,
    log,
    passed,
  });
  const mapped = new MappedWork({ directory, work, onboarding, suggestions, clock, passed });
  const inbound = new Inbound({ directory, work, mapped, suggestions, devEuis, onboarding, clock, passed });
  follow({ directory, stopped }, passes, suggestions);
  return {
    inbound,
    passes,
    suggestions,
    stopped,
    making,
    passed,
    tryOut: new TryOut({ ...needs, ...tried, passes, devicesWith: (devEui) => devEuis.find(devEui) }),
    tick() {
      // what waits for a store that does not take it would only grow
      if (commits.failing) return;
      passes.flush();
      for (const op of suggestions.take()) operation(op);
    },
  };
}
