import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Product } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { accountQuery, useMay } from "../../api/session.ts";
import { Copyable } from "../../parts/copy-button.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { useAct } from "../../parts/act.ts";
import css from "./connect.module.css";
import { type MadeToken, makeOwnToken, makeToken } from "./queries.ts";

export const NEW = "+";

/** One step at the left: a choice, or the form of a new one. */
export function Step({
  n,
  title,
  children,
}: {
  readonly n: number;
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <fieldset className={css.step}>
      <legend>
        <span className={css.number} aria-hidden>
          {n}
        </span>
        {title}
      </legend>
      {children}
    </fieldset>
  );
}

interface ProductProps {
  readonly workspace: string;
  readonly products: readonly Product[];
  readonly value: string | undefined;
  readonly choose: (slug: string | undefined) => void;
}

export function ProductStep({ workspace, products, value, choose }: ProductProps) {
  const t = useText();
  const [making, setMaking] = useState(false);
  const [name, setName] = useState("");
  const may = useMay(workspace, "devices");
  const create = useAct(async () => {
    const { data } = await api.createProduct({ workspace, body: { name } });
    await queryClient.invalidateQueries({ queryKey: ["products"] });
    setMaking(false);
    setName("");
    choose(data.slug);
  });
  return (
    <Step n={1} title={t.connect.product}>
      <NativeSelect
        aria-label={t.connect.product}
        data={[
          { value: "", label: t.connect.chooseOne, disabled: true },
          ...products.map(({ slug, name: label }) => ({ value: slug, label })),
          ...(may ? [{ value: NEW, label: t.connect.newProduct }] : []),
        ]}
        value={making ? NEW : (value ?? "")}
        onChange={({ currentTarget }) => {
          setMaking(currentTarget.value === NEW);
          if (currentTarget.value !== NEW) choose(currentTarget.value);
        }}
      />
      {making && (
        <form className={css.inline} onSubmit={create.submit}>
          <TextInput
            label={t.connect.productName}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={create.problem?.about("name")}
            required
            autoFocus
          />
          <Button type="submit" loading={create.busy}>
            {t.connect.createProduct}
          </Button>
        </form>
      )}
      <RefusalNote error={create.error} />
    </Step>
  );
}

interface TokenProps {
  readonly workspace: string;
  readonly product: string;
  readonly device: string;
  readonly token: MadeToken | null;
  readonly made: (token: MadeToken) => void;
}

export function TokenStep({ workspace, product, device, token, made }: TokenProps) {
  const t = useText().connect;
  const may = useMay(workspace, "members");
  const { data: account } = useQuery(accountQuery);
  const create = useAct(async () => {
    const fresh = may ? await makeToken(workspace, product, device) : await makeOwnToken(account?.email ?? "", device);
    await queryClient.invalidateQueries({ queryKey: ["api-users"] });
    made(fresh);
  });
  return (
    <Step n={3} title={t.token}>
      {token === null ? (
        <>
          <p className="quiet small">{may ? t.tokenMay : t.tokenOwn}</p>
          <Button onClick={() => void create.run()} loading={create.busy}>
            {t.createToken}
          </Button>
        </>
      ) : (
        <>
          <Copyable text={token.secret} what={t.token} />
          <p className="quiet small">{t.tokenOnce(token.name)}</p>
        </>
      )}
      <RefusalNote error={create.error} />
    </Step>
  );
}
