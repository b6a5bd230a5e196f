import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { serverNow } from "../../api/clock.ts";
import { valuesQuery } from "../../api/fleet.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./device.module.css";
import { isDrawn } from "../../parts/chart/question.ts";
import { sparksQuery } from "./queries.ts";
import { DeviceAlerts } from "./alerts.tsx";
import { Identifiers } from "./identifiers.tsx";
import { RecordValue } from "./record-value.tsx";
import { Refused } from "./refused.tsx";
import type { Point } from "../../parts/chart/series.ts";
import type { Shared } from "./shared.ts";
import { ValueRow } from "./value-row.tsx";
import { WhySilent } from "./why-silent.tsx";

/** What the device says now, and everything that goes into a client. */
export function Overview(shared: Shared) {
  const { device, fields } = shared;
  const measured = fields.filter(({ formula }) => formula === null);
  const t = useText().device;
  const values = useQuery(valuesQuery(device.product, device.id));
  const [opened] = useState(serverNow);
  const [asked, setAsked] = useState<string | null>(null);
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
            measured.length > 0 && <RecordValue device={device} fields={measured} asked={asked} onAsked={setAsked} />
          }
        >
          <RefusalNote error={values.error} again={() => void values.refetch()} />
          {fields.length === 0 ? (
            <EmptyState
              action={
                <Button component={Link} to={`/w/${shared.workspace}/products/${device.product}`} variant="default">
                  {t.toFields}
                </Button>
              }
            >
              {t.noFields}
            </EmptyState>
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
                  onRecord={setAsked}
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
