import { Button } from "@mantine/core";
import { useText } from "../text/index.ts";
import { Status } from "./status.tsx";

/** How many lines wait while one looks at those that are there; a click shows them. Nothing when none does. */
export function Held({ fresh, onShow }: { readonly fresh: number; readonly onShow: () => void }) {
  const t = useText().desk;
  if (fresh === 0) return null;
  return (
    <Button variant="subtle" size="compact-sm" title={t.showFresh} onClick={onShow}>
      <Status kind="warn">
        {t.fresh(fresh)}, {t.held}
      </Status>
    </Button>
  );
}
