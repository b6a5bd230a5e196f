import type { Chance } from "./chance.ts";
import { demoDashboards } from "./dashboards.ts";
import { DEMO_PRODUCTS, type DemoField } from "./products.ts";

/** The devices of the demo fleet: what they are, where, and how they behave. */

export interface DemoDevice {
  readonly product: string;
  readonly id: string;
  readonly name: string;
  readonly serial: string;
  readonly tags: readonly string[];
  readonly location: string;
  readonly fields: readonly DemoField[];
  /** How it is: most are well; some have been silent for so many hours; some were never heard. */
  readonly silent: number | "always" | null;
  /** Times without a word: hours before now, from and to. */
  readonly gaps: readonly (readonly [from: number, to: number])[];
}

const SITES = [
  ["plant-1", "Plant 1, Hamburg"],
  ["plant-2", "Plant 2, Leipzig"],
  ["headquarters", "Headquarters, Berlin"],
  ["warehouse", "Warehouse, Kassel"],
] as const;

/** The devices, shared out among the products. @param count how many, at least one */
export function demoDevices(count: number, chance: Chance): DemoDevice[] {
  const order = DEMO_PRODUCTS.flatMap((product) => Array.from({ length: product.share }, () => product));
  return Array.from({ length: count }, (_, n) => {
    const product = chance.pick(order);
    const [tag, place] = chance.pick(SITES);
    const floor = chance.whole(0, 4);
    const number = String(n + 1).padStart(4, "0");
    const roll = chance.next();
    return {
      product: product.slug,
      id: `${product.slug.slice(0, 2)}-${number}`,
      name: `${chance.pick(product.names)} ${floor}.${chance.whole(1, 40)}`,
      serial: `FC${chance.whole(100000, 999999)}-${number}`,
      tags: [tag, ...(chance.next() < 0.3 ? ["critical"] : []), ...(chance.next() < 0.1 ? ["maintenance"] : [])],
      location: `${place}, floor ${floor}`,
      fields: product.fields,
      silent: roll < 0.02 ? "always" : roll < 0.07 ? chance.whole(2, 200) : null,
      gaps: chance.next() < 0.15 ? [gapOf(chance)] : [],
    };
  });
}

function gapOf(chance: Chance): readonly [number, number] {
  const from = chance.whole(20, 700);
  return [from, from - chance.whole(3, 18)];
}

/**
 * The fleet file that makes them (docs/fleet-file.md); JSON is YAML, too.
 * @param owners addresses of the users who own the workspace
 */
export function demoFleetFile(workspace: string, devices: readonly DemoDevice[], owners: readonly string[]): string {
  const products = DEMO_PRODUCTS.map(({ slug, name, fields }) => ({
    slug,
    name,
    fields: fields.map(({ course: _, ...field }) => field),
    devices: devices
      .filter((device) => device.product === slug)
      .map(({ id, name: called, serial, tags, location }) => ({ id, name: called, serial, tags: [...tags], location })),
  }));
  const users = owners.map((email) => ({ email, workspaces: { [workspace]: "owner" } }));
  const dashboards = demoDashboards(devices);
  return JSON.stringify({ workspaces: [{ slug: workspace, name: "Demo", products, dashboards }], users });
}
