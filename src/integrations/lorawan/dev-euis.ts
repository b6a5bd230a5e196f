import type { AppliedChange, DeviceNode, Directory } from "../../fleet/directory.ts";
import { devEuiOf } from "../../networks/bytes.ts";

/**
 * The devices by their DevEUI: the serial, or else the id, in whatever spelling it stands there (`70B3D5…`, `70-b3-d5-…`, base64). It
 * follows the fleet from its first question on.
 */
export class DevEuis {
  private readonly devices = new Map<string, Set<DeviceNode>>();
  private following = false;

  constructor(private readonly directory: Pick<Directory, "devices" | "onChange">) {}

  /**
   * @param devEui 16 hexadecimal digits in lower case
   * @returns the devices of all workspaces with this DevEUI
   */
  find(devEui: string): readonly DeviceNode[] {
    if (!this.following) this.follow();
    return [...(this.devices.get(devEui) ?? [])];
  }

  private follow(): void {
    this.following = true;
    for (const node of this.directory.devices()) this.add(node, node.row);
    this.directory.onChange((changes) => {
      for (const change of changes) if (change.kind === "device") this.change(change);
    });
  }

  private change(change: AppliedChange & { kind: "device" }): void {
    if (change.before !== null) for (const eui of euisOf(change.before)) this.drop(eui, change.node);
    if (change.op === "put") this.add(change.node, change.row);
  }

  private add(node: DeviceNode, names: Names): void {
    for (const eui of euisOf(names)) {
      const known = this.devices.get(eui);
      if (known === undefined) this.devices.set(eui, new Set([node]));
      else known.add(node);
    }
  }

  private drop(eui: string, node: DeviceNode): void {
    const known = this.devices.get(eui);
    known?.delete(node);
    if (known?.size === 0) this.devices.delete(eui);
  }
}

type Names = Pick<DeviceNode["row"], "id" | "serial">;

/** A device whose serial is a DevEUI is not found by its id. */
function euisOf({ id, serial }: Names): readonly string[] {
  const eui = devEuiOf(serial) ?? devEuiOf(id);
  return eui === null ? [] : [eui];
}
