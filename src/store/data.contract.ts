import { afterEach, beforeEach, describe } from "bun:test";
import { storeContract } from "./contract/store.contract.ts";
import { logContract } from "./contract/log.contract.ts";
import { writingContract } from "./contract/writing.contract.ts";
import { seriesContract } from "./contract/series.contract.ts";
import { retentionContract } from "./contract/retention.contract.ts";
import { sessionsContract } from "./contract/sessions.contract.ts";
import { retainedContract } from "./contract/retained.contract.ts";
import { deviceLogContract } from "./contract/device-log.contract.ts";
import { feedContract } from "./contract/feed.contract.ts";
import { inboundContract } from "./contract/inbound.contract.ts";
import { alertsContract } from "./contract/alerts.contract.ts";
import { journalContract } from "./contract/journal.contract.ts";
import { World } from "./contract/world.contract.ts";
import { contractModel, type DataStorePlace } from "./data.model.ts";

/**
 * What every body of the ports of data promises, port by port; run by each body's own test file.
 * @param lives of any kind that are lived through: fewer where an opening costs more @param isShared several nodes may share it
 */
export function dataStoreContract(
  name: string,
  make: () => Promise<DataStorePlace>,
  { lives = 25, isShared = false }: { readonly lives?: number; readonly isShared?: boolean } = {},
): void {
  describe(`${name}: DataStore contract`, () => {
    const world = new World(make);
    beforeEach(() => world.begin());
    afterEach(() => world.end());
    describe("of an engine as a whole", () => storeContract(world, isShared));
    describe("LogStore", () => logContract(world));
    describe("SeriesStore: what is written", () => writingContract(world));
    describe("SeriesStore: what is read", () => seriesContract(world));
    describe("SeriesStore: what goes", () => retentionContract(world));
    describe("SessionStore", () => sessionsContract(world, isShared));
    describe("RetainedStore", () => retainedContract(world));
    describe("DeviceLogStore", () => deviceLogContract(world));
    describe("FeedStore", () => feedContract(world));
    describe("InboundStore", () => inboundContract(world));
    describe("JournalStore", () => journalContract(world));
    describe("AlertStore", () => alertsContract(world));
    describe("any life", () => contractModel(() => make(), lives));
  });
}
