import { stringify } from "yaml";
import { typeNamed } from "../../measure/types.ts";
import { isDeviceId, isSlug } from "../../topic/grammar.ts";
import type { HostedDevice, HostedField, HostedProduct, HostedWorkspace } from "./hosted.ts";

/** What of the hosted platform becomes a fleet file, and what cannot. */
export interface Moved {
  /** A fleet file: it can be applied again. */
  readonly text: string;
  readonly products: readonly HostedProduct[];
  readonly devices: readonly HostedDevice[];
  /** What is left out, and why, a line each. */
  readonly left: readonly string[];
}

/** @param here the workspace, and the address of who is to own it; null: nobody */
export function fleetOf(
  { id, name }: HostedWorkspace,
  { slug, owner }: { readonly slug: string; readonly owner: string | null },
  products: readonly HostedProduct[],
  devices: readonly HostedDevice[],
): Moved {
  const left: string[] = [];
  const good = products.filter((one) => fits(one, left));
  const slugs = new Set(good.map((one) => one.slug));
  const moved = devices.filter((one) => deviceFits(one, slugs, left));
  const workspaces = [
    {
      slug,
      uuid: id,
      name,
      products: good.map((one) =>
        productEntry(
          one,
          moved.filter(({ product }) => product?.slug === one.slug),
          left,
        ),
      ),
    },
  ];
  const users = owner === null ? [] : [{ email: owner, workspaces: { [slug]: "owner" } }];
  return { text: stringify({ workspaces, ...(users.length > 0 && { users }) }), products: good, devices: moved, left };
}

function fits({ slug, name }: HostedProduct, left: string[]): boolean {
  if (isSlug(slug)) return true;
  left.push(`product ${name}: its slug ${JSON.stringify(slug)} is none here`);
  return false;
}
function deviceFits({ id, product }: HostedDevice, slugs: ReadonlySet<string>, left: string[]): boolean {
  if (!isDeviceId(id)) left.push(`device ${JSON.stringify(id)}: this is no device id here`);
  else if (product == null || !slugs.has(product.slug)) left.push(`device ${id}: its product is not moved`);
  else return true;
  return false;
}

function productEntry(
  { id, slug, name, lastHeardThreshold, measurementFields }: HostedProduct,
  devices: readonly HostedDevice[],
  left: string[],
) {
  return {
    slug,
    uuid: id,
    name,
    ...(lastHeardThreshold != null &&
      lastHeardThreshold > 0 && { online_timeout: Math.round(lastHeardThreshold * 60) }),
    fields: (measurementFields ?? []).flatMap((one) => fieldEntry(slug, one, left)),
    devices: devices.map(deviceEntry),
  };
}
function fieldEntry(product: string, given: HostedField, left: string[]) {
  const type = typeNamed(given.fieldType);
  if (type === undefined) {
    left.push(`field ${product}/${given.fieldName}: there is no type ${given.fieldType}`);
    return [];
  }
  const { id, fieldName, verboseFieldName, unit, description, active, role, semantic } = given;
  return [
    {
      id: fieldName.toUpperCase(),
      uuid: id,
      type,
      ...(verboseFieldName && { name: verboseFieldName }),
      ...(unit && { unit }),
      ...(description && { description }),
      ...(active === false && { active: false }),
      ...(role && { role: role.toLowerCase() }),
      ...(semantic && { semantic: semantic.toLowerCase() }),
    },
  ];
}
function deviceEntry({ id, verboseName, serialNumber, location, tags, metadata }: HostedDevice) {
  const about = metadataOf(metadata);
  return {
    id,
    ...(verboseName && { name: verboseName }),
    ...(serialNumber && serialNumber !== id && { serial: serialNumber }),
    tags: (tags ?? []).filter((tag) => tag != null),
    ...(location && { location }),
    ...(about && { metadata: about }),
  };
}
function metadataOf(text: string | null | undefined): object | null {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null && Object.keys(value).length > 0 ? value : null;
  } catch {
    return null;
  }
}
