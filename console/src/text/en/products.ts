export const products = {
  create: "Create product",
  count: (n: number) => (n === 1 ? "1 product" : `${n} products`),
  name: "Name",
  slug: "Slug",
  slugHelp: "Stands in topics and never changes. Made from the name when it is empty.",
  topics: "Its devices publish on",
  devices: "Devices",
  fields: "Fields",
  decoder: "Decoder",
  noDecoder: "none",
  version: (n: number) => `version ${n}`,
  empty:
    "Products stand here: the kinds of your devices. A product says what its devices measure, and how what they send is read.",
};
