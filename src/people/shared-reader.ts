import type { Authority } from "../auth/authority.ts";
import type { DashboardContent } from "../fleet/dashboard-content.ts";
import { partsOf, WRITE_WIDGETS } from "../fleet/dashboard-sources.ts";
import type { Directory } from "../fleet/directory.ts";
import type { DeviceNode, FieldNode, ProductNode } from "../fleet/nodes.ts";
import type { Dashboard, DashboardShare } from "../fleet/types.ts";

interface Needs {
  readonly directory: Directory;
  readonly authority: Pick<Authority, "principalOf">;
}
/** What a widget shows, as nodes of the fleet. */
interface Rule {
  readonly product: ProductNode;
  /** Ids; null: all of the product. */
  readonly ids: ReadonlySet<string> | null;
  readonly tag: string | null;
  readonly fields: ReadonlySet<string>;
  /** Whether it tells when devices were heard. */
  readonly state: boolean;
}

/**
 * Who reads by a link that shows a dashboard: what its widgets show at this moment, as far as who shared may view that at this moment.
 * It is asked like a principal, and has no other right.
 */
export class SharedReader {
  /** Rates and streams are counted by it. */
  readonly key: string;
  private known: { readonly of: Dashboard; readonly rules: readonly Rule[] } | null = null;

  constructor(
    private readonly needs: Needs,
    private readonly row: DashboardShare,
  ) {
    this.key = `s:${row.uid}`;
  }

  /** Whether who shared is there, and may share still. */
  get isOpen(): boolean {
    const { dashboard } = this;
    if (dashboard === undefined) return false;
    const key = this.sharer;
    return key === null || this.needs.authority.principalOf(key)?.may(dashboard.workspace, "dashboards") === true;
  }
  get dashboard(): Dashboard | undefined {
    return this.needs.directory.row("dashboard", this.row.dashboard);
  }
  /** µs; null: never. */
  get expires(): number | null {
    return this.row.expires;
  }
  /** The device that is looked at, of a product's dashboard. */
  get device(): DeviceNode | undefined {
    return this.row.device === null ? undefined : this.needs.directory.deviceByUid(this.row.device);
  }
  /** Null: whoever has the data folder. */
  private get sharer(): string | null {
    const { user, apiUser } = this.row.account;
    if (user !== null) return `u:${user}`;
    return apiUser === null ? null : `a:${apiUser}`;
  }

  /** The content that is shown: without what changes something. */
  get content(): DashboardContent | null {
    const content = this.dashboard?.content;
    if (content === undefined) return null;
    const widgets = content.widgets.filter(({ type }) => !WRITE_WIDGETS.has(type));
    const left = new Set(widgets.map(({ id }) => id));
    return { ...content, widgets, phone: content.phone?.filter(({ id }) => left.has(id)) ?? null };
  }

  mayView(device: DeviceNode): boolean {
    return this.rules.some((rule) => covers(rule, device)) && this.sharerViews(device);
  }
  /** Whether a series is shown. */
  shows(device: DeviceNode, { row }: Pick<FieldNode, "row">): boolean {
    return this.rules.some((rule) => rule.fields.has(row.id) && covers(rule, device)) && this.sharerViews(device);
  }
  /** Whether it is shown when a device was heard. */
  showsState(device: DeviceNode): boolean {
    return this.rules.some((rule) => rule.state && covers(rule, device)) && this.sharerViews(device);
  }
  seesProduct(product: ProductNode): boolean {
    return !product.deleted && this.rules.some((rule) => rule.product === product);
  }
  mayRecord(): boolean {
    return false;
  }
  inWorkspace(): boolean {
    return false;
  }
  /** Products of which something is shown. */
  get products(): Set<ProductNode> {
    return new Set(this.rules.map(({ product }) => product));
  }
  /** Devices of which something is shown, as far as `most`. */
  devices(most: number): DeviceNode[] {
    const found = new Set<DeviceNode>();
    for (const { product, ids } of this.rules) {
      const some = ids === null ? product.devicesById.values() : [...ids].map((id) => product.devicesById.get(id));
      for (const device of some) {
        if (found.size >= most) return [...found];
        if (device !== undefined && this.mayView(device)) found.add(device);
      }
    }
    return [...found];
  }

  private sharerViews(device: DeviceNode): boolean {
    const { dashboard } = this;
    if (dashboard === undefined || device.deleted || device.product.row.workspace !== dashboard.workspace) return false;
    const key = this.sharer;
    return key === null || this.needs.authority.principalOf(key)?.mayView(device) === true;
  }

  /** Of the dashboard as it is now. */
  private get rules(): readonly Rule[] {
    const { dashboard, content } = this;
    if (dashboard === undefined || content === null) return [];
    if (this.known?.of !== dashboard || this.known.rules.some(({ product }) => product.deleted))
      this.known = { of: dashboard, rules: this.rulesOf(dashboard, content) };
    return this.known.rules;
  }
  private rulesOf(dashboard: Dashboard, { widgets }: DashboardContent): Rule[] {
    const { directory } = this.needs;
    const own = dashboard.product === null ? undefined : directory.productByUid(dashboard.product);
    return widgets
      .flatMap((widget) => partsOf(widget, ""))
      .flatMap(({ product: slug, devices, tag, fields, state }): Rule[] => {
        const product = slug === null ? own : directory.product(slug);
        if (product === undefined || product.row.workspace !== dashboard.workspace) return [];
        const looked = devices === "own" && product === own ? this.device?.row.id : undefined;
        const named = devices === "own" ? (looked === undefined ? [] : [looked]) : devices;
        return [{ product, ids: named === "all" ? null : new Set(named), tag, fields: new Set(fields), state }];
      });
  }
}

function covers({ product, ids, tag }: Rule, device: DeviceNode): boolean {
  return (
    device.product === product &&
    (ids === null || ids.has(device.row.id)) &&
    (tag === null || device.row.tags.includes(tag))
  );
}
