import { Modal } from "@mantine/core";
import { CpuIcon, GraphIcon, KeyIcon, NumberIcon, PackageIcon, PersonIcon } from "@primer/octicons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from "react";
import { fieldsQuery, productsQuery } from "../api/fleet.ts";
import { api, queryClient } from "../api/index.ts";
import { useText } from "../text/index.ts";
import css from "./frame.module.css";
import { NAV } from "./nav.ts";
import { topicParts } from "../parts/topic.ts";

interface Hit {
  readonly key: string;
  readonly group: string;
  readonly name: string;
  readonly about: string;
  readonly icon: ReactNode;
  readonly to: string;
}

/** Finds devices by name, id, serial or a topic that was pasted whole, products, fields, dashboards, people, API users, and pages. */
export default function Palette({
  workspace,
  onClose,
}: {
  readonly workspace: string | null;
  readonly onClose: () => void;
}) {
  const t = useText().frame;
  const list = useId();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const pages = usePages(workspace, text);
  const found = useFound(text);
  const others = useOthers(workspace, text);
  const hits = [...found, ...others, ...pages];
  const chosen = Math.min(at, hits.length - 1);
  const go = (hit: Hit | undefined) => {
    if (hit === undefined) return;
    onClose();
    void navigate({ to: hit.to });
  };
  const hear = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && hits.length > 0) {
      event.preventDefault();
      setAt((chosen + step + hits.length) % hits.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(hits[chosen]);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      centered={false}
      size={560}
      attributes={{ content: { "aria-label": t.palette.title } }}
    >
      <input
        className={css.paletteInput}
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={hits[chosen] && `${list}-${chosen}`}
        aria-label={t.palette.title}
        placeholder={t.palette.placeholder}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={hear}
        data-autofocus
        spellCheck={false}
      />
      <div className={css.hits} role="listbox" id={list} aria-label={t.palette.title}>
        {hits.map((hit, n) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard where one types
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays where one types (aria-activedescendant)
          <div
            key={hit.key}
            id={`${list}-${n}`}
            role="option"
            aria-selected={n === chosen}
            className={css.hit}
            onClick={() => go(hit)}
            onPointerMove={() => setAt(n)}
          >
            {hit.icon}
            <span>{hit.name}</span>
            <code>{hit.about}</code>
          </div>
        ))}
        {hits.length === 0 && <p className={css.nothing}>{t.palette.nothing}</p>}
      </div>
      <p className={css.hint}>{t.palette.hint}</p>
    </Modal>
  );
}

function usePages(workspace: string | null, text: string): Hit[] {
  const t = useText().frame;
  return NAV.flatMap(({ id, path, icon: Icon }) => {
    if (workspace === null && !path.startsWith("/")) return [];
    if (!t[id].toLowerCase().includes(text.trim().toLowerCase())) return [];
    const to = path.startsWith("/") ? path : `/w/${workspace}/${path}`;
    return [{ key: `page ${id}`, group: t.palette.pages, name: t[id], about: "", icon: <Icon size={16} />, to }];
  });
}

/** Devices and products with this text; asked a moment after the last key. */
function useFound(text: string): Hit[] {
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
function useOthers(workspace: string | null, text: string): Hit[] {
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
