import { Button } from "@mantine/core";
import { useContext, useState } from "react";
import { queryClient } from "../api/index.ts";
import { useText } from "../text/index.ts";
import { KeptContext } from "./kept-context.ts";

/** Others changed it meanwhile: the ways out. Nothing outside of such a form. */
export default function ChangedMeanwhile() {
  const t = useText().common;
  const kept = useContext(KeptContext);
  const [busy, setBusy] = useState(false);
  const [insisted, setInsisted] = useState(false);
  if (kept === null) return null;
  const then = async (way: () => void) => {
    setBusy(true);
    await queryClient.invalidateQueries();
    setBusy(false);
    way();
  };
  const insist = () => {
    kept.insist();
    setInsisted(true);
  };
  if (insisted) return <p role="status">{t.keptMine}</p>;
  return (
    <>
      <Button variant="default" loading={busy} onClick={() => void then(insist)}>
        {t.keepMine}
      </Button>
      <Button variant="default" disabled={busy} onClick={() => void then(kept.saved)}>
        {t.takeTheirs}
      </Button>
    </>
  );
}
