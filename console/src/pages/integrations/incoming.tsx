import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { productsQuery } from "../../api/fleet.ts";
import { Copyable } from "../../parts/copy-button.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";

/** LoRaWAN networks by the name in their address (docs/lorawan.md "Networks"). */
const LORAWAN = {
  auto: null,
  tti: "The Things Stack",
  chirpstack: "ChirpStack",
  helium: "Helium Console",
  loriot: "LORIOT",
  actility: "Actility ThingPark",
  milesight_gateway: "Milesight gateway",
  wanesy: "Kerlink Wanesy",
  everynet: "Everynet",
  tektelic: "Tektelic",
  aws: "AWS IoT Core",
  kpn: "KPN Things",
  orbiwise: "OrbiWise",
  machineq: "MachineQ",
} as const;

/** Where networks and devices send what is no measurement yet: addresses to copy, and where their keys are. */
export function Incoming({ workspace }: { readonly workspace: string }) {
  const t = useText().integrations;
  const products = useQuery(productsQuery(workspace));
  return (
    <Section title={t.incoming}>
      <div className={css.form}>
        <p className="quiet small">{t.lorawanHelp}</p>
        <dl className={css.addresses}>
          {Object.entries(LORAWAN).map(([name, called]) => (
            <div key={name}>
              <dt>{called ?? t.anyNetwork}</dt>
              <dd>
                <Copyable text={`${location.origin}/integrations/lorawan/${name}`} what={called ?? t.anyNetwork} />
              </dd>
            </div>
          ))}
        </dl>
        <p className="small">
          <Link to="/w/$workspace/access" params={{ workspace }} search={{ tab: "api-users" }}>
            {t.makeToken}
          </Link>
        </p>
        <p className="quiet small">{t.incomingHelp}</p>
        <ul className={css.products}>
          {products.data?.slice(0, 50).map(({ slug, name }) => (
            <li key={slug}>
              <Link
                to="/w/$workspace/products/$product"
                params={{ workspace, product: slug }}
                search={{ tab: "integration" }}
              >
                {name}
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </Section>
  );
}
