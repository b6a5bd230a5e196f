/** Asking the broker whether something is allowed. */
export const ask = {
  title: "Ask the broker",
  how: "Whether an account may do something on a topic, by the server's own rules. Nothing is sent or recorded.",
  account: "Account",
  self: "Yourself",
  action: "Action",
  actions: { publish: "publish", subscribe: "subscribe" },
  topic: "Topic",
  placeholder: "dtck-pub/my-product/000001/TEMPERATURE",
  go: "Ask",
  yes: (name: string, action: string) => `Yes: ${name} may ${action} there`,
  no: (name: string, action: string) => `No: ${name} may not ${action} there`,
  because: "Because of",
  noGrant: "Nothing that it holds concerns this topic.",
  instead: "This would work",
  use: "Ask about it",
};
