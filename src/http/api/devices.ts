import { checkTags } from "../../admin/giving.ts";
import { z } from "zod";
import { Turns } from "../../base/turns.ts";
import { type BadRow, BadValues } from "../../base/errors.ts";
import { judged } from "../../base/voice.ts";
import { changeDevice, createDevice, createDevices, type DeviceWish, renameDevice } from "../../fleet/edit/devices.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import { metadataOf } from "../../fleet/rules.ts";
import { readJson } from "../../measure/strict-json.ts";
import { DEVICE_LISTS } from "./device-list.ts";
import { details, device, showDevice } from "./device-shape.ts";
import { type CsvRow, readCsv } from "./csv.ts";
import { findDevice, findDeviceToDelete, findDeviceToEdit, findProductToManage } from "./find.ts";
import { type AnyOperation, route } from "./route.ts";
import * as values from "../../admin/values.ts";
import { etagOf } from "./state.ts";
import { removed } from "./takes.ts";

/** Devices. */

function deviceState({ row }: DeviceNode): string {
  return etagOf(row);
}

const changes = z.strictObject(details).partial();
const creation = changes.extend({ id: values.deviceId.optional().meta({ description: "A random UUID when absent." }) });

/** What a request says, as a row has it. */
function rowOf({ metadata, online_timeout: onlineTimeout, ...same }: z.output<typeof changes>) {
  return { ...same, onlineTimeout, metadata: metadata === undefined ? undefined : (metadataOf(metadata) ?? null) };
}

const COLUMNS = ["id", "name", "serial", "tags", "location", "metadata", "online_timeout"];

/** A row of the table as a wish; null: it is bad, and noted. */
function wishOf({ line, cells }: CsvRow, row: number, bad: BadRow[]): DeviceWish | null {
  const given = new Map<string, unknown>(cells);
  const note = (field: string, message: string) => {
    bad.push({ row, field, code: "invalid_request", message: `line ${line}: ${message}` });
  };
  const tags = cells.get("tags");
  if (tags !== undefined)
    given.set(
      "tags",
      tags
        .split(";")
        .map((one) => one.trim())
        .filter((one) => one !== ""),
    );
  const timeout = cells.get("online_timeout");
  if (timeout !== undefined) given.set("online_timeout", Number(timeout));
  const json = cells.get("metadata");
  if (json !== undefined) given.set("metadata", parsed(json));
  const result = judged(creation, Object.fromEntries(given));
  if ("data" in result) return { id: result.data.id, ...rowOf(result.data) };
  for (const { path, message } of result.problems) note(String(path[0] ?? ""), message);
  return null;
}
function parsed(json: string): unknown {
  try {
    return readJson(json);
  } catch {
    return null;
  }
}

/** A device that was just committed. */
function made(product: ProductNode, id: string): DeviceNode {
  const node = product.devicesById.get(id);
  if (!node) throw new Error("the device that was committed is not there");
  return node;
}

