import { ActionIcon, Button, NativeSelect, NumberInput } from "@mantine/core";
import { XIcon } from "@primer/octicons-react";
import type { Level } from "../../parts/dashboard/types.ts";
import { useText } from "../../parts/dashboard/text.ts";
import css from "./dashboard-page.module.css";

type Step = { from: number; level: Level };

/** From which values on something is fine, wants attention, or is bad. */
export function StepFields({
  steps,
  onChange,
}: {
  readonly steps: readonly Step[];
  readonly onChange: (steps: Step[]) => void;
}) {
  const t = useText();
  const p = t.dashboards.props;
  const set = (n: number, more: Partial<Step>) =>
    onChange(steps.map((one, i) => (i === n ? { ...one, ...more } : one)));
  return (
    <div className={css.series}>
      <span className="small">{p.steps}</span>
      {steps.map((step, n) => (
        // steps have no identity but their place
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={n} className={css.row}>
          <NumberInput
            size="xs"
            aria-label={p.steps}
            value={step.from}
            onChange={(next) => typeof next === "number" && set(n, { from: next })}
            hideControls
          />
          <div className={css.phoneBar}>
            <NativeSelect
              aria-label={p.level}
              value={step.level}
              data={Object.entries(p.levels).map(([value, label]) => ({ value, label }))}
              onChange={(e) => set(n, { level: e.currentTarget.value as Level })} // one of the levels
            />
            <ActionIcon
              variant="default"
              aria-label={t.dashboards.remove}
              onClick={() => onChange(steps.filter((_, i) => i !== n))}
            >
              <XIcon size={14} />
            </ActionIcon>
          </div>
        </div>
      ))}
      {steps.length < 8 && (
        <Button
          size="xs"
          variant="default"
          onClick={() => onChange([...steps, { from: steps.at(-1)?.from ?? 0, level: "warn" }])}
        >
          {p.addStep}
        </Button>
      )}
    </div>
  );
}
