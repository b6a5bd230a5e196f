import { Refusal } from "../base/errors.ts";
import type { Log } from "../base/types.ts";
import { NatsBus } from "../cluster/nats.ts";
import { natsAddress } from "../cluster/nats-address.ts";
import type { Config } from "../config/settings.ts";
import { firstLine } from "./people.ts";

type BusConfig = Pick<Config, "bus" | "busSecretFile" | "cluster">;

function addressOf({ bus, busSecretFile, cluster }: BusConfig) {
  if (bus === null) return null;
  if (!cluster) throw new Refusal("invalid_config", "--bus is for several active servers on one store: --cluster on.");
  return natsAddress(bus, busSecretFile === null ? null : firstLine(busSecretFile));
}

/** Looks at what the settings say of a bus. @throws Refusal invalid_config */
export function checkBus(config: BusConfig): void {
  addressOf(config);
}

/**
 * The bus of the nodes of a store, which connects by itself; null: there is to be none.
 * @param channel see SharedStore @throws Refusal invalid_config
 */
export function openBus(config: BusConfig, channel: string, log: Log): NatsBus | null {
  const address = addressOf(config);
  return address && new NatsBus({ ...address, channel, onNotice: (text) => log.warn({}, text) });
}
