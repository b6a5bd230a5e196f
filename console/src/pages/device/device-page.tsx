import { getRouteApi } from "@tanstack/react-router";
import { Page } from "../../parts/page.tsx";

const route = getRouteApi("/frame/w/$workspace/devices/$product/$device");
export function DevicePage() {
  const { device } = route.useParams();
  return <Page title={device}>{null}</Page>;
}
