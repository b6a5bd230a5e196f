import { useAttentionCount } from "../pages/home/count.ts";
import { useText } from "../text/index.ts";
import css from "./frame.module.css";

/** How much needs attention, beside Home; nothing when all is well. It is loaded behind the page. */
export default function AttentionCount({ workspace }: { readonly workspace: string }) {
  const t = useText().frame;
  const count = useAttentionCount(workspace);
  if (count === 0) return null;
  return (
    <b className={css.count} title={t.attention(count)}>
      <span aria-hidden>{count}</span>
      <span className="sr-only">{t.attention(count)}</span>
    </b>
  );
}
