import { NativeSelect } from "@mantine/core";
import { useText } from "./text.ts";
import { SPANS, type Span } from "../chart/range.ts";

/** How far back the widgets of a page look. */
export function RangeSelect({ span, onChange }: { readonly span: Span; readonly onChange: (next: Span) => void }) {
  const t = useText().dashboards;
  return (
    <NativeSelect
      aria-label={t.range}
      value={span}
      data={Object.keys(SPANS).map((one) => ({ value: one, label: t.spans[one as Span] }))} // a key of SPANS
      onChange={(event) => onChange(event.currentTarget.value as Span)} // one of them
    />
  );
}
