export const integrations = {
  name: "Name",
  networks: "Networks for downlinks",
  createNetwork: "Add network",
  noNetworks:
    "A network takes downlinks to devices: The Things Stack, ChirpStack and others. A product names the one that its devices are in.",
  hasKey: "has a key",
  noKey: "no key",
  usedBy: (products: readonly string[]) =>
    products.length === 0 ? "No product uses it." : `Used by ${products.join(", ")}.`,
  deleteNetwork: "Delete network",
  type: "Kind",
  server: "Server",
  application: "Application",
  webhook: "Webhook id there",
  key: "Key",
  keyHelp: "What requests are authorised with. It is never shown again.",
  nameHelp: "Products name it so: lower-case letters, digits and -. It never changes.",
  settingHelp: {
    server: "Where it is reached, as its web page shows it.",
    application: "The application's id there.",
    webhook: "The id of the webhook that brings the uplinks, in whose name downlinks are sent.",
  },
  keyStays: "There is one, which is never shown. What you type takes its place.",
  dropKey: "Take the key away",
  settings: "Settings",
  users: "Products that use it",
  useIn: "Use it in another product",
  use: "Use it",
  bodies: "What came in of late for these products",
  noBodies: "What the network sends for devices of these products stands here, with what became of it.",
  deleteNetworkHow: "One that a product uses cannot be deleted: give those products another one first, or none.",
  anyNetwork: "Any of these: recognised by what it sends",
  lorawanHelp:
    "A LoRaWAN network sends to one of these addresses, with a token in the header Authorization: Token … A device is found by its serial, which is its DevEUI.",
  makeToken: "Make an API user for the network; its token can be rotated with a grace period.",
  incoming: "Coming in",
  incomingHelp:
    "What devices and networks send over HTTP belongs to a product: its address, its settings and what came stand there.",
  stray: "Taken by no product",
  noStray:
    "What an account of this workspace sends and no product takes stands here: unknown devices, bodies that cannot be read.",
};
