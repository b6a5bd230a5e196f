import { connectionQuery, deviceQuery, fieldsQuery, productQuery, valuesQuery } from "../../api/fleet.ts";
import { queryClient } from "../../api/index.ts";

/** Asks for what the page needs first, while it is loaded itself. @param overview whether it begins with the values */
export function prefetchDevice(product: string, device: string, overview: boolean): void {
  void queryClient.prefetchQuery(deviceQuery(product, device));
  void queryClient.prefetchQuery(productQuery(product));
  void queryClient.prefetchQuery(fieldsQuery(product));
  void queryClient.prefetchQuery(connectionQuery);
  if (overview) void queryClient.prefetchQuery(valuesQuery(product, device));
}
