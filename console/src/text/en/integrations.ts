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
  deleteNetwork: (name: string) => `Delete ${name}`,
  type: "Kind",
  server: "Server",
  application: "Application",
  webhook: "Webhook id there",
  key: "Key",
  keyHelp: "What requests are authorised with. It is never shown again.",
  incoming: "Coming in",
  incomingHelp:
    "What devices and networks send over HTTP belongs to a product: its address, its settings and what came stand there.",
  stray: "Taken by no product",
  noStray:
    "What an account of this workspace sends and no product takes stands here: unknown devices, bodies that cannot be read.",
};
