import type { Mail } from "./types.ts";

/** The letters that are mailed. They say who asked for them, and what to do when nobody did. */

export function resetMail(to: string, link: string): Mail {
  return {
    to,
    subject: "Your new password for fieldcast",
    text: `Somebody, probably you, has asked for a new password for ${to}.

Choose it here, within 30 minutes:

${link}

If it was not you, do nothing: the old password stays.
`,
  };
}

export function invitationMail(
  to: string,
  workspace: { readonly slug: string; readonly name: string },
  by: string,
  link: string,
): Mail {
  const name = workspace.name === "" ? workspace.slug : workspace.name;
  return {
    to,
    subject: `${by} invites you to ${name} on fieldcast`,
    text: `${by} invites you to the workspace ${name}.

Accept here, within 7 days:

${link}

If you do not know ${by}, do nothing.
`,
  };
}
