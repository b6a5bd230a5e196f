import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { productsQuery } from "../../api/fleet.ts";
import { Ago } from "../../parts/ago.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { downlinkEventsQuery } from "./queries.ts";

interface Props {
  readonly workspace: string;
  /** Slugs: those of these products alone. */
  readonly only?: readonly string[];
}

/** What became of downlinks to devices of the workspace of late: each leads to its device's queue. */
export function RecentDownlinks({ workspace, only }: Props) {
  const t = useText().downlinks;
  const { data, error, refetch } = useQuery(downlinkEventsQuery);
  const products = useQuery(productsQuery(workspace));
  const own = new Set(only ?? products.data?.map(({ slug }) => slug));
  const events = (data ?? []).flatMap(({ device, ...event }) => {
    const [product = "", id = ""] = device?.split("/") ?? [];
    return own.has(product) ? [{ ...event, product, id }] : [];
  });
  return (
    <Section title={t.recent} flush>
      <RefusalNote error={error} again={() => void refetch()} />
      {events.length === 0 ? (
        <EmptyState>{t.noRecent}</EmptyState>
      ) : (
        <ul className={css.list}>
          {events.slice(0, 20).map(({ time, product, id, message }) => (
            <li key={`${time} ${product}/${id}`}>
              <div className={css.head}>
                <Link
                  to="/w/$workspace/devices/$product/$device"
                  params={{ workspace, product, device: id }}
                  search={{ tab: "downlinks" }}
                  className={css.name}
                >
                  {`${product}/${id}`}
                </Link>
                <span className={css.what}>{message}</span>
                <span className="quiet">
                  <Ago time={time} />
                </span>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
