import type { DeviceNode } from "../../fleet/nodes.ts";
import {
  availabilityTopic,
  configTopic,
  describe,
  deviceOfTopic,
  isStatusTopic,
  nextConfig,
  OFFLINE,
  ONLINE,
} from "../../homeassistant/discovery.ts";
import type { DescribedDevice, DescribedField } from "../../homeassistant/types.ts";
import { specOf } from "../../measure/types.ts";
import { isWhole } from "./whole.ts";
import { Space } from "./space.ts";
import type { HomeAssistantNeeds } from "./types.ts";

/** `said`: something else is retained when it is published; `same`: all is as it should be; `refused`: there was no room. */
export type Outcome = "said" | "same" | "refused";

/** Brings what one API user was told of a device to what is true. */
export class Describer {
  private readonly space: Space;
  private readonly key: string;
  /** Devices that it was told of, by whether they were said to be there. */
  readonly told = new Map<DeviceNode, boolean>();

  /** @param uid of the API user */
  constructor(
    private readonly needs: HomeAssistantNeeds,
    private readonly uid: number,
  ) {
    this.key = `a:${uid}`;
    this.space = new Space(needs, this.key);
  }

  /** Where this Home Assistant looks for devices; null: the account is gone, or is none any more. */
  private get prefix(): string | null {
    return this.needs.directory.apiUser(this.uid)?.homeAssistant ?? null;
  }
  /** Whether the account may view the device at this moment. */
  private sees(device: DeviceNode): boolean {
    return !device.deleted && (this.needs.authority.principalOf(this.key)?.mayView(device) ?? false);
  }

  /** One device: described if it may be seen and has fields, otherwise taken away. */
  settle(device: DeviceNode): Outcome {
    const { prefix, needs } = this;
    const { row, product } = device;
    // what lies below another prefix, or below none, is left over
    if (prefix === null) return "same";
    const uuid = product.row.uuid ?? ""; // every committed row has one
    const topics = { ...needs.topics, discoveryPrefix: prefix };
    const config = this.sees(device)
      ? describe(this.described(device), topics, needs.version, needs.page(device))
      : null;
    const [where, there] = [configTopic(prefix, uuid, row.uid), availabilityTopic(prefix, uuid, row.uid)];
    if (config === null || Object.keys(config.cmps).length === 0) {
      this.told.delete(device);
      return worst([this.space.say(where, null), this.space.say(there, null)]);
    }
    const isThere = needs.isThere(device);
    this.told.set(device, isThere);
    // whether it is there is known before it appears
    return worst([
      this.space.say(there, isThere ? ONLINE : OFFLINE),
      this.space.say(where, nextConfig(this.space.told(where), config)),
    ]);
  }
  private described(device: DeviceNode): DescribedDevice {
    const { row, product } = device;
    const { uuid = "", slug, name, boolText } = product.row; // every committed row has one
    return {
      ...row,
      product: { uuid, slug, name },
      boolText,
      fields: fieldsOf(device),
      mayRecord: this.needs.authority.principalOf(this.key)?.mayRecord(device) ?? false,
    };
  }

  /** What is retained and may not be any more, topic by topic: of devices that are gone or out of sight, below another prefix. */
  *leftovers(): Generator<Outcome> {
    for (const topic of this.space.topics())
      yield topic === null || this.belongs(topic) ? "same" : worst([this.space.say(topic, null)]);
  }
  private belongs(topic: string): boolean {
    const { prefix } = this;
    if (prefix === null) return false;
    const of = deviceOfTopic(prefix, topic);
    if (of === null) return isStatusTopic(prefix, topic);
    const device = this.needs.directory.deviceByUid(of.uid);
    return device !== undefined && device.product.row.uuid?.replaceAll("-", "") === of.product && this.sees(device);
  }
}

function* fieldsOf({ product }: DeviceNode): Generator<DescribedField> {
  for (const { row } of product.fields.values()) {
    const { form, isTotal } = specOf(row.type);
    const settable = row.formula === undefined ? {} : { settable: false }; // computed fields are never set
    yield { ...row, ...settable, form, isTotal, isWhole: isWhole(row.type) };
  }
}
function worst(said: readonly ReturnType<Space["say"]>[]): Outcome {
  if (said.some((one) => typeof one === "object")) return "refused";
  return said.includes(true) ? "said" : "same";
}
