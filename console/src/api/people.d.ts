// Made from the OpenAPI document by test/docs/write.ts; not edited by hand.

/** Who is signed in, and how one can. */
export type CurrentSession = {
  signed_in: true;
  email: string;
  admin: boolean;
  /** For the header X-CSRF-Token of what changes something. */
  csrf_token: string;
  /** RFC 3339, UTC. */
  created: string;
  /** RFC 3339, UTC. */
  expires: string;
  ways: {
    password: boolean;
    reset_by_mail: boolean;
    /** Whether `/api/v1/auth/openid` leads to another service to sign in with. */
    openid: boolean;
  };
} | {
  signed_in: false;
  ways: {
    password: boolean;
    reset_by_mail: boolean;
    /** Whether `/api/v1/auth/openid` leads to another service to sign in with. */
    openid: boolean;
  };
};

/** What a link is for. */
export type AboutLink = {
  kind: "setup" | "reset" | "invitation";
  email: string;
  /** RFC 3339, UTC. */
  expires: string;
  workspace: {
    slug: string;
    name: string;
  } | null;
  role: "owner" | "admin" | "member" | "observer" | null;
};

/** The own account of a user. */
export type Account = {
  email: string;
  admin: boolean;
  /** null: the account has none. */
  password_set: string | null;
  second_factor: boolean;
  /** How many are left. */
  recovery_codes: number;
  workspaces: ({
    slug: string;
    name: string;
    role: "owner" | "admin" | "member" | "observer";
  })[];
};

/** A browser that is signed in. */
export type BrowserSession = {
  id: string;
  /** Whether it is the one that asks. */
  current: boolean;
  /** RFC 3339, UTC. */
  created: string;
  /** RFC 3339, UTC. */
  last_used: string;
  /** RFC 3339, UTC. */
  expires: string;
  /** IP address. */
  address: string;
  /** The browser's User-Agent. */
  agent: string;
};

/** A token of a user. */
export type PersonalToken = {
  /** Its number. */
  token: number;
  /** Its last four characters. */
  hint: string;
  name: string;
  /** RFC 3339, UTC. */
  created: string;
  expires: string | null;
};

/** A token of a user that was just made. */
export type NewPersonalToken = {
  /** Its number. */
  token: number;
  /** Its last four characters. */
  hint: string;
  name: string;
  /** RFC 3339, UTC. */
  created: string;
  expires: string | null;
  /** The access token itself, shown this once. */
  secret: string;
};

/** What a user prefers. */
export type Preference = {
  name: string;
  /** The slug of the workspace it is for; null: everything. */
  workspace: string | null;
  /** Any JSON, as it was set. */
  value: unknown;
  /** RFC 3339, UTC. */
  changed: string;
};

/** One login to MQTT. */
export type MqttTicket = {
  /** Sent as user name and password of a CONNECT. */
  ticket: string;
  /** How long it waits to be used. */
  seconds: number;
  /** Where MQTT over WebSocket is spoken at this address. */
  path: string;
};

/** An invitation that waits. */
export type Invitation = {
  email: string;
  role: "owner" | "admin" | "member" | "observer";
  /** E-mail address of who invites; null: a command, or who is gone. */
  by: string | null;
  /** RFC 3339, UTC. */
  created: string;
  /** RFC 3339, UTC. */
  expires: string;
};

/** A link that works once. */
export type MadeLink = {
  email: string;
  /** RFC 3339, UTC. */
  expires: string;
  mailed: boolean;
  /** To be handed over; null when it was mailed. Begins with --public-url, without it with the address that was asked. */
  link: string | null;
};

export type OpenedDashboard = {
  /** What the other requests bear, as long as the link works. */
  key: string;
  name: string;
  expires: string | null;
};

