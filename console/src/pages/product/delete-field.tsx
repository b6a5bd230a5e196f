import { useQuery } from "@tanstack/react-query";
import type { Field } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { formatNumber } from "../../parts/format-value.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import type { ModalProps } from "./field-modal.tsx";

export function DeleteField({ product, field, onClose }: ModalProps & { readonly field: Field }) {
  const t = useText();
  const { data, error } = useQuery({
    queryKey: ["fields", "takes", product, field.id],
    queryFn: async ({ signal }) =>
      (await api.deleteField({ product, field: field.id, dry_run: true, signal })).data.takes,
    gcTime: 0,
  });
  return (
    <ConfirmName
      opened
      onClose={onClose}
      title={t.product.fields.deleteTitle(field.name)}
      name={field.id}
      action={t.product.fields.delete}
      run={async () => {
        await api.deleteField({ product, field: field.id });
        await queryClient.invalidateQueries({ queryKey: ["fields"] });
      }}
    >
      <RefusalNote error={error} />
      {data && <p>{t.product.fields.takes(formatNumber(data.measurements, 0, t.time.locale), data.series)}</p>}
    </ConfirmName>
  );
}
