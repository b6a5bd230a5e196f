import { useQuery } from "@tanstack/react-query";
import { alertCountsQuery, openOf } from "../parts/alerts/queries.ts";
import { useText } from "../text/index.ts";
import css from "./frame.module.css";

/** How many alerts are open, beside their page; nothing when there are none. It is loaded behind the page. */
export default function AlertCount({ workspace }: { readonly workspace: string }) {
  const t = useText().frame;
  const { data } = useQuery(alertCountsQuery(workspace));
  const open = openOf(data);
  if (open === 0) return null;
  return (
    <b className={css.count} title={t.openAlerts(open)}>
      <span aria-hidden>{open}</span>
      <span className="sr-only">{t.openAlerts(open)}</span>
    </b>
  );
}
