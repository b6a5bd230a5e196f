import { Button, Modal, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { GRACES, type Grace } from "../../parts/graces.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { SecretOnce } from "../../parts/secret-once.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";

interface Props {
  readonly workspace: string;
  readonly webhook: number;
  readonly onClose: () => void;
}

/** Gives a webhook another secret: both sign for a while, so that the receiver can be changed meanwhile. */
export function RotateSecret({ onClose, ...which }: Props) {
  const t = useText();
  const words = t.webhook;
  const [grace, setGrace] = useState<Grace>("86400");
  const [secret, setSecret] = useState<string | null>(null);
  const rotate = useAct(async () => {
    setSecret((await api.rotateWebhookSecret({ ...which, body: { grace_seconds: Number(grace) } })).data.secret);
    await queryClient.invalidateQueries({ queryKey: ["webhooks"] });
  });
  return (
    <Modal opened onClose={onClose} title={words.rotate} closeButtonProps={{ "aria-label": t.common.close }}>
      {secret !== null ? (
        <SecretOnce what={words.secret} secret={secret}>
          {words.secretOnce}
        </SecretOnce>
      ) : (
        <form onSubmit={rotate.submit} className={css.form}>
          <p className="quiet">{words.rotateHow}</p>
          <NativeSelect
            label={words.grace}
            value={grace}
            data={GRACES.map((value) => ({ value, label: words.graces[value] }))}
            onChange={({ currentTarget }) => setGrace(GRACES.find((one) => one === currentTarget.value) ?? "86400")}
          />
          <RefusalNote error={rotate.error} />
          <Button type="submit" loading={rotate.busy}>
            {words.rotate}
          </Button>
        </form>
      )}
    </Modal>
  );
}