/** A dashboard as a link shows it, with all current values on it. */
export type SharedDashboard = {
  name: string;
  description: string | null;
  /** Of a product's dashboard. */
  product: string | null;
  /** The device that is looked at, of a product's dashboard. */
  device: string | null;
  expires: string | null;
  content: {
    version: 1;
    /** How far back its widgets look that have no range of their own. */
    range: "1h" | "6h" | "24h" | "7d" | "30d" | "1y";
    widgets: ({
      id: string;
      title?: string;
      place: {
        x: number;
        y: number;
        w: number;
        h: number;
      };
      type: "value";
      source: {
        product?: string;
        device?: string;
        field: string;
        label?: string;
      };
      decimals?: number;
      sparkline?: boolean;
      range?: "1h" | "6h" | "24h" | "7d" | "30d" | "1y";
      steps?: ({
        from: number;
        level: "ok" | "warn" | "bad";
      })[];
    } | {
      id: string;
      title?: string;
      place: {
        x: number;
        y: number;
        w: number;
        h: number;
      };
      type: "gauge";
      source: {
        product?: string;
        device?: string;
        field: string;
        label?: string;
      };
      min: number;
      max: number;
      steps?: ({
        from: number;
        level: "ok" | "warn" | "bad";
      })[];
    } | {
      id: string;
      title?: string;
      place: {
        x: number;
        y: number;
        w: number;
        h: number;
      };
      type: "chart";
      sources: {
        product?: string;
        device?: string;
        field: string;
        label?: string;
      }[];
      range?: "1h" | "6h" | "24h" | "7d" | "30d" | "1y";
      area?: boolean;
    } | {
      id: string;
      title?: string;
      place: {
        x: number;
        y: number;
        w: number;
        h: number;
      };
      type: "bar";
      sources: {
        product?: string;
        device?: string;
        field: string;
        label?: string;
      }[];
      range?: "1h" | "6h" | "24h" | "7d" | "30d" | "1y";
      bucket?: "1h" | "1d" | "1w" | "1mo";
      aggregation?: "AVG" | "MIN" | "MAX" | "SUM" | "CHANGE";
    } | {
      id: string;
      title?: string;
      place: {
        x: number;
        y: number;
        w: number;
        h: number;
      };
      type: "boolean";
      source: {
        product?: string;
        device?: string;
        field: string;
        label?: string;
      };
      yes?: string;
      no?: string;
      yes_level?: "ok" | "warn" | "bad";
      no_level?: "ok" | "warn" | "bad";
    } | {
      id: string;
      title?: string;
      place: {
        x: number;
        y: number;
        w: number;
        h: number;
      };
      type: "text";
      markdown: string;
    } | {
      id: string;
      title?: string;
      place: {
        x: number;
        y: number;
        w: number;
        h: number;
      };
      type: "table";
      devices: {
        product?: string;
        devices?: string[];
        tag?: string;
      };
      fields: string[];
    } | {
      id: string;
      title?: string;
      place: {
        x: number;
        y: number;
        w: number;
        h: number;
      };
      type: "map";
      devices: {
        product?: string;
        devices?: string[];
        tag?: string;
      };
      field: string;
      label?: string;
    } | {
      id: string;
      title?: string;
      place: {
        x: number;
        y: number;
        w: number;
        h: number;
      };
      type: "image";
      image: string;
      alt?: string;
    } | {
      id: string;
      title?: string;
      place: {
        x: number;
        y: number;
        w: number;
        h: number;
      };
      type: "online";
      devices: {
        product?: string;
        devices?: string[];
        tag?: string;
      };
    } | {
      id: string;
      title?: string;
      place: {
        x: number;
        y: number;
        w: number;
        h: number;
      };
      type: "switch";
      source: {
        product?: string;
        device?: string;
        field: string;
        label?: string;
      };
      yes?: string;
      no?: string;
    } | {
      id: string;
      title?: string;
      place: {
        x: number;
        y: number;
        w: number;
        h: number;
      };
      type: "slider";
      source: {
        product?: string;
        device?: string;
        field: string;
        label?: string;
      };
      min: number;
      max: number;
      step?: number;
    } | {
      id: string;
      title?: string;
      place: {
        x: number;
        y: number;
        w: number;
        h: number;
      };
      type: "set_value";
      source: {
        product?: string;
        device?: string;
        field: string;
        label?: string;
      };
    } | {
      id: string;
      title?: string;
      place: {
        x: number;
        y: number;
        w: number;
        h: number;
      };
      type: "downlink";
      product?: string;
      device?: string;
      downlink: string;
      text?: string;
    })[];
    phone: {
      id: string;
      h?: number;
      hidden?: boolean;
    }[] | null;
  };
  products: ({
    product: string;
    name: string;
    online_timeout: number | null;
    fields: ({
      field: string;
      name: string;
      type: "NUMERIC" | "INT" | "BOOL" | "STRING" | "GEO" | "COUNTER";
      unit: string | null;
      decimals: number | null;
    })[];
  })[];
  devices: ({
    product: string;
    device: string;
    name: string;
    tags: string[];
    /** null: never, or no widget tells it. */
    last_heard: string | null;
    online_timeout: number | null;
    values: ({
      field: string;
      value: Value | null;
      time: string | null;
    })[];
  })[];
  /** Whether the dashboard shows more devices than these. */
  more: boolean;
};

