import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ConfigurationField } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { useText } from "../../text/index.ts";
import { ConfigurationModal } from "./configuration-modal.tsx";
import type { TabProps } from "./product-page.tsx";
import { configurationQuery } from "./queries.ts";
import { RowsSection } from "./rows-section.tsx";

const reload = () => queryClient.invalidateQueries({ queryKey: ["configuration"] });

/** What decoders and encoders may know of each device: a default here, a value of its own at the device. */
export default function ConfigurationTab({ workspace, product }: TabProps) {
  const t = useText();
  const words = t.product.configuration;
  const query = useQuery(configurationQuery(product));
  const may = useMay(workspace, "devices");
  const [open, setOpen] = useState<ConfigurationField | "new" | null>(null);
  const [going, setGoing] = useState<ConfigurationField | null>(null);
  return (
    <>
      <RowsSection
        title={words.title}
        add={words.add}
        empty={words.empty}
        code="configurationValues.depth"
        query={query}
        may={may}
        heads={[
          { text: words.id },
          { text: words.name, less: true },
          { text: words.type, less: true },
          { text: words.default },
        ]}
        keyOf={({ id }) => id}
        nameOf={({ id }) => id}
        cells={(field) => [
          <code key="id">{field.id}</code>,
          field.name,
          words.types[field.type],
          field.default === null ? (
            <span key="default" className="quiet">
              –
            </span>
          ) : (
            `${field.default} ${field.unit ?? ""}`
          ),
        ]}
        onAdd={() => setOpen("new")}
        onEdit={setOpen}
        onDelete={setGoing}
      />
      {open !== null && (
        <ConfigurationModal product={product} field={open === "new" ? null : open} onClose={() => setOpen(null)} />
      )}
      {going !== null && (
        <ConfirmName
          opened
          onClose={() => setGoing(null)}
          title={words.deleteTitle(going.id)}
          name={going.id}
          action={t.common.delete}
          run={async () => {
            await api.deleteConfigurationField({ product, configuration_field: going.id });
            await reload();
          }}
        >
          <p>{words.deleteHow}</p>
        </ConfirmName>
      )}
    </>
  );
}
