import type { DeviceCounts } from "../../../../sdk/operations.js";
import { EmptyState } from "../../parts/empty-state.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { useItems } from "./attention-items.tsx";
import css from "./home.module.css";

interface Props {
  readonly workspace: string;
  readonly counts: DeviceCounts;
}
/** What needs somebody: a line each, the worst first, with the way to it. */
export function Attention(props: Props) {
  const t = useText().home;
  const { items, error } = useItems(props);
  if (items.length === 0 && error !== null) return <RefusalNote error={error} />;
  if (items.length === 0) return <EmptyState>{t.allWell}</EmptyState>;
  return (
    <ul className={css.list}>
      {items.map(({ key, kind, text, more }) => (
        <li key={key}>
          <Status kind={kind}>
            <span className={css.wrap}>{text}</span>
          </Status>
          <span className={css.more}>{more}</span>
        </li>
      ))}
    </ul>
  );
}
