import type { Text } from "../index.ts";

export const signIn: Text["signIn"] = {
  title: "Anmelden",
  endedTitle: "Wieder anmelden",
  ended: "Deine Sitzung ist zu Ende. Was du eingegeben hast, ist noch da: Melde dich an, um weiterzumachen.",
  email: "E-Mail-Adresse",
  password: "Passwort",
  show: "Passwort zeigen",
  code: "Code des zweiten Faktors",
  codeHelp: "Sechs Ziffern deiner App oder einer deiner Wiederherstellungscodes.",
  action: "Anmelden",
  openid: "Mit der Organisation anmelden",
  forgot: "Passwort vergessen?",
  reset: {
    title: "Neues Passwort wählen",
    how: "Wir schicken dir einen Link, der einmal und 30 Minuten lang gilt.",
    action: "Link schicken",
    sent: (email) => `Wenn ${email} hier ein Konto hat, ist ein Link unterwegs. Sieh in deinem Postfach nach.`,
    noMail:
      "Dieser Server verschickt keine E-Mails. Bitte jemanden, der ihn verwaltet, oder mach auf dem Server selbst einen Link:",
  },
  link: {
    title: "Link",
    titles: { setup: "Dein Konto einrichten", reset: "Neues Passwort wählen", invitation: "Du bist eingeladen" },
    joins: (workspace, role, email) => `Tritt ${workspace} als ${role} bei, mit der Adresse ${email}.`,
    emailHelp: "Damit meldest du dich an. Sie kann bleiben, wie sie ist.",
    newPassword: "Neues Passwort",
    passwordHelp: "Mindestens 12 Zeichen; mehrere Wörter sind gut.",
    joinHelp: "Von deinem Konto hier. Wenn du keins hast, wähle eins: mindestens 12 Zeichen.",
    join: "Beitreten",
    begin: "Speichern und anmelden",
    over: {
      title: "Dieser Link gilt nicht mehr",
      why: "Er wurde schon benutzt, ein neuerer hat ihn ersetzt, oder seine Zeit ist um. Links gelten einmal.",
      reset: "Du hast ein Konto: lass dir bei der Anmeldung einen neuen Link geben.",
      invited: "Du wurdest eingeladen: bitte darum, noch einmal eingeladen zu werden.",
      owner: "Dir gehört dieser Server: mach auf seiner Kommandozeile einen neuen:",
      signIn: "Zur Anmeldung",
    },
  },
};
