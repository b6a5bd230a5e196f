import { useQuery } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { type Downlink, downlinksQuery } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { useText } from "../../text/index.ts";
import { DownlinkEditor } from "./downlink-editor.tsx";
import type { TabProps } from "./product-page.tsx";
import { RowsSection } from "./rows-section.tsx";

/** What can be sent to the devices of the product: made, changed and tried here, sent from a device's page. */
export default function DownlinksTab({ workspace, product }: TabProps) {
  const t = useText();
  const words = t.downlinks;
  const query = useQuery(downlinksQuery(product));
  const may = useMay(workspace, "devices");
  const [open, setOpen] = useState<Downlink | "new" | null>(null);
  const [going, setGoing] = useState<Downlink | null>(null);
  if (open !== null)
    return (
      <DownlinkEditor
        workspace={workspace}
        product={product}
        downlink={open === "new" ? null : open}
        may={may}
        onClose={() => setOpen(null)}
      />
    );
  return (
    <>
      <RowsSection
        title={words.title}
        add={words.create}
        empty={words.empty}
        code="bin/fieldcast downlink create PRODUCT set-interval --encoder encoder.js --port 10"
        query={query}
        may={may}
        heads={[{ text: words.name }, { text: words.madeBy, less: true }, { text: words.triggers, less: true }]}
        keyOf={({ name }) => name}
        nameOf={({ name }) => name}
        cells={({ name, description, made_by, port, sent_by, triggers, active }) => [
          <Fragment key="name">
            <code>{name}</code>
            {description !== "" && <p className="quiet small">{description}</p>}
          </Fragment>,
          <Fragment key="made">
            {words.made[made_by]} <span className="quiet">{sent_by === "network" && words.onPort(port)}</span>
          </Fragment>,
          triggers.length === 0 ? (
            <span key="triggers" className="quiet">
              –
            </span>
          ) : (
            `${triggers.join(", ")}${active ? "" : ` (${words.off})`}`
          ),
        ]}
        onAdd={() => setOpen("new")}
        onEdit={setOpen}
        onDelete={setGoing}
      />
      {going !== null && (
        <ConfirmName
          opened
          onClose={() => setGoing(null)}
          title={words.deleteTitle(going.name)}
          name={going.name}
          action={t.common.delete}
          run={async () => {
            await api.deleteDownlink({ product, downlink: going.name });
            await queryClient.invalidateQueries({ queryKey: ["downlinks"] });
          }}
        >
          <p>{words.deleteHow}</p>
        </ConfirmName>
      )}
    </>
  );
}
