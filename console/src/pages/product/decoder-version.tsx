import { Button } from "@mantine/core";
import type { DecoderVersion } from "../../../../sdk/operations.js";
import { useAct } from "../../parts/act.ts";
import { Ago } from "../../parts/ago.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./product.module.css";

interface VersionProps {
  readonly version: DecoderVersion;
  readonly may: boolean;
  readonly look: (number: number) => Promise<void>;
  readonly use: (number: number) => Promise<void>;
}

export function Version({ version, may, look, use }: VersionProps) {
  const t = useText().product.decoder;
  const show = useAct(() => look(version.number));
  const roll = useAct(() => use(version.number));
  return (
    <li>
      <strong>{version.number}</strong>
      <span>
        <Ago time={version.created} />, {version.by}
        {version.note !== "" && <span className="quiet">: {version.note}</span>}
      </span>
      <span className={css.rowActions}>
        {version.in_force && <Status kind="ok">{t.now}</Status>}
        <Button variant="subtle" color="gray" onClick={() => void show.run()} loading={show.busy}>
          {t.look}
          <span className="sr-only"> {version.number}</span>
        </Button>
        {!version.in_force && may && (
          <Button variant="subtle" onClick={() => void roll.run()} loading={roll.busy}>
            {t.rollBack}
            <span className="sr-only"> {version.number}</span>
          </Button>
        )}
      </span>
      <RefusalNote error={show.error ?? roll.error} />
    </li>
  );
}
