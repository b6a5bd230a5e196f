import type { AuditEntry } from "../../fleet/audit.ts";
import { Directory } from "../../fleet/directory.ts";
import { takeNote } from "../../store/note.ts";
import type { DataStore, SeriesState } from "../../store/ports.ts";
import { CommandError } from "../failure.ts";
import { mustBeUpToDate } from "../folder.ts";

/** The stores of a data folder, for a command that needs them for itself. */
interface OpenFolder {
  readonly store: DataStore;
  readonly series: readonly SeriesState[];
  /** product/device/FIELD, or its number. */
  nameOf(one: { readonly state: SeriesState }): string;
  note(entry: AuditEntry): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param place what the settings say of where its data is; null: what the folder says
 * @throws CommandError when there is nothing, or it is in use; Refusal damaged_store, newer_store
 */
export async function openFolder(folder: string, place: string | null): Promise<OpenFolder> {
  if (place !== null) takeNote(folder, place);
  const { storesIn } = await import("../../store/open.ts");
  const { fleet, data: store, maintenance, hasData } = storesIn(folder);
  if (!hasData()) throw new CommandError(`there are no measurements in ${folder}`);
  const lock = await maintenance.lock();
  if (lock === null)
    throw new CommandError(`another fieldcast uses ${folder}${await maintenance.holder()}: stop it first`);
  try {
    mustBeUpToDate(folder, maintenance);
    const directory = new Directory();
    directory.apply(await fleet.open());
    await store.open();
    const series = (await Array.fromAsync(store.series())).flat();
    return {
      store,
      series,
      nameOf({ state }) {
        const device = directory.deviceByUid(state.device);
        const field = directory.field(state.field);
        return device && field ? `${device.product.row.slug}/${device.row.id}/${field.row.id}` : `series ${state.id}`;
      },
      note: (entry) => fleet.addAudit([entry]),
      async close() {
        await store.close();
        await fleet.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
