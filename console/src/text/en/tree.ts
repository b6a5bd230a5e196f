/** The tree of topics. */
export const tree = {
  title: "Topics",
  how: "What you may read, as it is now. Rates are of the last ten seconds, and of what is in view.",
  search: "Product, device, serial, or any topic",
  none: "Nothing that you may read fits this search.",
  rate: (n: string) => `${n}/s`,
  details: "The chosen topic",
  subscribeTopic: "Subscribe",
  publishTopic: "Publish",
  subscribe: "Subscribe to it",
  publish: "Publish on it",
  device: "Open the device",
  history: "Its history",
  free: {
    title: "Free topics",
    /** A level of a topic that has no name. */
    level: "(empty)",
    cut: (n: number) => `the first ${n.toLocaleString("en-GB")} B shown`,
    before: "retained before you looked",
    left: (n: number) =>
      `the first 5,000 are shown${n > 0 ? `; ${n.toLocaleString("en-GB")} messages on others were left out` : ""}. Subscribe to what you look for.`,
    empty: {
      off: () =>
        "off on this server. Whoever runs it starts it with --free-topics, if devices shall talk to each other.",
      no_rights: () =>
        "your account may hear none. A person must be owner or admin, and in exactly one workspace; an API user needs a grant on free topics, which those with the permission members give.",
      elsewhere: (workspace: string) => `you hear those of the workspace ${workspace}, not of this one.`,
      none_yet: () => "none so far. A message on any topic that is not the platform's shows up here.",
    },
  },
};