export const DEVICES: readonly AnyOperation[] = [
  ...DEVICE_LISTS,
  route({
    method: "post",
    path: "/products/{product}/devices",
    id: "createDevice",
    tag: "Devices",
    summary: "Create a device",
    description: 'Takes the workspace permission "devices".',
    body: creation,
    result: device,
    status: 201,
    refusals: ["already_exists"],
    find: findProductToManage,
    run: async (call) => {
      const { id: wished, ...rest } = call.body;
      const id = await call.edit((draft) => createDevice(draft, call.again(), { id: wished, ...rowOf(rest) }));
      const node = made(call.again(), id); // the product may have been made anew meanwhile
      const location = `/api/v1/products/${call.found.row.slug}/devices/${id}`;
      const readable = call.who.principal.mayView(node);
      return { body: showDevice(call.deps, readable, node), etag: deviceState(node), location };
    },
  }),
  route({
    method: "post",
    path: "/products/{product}/devices/import",
    id: "importDevices",
    tag: "Devices",
    summary: "Import devices",
    description:
      `Creates many devices from a table, or none. Takes the workspace permission "devices". CSV whose first line names the columns: ${COLUMNS.join(", ")}, each at will. ` +
      "Tags are separated by semicolons, metadata is JSON. All rows are looked at first; one bad row, and nothing is " +
      "created: the answer names every bad one. With dry_run=true nothing is created.",
    query: z.strictObject({ dry_run: values.dryRun }),
    body: z.string().meta({ description: "A table in CSV." }),
    bodyType: "text/csv",
    result: z.object({ dry_run: z.boolean(), created: z.int(), ids: z.array(z.string()) }),
    refusals: ["already_exists"],
    find: findProductToManage,
    run: async (call) => {
      const bad: BadRow[] = [];
      const turns = new Turns();
      const wishes: (DeviceWish | null)[] = [];
      for (const [i, row] of (await readCsv(call.body, COLUMNS)).entries()) {
        wishes.push(wishOf(row, i, bad));
        if (turns.due) await turns.next();
      }
      if (wishes.length === 0)
        throw new BadValues("invalid_request", [{ path: "", message: "The table has no rows." }]);
      const ids = await call.edit(async (draft) => {
        const made = await createDevices(draft, call.again(), wishes, bad);
        call.again();
        if (call.query.dry_run === true) draft.drafts.length = 0;
        return made;
      });
      const dry = call.query.dry_run === true;
      return { body: { dry_run: dry, created: dry ? 0 : ids.length, ids } };
    },
  }),
  route({
    method: "post",
    path: "/products/{product}/devices/rename",
    id: "renameDevice",
    tag: "Devices",
    summary: "Rename a device",
    description:
      'Gives it another id. Takes the workspace permission "devices". What was measured stays with the device, and so do its rights, tags and log; ' +
      "topics bear the new id from now on. Who subscribes to the old id by name, and devices that publish on it, must be told. " +
      "The device stands in the body, since earlier versions took ids that cannot stand in an address (`.` and `..`).",
    body: z.strictObject({
      device: z.string().min(1).max(64).meta({ description: "Its present id, or its serial." }),
      id: values.deviceId,
    }),
    result: device,
    refusals: ["already_exists", "unknown_device"],
    find: findProductToManage,
    run: async (call) => {
      const node = await call.edit((draft) => {
        call.again();
        const named = findDevice({
          ...call,
          param: (name) => (name === "device" ? call.body.device : call.param(name)),
        });
        renameDevice(draft, named, call.body.id);
        return named;
      });
      const location = `/api/v1/products/${node.product.row.slug}/devices/${node.row.id}`;
      const readable = call.who.principal.mayView(node);
      return { body: showDevice(call.deps, readable, node), etag: deviceState(node), location };
    },
  }),
  route({
    method: "get",
    path: "/products/{product}/devices/{device}",
    id: "getDevice",
    tag: "Devices",
    summary: "Get a device",
    description: "By its id or its serial.",
    result: device,
    find: findDevice,
    run: ({ deps, who, found }) => ({
      body: showDevice(deps, who.principal.mayView(found), found),
      etag: deviceState(found),
    }),
  }),
  route({
    method: "patch",
    path: "/products/{product}/devices/{device}",
    id: "updateDevice",
    tag: "Devices",
    summary: "Update a device",
    description:
      'Takes "edit_basics" on the device, or the workspace permission "devices". The id is changed by renaming alone. Tags that rights ' +
      'are given on take "members", or every right on the device.',
    body: changes,
    result: device,
    needsState: true,
    refusals: ["already_exists"],
    find: findDeviceToEdit,
    run: async (call) => {
      await call.edit((draft) => {
        const node = call.again();
        call.checkState(deviceState(node));
        checkTags(call, node, call.body.tags);
        changeDevice(draft, node, rowOf(call.body));
      });
      const { found } = call;
      return {
        body: showDevice(call.deps, call.who.principal.mayView(found), found),
        etag: deviceState(found),
      };
    },
  }),
  route({
    method: "delete",
    path: "/products/{product}/devices/{device}",
    id: "deleteDevice",
    tag: "Devices",
    summary: "Delete a device",
    description:
      'With everything that it measured. Takes the workspace permission "devices". With dry_run=true it only tells what would go.',
    query: z.strictObject({ dry_run: values.dryRun }),
    result: values.takes,
    find: findDeviceToDelete,
    run: (call) => removed(call, (node: DeviceNode) => ({ kind: "devices", nodes: [node] }), deviceState),
  }),
];
