import { ActionIcon, Menu } from "@mantine/core";
import { KebabHorizontalIcon } from "@primer/octicons-react";
import { Link } from "@tanstack/react-router";
import type { CurrentValue, Field } from "../../api/fleet.ts";
import { useMayRecord } from "../../api/session.ts";
import { useLiveValues } from "../../live/index.ts";
import { Ago } from "../../parts/ago.tsx";
import { type Point, sparkPath } from "../../parts/chart/series.ts";
import { copyText } from "../../parts/copy-button.tsx";
import { ValueCell } from "../../parts/value-cell.tsx";
import { useText } from "../../text/index.ts";
import css from "./device.module.css";
import type { Shared } from "./shared.ts";
import { fieldTopics } from "./topics.ts";

const DAY = 24 * 3_600_000;

interface RowProps extends Shared {
  /** Opens the form for a value of this field. */
  readonly onRecord: (field: string) => void;
  readonly field: Field;
  readonly known: CurrentValue | undefined;
  readonly spark: readonly Point[];
  readonly now: number;
}

/** One field: its value as it comes, the last day as a small line, its age. A click shows its history. */
export function ValueRow({ known, spark, now, ...shared }: RowProps) {
  const { workspace, device, field, timeout } = shared;
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
          age="none"
        />
      </span>
      <Spark points={spark} from={now - DAY} to={now} />
      <span className={css.when}>
        <Ago time={time} short />
      </span>
      <RowMenu {...shared} />
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

/** What one does with a field: its topics into a client, a value by hand, its settings. */
function RowMenu({ workspace, device, field, topics, onRecord }: Omit<RowProps, "known" | "spark" | "now">) {
  const t = useText().device.row;
  const own = fieldTopics(topics, field.id);
  const may = useMayRecord(device.product, device.id);
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon aria-label={t.menu(field.name)} title={t.menu(field.name)}>
          <KebabHorizontalIcon size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {field.formula === null && (
          <>
            <Menu.Item onClick={() => void copyText(own.publish)}>{t.copyPublish}</Menu.Item>
            <Menu.Item onClick={() => onRecord(field.id)} disabled={!may}>
              {t.record}
            </Menu.Item>
          </>
        )}
        <Menu.Item onClick={() => void copyText(own.subscribe)}>{t.copySubscribe}</Menu.Item>
        <Menu.Item onClick={() => void copyText(field.id)}>{t.copyId}</Menu.Item>
        <Menu.Item component={Link} to={`/w/${workspace}/products/${device.product}`}>
          {t.edit}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
