import { useQuery } from "@tanstack/react-query";
import { Ago } from "../../parts/ago.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import { actionText, deedsOf } from "./activity.ts";
import css from "./home.module.css";
import { activityQuery } from "./queries.ts";

/** So many lines are shown, and so many names in one of them. */
const LINES = 20;
const NAMES = 3;

/** Who changed what, newest first; the same thing done many times in a row is one line. */
export function Activity({ workspace }: { readonly workspace: string }) {
  const { home: t, common } = useText();
  const { data, error } = useQuery(activityQuery(workspace));
  return (
    <Section title={t.activity} flush>
      {error !== null ? (
        <EmptyState>{t.activityHidden}</EmptyState>
      ) : data === undefined ? (
        <Skeleton rows={6} />
      ) : data.length === 0 ? (
        <EmptyState>{t.noActivity}</EmptyState>
      ) : (
        <ol className={css.list}>
          {deedsOf(data)
            .slice(0, LINES)
            .map(({ id, time, actor, action, targets }) => (
              <li key={id}>
                <span className={css.what}>
                  <strong>{common.actor(actor)}</strong> {targets.length > 1 && `${targets.length} × `}
                  <span title={action}>{actionText(action, t)}</span>:{" "}
                  <span className="quiet">
                    {targets.slice(0, NAMES).join(", ")}
                    {targets.length > NAMES && ` ${t.andMore(targets.length - NAMES)}`}
                  </span>
                </span>
                <span className={css.age}>
                  <Ago time={time} />
                </span>
              </li>
            ))}
        </ol>
      )}
    </Section>
  );
}
