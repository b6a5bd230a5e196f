import { Button, NativeSelect, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import type { ApiProblem } from "../../api/problem.ts";
import { FieldChoice } from "../../parts/choices/field-choice.tsx";
import { useText } from "../../text/index.ts";
import { type Comparison, FIGURES, NEW_LINE, OPERATORS } from "./rule-condition.ts";
import type { RuleForm } from "./rule-form.ts";
import css from "./rules.module.css";

interface Props {
  readonly workspace: string;
  readonly form: RuleForm;
  readonly set: (next: Partial<RuleForm>) => void;
  readonly problem: ApiProblem | null;
}

/** What must hold: lines that are compared, or the whole as JSON where it is more than lines. */
export function ConditionPart({ workspace, form, set, problem }: Props) {
  const words = useText().rules;
  const change = (at: number, next: Partial<Comparison>) =>
    set({ lines: form.lines.map((line, i) => (i === at ? { ...line, ...next } : line)) });
  return (
    <fieldset className={css.group}>
      <legend>{words.condition}</legend>
      <SegmentedControl
        aria-label={words.condition}
        data={(["all", "any", "json"] as const).map((value) => ({ value, label: words.joinBy[value] }))}
        value={form.join}
        onChange={(value) => set({ join: value === "any" || value === "json" ? value : "all" })}
      />
      {form.join === "json" ? (
        <Textarea
          aria-label={words.condition}
          classNames={{ input: css.code ?? "" }}
          autosize
          minRows={4}
          value={form.json}
          onChange={({ currentTarget }) => set({ json: currentTarget.value })}
          error={problem?.about("condition")}
          spellCheck={false}
        />
      ) : (
        <>
          {form.lines.map((line, i) => (
            <Line
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity of their own
              key={i}
              workspace={workspace}
              products={form.products}
              line={line}
              number={i + 1}
              change={(next) => change(i, next)}
              remove={() => set({ lines: form.lines.filter((_, at) => at !== i) })}
            />
          ))}
          <p className="quiet small">{words.conditionHelp}</p>
          <div>
            <Button variant="default" onClick={() => set({ lines: [...form.lines, NEW_LINE] })}>
              {words.addLine}
            </Button>
          </div>
        </>
      )}
    </fieldset>
  );
}

interface LineProps {
  readonly workspace: string;
  /** Whose fields are suggested. */
  readonly products: readonly string[];
  readonly line: Comparison;
  readonly number: number;
  readonly change: (next: Partial<Comparison>) => void;
  readonly remove: () => void;
}
function Line({ workspace, products, line, number, change, remove }: LineProps) {
  const words = useText().rules;
  const of = (what: string) => words.ofLine(what, number);
  return (
    <div className={css.line}>
      <NativeSelect
        aria-label={of(words.figure)}
        data={FIGURES.map((value) => ({ value, label: words.figureOf(value) }))}
        value={line.figure}
        onChange={({ currentTarget }) => change({ figure: currentTarget.value })}
      />
      <FieldChoice
        aria-label={of(words.field)}
        placeholder="TEMPERATURE"
        workspace={workspace}
        products={products}
        value={line.field}
        onChange={(field) => change({ field })}
      />
      {line.figure !== "" && (
        <TextInput
          aria-label={of(words.over)}
          placeholder="10m"
          value={line.over}
          onChange={({ currentTarget }) => change({ over: currentTarget.value })}
        />
      )}
      <NativeSelect
        aria-label={of(words.operator)}
        data={OPERATORS.map((value) => ({ value, label: value.replace("_", " ") }))}
        value={line.operator}
        onChange={({ currentTarget }) => change({ operator: currentTarget.value })}
      />
      <TextInput
        aria-label={of(words.value)}
        placeholder="30"
        value={line.value}
        onChange={({ currentTarget }) => change({ value: currentTarget.value })}
        spellCheck={false}
      />
      <TextInput
        aria-label={of(words.hysteresis)}
        placeholder={words.hysteresis}
        title={words.hysteresisHelp}
        value={line.hysteresis}
        onChange={({ currentTarget }) => change({ hysteresis: currentTarget.value })}
      />
      <Button variant="subtle" color="gray" aria-label={of(words.removeLine)} onClick={remove}>
        ×
      </Button>
    </div>
  );
}
