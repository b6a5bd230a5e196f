/** The tree of topics. */
export const tree = {
  title: "Topics",
  how: "What you may read, as it is now. Rates are of the last ten seconds, and of what is in view.",
  search: "Product, device, serial, or a topic",
  none: "Nothing that you may read fits this search.",
  rate: (n: string) => `${n}/s`,
  details: "The chosen topic",
  subscribeTopic: "Subscribe",
  publishTopic: "Publish",
  subscribe: "Subscribe to it",
  publish: "Publish on it",
  device: "Open the device",
  history: "Its history",
};
