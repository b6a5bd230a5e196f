import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { serverNow } from "../../api/clock.ts";
import { type CurrentValue, type Field, valuesQuery } from "../../api/fleet.ts";
import { useLiveValues } from "../../live/index.ts";
import { Ago } from "../../parts/ago.tsx";
import { Copyable } from "../../parts/copy-button.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Fact, Facts, Section } from "../../parts/section.tsx";
import { ValueCell } from "../../parts/value-cell.tsx";
import { useText } from "../../text/index.ts";
import css from "./device.module.css";
import { isDrawn } from "../../parts/chart/question.ts";
import { sparksQuery } from "./queries.ts";
import { DeviceAlerts } from "./alerts.tsx";
import { RecordValue } from "./record-value.tsx";
import { Refused } from "./refused.tsx";
import { type Point, sparkPath } from "../../parts/chart/series.ts";
import type { Shared } from "./shared.ts";
import { WhySilent } from "./why-silent.tsx";

/** What the device says now, and everything that goes into a client. */
export function Overview(shared: Shared) {
  const { device, fields } = shared;
  const measured = fields.filter(({ formula }) => formula === null);
  const t = useText().device;
  const values = useQuery(valuesQuery(device.product, device.id));
  const [opened] = useState(serverNow);
  const sparks = useQuery(sparksQuery(device.product, device.id, fields.filter(isDrawn), opened));
  const known = new Map((values.data?.values ?? []).map((one) => [one.field, one]));
  return (
    <>
      <WhySilent {...shared} />
      <div className={css.overview}>
        <Section
          title={t.values}
          flush
          actions={
            measured.length > 0 && <RecordValue device={device} fields={measured} workspace={shared.workspace} />
          }
        >
          <RefusalNote error={values.error} again={() => void values.refetch()} />
          {fields.length === 0 ? (
            <EmptyState>{t.noFields}</EmptyState>
          ) : (
            <ul className={css.values}>
              {fields.map((field) => (
                <ValueRow
                  key={field.id}
                  {...shared}
                  field={field}
                  known={known.get(field.id)}
                  spark={sparks.data?.get(field.id) ?? NONE}
                  now={opened}
                />
              ))}
            </ul>
          )}
        </Section>
        <div className={css.side}>
          <DeviceAlerts {...shared} />
          <Identifiers {...shared} />
          <Refused {...shared} />
        </div>
      </div>
    </>
  );
}

const NONE: readonly Point[] = [];
const DAY = 24 * 3_600_000;

interface RowProps extends Shared {
  readonly field: Field;
  readonly known: CurrentValue | undefined;
  readonly spark: readonly Point[];
  readonly now: number;
}

/** One field: its value as it comes, the last day as a small line, its age. A click shows its history. */
function ValueRow({ workspace, device, field, known, spark, now, timeout }: RowProps) {
  const live = useLiveValues(device.product, device.id).get(field.id);
  const newest = live !== undefined && (known?.time ?? "") <= live.time ? live : known;
  const time = newest?.time ?? null;
  return (
    <li className={css.valueRow}>
      <Link
        to="/w/$workspace/devices/$product/$device"
        params={{ workspace, product: device.product, device: device.id }}
        search={{ tab: "history", fields: [field.id] }}
        title={field.formula === null ? field.id : `${field.id} = ${field.formula}`}
      >
        {field.name}
        {field.formula !== null && <span className="quiet"> ƒ</span>}
      </Link>
      <span className={css.current}>
        <ValueCell
          value={newest?.value ?? null}
          time={time}
          unit={field.unit}
          decimals={field.decimals}
          timeout={timeout}
          noAge
        />
      </span>
      <Spark points={spark} from={now - DAY} to={now} />
      <span className={css.when}>
        <Ago time={time} short />
      </span>
    </li>
  );
}

function Spark({
  points,
  from,
  to,
}: {
  readonly points: readonly Point[];
  readonly from: number;
  readonly to: number;
}) {
  const path = sparkPath(points, from, to, 120, 22);
  return (
    <svg className={css.spark} width="120" height="22" viewBox="0 0 120 22" aria-hidden="true">
      {path !== "" && <path d={path} />}
    </svg>
  );
}

function Identifiers({ device, topics }: Shared) {
  const t = useText().device;
  const path = `/api/v1/products/${device.product}/devices/${encodeURIComponent(device.id)}`;
  return (
    <Section title={t.identifiers.title}>
      <Facts>
        <Fact name={t.identifiers.device}>
          <Copyable text={device.id} what={t.identifiers.device} />
        </Fact>
        <Fact name={t.identifiers.product}>
          <Copyable text={device.product} what={t.identifiers.product} />
        </Fact>
        {device.serial !== null && (
          <Fact name={t.identifiers.serial}>
            <Copyable text={device.serial} what={t.identifiers.serial} />
          </Fact>
        )}
        <Fact name={t.identifiers.publish}>
          <Copyable text={topics.publish} what={t.identifiers.publish} />
        </Fact>
        <Fact name={t.identifiers.subscribe}>
          <Copyable text={topics.subscribe} what={t.identifiers.subscribe} />
        </Fact>
        <Fact name={t.identifiers.rest}>
          <Copyable text={location.origin + path} shown={path} what={t.identifiers.rest} />
        </Fact>
      </Facts>
    </Section>
  );
}
