/** What a pasted topic names. */
export interface NamedByTopic {
  readonly product: string;
  /** Null: the topic names all devices of the product. */
  readonly device: string | null;
  readonly field: string | null;
}

/**
 * A topic of measurements as it stands in a client: `dtck-pub/my-product/000001/TEMPERATURE`, `dtck/my-product/+/+`. The prefix
 * is a setting of the server, so any is taken that looks like one. Null: the text is no such topic.
 */
export function topicParts(text: string): NamedByTopic | null {
  const levels = text.trim().split("/");
  const [prefix = "", product = "", device = "", field = ""] = levels;
  if (levels.length < 3 || levels.length > 4 || !/^[a-z0-9]+(?:-pub|-errors)?$/.test(prefix)) return null;
  if (!/^[a-z0-9_-]{1,64}$/.test(product)) return null;
  const named = (level: string) => (level === "" || level === "+" || level === "#" || level === "*" ? null : level);
  return { product, device: named(device), field: named(field) };
}
