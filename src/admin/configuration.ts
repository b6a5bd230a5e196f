import { z } from "zod";
import { BadValues } from "../base/errors.ts";
import { CONFIGURATION_RULE, configuredOf } from "../fleet/configuration.ts";
import { configurationFields, configurationOf, ownConfiguration } from "../fleet/decoders.ts";
import type { Directory } from "../fleet/directory.ts";
import {
  configurationFieldNamed,
  configureDevice,
  createConfigurationField,
  deleteConfigurationField,
} from "../fleet/edit/configuration.ts";
import { deviceNamed, productNamed } from "../fleet/named.ts";
import type { DeviceNode, ProductNode } from "../fleet/nodes.ts";
import type { ConfigurationField, ConfigurationValueOf } from "../fleet/types.ts";
import { checked } from "./checked.ts";
import { configurationId, configurationType } from "./integration-values.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";

/** Configuration fields of products, and what devices have in them. */

/** A configuration field, as answers have it. */
export function configurationFieldShown({ id, type, name, default: fallback, unit, description }: ConfigurationField) {
  return { id, type, name, default: fallback, unit, description };
}
/** What holds for a device, and what of it is its own. */
export function deviceConfigurationShown(directory: Directory, node: DeviceNode) {
  const { row } = node;
  const fields = configurationFields(directory, row.product);
  const own = fields.filter(({ uid }) => ownConfiguration(directory, row.uid, uid) !== undefined);
  return { device: row.id, values: { ...configurationOf(directory, node) }, own: own.map(({ id }) => id) };
}

const one = { product: values.named };
const schemas = {
  one: z.strictObject(one),
  create: z.strictObject({
    ...{ ...one, id: configurationId, type: configurationType, name: values.name.optional() },
    default: z.string().optional(),
    ...{ unit: values.unit.optional(), description: values.description.optional() },
  }),
  field: z.strictObject({ ...one, id: values.named }),
  device: z.strictObject({ ...one, device: values.named }),
  set: z.strictObject({ ...one, device: values.named, values: z.record(z.string(), z.string().nullable()) }),
};

/** Managing both. Values are texts, as commands have them. @throws Refusal unknown_product, unknown_device, not_found, invalid_request, already_exists */
export function configurationOperations({ fleet, directory }: OperationsDeps) {
  const product = (slug: string) => productNamed(directory, slug);
  return {
    configurationList: checked(schemas.one, async ({ product: slug }) =>
      configurationFields(directory, product(slug).row.uid).map(configurationFieldShown),
    ),
    configurationCreate: checked(schemas.create, async ({ product: slug, default: given, ...wish }) => {
      const fallback = given === undefined ? null : readOne(wish.type, given, "default");
      await fleet.edit((draft) => createConfigurationField(draft, product(slug), { ...wish, default: fallback }));
      return { product: slug, ...configurationFieldShown(configurationFieldNamed(directory, product(slug), wish.id)) };
    }),
    configurationDelete: checked(schemas.field, async ({ product: slug, id }) => {
      await fleet.edit((draft) =>
        deleteConfigurationField(draft, configurationFieldNamed(directory, product(slug), id)),
      );
      return { product: slug, id };
    }),
    configurationShow: checked(schemas.device, async ({ product: slug, device }) =>
      deviceConfigurationShown(directory, deviceNamed(product(slug), device)),
    ),
    configurationSet: checked(schemas.set, async ({ product: slug, device, values: given }) => {
      await fleet.edit((draft) => {
        const node = product(slug);
        configureDevice(draft, deviceNamed(node, device), readAll(directory, node, given));
      });
      return deviceConfigurationShown(directory, deviceNamed(product(slug), device));
    }),
  };
}

function readAll(directory: Directory, product: ProductNode, given: Readonly<Record<string, string | null>>) {
  return Object.fromEntries(
    Object.entries(given).map(([id, text]): [string, ConfigurationValueOf | null] => {
      const { type } = configurationFieldNamed(directory, product, id);
      return [id, text === null ? null : readOne(type, text, id)];
    }),
  );
}
function readOne(type: ConfigurationField["type"], text: string, path: string): ConfigurationValueOf {
  const value = configuredOf(type, text);
  if (value !== null) return value;
  throw new BadValues("invalid_request", [{ path, message: `allowed is ${CONFIGURATION_RULE[type]}` }]);
}
