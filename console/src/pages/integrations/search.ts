/** The tabs of a webhook, in their order. */
export const WEBHOOK_TABS = ["calls", "letters", "settings"] as const;
export type WebhookTab = (typeof WEBHOOK_TABS)[number];

export function webhookSearch({ tab }: Readonly<Record<string, unknown>>): { readonly tab?: WebhookTab } {
  const found = WEBHOOK_TABS.find((one) => one === tab);
  return found === undefined || found === "calls" ? {} : { tab: found };
}