export type Value = number | boolean | string | {
  lat: number;
  lng: number;
};

/** An answer, with the tag of the state that it tells (for `if_match`), if there is one. */
export interface Answer<T> {
  readonly data: T;
  readonly etag: string | null;
  readonly status: number;
  readonly headers: Headers;
}

/** What lists consist of. */
export interface ListItems {

}

/** Every operation of the API. A refusal rejects with FieldcastError. */
export interface Operations {
  /** POST /auth/sign-in: Sign in. Sets the cookie. `code` where the account has a second factor. */
  signIn(parameters: {
    body: {
      email: string;
      password: string;
      /** Of the second factor: from the app, or a recovery code. */
      code?: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    email: string;
    /** For the header X-CSRF-Token of what changes something. */
    csrf_token: string;
    /** RFC 3339, UTC. */
    expires: string;
  }>>;
  /** GET /auth/session: Get the current session. Who is signed in. Also when nobody is. */
  getCurrentSession(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<CurrentSession>>;
  /** POST /auth/sign-out: Sign out. Ends this session; takes the cookie away. */
  signOut(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<{
    ok: true;
  }>>;
  /** POST /auth/password-reset: Request a password reset. Asks for a link to set a new password. It is mailed to the address, if that has an account. The answer is always the same. */
  requestPasswordReset(parameters: {
    body: {
      email: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<ReadableStream<Uint8Array>>>;
  /** POST /auth/link: Get a link. What a link is for. The secret is the last part of the link. It is sent, so that it is in no address; looking does not use it up. */
  getLink(parameters: {
    body: {
      secret: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<AboutLink>>;
  /** POST /auth/link/use: Use a link. Sets the password that the link is for, or accepts the invitation: in the session of the address's account, with its password, or, when it has none, with a new password that makes one. */
  useLink(parameters: {
    body: {
      secret: string;
      password?: string;
      email?: string;
      /** Of the second factor: from the app, or a recovery code. */
      code?: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    ok: true;
    email: string;
  }>>;
  /** GET /account: Get your account. */
  getAccount(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<Account>>;
  /** POST /account/password: Change your password. Other browsers are signed out. */
  changePassword(parameters: {
    body: {
      current: string;
      next: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    ok: true;
  }>>;
  /** GET /account/sessions: List browser sessions. Where you are signed in. */
  listBrowserSessions(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: BrowserSession[];
  }>>;
  /** DELETE /account/sessions/{session}: End a browser session. That browser is signed out. */
  endBrowserSession(parameters: {
    /** Id of the browser's session, as the list has it. */
    session: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<{
    ok: true;
  }>>;
  /** POST /account/sign-out-everywhere: Sign out everywhere. */
  signOutEverywhere(parameters: {
    body: {
      /** true: the browser that asks stays signed in. */
      keep_this?: boolean;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    ok: true;
  }>>;
  /** POST /account/second-factor: Set up a second factor. A secret for the app. It counts from its confirmation on. */
  setUpSecondFactor(parameters: {
    body: {
      password: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    secret: string;
    /** The `otpauth:` address, for a QR code. */
    uri: string;
  }>>;
  /** POST /account/second-factor/confirm: Confirm a second factor. Other browsers are signed out. */
  confirmSecondFactor(parameters: {
    body: {
      /** Of the second factor: from the app, or a recovery code. */
      code: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    /** Each works once; shown this once. */
    recovery_codes: string[];
  }>>;
  /** POST /account/second-factor/recovery-codes: Regenerate recovery codes. In place of those that are left. */
  regenerateRecoveryCodes(parameters: {
    body: {
      password: string;
      /** Of the second factor: from the app, or a recovery code. */
      code: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    /** Each works once; shown this once. */
    recovery_codes: string[];
  }>>;
  /** POST /account/second-factor/disable: Disable the second factor. */
  disableSecondFactor(parameters: {
    body: {
      password: string;
      /** Of the second factor: from the app, or a recovery code. */
      code: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    ok: true;
  }>>;
  /** GET /account/tokens: List personal tokens. */
  listPersonalTokens(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: PersonalToken[];
  }>>;
  /** POST /account/tokens: Create a personal token. It may do what the user may. */
  createPersonalToken(parameters: {
    body: {
      name?: string;
      /** RFC 3339, or days from now (90d); absent: never. */
      expires?: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<NewPersonalToken>>;
  /** DELETE /account/tokens/{token}: Revoke a personal token. Connections that logged in with it end at once. */
  revokePersonalToken(parameters: {
    /** Number of the token. */
    token: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<{
    ok: true;
  }>>;
  /** POST /account/tokens/{token}/rotate: Rotate a personal token. The new one has the name and the expiry of the old one, which ends at once. */
  rotatePersonalToken(parameters: {
    /** Number of the token. */
    token: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<NewPersonalToken>>;
  /** GET /account/preferences: List your preferences. What pages keep for you: saved views, columns, how it looks. Those of workspaces that you may see. */
  listPreferences(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Preference[];
  }>>;
  /** PUT /account/preferences/{preference}: Set a preference. In the place of what was there under this name, for this workspace. At most 200 of an account, each of at most 8192 characters. */
  setPreference(parameters: {
    /** Name of the preference. */
    preference: string | number;
    body: {
      /** Slug; null: for everything. */
      workspace?: string | null;
      /** Any JSON; null takes the preference away. */
      value: unknown;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    ok: true;
  }>>;
  /** POST /account/mqtt-tickets: Create a ticket for MQTT. A login to MQTT over WebSocket as who is signed in, for a page of the origin that asks. It works once, within a minute; what it opens ends with the session of the browser. */
  createMqttTicket(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<MqttTicket>>;
  /** GET /workspaces/{workspace}/invitations: List invitations. Those that wait to be accepted. */
  listInvitations(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Invitation[];
  }>>;
  /** POST /workspaces/{workspace}/invitations: Create an invitation. The link is mailed, or to be handed over. Takes the permission `members`; owners are invited by owners. */
  createInvitation(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    body: {
      email: string;
      role: "owner" | "admin" | "member" | "observer";
    };
    signal?: AbortSignal;
  }): Promise<Answer<MadeLink>>;
  /** DELETE /workspaces/{workspace}/invitations/{email}: Revoke an invitation. */
  revokeInvitation(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** E-mail address. */
    email: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<{
    ok: true;
  }>>;
  /** POST /users/reset-link: Create a password reset link. A link to set a new password. For somebody who has forgotten the password; to be handed over. Takes the instance permission `operate`. */
  createPasswordResetLink(parameters: {
    body: {
      email: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<MadeLink>>;
  /** POST /shared/open: Open a link that shows a dashboard. The secret stands behind the # of the link; a link with a password takes that, too. */
  openSharedDashboard(parameters: {
    body: {
      secret: string;
      password?: string | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<OpenedDashboard>>;
  /** GET /shared: Get the dashboard that a link shows. With all that it shows now. Takes the header `Authorization: Share <key>`, with the key that `openSharedDashboard` gave. */
  getSharedDashboard(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<SharedDashboard>>;
  /** GET /shared/history: Get a history that a link shows. As `getHistory`, of series on the dashboard alone. Takes the header `Authorization: Share <key>`, with the key that `openSharedDashboard` gave. */
  getSharedHistory(parameters: {
    products: string;
    devices?: string;
    fields: string;
    /** ISO 8601, belongs to the range; 31 days before `to` by default */
    from?: string;
    /** ISO 8601, does not belong to the range; now by default */
    to?: string;
    /** raw, or 30s, 15m, 6h, 1d, 1w, 1mo, 1y and the like */
    resolution?: string;
    /** so many buckets, or points with `downsample` */
    points?: number;
    /** lttb: picks points that look like all of them */
    downsample?: string;
    /** AVG, MIN, MAX, SUM, COUNT, FIRST, LAST or CHANGE */
    aggregation?: string;
    /** what empty buckets show: none (no row), null or locf */
    fill?: string;
    /** locf begins with the last value before `from` */
    look_back?: boolean;
    /** IANA time zone whose wall clock buckets follow */
    zone?: string;
    /** most rows of a JSON answer */
    limit?: number;
    /** `next` of the answer before */
    cursor?: string;
    /** instead of the header Accept */
    format?: "json" | "ndjson" | "csv";
    /** CSV: a ' before text that a spreadsheet would run as a formula */
    escape_formulas?: boolean;
    /** CSV: a last column names the columns whose figure is too large for a number */
    overflow?: boolean;
    signal?: AbortSignal;
  }): Promise<Answer<{
    rows: (Record<string, Value | null>)[];
    next: string | null;
  }>>;
  /** GET /shared/live: Stream what a link shows as it comes. As `streamMeasurements`, of series on the dashboard alone. Takes the header `Authorization: Share <key>`, with the key that `openSharedDashboard` gave. */
  streamSharedMeasurements(parameters?: {
    /** as the header Last-Event-ID: goes on behind this event */
    last_event_id?: string;
    signal?: AbortSignal;
  }): Promise<Answer<ReadableStream<Uint8Array>>>;
}
