import { ActionIcon, Button, NativeSelect, TextInput } from "@mantine/core";
import { XIcon } from "@primer/octicons-react";
import { useQuery } from "@tanstack/react-query";
import { fieldsQuery, type Product } from "../../api/fleet.ts";
import { someDevicesQuery } from "../../parts/dashboard/device-select.tsx";
import type { Source, WidgetOf, WidgetType } from "../../parts/dashboard/types.ts";
import { useText } from "../../parts/dashboard/text.ts";
import css from "./dashboard-page.module.css";
import { takes } from "./fresh.ts";
import { downlinksQuery } from "./ground.ts";

interface Shared {
  readonly products: readonly Product[];
  /** Slug of the dashboard's product; null: it is of the workspace. */
  readonly product: string | null;
}
interface SourceProps extends Shared {
  readonly type: WidgetType;
  readonly source: Source;
  readonly onChange: (source: Source) => void;
}

/** The series that a widget shows: product, device and field. */
export function SourceFields({ products, product, type, source, onChange }: SourceProps) {
  const p = useText().dashboards.props;
  const slug = source.product ?? product ?? "";
  const fields = useQuery({ ...fieldsQuery(slug), enabled: slug !== "" }).data ?? [];
  const fitting = fields.filter((field) => takes(type, field));
  const known = fitting.some(({ id }) => id === source.field);
  return (
    <>
      <DeviceFields
        {...{ products, product }}
        named={source}
        onChange={(named) => onChange({ ...without(source), ...named })}
      />
      <NativeSelect
        label={p.field}
        value={source.field}
        data={[
          ...(known ? [] : [{ value: source.field, label: source.field }]),
          ...fitting.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(event) => onChange({ ...source, field: event.currentTarget.value })}
      />
    </>
  );
}
const without = ({ product: _, device: __, ...rest }: Source): Source => rest;

type Named = Pick<Source, "product" | "device">;
/** On a product's dashboard the device that one looks at may be meant: then nothing is named. */
function DeviceFields({
  products,
  product,
  named,
  onChange,
}: Shared & { readonly named: Named; readonly onChange: (named: Named) => void }) {
  const t = useText().dashboards;
  const slug = named.product ?? product ?? products[0]?.slug ?? "";
  const devices = useQuery(someDevicesQuery(slug)).data ?? [];
  const own = product !== null ? [{ value: "", label: t.props.ownDevice }] : [];
  const known = named.device === undefined || devices.some(({ id }) => id === named.device);
  return (
    <>
      {product === null && (
        <NativeSelect
          label={t.product}
          value={slug}
          data={products.map((one) => ({ value: one.slug, label: one.name }))}
          onChange={(event) => onChange({ product: event.currentTarget.value, device: named.device ?? "" })}
        />
      )}
      <NativeSelect
        label={t.device}
        value={named.device ?? ""}
        data={[
          ...own,
          ...(known ? [] : [{ value: named.device ?? "", label: named.device ?? "" }]),
          ...devices.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(event) => {
          const device = event.currentTarget.value;
          onChange(device === "" ? {} : { product: slug, device });
        }}
      />
    </>
  );
}

interface SeriesProps extends Shared {
  readonly type: WidgetType;
  readonly sources: readonly Source[];
  readonly onChange: (sources: Source[]) => void;
}
/** Up to eight series, each with a label of its own. */
export function SeriesFields({ sources, onChange, ...shared }: SeriesProps) {
  const p = useText().dashboards.props;
  const set = (n: number, source: Source) => onChange(sources.map((one, i) => (i === n ? source : one)));
  const last = sources.at(-1);
  return (
    <>
      {sources.map((source, n) => (
        // series have no identity but their place
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={n} className={css.series}>
          <SourceFields {...shared} source={source} onChange={(next) => set(n, next)} />
          <div className={css.phoneBar}>
            <TextInput
              placeholder={p.label}
              aria-label={p.label}
              value={source.label ?? ""}
              onChange={(event) => {
                const { label: _, ...rest } = source;
                const label = event.currentTarget.value;
                set(n, label === "" ? rest : { ...rest, label });
              }}
            />
            {sources.length > 1 && (
              <ActionIcon
                variant="default"
                aria-label={p.removeSeries}
                onClick={() => onChange(sources.filter((_, i) => i !== n))}
              >
                <XIcon size={14} />
              </ActionIcon>
            )}
          </div>
        </div>
      ))}
      {sources.length < 8 && last !== undefined && (
        <Button size="xs" variant="default" onClick={() => onChange([...sources, { ...last }])}>
          {p.addSeries}
        </Button>
      )}
    </>
  );
}

interface DownlinkProps extends Shared {
  readonly widget: WidgetOf<"downlink">;
  readonly onChange: (widget: WidgetOf<"downlink">) => void;
}
/** What a button sends, and to which device. */
export function DownlinkFields({ products, product, widget, onChange }: DownlinkProps) {
  const p = useText().dashboards.props;
  const names = useQuery(downlinksQuery(widget.product ?? product ?? "")).data ?? [];
  const { product: _, device: __, ...rest } = widget;
  return (
    <>
      <DeviceFields {...{ products, product }} named={widget} onChange={(named) => onChange({ ...rest, ...named })} />
      <NativeSelect
        label={p.downlink}
        value={widget.downlink}
        data={names.includes(widget.downlink) ? names : [widget.downlink, ...names]}
        onChange={(event) => onChange({ ...widget, downlink: event.currentTarget.value })}
      />
    </>
  );
}
