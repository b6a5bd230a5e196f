import { useText } from "../../../text/index.ts";
import type { useFree } from "./use-free.ts";

/** Why nothing of free topics is there, or that not all of it is. */
export function FreeNote({ free }: { readonly free: ReturnType<typeof useFree> }) {
  const t = useText().tree.free;
  const { empty, left, some } = free;
  const text =
    empty === null
      ? left > 0 || some
        ? t.left(left)
        : null
      : t.empty[empty.why]("workspace" in empty ? empty.workspace : "");
  return text === null ? null : (
    <p className="quiet small" role="note">
      <b>{t.title}</b>: {text}
    </p>
  );
}
