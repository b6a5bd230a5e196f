import { Button } from "@mantine/core";
import { useContext } from "react";
import { queryClient } from "../api/index.ts";
import { useText } from "../text/index.ts";
import { KeptContext } from "./kept-context.ts";

/** Others changed it meanwhile: the ways out. Nothing outside of such a form. */
export default function ChangedMeanwhile() {
  const t = useText().common;
  const kept = useContext(KeptContext);
  if (kept === null) return null;
  const then = async (way: () => void) => {
    await queryClient.invalidateQueries();
    way();
  };
  return (
    <>
      <Button variant="default" onClick={() => void then(kept.insist)}>
        {t.keepMine}
      </Button>
      <Button variant="default" onClick={() => void then(kept.saved)}>
        {t.takeTheirs}
      </Button>
    </>
  );
}
