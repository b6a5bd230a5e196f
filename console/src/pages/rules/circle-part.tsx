import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import type { ApiProblem } from "../../api/problem.ts";
import { FieldChoice } from "../../parts/choices/field-choice.tsx";
import { circleOf } from "../../parts/map/circle.ts";
import type { Pin } from "../../parts/map/map.tsx";
import { positionOf } from "../../parts/map/position.ts";
import { useText } from "../../text/index.ts";
import { placedDevicesQuery } from "./queries.ts";
import type { RuleForm } from "./rule-form.ts";
import css from "./rules.module.css";

const CircleMap = lazy(() => import("../../parts/map/circle-map.tsx"));

interface Props {
  readonly workspace: string;
  readonly form: RuleForm;
  readonly set: (next: Partial<RuleForm>) => void;
  readonly problem: ApiProblem | null;
}

/** A circle that devices enter or leave: on a map, and as numbers; each follows the other. */
export function CirclePart({ workspace, form, set, problem }: Props) {
  const words = useText().rules;
  const { lat, lng, radius } = form;
  const field = form.position.trim().toUpperCase();
  const { data = [] } = useQuery(placedDevicesQuery(workspace, form.products[0] ?? ""));
  const pins = useMemo(
    () =>
      data.flatMap(({ product, id, name, values = [] }): Pin[] => {
        const found = values.find((one) => one.type === "GEO" && (field === "" || one.field === field));
        const position = positionOf(found?.value);
        return position === null ? [] : [{ id: `${product}/${id}`, name, ...position, state: "ok" }];
      }),
    [data, field],
  );
  const circle = useMemo(() => circleOf(lat, lng, radius), [lat, lng, radius]);
  const number = (key: "lat" | "lng" | "radius") => (
    <TextInput
      label={words.triggerPart[key]}
      value={form[key]}
      onChange={({ currentTarget }) => set({ [key]: currentTarget.value })}
      error={problem?.about(`trigger.${key}`)}
      inputMode="decimal"
      required
    />
  );
  return (
    <>
      <div className={css.two}>
        <FieldChoice
          label={words.position}
          required
          workspace={workspace}
          products={form.products}
          value={form.position}
          onChange={(position) => set({ position })}
          error={problem?.about("trigger.field")}
        />
        <NativeSelect
          label={words.event}
          data={(["enter", "leave"] as const).map((value) => ({ value, label: words.events[value] }))}
          value={form.event}
          onChange={({ currentTarget: { value } }) => set({ event: value === "leave" ? "leave" : "enter" })}
        />
      </div>
      <div className={css.circle}>
        <Suspense>
          <CircleMap circle={circle} onChange={set} pins={pins} words={words.circle} />
        </Suspense>
      </div>
      <p className="quiet small">{words.circleHelp}</p>
      <div className={css.two}>
        {number("lat")}
        {number("lng")}
        {number("radius")}
      </div>
    </>
  );
}
