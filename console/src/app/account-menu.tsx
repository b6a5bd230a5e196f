import { Menu, useMantineColorScheme } from "@mantine/core";
import { CheckIcon, PersonIcon } from "@primer/octicons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { api, queryClient, setCsrf } from "../api/index.ts";
import { forgetPreferences } from "../api/preferences.ts";
import { sessionQuery } from "../api/session.ts";
import { tellTabs } from "../api/tabs.ts";
import { LANGUAGES, type Language, setLanguage, setZone, useLanguage, useText } from "../text/index.ts";
import css from "./frame.module.css";
import { KEEP, keepLanguage, keepScheme, keepZone, SCHEMES } from "./own-looks.ts";

/** Who is signed in, how it looks, which language, and the way out. */
export function AccountMenu() {
  const { frame: t, time } = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme(KEEP);
  const { data: session } = useQuery(sessionQuery);
  const email = session?.signed_in ? session.email : "";
  const signOut = async () => {
    await api.signOut().catch(() => undefined);
    setCsrf(null);
    tellTabs({ kind: "signed_out" });
    await navigate({ to: "/sign-in" });
    queryClient.clear();
    forgetPreferences();
  };
  const chosen = <CheckIcon size={14} />;
  return (
    <Menu width={224}>
      <Menu.Target>
        <button type="button" className={css.account} aria-label={t.account} title={t.signedInAs(email)}>
          {email === "" ? <PersonIcon aria-hidden /> : email.slice(0, 1).toUpperCase()}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t.signedInAs(email)}</Menu.Label>
        <Menu.Item component={Link} to="/account">
          {t.account}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t.theme.title}</Menu.Label>
        {SCHEMES.map((scheme) => (
          <Menu.Item
            key={scheme}
            onClick={() => {
              setColorScheme(scheme);
              keepScheme(scheme);
            }}
            rightSection={colorScheme === scheme ? chosen : null}
            aria-current={colorScheme === scheme || undefined}
          >
            {t.theme[scheme]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t.language}</Menu.Label>
        {Object.entries(LANGUAGES).map(([key, name]) => (
          <Menu.Item
            key={key}
            lang={key}
            onClick={() => {
              const wish = key as Language; // a key of LANGUAGES
              void setLanguage(wish);
              keepLanguage(wish);
            }}
            rightSection={language === key ? chosen : null}
            aria-current={language === key || undefined}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t.zone.title}</Menu.Label>
        {([undefined, "UTC"] as const).map((zone) => (
          <Menu.Item
            key={zone ?? "own"}
            onClick={() => {
              setZone(zone);
              keepZone(zone ?? null);
            }}
            rightSection={time.zone === zone ? chosen : null}
            aria-current={time.zone === zone || undefined}
          >
            {zone ?? t.zone.own(Intl.DateTimeFormat().resolvedOptions().timeZone)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>{t.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
