import { flag, json, nullable, integer, optional, text, word } from "../../src/fleet/columns.ts";
import { fleetKind } from "../../src/fleet/kind.ts";

/** A kind of fleet entity that there is not: the test beside it registers it in a copy of the source tree. */
export interface Beacon {
  readonly uid: number;
  readonly workspace: number;
  readonly name: string;
  /** Of one device alone; it goes with it. */
  readonly device: number | null;
  readonly url: string;
  readonly method: "POST" | "PUT";
  readonly secret: string;
  readonly signingKey: string;
  readonly active: boolean;
  readonly events: readonly string[];
  readonly note?: string | undefined;
}

export const beacon = fleetKind<Beacon>()({
  name: "beacon",
  table: "beacon",
  since: "0900_beacon",
  references: [
    { property: "workspace", kind: "workspace" },
    { property: "device", kind: "device", optional: true },
  ],
  key: "name",
  taken: "A beacon with this name exists already in the workspace.",
  audit: {
    name: ({ name, workspace }, look) => `${name}@${look.name("workspace", workspace) ?? "?"}`,
    secret: ["signingKey"],
    shown: { events: (events: readonly string[]) => events.join(", ") },
  },
  columns: {
    workspace: integer("workspace"),
    name: text("name"),
    device: nullable(integer("device")),
    url: text("url"),
    method: word("method", ["POST", "PUT"]),
    secret: text("secret"),
    signingKey: text("signing_key"),
    active: flag("active"),
    events: json("events", (value) => (Array.isArray(value) ? value.map(String) : null)),
    note: optional(text("note")),
  },
});
