import { CpuIcon, GraphIcon, KeyIcon, NumberIcon, PackageIcon, PersonIcon } from "@primer/octicons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { fieldsQuery, productsQuery } from "../api/fleet.ts";
import { api, queryClient } from "../api/index.ts";
import { useText } from "../text/index.ts";
import { NAV } from "./nav.ts";
import { topicParts } from "../parts/topic.ts";

export interface Hit {
  readonly key: string;
  readonly group: string;
  readonly name: string;
  readonly about: string;
  readonly icon: ReactNode;
  readonly to: string;
}

export function usePages(workspace: string | null, text: string): Hit[] {
  const t = useText().frame;
  return NAV.flatMap(({ id, path, icon: Icon }) => {
    if (workspace === null && !path.startsWith("/")) return [];
    if (!t[id].toLowerCase().includes(text.trim().toLowerCase())) return [];
    const to = path.startsWith("/") ? path : `/w/${workspace}/${path}`;
    return [{ key: `page ${id}`, group: t.palette.pages, name: t[id], about: "", icon: <Icon size={16} />, to }];
  });
}

/** Devices and products with this text; asked a moment after the last key. */
export function useFound(text: string): Hit[] {
  const t = useText().frame.palette;
  const [wish, setWish] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setWish(text.trim()), 120);
    return () => clearTimeout(timer);
  }, [text]);
  const { data } = useQuery({
    queryKey: ["palette", wish],
    queryFn: ({ signal }) => find(wish, signal),
    enabled: wish.length > 0,
    placeholderData: keepPreviousData,
  });
  if (wish === "" || data === undefined) return [];
  return [
    ...data.devices.map((one) => ({
      key: `device ${one.product}/${one.id}`,
      group: t.devices,
      name: one.name,
      about: `${one.product}/${one.id}`,
      icon: <CpuIcon size={16} />,
      to: `/w/${one.workspace}/devices/${one.product}/${encodeURIComponent(one.id)}`,
    })),
    ...data.products.map((one) => ({
      key: `product ${one.slug}`,
      group: t.products,
      name: one.name,
      about: one.slug,
      icon: <PackageIcon size={16} />,
      to: `/w/${one.workspace}/devices?product=${one.slug}`,
    })),
  ];
}

/** Dashboards, fields, members and API users of the workspace with this text, of what one may see of them; topics are of devices alone. */
export function useOthers(workspace: string | null, text: string): Hit[] {
  const wish = text.trim().toLowerCase();
  const enabled = workspace !== null && wish.length > 1 && topicParts(wish) === null;
  const { data } = useQuery({
    queryKey: ["palette", "others", workspace],
    queryFn: ({ signal }) => othersOf(workspace ?? "", signal),
    enabled,
    staleTime: 60_000,
  });
  if (!enabled || data === undefined) return [];
  return data.filter(({ name, about }) => `${name} ${about}`.toLowerCase().includes(wish)).slice(0, 6);
}

/** Products whose fields are looked through. */
const MOST_PRODUCTS = 20;

async function othersOf(workspace: string, signal: AbortSignal): Promise<Hit[]> {
  const none = { data: { items: [] } };
  const [products, members, users, dashboards] = await Promise.all([
    queryClient.ensureQueryData(productsQuery(workspace)),
    // who may not see the people of a workspace finds none
    api.listMembers({ workspace, limit: 1000, signal }).catch(() => none),
    api.listApiUsers({ workspace, limit: 1000, signal }).catch(() => none),
    api.listDashboards({ workspace, limit: 1000, signal }).catch(() => none),
  ]);
  const fields = await Promise.all(
    products.slice(0, MOST_PRODUCTS).map(async ({ slug }) => ({
      slug,
      fields: await queryClient.ensureQueryData(fieldsQuery(slug)),
    })),
  );
  const to = (path: string) => `/w/${workspace}/${path}`;
  return [
    ...dashboards.data.items.map(({ dashboard, name }) => ({
      ...{ key: `dashboard ${dashboard}`, group: "", name, about: `dashboards/${dashboard}` },
      ...{ icon: <GraphIcon size={16} />, to: to(`dashboards/${dashboard}`) },
    })),
    ...fields.flatMap(({ slug, fields: own }) =>
      own.map(({ id, name }) => ({
        ...{ key: `field ${slug}/${id}`, group: "", name, about: `${slug}/${id}` },
        ...{ icon: <NumberIcon size={16} />, to: to(`products/${slug}`) },
      })),
    ),
    ...members.data.items.map(({ member, email }) => ({
      ...{ key: `member ${member}`, group: "", name: email, about: "" },
      ...{ icon: <PersonIcon size={16} />, to: to(`access/members/${member}`) },
    })),
    ...users.data.items.map(({ api_user, name }) => ({
      ...{ key: `api user ${api_user}`, group: "", name, about: `api-users/${api_user}` },
      ...{ icon: <KeyIcon size={16} />, to: to(`access/api-users/${api_user}`) },
    })),
  ];
}

async function find(wish: string, signal: AbortSignal) {
  const topic = topicParts(wish);
  if (topic !== null) {
    const { product, device } = topic;
    if (device === null) return { devices: [], products: [(await api.getProduct({ product, signal })).data] };
    const found = await api.getDevice({ product, device, signal }).catch(() => null);
    return { devices: found === null ? [] : [found.data], products: [] };
  }
  const [devices, products] = await Promise.all([
    api.listDevices({ search: wish.slice(0, 200), limit: 8, signal }),
    api.listProducts({ search: wish.slice(0, 200), limit: 4, signal }),
  ]);
  return { devices: devices.data.items, products: products.data.items };
}
