import { visible } from "../text.ts";

/** What is to be said in place of a product alone. What is meant by `p/d1` and `p/d*`, which are no names of products. */
export function apart(path: string): string {
  if (!path.includes("/")) return "name a product and a device, or say --tag or --pattern for several";
  const [product, device = ""] = path.split("/", 2).map((part) => visible(part));
  const what = /[*?]/.test(device) ? `--pattern '${device}'` : device;
  return `write the product and its devices apart: device delete ${product} ${what}`;
}
