import { ask, type Disturber } from "../disturber.ts";

export const productDeletion: Disturber = {
  id: "product-deletion",
  title: "deletion of a product with as many devices",
  lanes: 1,
  once: true,
  disturb: (place) =>
    ask(place, "/api/v1/products/gone?confirm=gone", { method: "DELETE", headers: { "If-Match": "*" } }),
};
