export const home = {
  fleet: (devices: number, online: number, products: number) =>
    `${devices} ${devices === 1 ? "device" : "devices"}, ${online} online, ${products} ${products === 1 ? "product" : "products"}`,
  attention: "Needs attention",
  allWell: "All is well: no device is silent, nothing was refused in the last hour.",
  look: "Look",
  connect: "Connect",
  silent: (n: number) =>
    n === 1 ? "1 device is silent longer than it should be" : `${n} devices are silent longer than they should be`,
  never: (n: number) => (n === 1 ? "1 device was never heard" : `${n} devices were never heard`),
  refused: (n: number, why: string) => `${n === 1 ? "1 publish" : `${n} publishes`} refused in the last hour: ${why}`,
  logins: (n: number, why: string) => `${n === 1 ? "1 login" : `${n} logins`} refused in the last hour: ${why}`,
  webhook: (name: string, why: string) => `Webhook ${name}: ${why}`,
  gaveUp: (n: number) => (n === 1 ? "1 request was given up" : `${n} requests were given up`),
  certificate: (days: number) => (days < 0 ? "The certificate has ended" : `The certificate ends in ${days} days`),
  disk: (gb: string) => `Only ${gb} GB of the disk are free`,
  activity: "Activity",
  noActivity: "Who changes what stands here.",
  activityHidden: "Who changes what is shown to those who may manage members.",
  andMore: (n: number) => `and ${n} more`,
  kinds: {
    api_user: "API user",
    configuration_field: "configuration field",
    configuration_value: "configuration value",
  } as Record<string, string>,
  verbs: { create: "created", update: "changed", delete: "deleted", send: "sent", cancel: "cancelled" } as Record<
    string,
    string
  >,
};
