import { expect, test } from "bun:test";
import type { AppliedChange, DeviceNode } from "../../fleet/directory.ts";
import { DevEuis } from "./dev-euis.ts";

/** A directory of devices that are put and deleted as the real one tells it. */
class Devices {
  private readonly nodes = new Map<string, DeviceNode>();
  private tell: (changes: readonly AppliedChange[]) => void = () => {};

  devices = () => this.nodes.values();
  onChange = (listener: (changes: readonly AppliedChange[]) => void): void => {
    this.tell = listener;
  };

  put(id: string, serial: string | null): void {
    const before = this.nodes.get(id)?.row ?? null;
    const row = { id, serial } as DeviceNode["row"]; // what the index looks at
    const node = Object.assign(this.nodes.get(id) ?? {}, { row }) as DeviceNode;
    this.nodes.set(id, node);
    this.tell([{ kind: "device", op: "put", row, before, node }]);
  }
  delete(id: string): void {
    const node = this.nodes.get(id)!; // it was put
    this.nodes.delete(id);
    this.tell([{ kind: "device", op: "delete", uid: 0, before: node.row, node }]);
  }
}

test("a device is found by its serial in any spelling, as long as it has it", () => {
  const fleet = new Devices();
  const euis = new DevEuis(fleet as never); // of a directory it takes no more
  const found = (eui: string) => euis.find(eui).map(({ row }) => row.id);
  fleet.put("a", "70B3D57ED005A11C");
  fleet.put("b", "70-b3-d5-7e-d0-05-a1-1d");
  fleet.put("c", "cLPVSZJxAfI=");
  fleet.put("d", "no DevEUI");
  fleet.put("70B3D57ED005A11E", null);
  expect(found("70b3d57ed005a11c")).toEqual(["a"]);
  expect(found("70b3d57ed005a11d")).toEqual(["b"]);
  expect(found("70b3d549927101f2")).toEqual(["c"]);
  expect(found("70b3d57ed005a11e")).toEqual(["70B3D57ED005A11E"]);
  expect(found("0000000000000000")).toEqual([]);

  fleet.put("d", "70:B3:D5:7E:D0:05:A1:1C");
  expect(found("70b3d57ed005a11c")).toEqual(["a", "d"]);
  fleet.put("a", "70B3D57ED005A11F");
  expect(found("70b3d57ed005a11c")).toEqual(["d"]);
  expect(found("70b3d57ed005a11f")).toEqual(["a"]);
  fleet.put("70B3D57ED005A11E", "70B3D57ED005A1FF");
  expect(found("70b3d57ed005a11e")).toEqual([]);
  fleet.delete("d");
  expect(found("70b3d57ed005a11c")).toEqual([]);
});
