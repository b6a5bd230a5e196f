import type { Micros } from "../../base/types.ts";
import type { Downlinks } from "./downlinks.ts";
import type { Sender } from "./sender.ts";

/** What use cases have of downlinks. */
export interface DownlinkPort {
  readonly service: Pick<Downlinks, "cancel" | "find" | "intake" | "list">;
  readonly sender: Pick<Sender, "encoded">;
  /** Wall time. */
  now(): Micros;
}
