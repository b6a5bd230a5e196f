import { createFrame } from "./frame.ts";
import { createPublishView } from "./publish-view.ts";

/**
 * Where packets are read without an object for each: a packet is dealt with in one go, so that one frame and one view do
 * for all connections that share the reader.
 */
export class PacketReader {
  /** Of the packet that is being dealt with. */
  readonly frame = createFrame();
  /** The same, when it is a PUBLISH. */
  readonly publish = createPublishView();
}
