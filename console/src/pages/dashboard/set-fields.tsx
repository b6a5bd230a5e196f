import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { fieldsQuery, type Product } from "../../api/fleet.ts";
import type { DeviceSet, WidgetOf } from "../../parts/dashboard/types.ts";
import { useText } from "../../parts/dashboard/text.ts";
import { takes } from "./fresh.ts";

type Of = WidgetOf<"table"> | WidgetOf<"map"> | WidgetOf<"online">;
interface Props {
  readonly products: readonly Product[];
  /** Slug of the dashboard's product; null: it is of the workspace. */
  readonly product: string | null;
  readonly widget: Of;
  readonly onChange: (widget: Of) => void;
}

/** Which devices a widget shows, and which of their fields. */
export function SetFields({ products, product, widget, onChange }: Props) {
  const t = useText().dashboards;
  const slug = widget.devices.product ?? product ?? "";
  const fields = useQuery({ ...fieldsQuery(slug), enabled: slug !== "" }).data ?? [];
  const set = (more: { readonly [K in keyof DeviceSet]?: DeviceSet[K] | undefined }) => {
    const entries = Object.entries({ ...widget.devices, ...more }).filter(
      ([, value]) => value !== undefined && value !== "",
    );
    onChange({ ...widget, devices: Object.fromEntries(entries) as DeviceSet }); // the same keys
  };
  return (
    <>
      {product === null && (
        <NativeSelect
          label={t.product}
          value={slug}
          data={products.map((one) => ({ value: one.slug, label: one.name }))}
          onChange={(event) => set({ product: event.currentTarget.value, devices: undefined })}
        />
      )}
      <TextInput
        label={t.props.tag}
        value={widget.devices.tag ?? ""}
        onChange={(event) => set({ tag: event.currentTarget.value })}
        maxLength={64}
      />
      {widget.type === "table" && (
        <fieldset>
          <legend className="small">{t.props.fields}</legend>
          {fields.map(({ id, name }) => (
            <Checkbox
              key={id}
              size="xs"
              label={name}
              checked={widget.fields.includes(id)}
              onChange={(event) => {
                const rest = widget.fields.filter((one) => one !== id);
                const next = event.currentTarget.checked ? [...rest, id].slice(0, 12) : rest;
                if (next.length > 0) onChange({ ...widget, fields: next });
              }}
            />
          ))}
        </fieldset>
      )}
      {widget.type === "map" && (
        <>
          <NativeSelect
            label={t.props.field}
            value={widget.field}
            data={fields.filter((one) => takes("map", one)).map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(event) => onChange({ ...widget, field: event.currentTarget.value })}
          />
          <NativeSelect
            label={t.props.labelField}
            value={widget.label ?? ""}
            data={[
              { value: "", label: t.props.none },
              ...fields.filter((one) => !takes("map", one)).map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(event) => {
              const { label: _, ...rest } = widget;
              const label = event.currentTarget.value;
              onChange(label === "" ? rest : { ...rest, label });
            }}
          />
        </>
      )}
    </>
  );
}
