import type { ImportRow } from "../../../history/import.ts";
import { IMPORT_ROWS } from "../../../admin/measurements.ts";
import { withAccess } from "../../access.ts";
import { CommandError, UsageError } from "../../failure.ts";
import { serverSettings } from "../../folder.ts";
import { openRecorder, type Recorder } from "../../measurements/recorder.ts";
import { wholeNumber } from "../../numbers.ts";
import { Progress } from "../../progress.ts";
import { json, plural } from "../../text.ts";
import type { Io } from "../../types.ts";
import { Chance } from "./chance.ts";
import { type DemoDevice, demoDevices, demoFleetFile } from "./fleet.ts";
import { DEMO_PRODUCTS } from "./products.ts";
import { demoRows } from "./values.ts";

const SEED = 20_260_301;

/** `demo`: the fleet through the fleet file, its measurements through the import; nothing is published. */
export async function demo(io: Io, _args: readonly string[], flags: Readonly<Record<string, unknown>>) {
  const workspace = flags.workspace === undefined ? "demo" : String(flags.workspace);
  if (!/^[a-z0-9]+(?:[-_][a-z0-9]+)*$/.test(workspace) || workspace.length > 64)
    throw new UsageError(`--workspace: "${workspace}" is no slug: lower-case letters, digits and single - or _`);
  const count = wholeNumber("--devices", flags.devices, 200, 1, 10_000);
  const days = wholeNumber("--days", flags.days, 30, 1, 366);
  const settings = serverSettings(io, flags);
  const devices = demoDevices(count, new Chance(SEED));
  await withAccess(settings, { create: true }, async (access) => {
    // a product is of one workspace, and its slug of the whole instance
    const taken = (await access.call("productList")).find(
      (one) => one.workspace !== workspace && DEMO_PRODUCTS.some(({ slug }) => slug === one.slug),
    );
    if (taken !== undefined)
      throw new CommandError(`the product "${taken.slug}" is in the workspace "${taken.workspace}" already`);
    // who administers the instance looks around in it
    const owners = (await access.call("accountList")).filter(({ admin }) => admin).map(({ email }) => email);
    if (owners.length === 0)
      io.err(
        "fieldcast: nobody administers this server yet: start it once, then repeat this, and its owner will see the workspace\n",
      );
    await access.call("apply", { text: demoFleetFile(workspace, devices, owners), dryRun: false });
  });
  const recorder = await openRecorder(io, settings.data, flags);
  try {
    const stored = await record(io, recorder, devices, days);
    const summary = { workspace, devices: count, products: DEMO_PRODUCTS.length, measurements: stored };
    io.out(
      flags.json === true
        ? json(summary)
        : `The workspace "${workspace}" has ${plural(count, "device")} of ${plural(DEMO_PRODUCTS.length, "product")} ` +
            `with ${plural(stored, "measurement")} of the last ${plural(days, "day")}.\n` +
            `In the console of the running server: /console/w/${workspace}/devices\n`,
    );
    return 0;
  } finally {
    await recorder.close();
  }
}

/** @returns how many are stored */
async function record(io: Io, recorder: Recorder, devices: readonly DemoDevice[], days: number): Promise<number> {
  const progress = new Progress(io);
  const chance = new Chance(SEED + 1);
  const now = Date.now();
  let batch: ImportRow[] = [];
  let stored = 0;
  const send = async () => {
    const { stored: more, bad } = await recorder.record(batch);
    batch = [];
    stored += more;
    const [first] = bad;
    if (first !== undefined) throw new CommandError(`a measurement was not taken: ${first.message}`);
  };
  try {
    for (const [n, device] of devices.entries()) {
      for (const row of demoRows(device, now, days, chance)) {
        batch.push(row);
        if (batch.length === IMPORT_ROWS) await send();
      }
      progress.update(n / devices.length, () => plural(stored, "measurement"));
    }
    if (batch.length > 0) await send();
    return stored;
  } finally {
    progress.clear();
  }
}
