import { useQuery } from "@tanstack/react-query";
import { accountQuery } from "../../api/session.ts";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./account.module.css";
import { Browsers } from "./browsers.tsx";
import { Password } from "./password.tsx";
import { PersonalTokens } from "./personal-tokens.tsx";
import { SecondFactor } from "./second-factor.tsx";

/** The own account: how one proves who one is, where one is signed in, and tokens of one's own. */
export function AccountPage() {
  const t = useText().account;
  const { data, error, refetch } = useQuery(accountQuery);
  return (
    <Page
      title={t.title}
      about={<span className="quiet">{data?.email}</span>}
      actions={<AsApi examples={[curlText("/account"), curlText("/account/tokens")]} />}
    >
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined ? (
        error === null && <Skeleton rows={8} />
      ) : (
        <div className={css.two}>
          <div className={css.column}>
            <Password account={data} />
            <SecondFactor account={data} />
          </div>
          <div className={css.column}>
            <PersonalTokens />
            <Browsers />
          </div>
        </div>
      )}
    </Page>
  );
}
