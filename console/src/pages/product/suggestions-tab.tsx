import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Suggestion } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { Ago } from "../../parts/ago.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./product.module.css";
import type { TabProps } from "./product-page.tsx";
import { suggestionsQuery } from "./queries.ts";

/** Serials and fields that came and are not there: made, or put aside. */
export default function SuggestionsTab({ workspace, product, ignored }: TabProps & { readonly ignored: boolean }) {
  const t = useText();
  const words = t.product.suggestions;
  const navigate = useNavigate({ from: "/w/$workspace/products/$product" });
  const { data, error, refetch } = useQuery(suggestionsQuery(product, ignored ? "ignored" : "open"));
  const may = useMay(workspace, "devices");
  const all = useAct(async () => {
    await api.createSuggested({ product, body: { all: true } });
    await reload();
  });
  return (
    <Section
      title={words.title}
      flush
      actions={
        <span className={css.about}>
          <SegmentedControl
            aria-label={words.state}
            data={[
              { value: "open", label: words.open },
              { value: "ignored", label: words.ignored },
            ]}
            value={ignored ? "ignored" : "open"}
            onChange={(next) =>
              void navigate({
                search: { tab: "suggestions", ...(next === "ignored" && { ignored: true }) },
                replace: true,
              })
            }
          />
          {!ignored && (data?.length ?? 0) > 1 && (
            <Button onClick={() => void all.run()} loading={all.busy} disabled={!may}>
              {words.createAll}
            </Button>
          )}
        </span>
      }
    >
      <RefusalNote error={error ?? all.error} again={() => void refetch()} />
      {data === undefined ? (
        error === null && <Skeleton rows={3} />
      ) : data.length === 0 ? (
        <EmptyState>{ignored ? words.noneIgnored : words.none}</EmptyState>
      ) : (
        <div className={css.scroll}>
          <table className={css.table}>
            <thead>
              <tr>
                <th>{words.what}</th>
                <th data-less>{words.type}</th>
                <th data-less>{words.sample}</th>
                <th data-less>{words.count}</th>
                <th>{words.last}</th>
                <th>
                  <span className="sr-only">{t.product.fields.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((one) => (
                <Row key={`${one.kind} ${one.name}`} product={product} suggestion={one} may={may} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

async function reload(): Promise<void> {
  await queryClient.invalidateQueries({
    predicate: ({ queryKey: [noun] }) => noun === "suggestions" || noun === "fields" || noun === "devices",
  });
}

interface RowProps {
  readonly product: string;
  readonly suggestion: Suggestion;
  readonly may: boolean;
}

function Row({ product, suggestion, may }: RowProps) {
  const words = useText().product.suggestions;
  const { kind, name, count, sample, type, unit, last, state, origin } = suggestion;
  const which = { suggestions: [{ kind, name }] };
  const create = useAct(async () => {
    await api.createSuggested({ product, body: which });
    await reload();
  });
  const ignore = useAct(async () => {
    await api.ignoreProductSuggestions({ product, body: { ...which, ignored: state === "open" } });
    await reload();
  });
  return (
    <tr>
      <td>
        <code>{name}</code>
        <p className="quiet small">
          {words.kinds[kind]}
          {origin !== null && ` · ${origin.broker}, ${origin.map}`}
        </p>
        <RefusalNote error={create.error ?? ignore.error} />
      </td>
      <td data-less>
        {type ?? "–"} {unit !== null && <span className="quiet">{unit}</span>}
      </td>
      <td data-less>
        <code>{sample.slice(0, 80)}</code>
      </td>
      <td data-less>{count}</td>
      <td>
        <Ago time={last} />
      </td>
      <td className={css.rowActions}>
        <Button onClick={() => void create.run()} loading={create.busy} disabled={!may}>
          {words.create[kind]}
          <span className="sr-only"> {name}</span>
        </Button>{" "}
        <Button variant="default" onClick={() => void ignore.run()} loading={ignore.busy} disabled={!may}>
          {state === "open" ? words.ignore : words.takeBack}
          <span className="sr-only"> {name}</span>
        </Button>
      </td>
    </tr>
  );
}
