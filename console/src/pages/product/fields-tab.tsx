import { useQuery } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { type Field, fieldsQuery } from "../../api/fleet.ts";
import { useMay } from "../../api/session.ts";
import { Copyable } from "../../parts/copy-button.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { DeleteField } from "./delete-field.tsx";
import { FieldModal } from "./field-modal.tsx";
import type { TabProps } from "./product-page.tsx";
import { RowsSection } from "./rows-section.tsx";

/** What the devices of the product measure. */
export function FieldsTab({ workspace, product }: TabProps) {
  const t = useText();
  const words = t.product.fields;
  const query = useQuery(fieldsQuery(product));
  const [open, setOpen] = useState<Field | "new" | null>(null);
  const [going, setGoing] = useState<Field | null>(null);
  const may = useMay(workspace, "devices");
  const none = <span className="quiet">–</span>;
  return (
    <>
      <RowsSection
        title={words.title}
        add={words.add}
        empty={words.empty}
        query={query}
        may={may}
        heads={[
          { text: words.name },
          { text: words.id },
          { text: words.type, less: true },
          { text: words.unit, less: true },
          { text: words.role, less: true },
        ]}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        cells={({ id, name, active, description, type, unit, role, formula, formula_problem: broken }) => [
          <Fragment key="name">
            <strong>{name}</strong>
            {!active && <span className="quiet"> {words.off}</span>}
            {formula !== null && (
              <p className="small">
                {broken === null ? (
                  <span className="quiet">{t.product.formula.mark}</span>
                ) : (
                  <Status kind="bad">{broken}</Status>
                )}{" "}
                <code>{formula}</code>
              </p>
            )}
            {description !== null && <p className="quiet small">{description}</p>}
          </Fragment>,
          <Copyable key="id" text={id} what={words.id} />,
          type,
          unit ?? none,
          role === null ? none : words.roles[role],
        ]}
        onAdd={() => setOpen("new")}
        onEdit={setOpen}
        onDelete={setGoing}
      />
      {open !== null && (
        <FieldModal product={product} field={open === "new" ? null : open} onClose={() => setOpen(null)} />
      )}
      {going !== null && <DeleteField product={product} field={going} onClose={() => setGoing(null)} />}
    </>
  );
}
