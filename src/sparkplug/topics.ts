import { isLevel } from "../topic/names.ts";

/** The topics of Sparkplug B (specification 3.0, section 4). */

const ROOT = "spBv1.0";
/** What lies below it is for a host application. */
export const SPARKPLUG = `${ROOT}/`;

const NODE_MESSAGES = ["NBIRTH", "NDATA", "NDEATH", "NCMD"] as const;
const DEVICE_MESSAGES = ["DBIRTH", "DDATA", "DDEATH", "DCMD"] as const;
export type MessageType = (typeof NODE_MESSAGES)[number] | (typeof DEVICE_MESSAGES)[number];

/** Who speaks: an edge node, or a device at one. Ids tell upper and lower case apart. [tck-id-case-sensitivity-sparkplug-ids] */
export interface Speaker {
  readonly group: string;
  readonly node: string;
  /** Null: the node itself. */
  readonly device: string | null;
}
export type SparkplugTopic =
  | ({ readonly is: "message"; readonly type: MessageType } & Speaker)
  | { readonly is: "state"; readonly host: string };

/** Null: it is no topic of Sparkplug B. */
export function readTopic(topic: string): SparkplugTopic | null {
  const [root, group, type, node, device, ...more] = topic.split("/");
  if (root !== ROOT || more.length > 0 || group === undefined || type === undefined || group === "") return null;
  if (group === "STATE") return node === undefined && type !== "" ? { is: "state", host: type } : null;
  if (node === undefined || node === "") return null;
  const ofNode = NODE_MESSAGES.find((one) => one === type);
  if (ofNode !== undefined)
    return device === undefined ? { is: "message", type: ofNode, group, node, device: null } : null;
  const ofDevice = DEVICE_MESSAGES.find((one) => one === type);
  if (ofDevice === undefined || device === undefined || device === "") return null;
  return { is: "message", type: ofDevice, group, node, device };
}

/** `spBv1.0/STATE/<host>` [tck-id-host-topic-phid-birth-topic] [tck-id-host-topic-phid-death-topic] */
export function stateTopic(host: string): string {
  return `${ROOT}/STATE/${host}`;
}
/** Where commands go. [tck-id-topics-ncmd-topic] [tck-id-topics-dcmd-topic] */
export function commandTopic({ group, node, device }: Speaker): string {
  const [type, rest] = device === null ? ["NCMD", ""] : ["DCMD", `/${device}`]; // [tck-id-operational-behavior-data-commands-dcmd-verb]
  return `${ROOT}/${group}/${type}/${node}${rest}`;
}
/** `group/node` or `group/node/device`: how people write it, and what rules of products look at. */
export function pathOf({ group, node, device }: Speaker): string {
  return device === null ? `${group}/${node}` : `${group}/${node}/${device}`;
}
/** The speaker of a path; null: it is none. */
export function speakerOf(path: string): Speaker | null {
  const [group, node, device = null, ...more] = path.split("/");
  const isId = (id: string | null | undefined) => id === null || (id !== undefined && isLevel(id));
  if (group === undefined || node === undefined || more.length > 0) return null;
  return isId(group) && isId(node) && isId(device) && group !== "STATE" ? { group, node, device } : null;
}
