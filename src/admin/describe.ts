import { plural } from "../base/words.ts";
import type { Directory } from "../fleet/directory.ts";
import type { DeviceNode, FieldNode } from "../fleet/nodes.ts";
import type { Taken } from "./remove.ts";

/** What a person is told before something is deleted, one sentence a line. */

const NO_WAY_BACK = "This cannot be undone.";

/** @param what `Product pump`; @param several whether it names more than one thing */
export function describe(
  what: string,
  several: boolean,
  { products, fields, devices, measurements, apiUsers, tokens }: Taken,
): string[] {
  const parts = [
    [products, "product"],
    [fields, "field"],
    [devices, "device"],
    [measurements, "measurement"],
    [apiUsers, "API user"],
    [tokens, "token"],
  ] as const;
  const told = parts.filter(([n]) => n > 0).map(([n, noun]) => plural(n, noun));
  const takes = told.length === 0 ? [] : [`This takes ${told.join(", ")}.`];
  return [
    `${what} will be deleted, with everything that belongs to ${several ? "them" : "it"}.`,
    ...takes,
    NO_WAY_BACK,
  ];
}

export function describeDevice(directory: Directory, { row, product }: DeviceNode): string[] {
  const serial = row.serial === null ? "" : `, serial ${row.serial}`;
  const holders = directory
    .apiUsersOf(product.row.workspace)
    .filter(({ grants }) => grants.some((g) => g.scope === "device" && g.device === row.uid))
    .map(({ name }) => `"${name}"`);
  return [
    `Device ${row.id} (${row.name}${serial}) of ${product.row.slug} will be deleted.`,
    `Everything measured by it goes with it (${plural(product.fields.size, "field")}), and its log.`,
    ...(holders.length > 0 ? [`Rights on it go with it; held by ${holders.join(", ")}.`] : []),
    NO_WAY_BACK,
  ];
}
export function describeField({ row, product }: FieldNode): string[] {
  return [
    `Field ${row.id} (${row.type}) of ${product.row.slug} will be deleted.`,
    `Everything measured in it goes with it, on ${plural(product.devicesById.size, "device")}.`,
    NO_WAY_BACK,
  ];
}
