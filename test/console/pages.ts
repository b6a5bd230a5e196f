/** Every page of the console: looked at by axe in both themes and on a phone (pages.test.ts), and photographed (screenshots.ts). */
export interface PageOfConsole {
  /** Of the picture's file. */
  readonly name: string;
  /** Below `/console/`. */
  readonly path: string;
  /** A text that stands there when all is there. */
  readonly shows: string | RegExp;
  /** For who is not signed in. */
  readonly signedOut?: boolean;
}

/** One of the demo fleet that is well. */
export const DEMO_DEVICE = "room-climate/ro-0003";

/** Addresses of the demo fleet (`fieldcast demo`). */
export const PAGES: readonly PageOfConsole[] = [
  { name: "sign-in", path: "sign-in", shows: "E-mail address", signedOut: true },
  { name: "link-over", path: "link#0123", shows: "This link is over", signedOut: true },
  { name: "devices", path: "w/demo/devices", shows: "Humidity" },
  { name: "devices-cards", path: "w/demo/devices?view=cards", shows: "Humidity" },
  { name: "devices-map", path: "w/demo/devices?view=map", shows: "Outlines: Natural Earth" },
  { name: "connect", path: "w/demo/connect", shows: "What is connected" },
  {
    name: "connect-device",
    path: "w/home/connect?product=my-product&device=000001",
    shows: "mosquitto_pub",
  },
  { name: "connect-tti", path: "w/home/connect?product=my-product&device=000001&how=tti", shows: "Base URL, and" },
  { name: "alerts", path: "w/demo/alerts", shows: /No alert is open|says nothing any more/ },
  { name: "rules", path: "w/demo/rules", shows: /A rule tells you when something is wrong|Has left the yard/ },
  { name: "new-rule", path: "w/demo/rules/new", shows: "Looked at" },
  { name: "products", path: "w/demo/products", shows: "Cold storage" },
  { name: "product-fields", path: "w/demo/products/cold-storage", shows: "Compressor" },
  { name: "product-decoder", path: "w/home/products/my-product?tab=decoder", shows: /input\.bytes/ },
  { name: "product-integration", path: "w/home/products/my-product?tab=integration", shows: "HTTP integration" },
  { name: "product-downlinks", path: "w/demo/products/cold-storage?tab=downlinks", shows: /travels back to a device/ },
  { name: "product-suggestions", path: "w/home/products/my-product?tab=suggestions", shows: "Serials and fields that" },
  {
    name: "product-configuration",
    path: "w/home/products/my-product?tab=configuration",
    shows: "What decoders may know",
  },
  { name: "product-options", path: "w/demo/products/cold-storage?tab=options", shows: "How long it is kept" },
  { name: "import", path: "w/demo/import?product=cold-storage", shows: "Choose a file" },
  { name: "integrations", path: "w/demo/integrations", shows: "Taken by no product" },
  { name: "brokers", path: "w/demo/brokers", shows: /A broker elsewhere is coupled|Bremerhaven/ },
  { name: "network", path: "w/demo/integrations/networks/helium", shows: "Products that use it" },
  { name: "webhook-new", path: "w/demo/integrations/webhooks/new", shows: /of the newest measurement/ },
  { name: "webhook", path: "w/demo/integrations/webhooks/1", shows: /^Nothing was sent yet/ },
  { name: "webhook-settings", path: "w/demo/integrations/webhooks/1?tab=settings", shows: /of a made-up event/ },
  { name: "home", path: "w/demo/home", shows: /devices are silent/ },
  { name: "devices-none", path: "w/demo/devices?q=nothing-is-called-this", shows: "No device fits these filters." },
  { name: "device", path: `w/demo/devices/${DEMO_DEVICE}`, shows: "Identifiers and topics" },
  { name: "device-history", path: `w/demo/devices/${DEMO_DEVICE}?tab=history&span=7d`, shows: /^Means of/ },
  { name: "device-table", path: `w/demo/devices/${DEMO_DEVICE}?tab=history&as=table`, shows: "Temperature, °C" },
  { name: "device-debug", path: `w/demo/devices/${DEMO_DEVICE}?tab=debug`, shows: /Nothing came in of late|recorded/ },
  { name: "device-downlinks", path: `w/demo/devices/${DEMO_DEVICE}?tab=downlinks`, shows: "Send a downlink" },
  { name: "device-permissions", path: `w/demo/devices/${DEMO_DEVICE}?tab=permissions`, shows: "owner@localhost" },
  { name: "device-configuration", path: `w/demo/devices/${DEMO_DEVICE}?tab=configuration`, shows: "Metadata" },
  { name: "device-none", path: "w/demo/devices/room-climate/nothing", shows: "To the devices" },
  { name: "dashboards", path: "w/demo/dashboards", shows: "All sites" },
  { name: "dashboard", path: "w/demo/dashboards/1", shows: "Cold stores" },
  { name: "dashboard-product", path: "w/demo/dashboards/2", shows: "All rooms" },
  { name: "dashboard-edit", path: "w/demo/dashboards/1?edit=true", shows: "Add a widget" },
  { name: "dashboard-wall", path: "w/demo/dashboards/1?wall=true", shows: "Cold stores" },
  { name: "device-dashboard", path: `w/demo/devices/${DEMO_DEVICE}?tab=dashboard`, shows: "All rooms" },
  { name: "shared-over", path: "shared#0123", shows: "This link opens nothing", signedOut: true },
  { name: "access", path: "w/demo/access", shows: "owner@localhost" },
  { name: "access-api-users", path: "w/demo/access?tab=api-users", shows: /API user/ },
  { name: "access-api-user", path: "w/demo/access/api-users/1", shows: "See as Wall display" },
  { name: "access-audit", path: "w/demo/access?tab=audit", shows: "product.create" },
  { name: "access-member", path: "w/demo/access/members/1", shows: "See as owner@localhost" },
  { name: "account", path: "account", shows: "this browser" },
  { name: "system", path: "system", shows: "All is well" },
  { name: "system-day", path: "system?tab=day", shows: /a minute after the start|^publishes/ },
  { name: "system-storage", path: "system?tab=storage", shows: "room-climate" },
  { name: "system-backups", path: "system?tab=backups", shows: "Make a backup" },
  { name: "system-settings", path: "system?tab=settings", shows: "--max-packet" },
  { name: "live", path: "w/demo/live", shows: /Nothing was refused of late|refused/ },
  { name: "live-events", path: "w/demo/live?tab=events", shows: /Nothing has happened|connected/ },
  {
    name: "live-topics",
    path: `w/demo/live?tab=topics&q=${encodeURIComponent(`dtck/${DEMO_DEVICE}/TEMPERATURE`)}`,
    shows: "Temperature",
  },
  {
    name: "live-mqtt",
    path: `w/demo/live?tab=mqtt&topic=${encodeURIComponent(`dtck-pub/${DEMO_DEVICE}/TEMPERATURE`)}&watch=${encodeURIComponent('[{"filter":"dtck/room-climate/#","qos":1}]')}`,
    shows: "You may publish there.",
  },
  { name: "live-connections", path: "w/demo/live?tab=connections", shows: "Only connected" },
  { name: "live-ask", path: "w/demo/live?tab=ask", shows: "Nothing is sent or recorded." },
];
