import { UsageError } from "./failure.ts";

/** A device as people write it, `my-product/000001`. @throws UsageError */
export function deviceIn(text: string): { readonly product: string; readonly device: string } {
  const [product = "", device = "", ...more] = text.split("/");
  if (product === "" || device === "" || more.length > 0)
    throw new UsageError("--device: write PRODUCT/DEVICE, like my-product/000001");
  return { product, device };
}
