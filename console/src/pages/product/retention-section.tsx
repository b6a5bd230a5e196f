import { Button, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Retention } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { Skeleton } from "../../parts/page.tsx";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { KeptForm } from "../../parts/kept-form.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import { bytesKept, bytesText, daysOf } from "./estimate.ts";
import css from "./product.module.css";
import type { TabProps } from "./product-page.tsx";
import { retentionQuery, usageQuery } from "./queries.ts";

const SPANS = ["7d", "30d", "90d", "1y", "2y", "5y", "10y", "forever"];
const ROLLUPS = ["1m", "1h", "1d"] as const;

/** How long what was measured is kept, and what that takes of the disk. */
export function RetentionSection({ workspace, product }: TabProps) {
  const t = useText().product.retention;
  const { data, error, refetch } = useQuery(retentionQuery(product));
  return (
    <Section title={t.title}>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined ? (
        error === null && <Skeleton rows={4} />
      ) : (
        <KeptForm state={data}>{(state) => <RetentionForm {...{ workspace, product }} {...state} />}</KeptForm>
      )}
    </Section>
  );
}

interface FormProps extends TabProps {
  readonly retention: Retention;
  readonly etag: string;
}

function RetentionForm({ workspace, product, retention, etag }: FormProps) {
  const t = useText();
  const words = t.product.retention;
  const may = useMay(workspace, "devices");
  const [keep, setKeep] = useState(retention.retention);
  const [rollups, setRollups] = useState<Retention["rollups"]>(retention.rollups);
  const save = useAct(async () => {
    const body = { retention: keep, rollups: keep === "forever" ? {} : rollups };
    await api.updateProductRetention({ product, if_match: etag, body });
    // it is part of the product's state
    await Promise.all(["retention", "products"].map((noun) => queryClient.invalidateQueries({ queryKey: [noun] })));
  });
  const isShorter = (next: string | undefined, before: string | undefined) =>
    before !== undefined && daysKept(next) < daysKept(before);
  const shorter =
    isShorter(keep, retention.retention) ||
    (keep !== "forever" && ROLLUPS.some((bucket) => isShorter(rollups[bucket], retention.rollups[bucket])));
  const [asking, setAsking] = useState(false);
  const options = (value: string | undefined) =>
    [...new Set([...SPANS, ...(value === undefined ? [] : [value])])].map((span) => ({
      value: span,
      label: words.span(span),
    }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // what is older goes, and does not come back
        if (shorter) setAsking(true);
        else void save.run();
      }}
      className={css.form}
    >
      <ConfirmName
        opened={asking}
        onClose={() => setAsking(false)}
        title={words.title}
        name={product}
        action={words.shorten}
        run={save.run}
      >
        <p>{words.goes}</p>
      </ConfirmName>
      <NativeSelect
        label={words.measurements}
        data={options(retention.retention)}
        value={keep}
        onChange={({ currentTarget }) => setKeep(currentTarget.value)}
        error={save.problem?.about("retention")}
      />
      <Estimate product={product} keep={keep} />
      {keep !== "forever" && (
        <fieldset className={css.rollups}>
          <legend>{words.rollups}</legend>
          <p className="quiet small">{words.rollupsHelp}</p>
          {ROLLUPS.map((bucket) => (
            <NativeSelect
              key={bucket}
              label={words.buckets[bucket]}
              data={[{ value: "", label: words.notKept }, ...options(retention.rollups[bucket])]}
              value={rollups[bucket] ?? ""}
              onChange={({ currentTarget: { value } }) => {
                const { [bucket]: _, ...rest } = rollups;
                setRollups(value === "" ? rest : { ...rest, [bucket]: value });
              }}
            />
          ))}
        </fieldset>
      )}
      {shorter && <p className={css.changed}>{words.goes}</p>}
      <RefusalNote error={save.error} />
      <div>
        <Button type="submit" loading={save.busy} disabled={!may} title={may ? undefined : t.common.needs("devices")}>
          {t.common.save}
        </Button>
      </div>
    </form>
  );
}

/** How long something is kept; not at all where it is not said. */
function daysKept(span: string | undefined): number {
  return span === undefined ? 0 : (daysOf(span) ?? Number.POSITIVE_INFINITY);
}

/** What it will take of the disk, by what it has taken so far. */
function Estimate({ product, keep }: { readonly product: string; readonly keep: string }) {
  const t = useText();
  const words = t.product.retention;
  const { data } = useQuery(usageQuery(product));
  if (data === undefined) return null;
  const bytes = bytesKept(data, keep);
  const text = (n: number) => bytesText(n, t.time.locale);
  return (
    <p className="quiet small">
      {words.now(text(data.bytes))}{" "}
      {bytes !== null && (keep === "forever" ? words.eachYear(text(bytes)) : words.will(text(bytes)))}
    </p>
  );
}
