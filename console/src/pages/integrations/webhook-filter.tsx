import { DevicesChoice } from "../../parts/choices/devices-choice.tsx";
import { FieldsChoice } from "../../parts/choices/field-choice.tsx";
import { ProductsChoice, TagsChoice } from "../../parts/choices/scope-choice.tsx";
import { useText } from "../../text/index.ts";
import forms from "../../parts/forms.module.css";
import css from "./integrations.module.css";
import type { FieldsProps } from "./webhook-fields.tsx";

/** Which devices and fields: an empty list is all. */
export function WebhookFilter({ workspace, form, set, problem }: FieldsProps) {
  const t = useText().webhook;
  const field = (key: "products" | "devices" | "tags" | "fields") => ({
    workspace,
    label: t[key],
    placeholder: t.every,
    error: problem?.about(`filter.${key}`),
  });
  return (
    <fieldset className={forms.group}>
      <legend>{t.filter}</legend>
      <p className="quiet small">{t.filterHelp}</p>
      <div className={css.two}>
        <ProductsChoice {...field("products")} value={form.products} onChange={(products) => set({ products })} />
        <DevicesChoice {...field("devices")} value={form.devices} onChange={(devices) => set({ devices })} />
        <TagsChoice {...field("tags")} value={form.tags} onChange={(tags) => set({ tags })} />
        <FieldsChoice
          {...field("fields")}
          products={form.products}
          value={form.fields}
          onChange={(fields) => set({ fields })}
        />
      </div>
    </fieldset>
  );
}
