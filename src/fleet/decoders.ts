import type { Directory } from "./directory.ts";
import type { DeviceNode, ProductNode } from "./nodes.ts";
import type { ConfigurationField, ConfigurationValue, ConfigurationValueOf, Decoder } from "./types.ts";

/** What integrations ask of the fleet. */

/** The decoder version in force; null: the product has none, and what comes is read as it is. Its row never changes. */
export function productDecoder(directory: Directory, { row }: ProductNode): Decoder | null {
  return row.decoder === undefined ? null : decoderVersion(directory, row.uid, row.decoder);
}
/** @param product its uid. @returns null: there is no such version (any more) */
export function decoderVersion(directory: Directory, product: number, number: number): Decoder | null {
  return directory.named("decoder", product, String(number)) ?? null;
}
/** All that are kept, oldest first. @param product its uid */
export function decoderVersions(directory: Directory, product: number): Decoder[] {
  return directory.childrenOf("decoder", "product", product).sort((a, b) => a.number - b.number);
}

/** The configuration fields of a product, in the order in which they came. @param product its uid */
export function configurationFields(directory: Directory, product: number): ConfigurationField[] {
  return directory.childrenOf("configurationField", "product", product);
}
/** The value that a device has itself; undefined: the product's default holds. Both by uid. */
export function ownConfiguration(directory: Directory, device: number, field: number): ConfigurationValue | undefined {
  return directory.named("configurationValue", device, String(field));
}
/** The configuration of a device, as scripts read it: its own values, otherwise the product's defaults; what has neither is null. */
export function configurationOf(
  directory: Directory,
  { row }: DeviceNode,
): Readonly<Record<string, ConfigurationValueOf | null>> {
  const fields = configurationFields(directory, row.product);
  return Object.fromEntries(
    fields.map((field) => [field.id, ownConfiguration(directory, row.uid, field.uid)?.value ?? field.default]),
  );
}
