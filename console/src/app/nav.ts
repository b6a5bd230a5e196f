import {
  BellIcon,
  CpuIcon,
  GraphIcon,
  HomeIcon,
  type Icon,
  KeyIcon,
  PackageIcon,
  PulseIcon,
  ServerIcon,
  WebhookIcon,
  ZapIcon,
} from "@primer/octicons-react";
import type { Text } from "../text/index.ts";

/** An entry of the sidebar. */
export interface Entry {
  readonly id: keyof Pick<
    Text["frame"],
    "home" | "devices" | "products" | "dashboards" | "live" | "alerts" | "rules" | "access" | "integrations" | "system"
  >;
  /** Below the workspace: `devices`; with a slash before it below the console: `/system`. */
  readonly path: string;
  readonly icon: Icon;
  /** Pages that stand below it, and have a path of their own. */
  readonly also?: readonly string[];
  /** Only for who administers the instance. */
  readonly operate?: boolean;
}

/**
 * The pages of the sidebar, in this order: home, devices, products, dashboards, live, alerts, rules, access, integrations, system. The first four
 * and "more" stand in the bar of phones. Whoever makes a page enters it here.
 */
export const NAV: readonly Entry[] = [
  { id: "home", path: "home", icon: HomeIcon },
  { id: "devices", path: "devices", also: ["connect", "import"], icon: CpuIcon },
  { id: "products", path: "products", icon: PackageIcon },
  { id: "dashboards", path: "dashboards", icon: GraphIcon },
  { id: "live", path: "live", icon: PulseIcon },
  { id: "alerts", path: "alerts", icon: BellIcon },
  { id: "rules", path: "rules", icon: ZapIcon },
  { id: "access", path: "access", icon: KeyIcon },
  { id: "integrations", path: "integrations", also: ["brokers"], icon: WebhookIcon },
  { id: "system", path: "/system", icon: ServerIcon, operate: true },
];
