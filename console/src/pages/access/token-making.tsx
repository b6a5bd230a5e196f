import { Button, Modal, NativeSelect, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import type { NewToken } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { SecretOnce } from "../../parts/secret-once.tsx";
import { TokenForm, type TokenWish } from "../../parts/token-form.tsx";
import { useText } from "../../text/index.ts";
import { GRACES, type Grace } from "../../parts/graces.ts";

interface MakingProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly form: ReactNode;
}

export function Making({ opened, onClose, title, form }: MakingProps) {
  const t = useText().common;
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ "aria-label": t.close }}>
      {form}
    </Modal>
  );
}

interface About {
  readonly workspace: string;
  readonly api_user: number;
}

/** Makes a token: a form asks for it, and in the form's place is the token then, this once. */
function useMaking<Wish>(make: (wish: Wish) => Promise<{ data: NewToken }>) {
  return useMutation({
    mutationFn: async (wish: Wish) => (await make(wish)).data,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["tokens"] }),
  });
}

function Made({ token }: { readonly token: NewToken }) {
  const t = useText().access.tokens;
  return (
    <SecretOnce what={t.token} secret={token.secret}>
      {t.once}
    </SecretOnce>
  );
}

export function CreateToken(about: About) {
  const t = useText().access.tokens;
  const making = useMaking(({ name, expires }: TokenWish) =>
    api.createToken({
      ...about,
      body: { ...(name !== "" && { name }), expires: expires === "never" ? null : expires },
    }),
  );
  if (making.data !== undefined) return <Made token={making.data} />;
  return <TokenForm words={t} expires="never" making={making} />;
}

export function RotateToken({ token, ...about }: About & { readonly token: number }) {
  const t = useText().access.tokens;
  const [grace, setGrace] = useState<Grace>("86400");
  const making = useMaking((seconds: number) => api.rotateToken({ ...about, token, body: { grace_seconds: seconds } }));
  const send = (event: FormEvent) => {
    event.preventDefault();
    making.mutate(Number(grace));
  };
  if (making.data !== undefined) return <Made token={making.data} />;
  return (
    <form onSubmit={send}>
      <Stack gap="md">
        <p className="quiet">{t.rotateHow}</p>
        <NativeSelect
          label={t.grace}
          value={grace}
          data={GRACES.map((value) => ({ value, label: t.graces[value] }))}
          onChange={(event) => setGrace(event.currentTarget.value as Grace)} // one of GRACES
        />
        <RefusalNote error={making.error} />
        <Button type="submit" loading={making.isPending}>
          {t.rotate}
        </Button>
      </Stack>
    </form>
  );
}
