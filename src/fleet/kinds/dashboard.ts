import { judged } from "../../base/voice.ts";
import { integer, json, nullable, optional, text } from "../columns.ts";
import { type DashboardContent, dashboardContent } from "../dashboard-content.ts";
import type { Dashboard } from "../dashboard-rows.ts";
import { fleetKind } from "../kind.ts";

/** A page of widgets. The devices and fields that its content names are no references: when they go it stays, and says so. */
export const dashboard = fleetKind<Dashboard>()({
  name: "dashboard",
  table: "dashboard",
  since: "0040_dashboards",
  references: [
    { property: "workspace", kind: "workspace" },
    { property: "product", kind: "product", optional: true },
  ],
  key: "name",
  taken: "A dashboard with this name exists already in the workspace.",
  audit: {
    name: ({ name, workspace }, look) => `${name}@${look.name("workspace", workspace) ?? "?"}`,
    shown: {
      // a log of changes is no place for whole pages; what differs has another length or other widgets most often
      content: ({ widgets }: DashboardContent) =>
        `${widgets.length} widgets, ${JSON.stringify(widgets).length} characters`,
    },
    goes: ({ uid }, look) => ({ links: look.count("dashboardShare", "dashboard", uid) }),
  },
  columns: {
    workspace: integer("workspace"),
    product: nullable(integer("product")),
    name: text("name"),
    description: optional(text("description")),
    content: json("content", contentOf),
    created: integer("created"),
  },
});

function contentOf(value: unknown): DashboardContent | null {
  const result = judged(dashboardContent, value);
  return "data" in result ? result.data : null;
}
