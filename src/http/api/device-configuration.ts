import { z } from "zod";
import { deviceConfigurationShown } from "../../admin/configuration.ts";
import { configurationValue } from "../../admin/integration-values.ts";
import { configureDevice } from "../../fleet/edit/configuration.ts";
import { findDevice, findDeviceToEdit } from "./find.ts";
import { type AnyOperation, type ApiDeps, route } from "./route.ts";
import { etagOf } from "./state.ts";

/** What devices have in the configuration fields of their product. */

const ofDevice = z
  .object({
    device: z.string(),
    values: z
      .record(z.string(), configurationValue.nullable())
      .meta({ description: "As scripts read them: the device's own, otherwise the product's defaults." }),
    own: z.array(z.string()).meta({ description: "Those that are the device's own." }),
  })
  .meta({ id: "DeviceConfiguration" });

const deviceState = (deps: ApiDeps, node: ReturnType<typeof findDevice>) =>
  etagOf(deviceConfigurationShown(deps.directory, node));

const devicePath = "/products/{product}/devices/{device}/configuration";

export const DEVICE_CONFIGURATION: readonly AnyOperation[] = [
  route({
    method: "get",
    path: devicePath,
    id: "getDeviceConfiguration",
    tag: "Devices",
    summary: "Get the configuration of a device",
    result: ofDevice,
    find: findDevice,
    run: ({ deps, found }) => ({
      body: deviceConfigurationShown(deps.directory, found),
      etag: deviceState(deps, found),
    }),
  }),
  route({
    method: "patch",
    path: devicePath,
    id: "updateDeviceConfiguration",
    tag: "Devices",
    summary: "Update the configuration of a device",
    description:
      'null takes a value back, so that the product\'s default holds. Takes "edit_basics" on the device, or the workspace permission "devices".',
    body: z.strictObject({ values: z.record(z.string().max(64), configurationValue.nullable()) }),
    result: ofDevice,
    needsState: true,
    refusals: ["not_found"],
    find: findDeviceToEdit,
    run: async (call) => {
      const { deps } = call;
      await call.edit((draft) => {
        const node = call.again();
        call.checkState(deviceState(deps, node));
        configureDevice(draft, node, call.body.values);
      });
      return { body: deviceConfigurationShown(deps.directory, call.found), etag: deviceState(deps, call.found) };
    },
  }),
];
