import { Button, Modal, NativeSelect } from "@mantine/core";
import { useState } from "react";
import type { Integration } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { Ago } from "../../parts/ago.tsx";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { GRACES, type Grace } from "../../parts/graces.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./product.module.css";

const reload = () => queryClient.invalidateQueries({ queryKey: ["integration"] });

/** The key of before, while it is good, and a button that ends that. */
export function OldKey({ workspace, integration }: { readonly workspace: string; readonly integration: Integration }) {
  const t = useText();
  const words = t.product.integration;
  const may = useMay(workspace, "integrations");
  const { product, old_key } = integration;
  const [ending, setEnding] = useState(false);
  if (old_key === null) return null;
  return (
    <>
      <div className={css.oldKey} role="status">
        <span>
          {words.oldKey(`${old_key.begins}…`)} <Ago time={old_key.until} />
        </span>
        <Button
          variant="default"
          size="compact-sm"
          disabled={!may}
          title={may ? undefined : t.common.needs("integrations")}
          onClick={() => setEnding(true)}
        >
          {words.endOldKey}
        </Button>
      </div>
      <ConfirmName
        opened={ending}
        onClose={() => setEnding(false)}
        title={words.endOldKey}
        name={old_key.begins}
        action={words.endOldKey}
        run={async () => {
          await api.revokeOldIntegrationKey({ product });
          await reload();
        }}
      >
        <p>{words.endOldKeyHow}</p>
      </ConfirmName>
    </>
  );
}

/** Gives the product another key; the old one is good for a while, so that senders can be changed. */
export function RotateKey({ product, onClose }: { readonly product: string; readonly onClose: () => void }) {
  const t = useText();
  const words = t.product.integration;
  const [grace, setGrace] = useState<Grace>("86400");
  const rotate = useAct(async () => {
    await api.rotateIntegrationKey({ product, body: { grace_seconds: Number(grace) } });
    await reload();
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title={words.rotate} closeButtonProps={{ "aria-label": t.common.close }}>
      <form onSubmit={rotate.submit} className={css.form}>
        <p className="quiet">{words.rotateHow}</p>
        <NativeSelect
          label={words.grace}
          value={grace}
          data={GRACES.map((value) => ({ value, label: t.access.tokens.graces[value] }))}
          onChange={({ currentTarget }) => setGrace(GRACES.find((one) => one === currentTarget.value) ?? "86400")}
        />
        <RefusalNote error={rotate.error} />
        <Button type="submit" loading={rotate.busy}>
          {words.rotate}
        </Button>
      </form>
    </Modal>
  );
}
