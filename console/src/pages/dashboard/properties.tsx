import { Button, Group, NativeSelect, NumberInput, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import type { Product } from "../../api/fleet.ts";
import { SPANS, type Span } from "../../parts/chart/range.ts";
import type { Level, Widget } from "../../parts/dashboard/types.ts";
import { useText } from "../../parts/dashboard/text.ts";
import { ImageField } from "./image-field.tsx";
import { SetFields } from "./set-fields.tsx";
import { DownlinkFields, SeriesFields, SourceFields } from "./source-fields.tsx";
import { StepFields } from "./step-fields.tsx";

interface Props {
  readonly widget: Widget;
  readonly products: readonly Product[];
  /** Slug of the dashboard's product; null: it is of the workspace. */
  readonly product: string | null;
  readonly onChange: (widget: Widget) => void;
  readonly onRemove: () => void;
  readonly onCopy: () => void;
  readonly onClose: () => void;
}
const LEVELS = ["ok", "warn", "bad"] as const;

/** What a widget is, beside the dashboard on which it is seen at once. */
export function Properties({ widget, products, product, onChange, onRemove, onCopy, onClose }: Props) {
  const t = useText();
  const p = t.dashboards.props;
  /** A property; undefined and "" take it away. */
  const set = (name: string, value: unknown) => {
    const next: Record<string, unknown> = { ...widget, [name]: value };
    if (value === undefined || value === "") delete next[name];
    onChange(next as unknown as Widget); // the property is one of its type
  };
  const has = (name: string): boolean => FIELDS[widget.type].includes(name);
  const get = (name: string): unknown => Reflect.get(widget, name);
  const text = (name: string, label: string) =>
    has(name) && (
      <TextInput label={label} value={String(get(name) ?? "")} onChange={(e) => set(name, e.currentTarget.value)} />
    );
  const number = (name: string, label: string) =>
    has(name) && (
      <NumberInput
        size="xs"
        label={label}
        value={(get(name) as number | undefined) ?? ""} // a number of the content
        onChange={(next) => (typeof next === "number" ? set(name, next) : name === "decimals" && set(name, undefined))}
        {...(name === "decimals" && { min: 0, max: 15, allowDecimal: false })}
      />
    );
  const flag = (name: string, label: string) =>
    has(name) && (
      <Switch
        label={label}
        checked={get(name) === true}
        onChange={(e) => set(name, e.currentTarget.checked || undefined)}
      />
    );
  const choice = (name: string, label: string, data: { value: string; label: string }[]) =>
    has(name) && (
      <NativeSelect
        label={label}
        value={String(get(name) ?? "")}
        data={data}
        onChange={(e) => set(name, e.currentTarget.value)}
      />
    );
  const levels = [{ value: "", label: p.none }, ...LEVELS.map((one: Level) => ({ value: one, label: p.levels[one] }))];
  const shared = { products, product };
  return (
    <Stack gap="sm">
      <h2 className="small">{t.dashboards.types[widget.type]}</h2>
      <TextInput
        label={p.title}
        value={widget.title ?? ""}
        onChange={(e) => set("title", e.currentTarget.value)}
        maxLength={200}
      />
      {"source" in widget && (
        <SourceFields
          {...shared}
          type={widget.type}
          source={widget.source}
          onChange={(source) => set("source", source)}
        />
      )}
      {"sources" in widget && (
        <SeriesFields
          {...shared}
          type={widget.type}
          sources={widget.sources}
          onChange={(sources) => set("sources", sources)}
        />
      )}
      {"devices" in widget && <SetFields {...shared} widget={widget} onChange={onChange} />}
      {widget.type === "downlink" && <DownlinkFields {...shared} widget={widget} onChange={onChange} />}
      {choice("bucket", p.bucket, [
        { value: "", label: p.buckets.now },
        ...(["1h", "1d", "1w", "1mo"] as const).map((one) => ({ value: one, label: p.buckets[one] })),
      ])}
      {get("bucket") !== undefined &&
        choice(
          "aggregation",
          p.aggregation,
          Object.entries(p.aggregations).map(([value, label]) => ({ value, label })),
        )}
      {number("min", p.min)}
      {number("max", p.max)}
      {number("step", p.step)}
      {number("decimals", p.decimals)}
      {flag("sparkline", p.sparkline)}
      {flag("area", p.area)}
      {choice("range", p.range, [
        { value: "", label: p.ofPage },
        ...Object.keys(SPANS).map((one) => ({ value: one, label: t.dashboards.spans[one as Span] })), // a key of SPANS
      ])}
      {"steps" in widget || has("steps") ? (
        <StepFields
          steps={(get("steps") as Steps) ?? []}
          onChange={(steps) => set("steps", steps.length > 0 ? steps : undefined)}
        />
      ) : null}
      {text("yes", p.yes)}
      {text("no", p.no)}
      {choice("yes_level", p.yesLevel, levels)}
      {choice("no_level", p.noLevel, levels)}
      {widget.type === "text" && (
        <Textarea
          label={p.markdown}
          value={widget.markdown}
          autosize
          minRows={6}
          maxLength={20_000}
          onChange={(e) => onChange({ ...widget, markdown: e.currentTarget.value })}
        />
      )}
      {widget.type === "image" && <ImageField onChange={(image) => set("image", image)} />}
      {text("alt", p.alt)}
      {text("text", p.text)}
      <Group gap="sm">
        <Button variant="default" onClick={onCopy}>
          {t.dashboards.copy}
        </Button>
        <Button variant="default" color="red" onClick={onRemove}>
          {t.dashboards.remove}
        </Button>
        <Button variant="default" onClick={onClose} ml="auto">
          {t.dashboards.done}
        </Button>
      </Group>
    </Stack>
  );
}

type Steps = { from: number; level: Level }[] | undefined;
/** Properties of each type that are plain values. */
const FIELDS: Readonly<Record<Widget["type"], readonly string[]>> = {
  value: ["decimals", "sparkline", "range", "steps"],
  gauge: ["min", "max", "steps"],
  chart: ["area", "range"],
  bar: ["bucket", "aggregation", "range"],
  boolean: ["yes", "no", "yes_level", "no_level"],
  text: [],
  table: [],
  map: [],
  image: ["alt"],
  online: [],
  switch: ["yes", "no"],
  slider: ["min", "max", "step"],
  set_value: [],
  downlink: ["text"],
};
