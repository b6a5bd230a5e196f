// Made from the OpenAPI document by test/docs/write.ts; not edited by hand.

/** What belongs together: products, devices, people and API users. */
export type Workspace = {
  slug: string;
  name: string;
  /** A UUID, in lower case; never changes by itself. */
  uuid: string;
  /** When it was made, RFC 3339; null: before this was noted. */
  created: string | null;
};

export type Member = {
  /** Number of the user. */
  member: number;
  email: string;
  role: "owner" | "admin" | "member" | "observer";
};

/** A person who can sign in, whatever workspaces they are in. */
export type User = {
  /** Number of the user. */
  user: number;
  email: string;
  /** A UUID, in lower case; never changes by itself. */
  uuid: string;
  /** Whether they administer the instance. */
  admin: boolean;
  /** Those whose members you may see. */
  workspaces: ({
    slug: string;
    role: "owner" | "admin" | "member" | "observer";
  })[];
};

/** An account for programs and devices, with rights of its own. */
export type ApiUser = {
  /** Its number. */
  api_user: number;
  name: string;
  workspace: string;
  /** When it was made, RFC 3339; null: before this was noted. */
  created: string | null;
  /** Whether it may use MQTT. */
  mqtt: boolean;
  /** Its clients are a Home Assistant that looks for devices below this prefix: homeassistant, unless it was told another. It finds the devices that this API user may view, and sets the fields of those that it may record. null: they are not. */
  home_assistant: string | null;
  grants: ({
    scope: "all";
    can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
  } | {
    scope: "product";
    /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
    product: string;
    can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
  } | {
    scope: "tag";
    /** 1 to 64 characters without control characters */
    tag: string;
    can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
  } | {
    scope: "device";
    /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
    product: string;
    /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
    device: string;
    can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
  } | {
    scope: "workspace";
    can: ("basics" | "members" | "devices" | "integrations" | "rules" | "dashboards" | "exports")[];
  } | {
    scope: "instance";
    can: "operate"[];
  } | {
    scope: "free_topics";
    filters: string[];
    except: string[];
    can: ("publish" | "subscribe")[];
  })[];
  /** When any of its tokens was used last; null: never. */
  last_used: string | null;
  /** When the last of its tokens ends; null: one of them never does, or there is none. */
  tokens_end: string | null;
};

export type NewApiUser = {
  /** Its number. */
  api_user: number;
  name: string;
  workspace: string;
  /** When it was made, RFC 3339; null: before this was noted. */
  created: string | null;
  /** Whether it may use MQTT. */
  mqtt: boolean;
  /** Its clients are a Home Assistant that looks for devices below this prefix: homeassistant, unless it was told another. It finds the devices that this API user may view, and sets the fields of those that it may record. null: they are not. */
  home_assistant: string | null;
  grants: ({
    scope: "all";
    can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
  } | {
    scope: "product";
    /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
    product: string;
    can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
  } | {
    scope: "tag";
    /** 1 to 64 characters without control characters */
    tag: string;
    can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
  } | {
    scope: "device";
    /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
    product: string;
    /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
    device: string;
    can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
  } | {
    scope: "workspace";
    can: ("basics" | "members" | "devices" | "integrations" | "rules" | "dashboards" | "exports")[];
  } | {
    scope: "instance";
    can: "operate"[];
  } | {
    scope: "free_topics";
    filters: string[];
    except: string[];
    can: ("publish" | "subscribe")[];
  })[];
  /** When any of its tokens was used last; null: never. */
  last_used: string | null;
  /** When the last of its tokens ends; null: one of them never does, or there is none. */
  tokens_end: string | null;
  token: NewToken;
};

export type NewToken = {
  /** Its number. */
  token: number;
  /** Its last four characters. */
  hint: string;
  name: string;
  /** RFC 3339, UTC. */
  created: string;
  expires: string | null;
  /** null: never. */
  last_used: string | null;
  /** The IP address that used it last. */
  last_address: string | null;
  /** The access token itself, shown this once. */
  secret: string;
};

/** An access token; the token itself is shown once, when it is made. */
export type Token = {
  /** Its number. */
  token: number;
  /** Its last four characters. */
  hint: string;
  name: string;
  /** RFC 3339, UTC. */
  created: string;
  expires: string | null;
  /** null: never. */
  last_used: string | null;
  /** The IP address that used it last. */
  last_address: string | null;
};

/** What an account may do, and why. */
export type Rights = {
  account: {
    kind: "user" | "api_user";
    number: number;
    name: string;
  };
  mqtt: boolean;
  operate: boolean;
  workspaces: ({
    workspace: string;
    can: ("basics" | "members" | "devices" | "integrations" | "rules" | "dashboards" | "exports")[];
  })[];
  /** Slug of the workspace whose free topics it uses, all or some; null: of none. */
  free_topics: string | null;
  /** Everything that it holds. */
  lines: ({
    /** The role, the grant by what it is on, or being an administrator. */
    because: string;
    /** Slug; null: of the instance. */
    workspace: string | null;
    /** What is given: on all devices of the workspace, those of a product, those with a tag, one device; on the workspace, the instance, or free topics. */
    grant: {
      scope: "all";
      can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
    } | {
      scope: "product";
      /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
      product: string;
      can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
    } | {
      scope: "tag";
      /** 1 to 64 characters without control characters */
      tag: string;
      can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
    } | {
      scope: "device";
      /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
      product: string;
      /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
      device: string;
      can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
    } | {
      scope: "workspace";
      can: ("basics" | "members" | "devices" | "integrations" | "rules" | "dashboards" | "exports")[];
    } | {
      scope: "instance";
      can: "operate"[];
    } | {
      scope: "free_topics";
      filters: string[];
      except: string[];
      can: ("publish" | "subscribe")[];
    };
  })[];
  /** With ?product=: on all of it. */
  product?: {
    can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
    /** What gives it. */
    because: ({
      /** The role, the grant by what it is on, or being an administrator. */
      because: string;
      /** Slug; null: of the instance. */
      workspace: string | null;
      /** What is given: on all devices of the workspace, those of a product, those with a tag, one device; on the workspace, the instance, or free topics. */
      grant: {
        scope: "all";
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "product";
        /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
        product: string;
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "tag";
        /** 1 to 64 characters without control characters */
        tag: string;
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "device";
        /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
        product: string;
        /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
        device: string;
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "workspace";
        can: ("basics" | "members" | "devices" | "integrations" | "rules" | "dashboards" | "exports")[];
      } | {
        scope: "instance";
        can: "operate"[];
      } | {
        scope: "free_topics";
        filters: string[];
        except: string[];
        can: ("publish" | "subscribe")[];
      };
    })[];
    product: string;
  };
  /** With ?product= and ?device=. */
  device?: {
    can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
    /** What gives it. */
    because: ({
      /** The role, the grant by what it is on, or being an administrator. */
      because: string;
      /** Slug; null: of the instance. */
      workspace: string | null;
      /** What is given: on all devices of the workspace, those of a product, those with a tag, one device; on the workspace, the instance, or free topics. */
      grant: {
        scope: "all";
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "product";
        /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
        product: string;
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "tag";
        /** 1 to 64 characters without control characters */
        tag: string;
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "device";
        /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
        product: string;
        /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
        device: string;
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "workspace";
        can: ("basics" | "members" | "devices" | "integrations" | "rules" | "dashboards" | "exports")[];
      } | {
        scope: "instance";
        can: "operate"[];
      } | {
        scope: "free_topics";
        filters: string[];
        except: string[];
        can: ("publish" | "subscribe")[];
      };
    })[];
    product: string;
    device: string;
  };
};

/** What an account may do with a device, and why. */
export type DeviceRights = {
  product: string;
  device: string;
  name: string;
  /** Empty: it does not see the device. */
  can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
  /** The role, the grants by what they are on, or being an administrator. */
  because: string[];
};

/** Whether an account may do something on a topic, why, and what would work. */
export type Access = {
  /** Name of the account. */
  account: string;
  allowed: boolean;
  /** Why not, as its client would be told; null: it is allowed. */
  refusal: {
    code: string | null;
    message: string;
  } | null;
  /** What is to be known all the same, like that nothing of that name is there. */
  notes: string[];
  /** A topic like it that would work; null: none is known. */
  instead: string | null;
  /** The product that the topic names, if the account sees it. */
  product: string | null;
  device: string | null;
  /** What the account holds on that device, or else on that product. */
  because: ({
    /** The role, the grant by what it is on, or being an administrator. */
    because: string;
    /** Slug; null: of the instance. */
    workspace: string | null;
    /** What is given: on all devices of the workspace, those of a product, those with a tag, one device; on the workspace, the instance, or free topics. */
    grant: {
      scope: "all";
      can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
    } | {
      scope: "product";
      /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
      product: string;
      can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
    } | {
      scope: "tag";
      /** 1 to 64 characters without control characters */
      tag: string;
      can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
    } | {
      scope: "device";
      /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
      product: string;
      /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
      device: string;
      can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
    } | {
      scope: "workspace";
      can: ("basics" | "members" | "devices" | "integrations" | "rules" | "dashboards" | "exports")[];
    } | {
      scope: "instance";
      can: "operate"[];
    } | {
      scope: "free_topics";
      filters: string[];
      except: string[];
      can: ("publish" | "subscribe")[];
    };
  })[];
};

/** A kind of device, with its fields. */
export type Product = {
  /** Stands in topics; unique in the instance; never changes. */
  slug: string;
  name: string;
  /** Slug of its workspace. */
  workspace: string;
  /** A UUID, in lower case; never changes by itself. */
  uuid: string;
  /** When it was made, RFC 3339; null: before this was noted. */
  created: string | null;
  /** Current values are retained MQTT messages. */
  retain_last_values: boolean;
  /** Measurements older than the current value are published, too. */
  publish_backfill: boolean;
  /** How true and false are written over MQTT: "true", or "True" with a capital (then "False", too). */
  bool_text: string;
  /** A device counts as online for so many seconds after its last measurement. null: as its product says, or else the instance (40 minutes). a whole number of seconds from 10 to 31536000 (a year). */
  online_timeout: number | null;
  /** Name of the workspace's network that takes downlinks to its devices; null: none does. */
  network: string | null;
  /** Number of the decoder version in force; null: none. */
  decoder: number | null;
};

/** One thing that the devices of a product measure. */
export type Field = {
  /** Stands in topics, in upper case; never changes. */
  id: string;
  /** Never changes: measurements are stored as this. */
  type: "NUMERIC" | "INT" | "BOOL" | "STRING" | "GEO" | "COUNTER";
  /** A UUID, in lower case; never changes by itself. */
  uuid: string;
  /** 1 to 200 characters without control characters */
  name: string;
  unit: string | null;
  /** Digits after the point that people are shown: a whole number from 0 to 15; null: as many as there are. */
  decimals: number | null;
  description: string | null;
  /** What it is for its device; of each role a product has one field. */
  role: "primary" | "secondary" | "device_location" | "device_signal" | "device_battery" | null;
  /** What it measures, in words that are the same in all products. */
  semantic: "air_pollution" | "ambient_light" | "battery" | "co2" | "energy_consumption" | "fill_level" | "hours_until_maintenance" | "humidity" | "loudness" | "people_count" | "power" | "runtime_hours" | "signal" | "snr" | "soil_moisture" | "temperature" | "voc" | "water_consumption" | "water_depth" | "location" | "battery_low" | "button_pressed" | "desk_occupied" | "device_powered" | "door_opened" | "emergency_triggered" | "gas_leak_detected" | "hvac_active" | "light_on" | "maintenance_required" | "motion_detected" | "parking_occupied" | "power_outage_detected" | "rain_detected" | "room_occupied" | "smoke_detected" | "tamper_detected" | "valve_opened" | "water_leak_detected" | "window_opened" | null;
  /** Whether people and programs set it, like a switch or a set point, rather than devices measuring it: Home Assistant shows it so to those who may record. null: where it has neither a unit nor a semantic of something that is measured. */
  settable: boolean | null;
  /** Computes the field from others of its product, such as TEMPERATURE * 1.8 + 32 (docs/formulas.md). It takes no measurements from anybody then. null: it is measured. */
  formula: string | null;
  /** false: it takes no measurements; what it has stays readable. */
  active: boolean;
  /** Why its formula computes nothing, as when a field was deleted that it names; null: it does, or it has none. */
  formula_problem: string | null;
};

export type TriedFormula = {
  /** What the formula makes. */
  kind: "number" | "boolean" | "text" | "position";
  /** What it is computed from. */
  fields: string[];
  /** Over whose measurements it was tried; null: there are none. */
  device: string | null;
  /** How often it had a result in the hours that were looked at. */
  computed: number;
  /** How often it had none: a value was missing, or there is no such number. */
  without_result: number;
  /** The last of them, oldest first. */
  values: ({
    /** RFC 3339, UTC. */
    time: string;
    /** The values of this time, by field. */
    came: Record<string, number | boolean | string | {
      lat: number;
      lng: number;
    }>;
    /** What is computed; null: there is no result. */
    value: number | boolean | string | {
      lat: number;
      lng: number;
    } | null;
  })[];
};

/** An identifier of fields, over the products of a workspace. */
export type FieldName = {
  id: string;
  /** As the first product has it. */
  name: string;
  /** Products may have different fields of one identifier. */
  types: ("NUMERIC" | "INT" | "BOOL" | "STRING" | "GEO" | "COUNTER")[];
  unit: string | null;
  /** How many products have it. */
  products: number;
};

export type TagName = {
  tag: string;
  /** How many devices have it. */
  devices: number;
};

export type DecoderTryOut = {
  /** Of an input that was given. */
  tried: TriedDecoder | null;
  /** Of what came, newest first. */
  recorded: ({
    pass: number;
    /** RFC 3339, UTC. */
    time: string;
    /** The beginning of what came. */
    input: string;
    /** Why it cannot be tried again; null: it was. */
    skipped: string | null;
    now: TriedDecoder | null;
    /** What the version in force makes of it, where another is tried. */
    before: TriedDecoder | null;
  })[] | null;
};

/** What a decoder makes of one input. Nothing of it is stored. */
export type TriedDecoder = {
  /** The version that was tried; null: code that is none, or no decoder. */
  version: number | null;
  /** The function that is called; null: the first that the script has, in the order that docs/decoders.md says. */
  function: "decodeUplink" | "normalizeUplink" | "encodeDownlink" | "decodeDownlink" | "Decoder" | "Encoder" | "Decode" | "Encode" | null;
  /** Why it gave nothing, with the line of the script where it is known. */
  error: {
    message: string;
    line: number | null;
  } | null;
  /** What it wrote with `console`. */
  log: string[];
  /** How long the call took. */
  ms: number | null;
  /** What it gave, as it is. */
  output: unknown;
  /** What was passed over, and what the script warned of. */
  messages: string[];
  rows: ({
    device: string;
    field: string;
    value: number | string | boolean | {
      lat: number;
      lng: number;
    };
    /** null: when it comes. */
    time: string | null;
    /** What would become of it. */
    fate: "stored" | "refused" | "suggested";
    message: string | null;
  })[];
  /** Those of the product that it gives. */
  fields: string[];
  /** Fields that the product does not have; the type is guessed. */
  new_fields: ({
    field: string;
    type: string;
    unit: string | null;
  })[];
  devices: string[];
  /** Devices that it names, and that the product does not have. */
  new_devices: string[];
};

export type DecoderInForce = {
  /** null: the product has no decoder in force. */
  version: DecoderVersionWithCode | null;
};

export type DecoderVersionWithCode = {
  number: number;
  in_force: boolean;
  /** The sandbox has stopped it: it did not let itself be stopped, twice within a minute. Put it in force again to let it run, or another one. */
  stopped: boolean;
  /** The function that is called; null: the first that the script has, in the order that docs/decoders.md says. */
  function: "decodeUplink" | "normalizeUplink" | "encodeDownlink" | "decodeDownlink" | "Decoder" | "Encoder" | "Decode" | "Encode" | null;
  /** RFC 3339, UTC. */
  created: string;
  /** Name of who made it, as it was then. */
  by: string;
  /** Why, for people. */
  note: string;
  /** Length of the code, in UTF-8. */
  bytes: number;
  code: string;
};

/** A version of the script that reads what a product's devices send. */
export type DecoderVersion = {
  number: number;
  in_force: boolean;
  /** The sandbox has stopped it: it did not let itself be stopped, twice within a minute. Put it in force again to let it run, or another one. */
  stopped: boolean;
  /** The function that is called; null: the first that the script has, in the order that docs/decoders.md says. */
  function: "decodeUplink" | "normalizeUplink" | "encodeDownlink" | "decodeDownlink" | "Decoder" | "Encoder" | "Decode" | "Encode" | null;
  /** RFC 3339, UTC. */
  created: string;
  /** Name of who made it, as it was then. */
  by: string;
  /** Why, for people. */
  note: string;
  /** Length of the code, in UTF-8. */
  bytes: number;
};

/** What decoders and encoders may know of a device. */
export type ConfigurationField = {
  /** As scripts read it, `configurationValues.<id>`; never changes. */
  id: string;
  type: "number" | "text" | "boolean";
  /** 1 to 200 characters without control characters */
  name: string;
  /** What holds where a device has no value of its own; null: nothing. */
  default: number | boolean | string | null;
  unit: string | null;
  description: string | null;
};

/** How devices that speak otherwise reach a product. */
export type Integration = {
  product: string;
  /** The product's UUID. */
  uuid: string;
  /** Finds the product at the HTTP integration; whoever has it may send. */
  integration_key: string;
  /** The key of before, while it is good; null: none is. */
  old_key: {
    /** Its first eight digits. */
    begins: string;
    /** RFC 3339, UTC. */
    until: string;
  } | null;
  /** The HTTP integration takes the product's UUID, beside its key. */
  accepts_product_uuid: boolean;
  /** A LoRaWAN network has to send an access token. */
  network_token_needed: boolean;
  /** Unknown serials make devices by themselves until the product has so many; 0: they are suggested. a whole number from 0 to 100000. */
  creates_devices: number;
  /** Unknown identifiers make fields by themselves until the product has so many; 0: they are suggested. a whole number from 0 to 1000. */
  creates_fields: number;
};

/** Something that came in by an integration, and what became of it. */
export type Pass = {
  id: number;
  /** RFC 3339, UTC. */
  time: string;
  way: "http" | "lorawan" | "broker";
  /** Of a LoRaWAN network or an external broker: its name. */
  network: string | null;
  /** Of an external broker: the map of the route that it came by. */
  map: string | null;
  product: string | null;
  /** Ids of the devices that it concerns, at most 20. */
  devices: string[];
  remote_address: string | null;
  /** Who acted; null: the address alone spoke for who sent it. */
  account: {
    key: string;
    name: string;
  } | null;
  method: string | null;
  /** Without the rest of the key that stands in it. */
  path: string | null;
  query: ({
    name: string;
    value: string | null;
  })[];
  /** Without secrets. */
  headers: ({
    name: string;
    value: string | null;
  })[];
  form: ({
    name: string;
    value: string | null;
  })[];
  topic: string | null;
  /** Bytes of the body. */
  size: number;
  /** Its beginning; base64 where `base64` says so; null where you may not read it. */
  body: string | null;
  base64: boolean;
  /** The body was longer. */
  cut: boolean;
  /** Of a LoRaWAN network. */
  event: {
    kind: string;
    dev_eui: string;
    device_id: string | null;
    time: string | null;
    text: string | null;
    /** Bytes (hexadecimal), port, counter, radio and gateways. */
    uplink: unknown;
  } | null;
  /** null: none was called. */
  decoder: {
    version: number | null;
    /** The function. */
    called: string | null;
    ms: number;
    log: string[];
    /** What it gave; null also where that is too long to be kept. */
    output: unknown;
    error: {
      message: string | null;
      line: number | null;
    } | null;
  } | null;
  /** The first hundred. */
  rows: ({
    /** Its id, or what the row calls it. */
    device: string;
    field: string;
    value: unknown;
    /** null: when it came. */
    time: string | null;
    fate: "stored" | "refused" | "suggested";
    /** Of a row that is not stored: why. */
    message: string | null;
  })[];
  rows_total: number;
  /** Of all rows those that are stored. */
  rows_stored: number;
  outcome: "stored" | "partly_stored" | "nothing_stored" | "failed" | "repeated" | "unknown" | "told";
  /** What there is to say beside, and what to do. */
  messages: string[];
  /** Milliseconds from its coming to its commit. */
  ms: number | null;
};

/** A serial or a field that came and is not there. */
export type Suggestion = {
  kind: "device" | "field";
  /** The serial, or the identifier of the field. */
  name: string;
  /** How often it came. */
  count: number;
  /** RFC 3339, UTC. */
  first: string;
  /** RFC 3339, UTC. */
  last: string;
  /** Of a field its last value; of a device what came for it. */
  sample: string;
  /** Of a field: what its values look like. */
  type: "NUMERIC" | "INT" | "BOOL" | "STRING" | "GEO" | "COUNTER" | null;
  unit: string | null;
  /** A name for people, where one came. */
  label: string | null;
  /** Of an external broker: its name, and the map that read it; null: it came another way. */
  origin: {
    broker: string;
    map: string;
  } | null;
  state: "open" | "ignored";
};

/** An address that is told of events. */
export type Webhook = {
  /** Its number. */
  webhook: number;
  workspace: string;
  /** 1 to 200 characters without control characters */
  name: string;
  /** an address that begins with https:// or http://, at most 2048 characters, without a user name */
  url: string;
  description: string | null;
  events: ("device_measurement" | "decoder_output" | "downlink" | "device_online" | "device_offline")[];
  /** Which events it gets: those that fulfil every list that is not empty. Fields count for measurements alone. */
  filter: {
    products: string[];
    devices: {
      /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
      product: string;
      /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
      device: string;
    }[];
    tags: string[];
    fields: unknown[];
  };
  /** Names of its headers; their values are never shown. */
  headers: Record<string, null>;
  /** What a request holds. original: one event; ndjson: events, one a line; array: a JSON array of events; influx: line protocol of InfluxDB; template: what `template` makes of it. */
  form: "original" | "ndjson" | "array" | "influx" | "template";
  /** Of the form "template": text with {{ device.name }}, {{ value | round: 1 }}. */
  template: string | null;
  /** Most events of a request, and seconds that one waits for others. `original` sends one each. */
  batch: {
    max: number;
    wait: number;
  };
  /** Requests are signed by Standard Webhooks; github: with X-Hub-Signature-256 beside it. */
  signature: "standard" | "github";
  /** Whose rights it has: an e-mail address, or an API user as name@workspace. What that may not view is not sent. */
  account: string | null;
  /** false: nothing is sent, and nothing kept for it. */
  active: boolean;
  /** RFC 3339, UTC. */
  created: string;
  state: "active" | "failing" | "paused" | "off";
  /** Why it is failing or paused, or was switched off by the server. */
  reason: string | null;
  /** Of what is paused, or was switched off by the server. */
  since: string | null;
  next_try: string | null;
  /** Tries of the last seven days. */
  calls: number;
  failed_calls: number;
  /** Of these calls, from 0 to 1. */
  error_rate: number;
  /** Requests that were given up, and can be sent again. */
  dead_letters: number;
  /** Events that were too many, and were never sent. */
  dropped_events: number;
  /** Rows of the log that it is behind. */
  lag_rows: number;
  lag_seconds: number;
};

export type NewWebhook = {
  /** Its number. */
  webhook: number;
  workspace: string;
  /** 1 to 200 characters without control characters */
  name: string;
  /** an address that begins with https:// or http://, at most 2048 characters, without a user name */
  url: string;
  description: string | null;
  events: ("device_measurement" | "decoder_output" | "downlink" | "device_online" | "device_offline")[];
  /** Which events it gets: those that fulfil every list that is not empty. Fields count for measurements alone. */
  filter: {
    products: string[];
    devices: {
      /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
      product: string;
      /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
      device: string;
    }[];
    tags: string[];
    fields: unknown[];
  };
  /** Names of its headers; their values are never shown. */
  headers: Record<string, null>;
  /** What a request holds. original: one event; ndjson: events, one a line; array: a JSON array of events; influx: line protocol of InfluxDB; template: what `template` makes of it. */
  form: "original" | "ndjson" | "array" | "influx" | "template";
  /** Of the form "template": text with {{ device.name }}, {{ value | round: 1 }}. */
  template: string | null;
  /** Most events of a request, and seconds that one waits for others. `original` sends one each. */
  batch: {
    max: number;
    wait: number;
  };
  /** Requests are signed by Standard Webhooks; github: with X-Hub-Signature-256 beside it. */
  signature: "standard" | "github";
  /** Whose rights it has: an e-mail address, or an API user as name@workspace. What that may not view is not sent. */
  account: string | null;
  /** false: nothing is sent, and nothing kept for it. */
  active: boolean;
  /** RFC 3339, UTC. */
  created: string;
  state: "active" | "failing" | "paused" | "off";
  /** Why it is failing or paused, or was switched off by the server. */
  reason: string | null;
  /** Of what is paused, or was switched off by the server. */
  since: string | null;
  next_try: string | null;
  /** Tries of the last seven days. */
  calls: number;
  failed_calls: number;
  /** Of these calls, from 0 to 1. */
  error_rate: number;
  /** Requests that were given up, and can be sent again. */
  dead_letters: number;
  /** Events that were too many, and were never sent. */
  dropped_events: number;
  /** Rows of the log that it is behind. */
  lag_rows: number;
  lag_seconds: number;
  /** What its requests are signed with, shown this once. */
  secret: string;
};

/** What a request would hold; it is not sent. */
export type WebhookPreview = {
  /** What it is of. */
  event: {
    type: string;
    /** RFC 3339, UTC. */
    timestamp: string;
  };
  /** false: the event is made up, since no device that it would tell of has said anything. */
  real: boolean;
  headers: Record<string, string>;
  body: string;
};

/** A sample that was sent, and what was answered. */
export type WebhookTest = {
  accepted: boolean;
  status: number | null;
  ms: number;
  error: string | null;
  request: {
    headers: Record<string, string>;
    body: string;
  };
  answer: string | null;
};

/** A try to send a request, or a notice. */
export type WebhookCall = {
  call: number;
  /** RFC 3339, UTC. */
  time: string;
  /** Its webhook-id; null: no request, but a notice. */
  request: string | null;
  /** 1: the first try. */
  tries: number;
  events: number;
  /** Of HTTP; null: there was no answer. */
  status: number | null;
  ms: number | null;
  /** null: it was accepted. */
  error: string | null;
  /** Its beginning; null for who may not act for the webhook's account. */
  body: string | null;
  answer: string | null;
};

/** A request that was given up. */
export type WebhookDeadLetter = {
  letter: number;
  /** RFC 3339, UTC. */
  time: string;
  request: string;
  tries: number;
  events: number;
  error: string;
  body: string | null;
};

/** A rule fired for a device, and somebody should look at it. */
export type Alert = {
  alert: number;
  workspace: string;
  /** null: it is about no device. */
  device: {
    product: string;
    device: string;
    name: string;
  } | null;
  /** Number of the rule, which may be gone. */
  rule: number;
  /** As it was when the alert was opened. */
  rule_name: string;
  severity: "info" | "warning" | "error" | "critical";
  state: "open" | "acknowledged" | "closed";
  text: string;
  /** RFC 3339, UTC. */
  opened: string;
  /** RFC 3339, UTC. */
  changed: string;
  /** How often the rule fired for it, repetitions included. */
  count: number;
  /** RFC 3339, UTC. */
  last_fired: string;
  /** What caused it, when it was opened. */
  values: ({
    /** A field, or a figure of one: `average(TEMPERATURE, 10m)`. */
    field: string;
    value: Value | null;
    time: string | null;
    unit: string | null;
  })[];
  /** The same when the rule fired last. */
  latest: ({
    /** A field, or a figure of one: `average(TEMPERATURE, 10m)`. */
    field: string;
    value: Value | null;
    time: string | null;
    unit: string | null;
  })[];
  acknowledged: {
    by: string;
    /** RFC 3339, UTC. */
    time: string;
  } | null;
  closed: {
    /** Who; null: the rule. */
    by: string | null;
    /** RFC 3339, UTC. */
    time: string;
  } | null;
  /** What happened to it, oldest first. */
  steps: ({
    /** RFC 3339, UTC. */
    time: string;
    what: "opened" | "fired" | "acknowledged" | "closed";
    /** Who; null: the rule. */
    by: string | null;
    note: string | null;
  })[];
};

export type Value = number | boolean | string | {
  lat: number;
  lng: number;
};

export type AlertCounts = {
  critical: {
    open: number;
    acknowledged: number;
  };
  error: {
    open: number;
    acknowledged: number;
  };
  warning: {
    open: number;
    acknowledged: number;
  };
  info: {
    open: number;
    acknowledged: number;
  };
};

/** What a rule tells people in the console. */
export type Notification = {
  notification: number;
  workspace: string;
  device: {
    product: string;
    device: string;
    name: string;
  } | null;
  rule: number;
  /** RFC 3339, UTC. */
  time: string;
  severity: "info" | "warning" | "error" | "critical" | null;
  text: string;
};

/** When something is so, something is done. */
export type Rule = {
  /** Its number. */
  rule: number;
  workspace: string;
  /** 1 to 200 characters without control characters */
  name: string;
  description: string | null;
  /** Which devices it is about: those of the workspace that fulfil every list that is not empty, as far as its account may view them. */
  scope: {
    products: string[];
    devices: {
      /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
      product: string;
      /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
      device: string;
    }[];
    tags: string[];
  };
  /** What the rule is looked at for. */
  trigger: {
    type: "measurement";
    fields: string[];
  } | {
    type: "silence";
    timeout: string | null;
  } | {
    type: "schedule";
    cron: string;
    zone: string;
  } | {
    type: "geofence";
    field: string;
    lat: number;
    lng: number;
    radius: number;
    event: "enter" | "leave";
  };
  /** What must hold; null: nothing. */
  condition: Record<string, unknown> | null;
  /** It must hold for so long before the rule fires. Null: it fires at once. */
  for: string | null;
  /** While it holds the rule tells so again, with this pause. Null: it tells once. */
  repeat: string | null;
  /** It holds only on these days at these hours. Null: always. */
  hours: {
    zone: string;
    days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
    from: string;
    to: string;
  } | null;
  /** How often an hour its actions run at most, over all devices. Null: any number of times. */
  limit: number | null;
  /** Measurements older than this when they come raise nothing; any: they do, however late. 1h when absent. */
  max_age: string | "any";
  actions: ({
    type: "email";
    on: ("fired" | "repeated" | "cleared")[];
    to: unknown[];
    subject: string;
    text: string;
    /** A mail gathers what happens for so many seconds: a whole number of seconds from 0 (each has a mail of its own) to 86400 (a day). */
    digest: number;
  } | {
    type: "webhook";
    on: ("fired" | "repeated" | "cleared")[];
    url: string;
    headers: Record<string, string | null>;
    /** A template; null: what templates know, as JSON. */
    body: string | null;
    /** whsec_… signs requests by Standard Webhooks. Answers have "…" for one that is there; a change with that keeps it. */
    secret: "…" | string | null;
  } | {
    type: "message";
    on: ("fired" | "repeated" | "cleared")[];
    topic: string;
    payload: string;
    retain: boolean;
  } | {
    type: "field";
    on: ("fired" | "repeated" | "cleared")[];
    /** `product/device`; null: the device that the rule fires for. */
    device: string | null;
    field: unknown;
    value: string;
  } | {
    type: "downlink";
    on: ("fired" | "repeated" | "cleared")[];
    /** `product/device`; null: the device that the rule fires for. */
    device: string | null;
    downlink: string;
    values: Record<string, string>;
  } | {
    type: "notification";
    on: ("fired" | "repeated" | "cleared")[];
    text: string;
  })[];
  /** The alert that it opens; null: none. */
  alert: {
    severity: "info" | "warning" | "error" | "critical";
    text: string;
    /** It closes by itself when the rule is true no more. */
    closes: boolean;
  } | null;
  /** Whose rights it has: an e-mail address, or an API user as name@workspace. What that may not view it does not see, and it does nothing that this may not. */
  account: string | null;
  /** false: it is not looked at, and remembers nothing. */
  active: boolean;
  /** RFC 3339, UTC. */
  created: string;
  /** Until then its actions do not run. */
  snoozed_until: string | null;
  /** broken: something that it names is not there any more; it does nothing where that is needed. */
  state: "active" | "broken" | "off";
  /** What is missing of a broken one, and where it is named. */
  problems: {
    path: string;
    message: string;
  }[];
  /** When it was stopped last because writes of rules went round; null: never since what it looks at or does was changed, or no server runs. */
  loop_stopped: string | null;
};

/** What a rule would have done. Nothing was stored or sent. */
export type RuleDryRun = {
  /** RFC 3339, UTC. */
  from: string;
  /** RFC 3339, UTC. */
  to: string;
  devices: number;
  /** How many were looked at. */
  measurements: number;
  /** How often it would have fired. */
  fired: number;
  /** The first two hundred. */
  firings: ({
    /** null: of none, or of one that is gone, or that you may not view. */
    device: {
      product: string;
      device: string;
    } | null;
    /** RFC 3339, UTC. */
    fired: string;
    /** null: it would hold still, or it fires for a moment. */
    cleared: string | null;
    values: ({
      /** A field, a figure as average(FIELD, 10m), a configuration field, or silence. */
      field: string;
      value: number | string | boolean | {
        lat: number;
        lng: number;
      } | null;
      time: string | null;
      unit: string | null;
    })[];
  })[];
  /** false: there are more devices or measurements than a dry run looks at. */
  complete: boolean;
};

/** What changed in a rule, with the values. */
export type RuleLogLine = {
  line: number;
  /** RFC 3339, UTC. */
  time: string;
  /** null: of none, or of one that is gone, or that you may not view. */
  device: {
    product: string;
    device: string;
  } | null;
  /** fired, repeated, cleared, waits (it holds, but not for long enough yet), waits_no_more, loop, error, gap, or what an action did. */
  what: string;
  text: string | null;
  /** What it looked at; the first is what decided. */
  values: ({
    /** A field, a figure as average(FIELD, 10m), a configuration field, or silence. */
    field: string;
    value: number | string | boolean | {
      lat: number;
      lng: number;
    } | null;
    time: string | null;
    unit: string | null;
  })[];
};

/** What a rule remembers of a device. */
export type RuleState = {
  /** null: of none, or of one that is gone, or that you may not view. */
  device: {
    product: string;
    device: string;
  } | null;
  /** hot: it has fired and holds still; waits: it holds, but not for long enough yet; cold: neither, it has fired before. */
  state: "hot" | "waits" | "cold";
  /** Since when it holds. */
  since: string | null;
  /** When it fired last. */
  fired: string | null;
  /** Of a hot one: why its actions did not run when it fired; loop: writes of rules had gone round. */
  quiet: "limit" | "snooze" | "loop" | null;
};

export type TestedAction = {
  done: boolean;
  /** What happened, or what is wrong. */
  text: string;
  /** Its templates, filled, by the property that has them; values of headers are not shown. */
  rendered: Record<string, string>;
};

/** A page of widgets, without them. */
export type DashboardSummary = {
  /** Its number. */
  dashboard: number;
  workspace: string;
  product: string | null;
  name: string;
  description: string | null;
  /** How many it has. */
  widgets: number;
  /** How many links show it. */
  links: number;
  /** RFC 3339, UTC. */
  created: string;
};

/** A page of widgets. */
export type Dashboard = {
  /** Its number. */
  dashboard: number;
  workspace: string;
  product: string | null;
  name: string;
  description: string | null;
  /** How many it has. */
  widgets: number;
  /** How many links show it. */
  links: number;
  /** RFC 3339, UTC. */
  created: string;
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
  /** Widgets that are left out, since who asks may see nothing of what they show. */
  hidden: number;
  /** What the content names and is not there, or may not be seen. */
  missing: {
    path: string;
    message: string;
  }[];
};

/** A dashboard as a file, for `createDashboard` here or elsewhere. */
export type DashboardExport = {
  name: string;
  description: string | null;
  product: string | null;
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
};

/** A link that shows a dashboard to whoever has it. */
export type DashboardShare = {
  /** Its number. */
  share: number;
  name: string | null;
  device: string | null;
  /** Whether it asks for one. */
  password: boolean;
  /** Who shared: what that may not view is not shown. */
  account: string | null;
  /** RFC 3339, UTC. */
  created: string;
  expires: string | null;
  last_used: string | null;
  /** closed: who shared may not share any more. */
  state: "active" | "expired" | "closed";
};

export type NewDashboardShare = {
  /** Its number. */
  share: number;
  name: string | null;
  device: string | null;
  /** Whether it asks for one. */
  password: boolean;
  /** Who shared: what that may not view is not shown. */
  account: string | null;
  /** RFC 3339, UTC. */
  created: string;
  expires: string | null;
  last_used: string | null;
  /** closed: who shared may not share any more. */
  state: "active" | "expired" | "closed";
  /** What opens it, shown this once. */
  secret: string;
  /** The address to hand over, with the secret in it. */
  link: string;
};

/** A broker elsewhere that messages are exchanged with. */
export type ExternalBroker = {
  /** Its number. */
  broker: number;
  workspace: string;
  /** 1 to 200 characters without control characters */
  name: string;
  /** 1 to 2000 characters without control characters but line breaks */
  description: string;
  /** Tried in turn; the first one is gone back to. */
  addresses: string[];
  /** auto: MQTT 5, or 3.1.1 with a broker that does not speak it. */
  protocol: "5" | "auto" | "3.1.1" | "3.1";
  username: string | null;
  /** PEM: who signs its certificate; null: those that the system trusts. */
  ca: string | null;
  /** PEM: the certificate that is shown to it. */
  certificate: string | null;
  /** The name that its certificate is for (SNI); null: that of the address. */
  server_name: string | null;
  /** 1 to 200 letters, digits or . _ : ~ - */
  client_id: string;
  /** Seconds; a broken connection is noticed within one and a half of it. */
  keep_alive: number;
  /** Seconds that it keeps our session while we are away. */
  session_expiry: number;
  /** A forwarded message that came through so many brokers is not forwarded to this one. 1: what came from another broker is not passed on. */
  hops: number;
  /** null: that account is gone, and nothing is carried. */
  account: string | null;
  paused: boolean;
  /** What is carried between it and us. */
  routes: ({
    direction: "in";
    /** a topic filter (like plant/+/state or #); of a route that comes in a level may have a name (plant/{serial}/+, {rest#}) */
    filter: string;
    /** QoS on the remote's side: 0, 1 or 2. */
    qos: 0 | 1 | 2;
    map: RouteMap;
  } | {
    direction: "out";
    /** a topic filter (like plant/+/state or #); of a route that comes in a level may have a name (plant/{serial}/+, {rest#}) */
    filter: string;
    /** QoS on the remote's side: 0, 1 or 2. */
    qos: 0 | 1 | 2;
    /** a template of a topic without + and #, like plant/{{ device.id }}/{{ field | downcase }} */
    topic: string;
    payload: "value" | "json" | "template" | "encoder";
    /** The template of the payload, or the script with an Encoder; null with the others. */
    template: string | null;
    retain: boolean;
    /** Seconds after which the remote drops it (MQTT 5); null: never. */
    expiry: number | null;
    /** Seconds after which it is not sent any more; null: it always is. */
    max_age: number | null;
  } | {
    direction: "forward";
    /** a topic filter (like plant/+/state or #); of a route that comes in a level may have a name (plant/{serial}/+, {rest#}) */
    pattern: string;
    way: "in" | "out" | "both";
    /** QoS on the remote's side: 0, 1 or 2. */
    qos: 0 | 1 | 2;
    /** nothing, or the beginning of a topic, without + and # */
    local_prefix: string;
    /** nothing, or the beginning of a topic, without + and # */
    remote_prefix: string;
  })[];
  /** Whether there is a password; it is never shown. */
  has_password: boolean;
  has_key: boolean;
  /** RFC 3339, UTC. */
  created: string;
  state: "pending" | "connected" | "error" | "paused";
  /** Why it is in error, in words. */
  reason: string | null;
  since: string | null;
  /** Where it is connected, or was tried last. */
  address: string | null;
  connected_protocol: "5" | "3.1.1" | "3.1" | null;
  next_try: string | null;
  /** Since the server started. */
  messages_in: number;
  /** Those that it acknowledged, since the server started. */
  messages_out: number;
  refused_in: number;
  refused_out: number;
  /** Messages that were too old to be sent, or let go of since it was too far behind. */
  dropped: number;
  /** Sent, and not acknowledged yet. */
  in_flight: number;
  /** Rows of the log that it is behind. */
  lag_rows: number;
  lag_seconds: number;
  /** Routes that carry nothing, and why. */
  troubles: {
    route: number;
    reason: string;
  }[];
};

/** How values are made of what comes in. */
export type RouteMap = {
  kind: "ready";
  name: "zigbee2mqtt" | "tasmota" | "shelly_gen1" | "shelly_gen2" | "esphome" | "owntracks" | "openmqttgateway" | "rtl_433" | "ruuvi" | "victron" | "teltonika" | "meshtastic" | "milesight" | "tti" | "chirpstack";
  /** The first levels of the topics, where the sender has others than usual; + for any one. */
  base?: string;
  /** Slug of the product whose devices are meant; without it they are looked for in the whole workspace. */
  product?: string;
} | {
  kind: "fields";
  /** Slug of the product whose devices are meant; without it they are looked for in the whole workspace. */
  product?: string;
  /** Id or serial of the device, a template: {{ serial }}. Without it the part {device} or {serial} of the filter. */
  device?: string;
  /** A path to a list of readings; paths and `json` are then of each. */
  each?: string;
  fields: ({
    /** The field, a template: {{ name | upcase }}. Without it the keys of what lies at the path are the fields. */
    field?: string;
    /** A path into JSON, as $.sensors[0].temperature. */
    path?: string;
    /** A template, as {{ payload }}; instead of a path. */
    value?: string;
    /** For a field that is suggested. */
    unit?: string;
  })[];
  /** Without it a value is of when it comes. */
  time?: {
    /** A path into JSON, as $.sensors[0].temperature. */
    path?: string;
    /** A template, as {{ payload }}; instead of a path. */
    value?: string;
    format?: "auto" | "seconds" | "milliseconds" | "microseconds" | "nanoseconds" | "rfc3339";
  };
} | {
  kind: "decoder";
  /** Slug of the product whose Decoder(topic, payload) reads it. */
  product: string;
};

/** What came of trying its addresses, step by step. */
export type ExternalBrokerTest = {
  ok: boolean;
  tries: ({
    address: string;
    ok: boolean;
    steps: ({
      step: "name" | "tcp" | "tls" | "websocket" | "login" | "subscribe";
      ok: boolean;
      ms: number;
      /** What was found, or what failed, in words. */
      text: string;
    })[];
  })[];
};

/** Something that happened to the connection with a broker. */
export type ExternalBrokerEvent = {
  event: number;
  /** RFC 3339, UTC. */
  time: string;
  what: "connected" | "disconnected" | "error" | "refused" | "dropped" | "paused" | "resumed" | "note";
  text: string;
};

/** A ready-made map of a family of senders. */
export type ReadyMap = {
  /** As a route names it. */
  name: string;
  /** As its makers call it. */
  title: string;
  /** The first levels of its topics, where nothing else is set at the sender; may be empty. */
  base: string;
  /** What is to be subscribed to: a route for each. */
  filters: string[];
  /** A message, as it comes. */
  example: {
    topic: string;
    payload: string;
  };
};

/** What a map makes of one message. Nothing of it is stored. */
export type TriedMap = {
  /** What is subscribed to, as MQTT has it. */
  subscription: string;
  /** Whether a message with this topic comes by the filter. */
  matches: boolean;
  /** Why nothing can be made of it; null: something can. */
  problem: string | null;
  tried: TriedDecoder;
  /** Of a LoRaWAN network: what it says. */
  events: {
    kind: string;
    dev_eui: string;
    text: string;
  }[];
};

/** What holds, and what is said of this itself (null: nothing). */
export type Retention = {
  retention: string;
  /** Figures of every minute, hour or day that are kept longer than the measurements. */
  rollups: {
    /** a number of days, weeks or years like 90d, 12w or 5y (365 days each), or forever */
    "1m"?: string;
    /** a number of days, weeks or years like 90d, 12w or 5y (365 days each), or forever */
    "1h"?: string;
    /** a number of days, weeks or years like 90d, 12w or 5y (365 days each), or forever */
    "1d"?: string;
  };
  said: {
    retention: string | null;
    rollups: {
      /** a number of days, weeks or years like 90d, 12w or 5y (365 days each), or forever */
      "1m"?: string;
      /** a number of days, weeks or years like 90d, 12w or 5y (365 days each), or forever */
      "1h"?: string;
      /** a number of days, weeks or years like 90d, 12w or 5y (365 days each), or forever */
      "1d"?: string;
    } | null;
  };
};

/** A device in a list. */
export type ListedDevice = {
  /** Stands in topics; unique in the product; changed by renaming alone. */
  id: string;
  product: string;
  workspace: string;
  /** When it was made, RFC 3339; null: before this was noted. */
  created: string | null;
  /** 1 to 200 characters without control characters */
  name: string;
  serial: string | null;
  tags: string[];
  location: string | null;
  /** Anything of your own: a group of keys with values, at most 16384 characters as JSON, at most 16 levels deep. */
  metadata: Record<string, unknown>;
  /** A device counts as online for so many seconds after its last measurement. null: as its product says, or else the instance (40 minutes). a whole number of seconds from 10 to 31536000 (a year). */
  online_timeout: number | null;
  /** Whether it was heard within its timeout; null: you may not read it. */
  online: boolean | null;
  /** When a measurement of it came last. */
  last_heard: string | null;
  /** Whether its own MQTT client is connected. */
  connected: boolean | null;
  /** Current values, when they were asked for. */
  values?: CurrentValue[];
};

/** The value of a device's field with the latest time. */
export type CurrentValue = {
  field: string;
  name: string;
  type: "NUMERIC" | "INT" | "BOOL" | "STRING" | "GEO" | "COUNTER";
  unit: string | null;
  /** null: nothing was recorded yet. */
  value: Value | null;
  time: string | null;
};

/** How many devices there are. */
export type DeviceCounts = {
  devices: number;
  online: number;
  /** Heard once, and not within the timeout. */
  silent: number;
  never_heard: number;
};

export type Device = {
  /** Stands in topics; unique in the product; changed by renaming alone. */
  id: string;
  product: string;
  workspace: string;
  /** When it was made, RFC 3339; null: before this was noted. */
  created: string | null;
  /** 1 to 200 characters without control characters */
  name: string;
  serial: string | null;
  tags: string[];
  location: string | null;
  /** Anything of your own: a group of keys with values, at most 16384 characters as JSON, at most 16 levels deep. */
  metadata: Record<string, unknown>;
  /** A device counts as online for so many seconds after its last measurement. null: as its product says, or else the instance (40 minutes). a whole number of seconds from 10 to 31536000 (a year). */
  online_timeout: number | null;
  /** Whether it was heard within its timeout; null: you may not read it. */
  online: boolean | null;
  /** When a measurement of it came last. */
  last_heard: string | null;
  /** Whether its own MQTT client is connected. */
  connected: boolean | null;
};

export type DeviceConfiguration = {
  device: string;
  /** As scripts read them: the device's own, otherwise the product's defaults. */
  values: Record<string, number | boolean | string | null>;
  /** Those that are the device's own. */
  own: string[];
};

/** The workspace as a host application of Sparkplug B. */
export type SparkplugHost = {
  /** Its Sparkplug host id: by it nodes find spBv1.0/STATE/<host>. */
  host: string;
  /** Milliseconds that a missing message is waited for; 5000 when absent. */
  reorder: number;
  /** Whether it asks nodes for their births when it cannot follow them; true when absent. */
  rebirth: boolean;
  /** Whether it is switched on; true when absent. */
  active: boolean;
  workspace: string;
  /** Null: it is gone. */
  account: string | null;
  products: ({
    nodes: string;
    product: string | null;
  })[];
  status: {
    state: "online" | "off";
    /** Why it is off. */
    reason: string | null;
    /** Edge nodes that were heard. */
    nodes: number;
    /** Those of them that are online. */
    alive: number;
  };
};

export type SparkplugNode = {
  /** `group/node` of an edge node, `group/node/device` of a device at one. */
  node: string;
  online: boolean;
  /** Since when that is so. */
  since: string | null;
  /** Its last birth. */
  born: string | null;
  /** Metrics that its last birth announced. */
  metrics: number;
  product: string | null;
  /** Id of its device here; null: it has none. */
  device: string | null;
  /** The serial by which its device is found or made. */
  serial: string;
  /** Of a node: how often messages were missing, since the server started. */
  gaps: number | null;
  /** Of a node: how often it was asked for its births. */
  rebirths: number | null;
  /** Why it was asked the last time. */
  last_asked: string | null;
};

/** What takes downlinks to devices: a LoRaWAN network, or an interface over HTTP. */
export type Network = {
  /** Products name it so; it never changes. */
  name: string;
  workspace: string;
  type: "tti" | "chirpstack" | "chirpstack_rest" | "chirpstack_v3" | "helium" | "loriot" | "actility" | "http";
  /** Where it is reached: an address like https://eu1.cloud.thethings.network, without a user name, ? or #. */
  server: string | null;
  /** Its name of the application: the application id of The Things Stack, LORIOT's appid, Actility's AS_ID. */
  application: string | null;
  /** The Things Stack: id of the webhook in whose name downlinks are sent. */
  webhook: string | null;
  /** Whether there is a key; it is never shown. */
  has_key: boolean;
  /** Slugs of the products that use it. */
  products: string[];
};

/** What a network sends, made up. */
export type NetworkSample = {
  product: string | null;
  /** null: no device of the network is there, and the DevEUI is made up. */
  device: string | null;
  /** Where the network sends it, from the slash on; null: nowhere yet. */
  address: string | null;
  body: string;
};

/** What becomes of an uplink of a network. */
export type NetworkTest = {
  /** Why it cannot be read; null: it can. */
  problem: string | null;
  events: ({
    /** `up`, `join` and so on, as the passes have it. */
    kind: string;
    dev_eui: string | null;
    /** In a sentence. */
    text: string;
    product: string | null;
    /** null: no device that you may see has this DevEUI; it is suggested, or made where a product makes devices. */
    device: string | null;
    /** What is read of it; null: nothing. */
    tried: TriedDecoder | null;
  })[];
  /** With `record`: how many values were stored, refused and suggested; how many events had come before, and of unknown devices. */
  recorded: {
    stored: number;
    refused: number;
    repeated: number;
    unknown: number;
    suggested: number;
  } | null;
};

/** Something that can be sent to the devices of a product. */
export type Downlink = {
  /** Never changes. */
  name: string;
  product: string;
  /** For people; may be empty. */
  description: string;
  /** `network`: the product's network; `broker`: a message to an external broker; `field`: values written to fields of the device itself; `sparkplug`: values written to metrics, by a command to the edge node. */
  sent_by: "network" | "broker" | "field" | "sparkplug";
  /** Sent by `field` or `sparkplug`: the field that is written; null: the encoder names them. */
  target: unknown | null;
  /** LoRaWAN: the port. */
  port: number;
  /** LoRaWAN: the device is to confirm it. */
  confirmed: boolean;
  /** LoRaWAN: in place of what the network has queued for the device. */
  replace: boolean;
  /** The fields that it is made of. */
  fields: unknown[];
  /** The fields whose changes send it. */
  triggers: unknown[];
  /** false: changes of the fields do not send it. */
  active: boolean;
  /** Seconds that it may wait to be sent; then it is given up. */
  wait: number;
  /** What it is made of: the one of these that is not null. */
  made_by: "encoder" | "field" | "hex" | "text";
  /** The script, for who may change it. */
  encoder: string | null;
  field: unknown | null;
  hex: string | null;
  text: string | null;
};

export type SentDownlink = {
  /** null: a dry run. */
  sent: DeviceDownlink | null;
  content: {
    /** LoRaWAN: the bytes, in hexadecimal digits. */
    hex: string | null;
    port: number | null;
    /** A request: its method and address. */
    request: string | null;
    /** A message to an external broker. */
    topic: string | null;
    payload: string | null;
    /** Values written to fields of the device, or to metrics of Sparkplug B. */
    written: {
      field: string;
      value: Value;
    }[] | null;
  };
  /** What the encoder wrote. */
  log: string[];
};

/** A downlink to one device, and what became of it. */
export type DeviceDownlink = {
  id: string;
  product: string;
  device: string;
  /** Name of the product's downlink; null: bytes that were given. */
  downlink: string | null;
  state: "queued" | "sent" | "acknowledged" | "failed" | "expired" | "cancelled";
  /** RFC 3339, UTC. */
  created: string;
  /** The account that sent it; null: a change of a field. */
  sender: string | null;
  confirmed: boolean;
  replace: boolean;
  attempts: number;
  /** LoRaWAN: the bytes, in hexadecimal digits. */
  hex: string | null;
  port: number | null;
  /** A request: its method and address. */
  request: string | null;
  /** A message to an external broker. */
  topic: string | null;
  payload: string | null;
  /** Values written to fields of the device, or to metrics of Sparkplug B. */
  written: {
    field: string;
    value: Value;
  }[] | null;
  /** What happened, oldest first; in the last one why it is in its state. */
  steps: ({
    state: "queued" | "sent" | "acknowledged" | "failed" | "expired" | "cancelled";
    /** RFC 3339, UTC. */
    time: string;
    note: string | null;
  })[];
};

/** The current values of a device, field by field. */
export type DeviceValues = {
  device: string;
  values: CurrentValue[];
};

/** `measurements` is counted in a dry run alone. */
export type HistoryDeletion = {
  dry_run: boolean;
  series: number;
  measurements: number | null;
};

/** A measurement or message that was refused, and why. */
export type Refusal = {
  /** When it came last. */
  time: string;
  /** When it came first, where this one stands for several. */
  first_time?: string;
  code: string;
  message: string;
  topic: string;
  /** The first bytes; base64 where `base64` says so. */
  payload: string;
  base64: boolean;
  /** How many this one stands for. */
  count: number;
};

export type Import = {
  /** How many rows are stored, durably. */
  stored: number;
  /** How many are not. */
  refused: number;
  /** The refused rows by their lines, the first 100; of a dry run 10000. */
  rows: {
    line: number;
    field?: string;
    code: string;
    message: string;
  }[];
};

/** Something that was done, without secrets. */
export type AuditEntry = {
  id: number;
  /** RFC 3339, UTC. */
  time: string;
  actor: {
    /** Its key, or a word for one who has no account. */
    account: string;
    /** As it was at that time. */
    name: string;
    /** IP address; null: a command of this machine. */
    address: string | null;
  };
  /** `<kind>.create`, `.update`, `.delete`, or what else was done. */
  action: string;
  /** Slug; null: none, or one that is gone. */
  workspace: string | null;
  target: {
    uid: number;
    name: string;
  };
  /** What was different; null: it was not there. */
  before: Record<string, unknown> | null;
  /** What is different; null: it is not there any more. */
  after: Record<string, unknown> | null;
};

/** Something that a client or a request did, as the inspector shows it. */
export type Event = {
  /** RFC 3339, UTC. */
  time: string;
  kind: "accepted" | "refused" | "login_refused" | "opened" | "closed" | "clock" | "subscribed" | "connection_refused" | "downlink" | "pass" | "webhook" | "broker";
  account: {
    key: string;
    name: string;
  } | null;
  workspace: string | null;
  /** `<product>/<device>` */
  device: string | null;
  client_id: string | null;
  address: string | null;
  /** How a client that logs in came. */
  transport: "tcp" | "tls" | "ws" | "wss" | null;
  /** The version of TLS that it came with, such as `TLSv1.3`. */
  tls: string | null;
  /** Of a refusal its code, of a connection that closed why. */
  code: string | null;
  message: string | null;
  topic: string | null;
  /** The first bytes, base64 where `base64` says so; null where you may not read them. */
  payload: string | null;
  base64: boolean;
  bytes: number | null;
  /** Microseconds until it was durable. */
  commit_us: number | null;
  /** To how many it went. */
  delivered: number | null;
  /** How many this one stands for. */
  count: number;
};

/** An MQTT session, connected or away. */
export type Session = {
  /** Stands in addresses. */
  id: string;
  /** Name of the account: an e-mail address, or name@workspace. */
  account: string;
  /** Key of the account: `u:` or `a:`, and its number. */
  account_key: string;
  client_id: string;
  connected: boolean;
  /** Since when it is connected, or away. */
  since: string;
  /** RFC 3339, UTC. */
  created: string;
  /** IP address of its connection; null: away. */
  remote: string | null;
  transport: "tcp" | "tls" | "ws" | "wss" | null;
  protocol: "3.1" | "3.1.1" | "5.0";
  subscriptions: number;
  /** Deliveries that await their answer. */
  in_flight: number;
  /** Deliveries that wait behind them. */
  waiting: number;
  /** Why nothing is sent at the moment. */
  pause: string;
  bytes_in: number;
  bytes_out: number;
  /** In a list, among several servers: the one that has it. */
  node?: number;
};

/** Everything that can be told of a session. */
export type SessionDetails = {
  /** Stands in addresses. */
  id: string;
  /** Name of the account: an e-mail address, or name@workspace. */
  account: string;
  /** Key of the account: `u:` or `a:`, and its number. */
  account_key: string;
  client_id: string;
  connected: boolean;
  /** Since when it is connected, or away. */
  since: string;
  /** RFC 3339, UTC. */
  created: string;
  /** IP address of its connection; null: away. */
  remote: string | null;
  transport: "tcp" | "tls" | "ws" | "wss" | null;
  protocol: "3.1" | "3.1.1" | "5.0";
  subscriptions: number;
  /** Deliveries that await their answer. */
  in_flight: number;
  /** Deliveries that wait behind them. */
  waiting: number;
  /** Why nothing is sent at the moment. */
  pause: string;
  bytes_in: number;
  bytes_out: number;
  /** In a list, among several servers: the one that has it. */
  node?: number;
  tls: string | null;
  bridge: boolean;
  maximum_packet_size: number | null;
  deliveries_too_large: number;
  /** Seconds that it outlives its connection. */
  session_expiry: number;
  stored: boolean;
  keep_alive: number;
  last_heard: string | null;
  packets_in: number;
  packets_out: number;
  unsent_bytes: number;
  publishes_unanswered: number;
  publishes_unreleased: {
    count: number;
    ids: number[];
  };
  max_in_flight: number;
  deliveries_unreleased: {
    count: number;
    ids: number[];
  };
  waiting_bytes: number;
  stored_chunks: number;
  dropped: number;
  will: {
    topic: string;
    qos: number;
    retain: boolean;
    delay: number;
    payload_bytes: number;
    due: string | null;
  } | null;
  last_refusal: {
    code: string;
    message: string;
    /** RFC 3339, UTC. */
    time: string;
  } | null;
  last_end: {
    why: string;
    reason: number | null;
    message: string | null;
    by_client: boolean;
    /** RFC 3339, UTC. */
    time: string;
  } | null;
  /** The first of its subscriptions. */
  filters: ({
    filter: string;
    canonical: string;
    qos: number;
    no_local: boolean;
    retain_as_published: boolean;
    retain_handling: number;
    identifier: number;
    /** Why nothing can be delivered under it now; null: something can. */
    note: string | null;
  })[];
};

/** How clients reach this server. */
export type Connection = {
  /** First level of the platform's topics. */
  prefix: string;
  /** Whether topics outside the platform's are ordinary MQTT. */
  free_topics: boolean;
  /** Where browsers find the server, if it was told. */
  public_url: string | null;
  listeners: ({
    name: "mqtt" | "mqtts" | "http" | "https" | "wss";
    port: number;
    secure: boolean;
    /** Only clients on the server's own machine reach it. */
    local: boolean;
  })[];
  /** The certificate is made by this server's own authority: clients must be given its CA file. */
  own_ca: boolean;
};

export type Instance = {
  version: string;
  /** RFC 3339, UTC. */
  started: string;
  /** RFC 3339, UTC. */
  now: string;
  /** Every listener is up, the clock is set, and the store takes data. */
  ready: boolean;
  public_url: string | null;
  /** First level of the platform's topics. */
  prefix: string;
  listeners: Listener[];
  /** Of the listeners with TLS; null: there are none. */
  certificate: Certificate | null;
};

export type Listener = {
  name: "mqtt" | "mqtts" | "http" | "https" | "wss";
  host: string;
  port: number;
  secure: boolean;
  note: string | null;
};

export type Certificate = {
  subject: string;
  issuer: string;
  /** Host names and addresses that it is for. */
  names: string[];
  /** RFC 3339, UTC. */
  not_before: string;
  /** RFC 3339, UTC. */
  not_after: string;
  /** Made by this server's own certificate authority, and renewed by itself. */
  own_ca: boolean;
};

/** What is counted since the start, and what is so at this moment. */
export type Figures = {
  /** RFC 3339, UTC. */
  time: string;
  /** By the names of /metrics, without their labels. */
  figures: Record<string, number>;
};

/** Figures of the last day, a value a minute; they begin with the server. */
export type DayOfFigures = {
  /** When each minute ended, oldest first. */
  times: string[];
  /** By name a value for each time; null: there is nothing to tell of that minute. */
  figures: Record<string, (number | null)[]>;
};

export type Setting = {
  /** As a flag: `--max-packet`. */
  name: string;
  group: string;
  /** What is in force; null: none, or a secret. */
  value: string | null;
  default: string;
  /** Where it comes from. */
  source: "flag" | "environment" | "file" | "default";
  description: string;
};

/** What this server has made of the log. */
export type NodeState = {
  /** The last row of the log that has taken effect. */
  position: number;
  /** How many series, retained messages, stored sessions of several nodes, and devices that were connected there are, and a checksum of what is kept of them. */
  parts: Record<string, {
    count: number;
    sum: number;
  }>;
};

/** The servers on this store, the active ones first. */
export type Nodes = {
  items: Node[];
  /** Commits wait for a standby of PostgreSQL; null: the data is in the server's own folder. */
  replicated: boolean | null;
};

export type Node = {
  id: number;
  /** The name of its machine. */
  address: string;
  version: string;
  /** `standby`: it waits, and said so of late; `gone`: it was not heard of. */
  role: "active" | "standby" | "gone";
  /** When it became active last; null: never. */
  since: string | null;
  /** When it was last heard of; null: never. */
  seen: string | null;
  /** It does what one of several servers does for all. */
  duty: boolean;
  /** It takes no clients any more. */
  draining: boolean;
  /** Rows of the log that it has not applied yet; null: it follows no others. */
  lag: number | null;
  /** Where other servers ask it; null: nowhere. */
  url: string | null;
  /** The server that answers. */
  self: boolean;
};

export type DrainedNode = {
  node: number;
};

/** What is stored, and the largest parts of it. */
export type Storage = {
  file_bytes: number;
  /** Of these free: used again before the file grows. */
  free_bytes: number;
  /** What the file system has left; null: not known. */
  disk_free_bytes: number | null;
  log_rows: number;
  log_bytes: number;
  blocks: number;
  rollups: number;
  /** When what retention does not keep goes next. */
  next_sweep: string | null;
  all: Usage;
  products: Usage[];
  fields: Usage[];
  devices: Usage[];
};

export type Usage = {
  /** `product`, `product/FIELD`, or `product/device`; empty: all. */
  name: string;
  series: number;
  measurements: number;
  /** Of those that are sealed; the log is counted by itself. */
  bytes: number;
  oldest: string | null;
  newest: string | null;
  rollup_buckets: number;
  rollup_bytes: number;
};

/** What the measurements of a product take of the disk. */
export type ProductStorage = {
  series: number;
  measurements: number;
  /** Of those that are sealed; the log is counted by itself. */
  bytes: number;
  oldest: string | null;
  newest: string | null;
  rollup_buckets: number;
  rollup_bytes: number;
  /** What a measurement takes in the log, where it lies before it is sealed; null: the log is empty. */
  log_bytes_each: number | null;
};

/** A backup that was made and verified. */
export type Backup = {
  name: string;
  /** RFC 3339, UTC. */
  time: string;
  bytes: number;
};

/** Rows with a field, a value and, if you like, a timestamp; or values by field. Either all of it is recorded, or nothing. */
export type Rows = ({
  field: string;
  value: Value;
  timestamp?: number | string;
})[] | Record<string, Value>;

export type Recorded = {
  ok: true;
  recorded: number;
};

export type History = {
  rows: HistoryRow[];
  /** Cursor of the next page of raw rows; null: this is the last. */
  next: string | null;
};

/** A time of a device, with the value of each field that was asked for. */
export type HistoryRow = {
  time: string;
  product: string;
  device: string;
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
  listWorkspaces: Workspace;
  listMembers: Member;
  listUsers: User;
  listApiUsers: ApiUser;
  listTokens: Token;
  listApiUserDeviceRights: DeviceRights;
  listMemberDeviceRights: DeviceRights;
  listProducts: Product;
  listFields: Field;
  listDecoderVersions: DecoderVersion;
  listConfigurationFields: ConfigurationField;
  listProductPasses: Pass;
  listDevicePasses: Pass;
  listWorkspacePasses: Pass;
  listWebhooks: Webhook;
  listWebhookCalls: WebhookCall;
  listWebhookDeadLetters: WebhookDeadLetter;
  listAlerts: Alert;
  listDeviceAlerts: Alert;
  listNotifications: Notification;
  listRules: Rule;
  listRuleLog: RuleLogLine;
  listDashboards: DashboardSummary;
  listDashboardShares: DashboardShare;
  listBrokers: ExternalBroker;
  listBrokerEvents: ExternalBrokerEvent;
  listDevices: ListedDevice;
  listNetworks: Network;
  listDownlinks: Downlink;
  listDeviceDownlinks: DeviceDownlink;
  listDeviceValues: DeviceValues;
  listAuditEntries: AuditEntry;
  listEvents: Event;
  listSessions: Session;
}

/** Every operation of the API. A refusal rejects with FieldcastError. */
export interface Operations {
  /** GET /workspaces: List workspaces. Those that you belong to; all of the instance for its administrators. */
  listWorkspaces(parameters?: {
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Workspace[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** POST /workspaces: Create a workspace. For administrators of the instance. Who asks becomes its owner, unless another is named. */
  createWorkspace(parameters: {
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** 1 to 200 characters without control characters */
      name: string;
      /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
      slug?: string;
      owner?: string;
      /** A UUID that programs elsewhere hold on to already; a random one when absent. */
      uuid?: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Workspace>>;
  /** GET /workspaces/{workspace}: Get a workspace. */
  getWorkspace(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<Workspace>>;
  /** PATCH /workspaces/{workspace}: Update a workspace. Gives it another name. Takes the workspace permission "basics". The slug never changes. */
  updateWorkspace(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      /** 1 to 200 characters without control characters */
      name?: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Workspace>>;
  /** DELETE /workspaces/{workspace}: Delete a workspace. With its products, devices, API users and everything that was measured. For its owners, and who has the instance permission `operate`. Takes the slug once more as `confirm`. With dry_run=true it only tells what would go. The people in it keep their accounts. */
  deleteWorkspace(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** true: nothing is changed; the answer tells what would go. */
    dry_run?: boolean;
    /** The slug once more. Without it nothing is deleted, so that no address that was cut off deletes. */
    confirm?: string;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    dry_run: boolean;
    takes: {
      products: number;
      fields: number;
      devices: number;
      /** Fields of devices that were ever measured. */
      series: number;
      /** As history shows them; those that only rollups keep do not count. */
      measurements: number;
      /** Grants that name it. */
      grants: number;
      api_users: number;
      tokens: number;
      /** MQTT sessions that end. */
      sessions: number;
    };
  }>>;
  /** GET /workspaces/{workspace}/members: List members. Those of a workspace, oldest first. Takes the workspace permission "members". */
  listMembers(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Member[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /workspaces/{workspace}/members/{member}: Get a member. Yourself, or with the workspace permission "members" anybody. */
  getMember(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the user. */
    member: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<Member>>;
  /** PATCH /workspaces/{workspace}/members/{member}: Update a member. Gives a member another role. Takes the workspace permission "members". Nobody gives a role that has more than what they have; owners alone make and unmake owners. The last owner stays one. */
  updateMember(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the user. */
    member: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      role: "owner" | "admin" | "member" | "observer";
    };
    signal?: AbortSignal;
  }): Promise<Answer<Member>>;
  /** DELETE /workspaces/{workspace}/members/{member}: Remove a member. Takes somebody out of a workspace; removing yourself is leaving it. Yourself, or with the workspace permission "members" anybody. The last owner stays. */
  removeMember(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the user. */
    member: string | number;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<Member>>;
  /** GET /users: List users. Those that you may see, oldest first. Yourself, and the members of the workspaces where you have the permission "members"; with the instance permission "operate" everybody. */
  listUsers(parameters?: {
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: User[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /users/{user}: Get a user. */
  getUser(parameters: {
    /** Number of the user. */
    user: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<User>>;
  /** DELETE /users/{user}: Delete a user. Takes the instance permission "operate". Their tokens, connections and browsers end at once; what they made stays. The last owner of a workspace stays, and the last administrator. */
  deleteUser(parameters: {
    /** Number of the user. */
    user: string | number;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<User>>;
  /** GET /workspaces/{workspace}/api-users: List API users. Those of a workspace, oldest first. Takes the workspace permission "members". */
  listApiUsers(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    search?: string;
    /** ISO 8601: only those that can log in no more from then on, unless they get another token. */
    tokens_end_before?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: ApiUser[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** POST /workspaces/{workspace}/api-users: Create an API user. With its first token, whose secret is shown this once. Takes the workspace permission "members". Nobody gives rights that they do not have, nor changes or acts for an API user that has more. */
  createApiUser(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** 1 to 200 characters without control characters */
      name: string;
      mqtt?: boolean;
      /** Its clients are a Home Assistant that looks for devices below this prefix: homeassistant, unless it was told another. It finds the devices that this API user may view, and sets the fields of those that it may record. null: they are not. */
      home_assistant?: string | null;
      grants?: ({
        scope: "all";
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "product";
        /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
        product: string;
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "tag";
        /** 1 to 64 characters without control characters */
        tag: string;
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "device";
        /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
        product: string;
        /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
        device: string;
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "workspace";
        can: ("basics" | "members" | "devices" | "integrations" | "rules" | "dashboards" | "exports")[];
      } | {
        scope: "instance";
        can: "operate"[];
      } | {
        scope: "free_topics";
        filters: string[];
        except?: string[];
        can: ("publish" | "subscribe")[];
      })[];
      /** Of its first token. RFC 3339, or days from now (90d); null or absent: never. */
      expires?: string | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<NewApiUser>>;
  /** GET /workspaces/{workspace}/api-users/{api_user}: Get an API user. Takes the workspace permission "members". */
  getApiUser(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the API user. */
    api_user: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<ApiUser>>;
  /** PATCH /workspaces/{workspace}/api-users/{api_user}: Update an API user. Takes the workspace permission "members". Nobody gives rights that they do not have, nor changes or acts for an API user that has more. Obeyed at once, also by open connections. */
  updateApiUser(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the API user. */
    api_user: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      /** 1 to 200 characters without control characters */
      name?: string;
      mqtt?: boolean;
      /** Its clients are a Home Assistant that looks for devices below this prefix: homeassistant, unless it was told another. It finds the devices that this API user may view, and sets the fields of those that it may record. null: they are not. */
      home_assistant?: string | null;
      grants?: ({
        scope: "all";
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "product";
        /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
        product: string;
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "tag";
        /** 1 to 64 characters without control characters */
        tag: string;
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "device";
        /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
        product: string;
        /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
        device: string;
        can: ("view" | "record_only" | "record_measurements" | "edit_basics" | "edit_product")[];
      } | {
        scope: "workspace";
        can: ("basics" | "members" | "devices" | "integrations" | "rules" | "dashboards" | "exports")[];
      } | {
        scope: "instance";
        can: "operate"[];
      } | {
        scope: "free_topics";
        filters: string[];
        except?: string[];
        can: ("publish" | "subscribe")[];
      })[];
    };
    signal?: AbortSignal;
  }): Promise<Answer<ApiUser>>;
  /** DELETE /workspaces/{workspace}/api-users/{api_user}: Delete an API user. Its tokens, sessions and connections end at once. Takes the workspace permission "members". With dry_run=true it only tells what would go. */
  deleteApiUser(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the API user. */
    api_user: string | number;
    /** true: nothing is changed; the answer tells what would go. */
    dry_run?: boolean;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    dry_run: boolean;
    takes: {
      products: number;
      fields: number;
      devices: number;
      /** Fields of devices that were ever measured. */
      series: number;
      /** As history shows them; those that only rollups keep do not count. */
      measurements: number;
      /** Grants that name it. */
      grants: number;
      api_users: number;
      tokens: number;
      /** MQTT sessions that end. */
      sessions: number;
    };
  }>>;
  /** GET /workspaces/{workspace}/api-users/{api_user}/tokens: List tokens. Those of an API user, oldest first. Takes the workspace permission "members". */
  listTokens(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the API user. */
    api_user: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Token[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** POST /workspaces/{workspace}/api-users/{api_user}/tokens: Create a token. Another one for an API user; its secret is shown this once. Takes the workspace permission "members". Nobody gives rights that they do not have, nor changes or acts for an API user that has more. */
  createToken(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the API user. */
    api_user: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** 1 to 200 characters without control characters */
      name?: string;
      /** RFC 3339 like 2030-12-31T18:00:00Z, or days from now like 90d; null: never. */
      expires?: string | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<NewToken>>;
  /** POST /workspaces/{workspace}/api-users/{api_user}/tokens/{token}/rotate: Rotate a token. Creates a new token in the place of another. Takes the workspace permission "members". Nobody gives rights that they do not have, nor changes or acts for an API user that has more. The old token stays good for the grace period, so that programs can be changed meanwhile. */
  rotateToken(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the API user. */
    api_user: string | number;
    /** Number of the token. */
    token: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** How long the old token stays good; 0: it ends at once. A day when absent. */
      grace_seconds?: number;
      /** Of the new one; absent: as the old one's. */
      expires?: string | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<NewToken>>;
  /** DELETE /workspaces/{workspace}/api-users/{api_user}/tokens/{token}: Revoke a token. Takes the workspace permission "members". Connections that logged in with it end at once. */
  revokeToken(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the API user. */
    api_user: string | number;
    /** Number of the token. */
    token: string | number;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<Token>>;
  /** GET /rights: Get your own rights. What this token or account may do, and why. */
  getOwnRights(parameters?: {
    /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
    product?: string;
    /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
    device?: string;
    signal?: AbortSignal;
  }): Promise<Answer<Rights>>;
  /** GET /workspaces/{workspace}/api-users/{api_user}/rights: Get the rights of an API user. What it may do, and why. Takes the workspace permission "members". */
  getApiUserRights(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the API user. */
    api_user: string | number;
    /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
    product?: string;
    /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
    device?: string;
    signal?: AbortSignal;
  }): Promise<Answer<Rights>>;
  /** GET /workspaces/{workspace}/members/{member}/rights: Get the rights of a member. What they may do in the workspace, and why. Yourself, or with the workspace permission "members" anybody. */
  getMemberRights(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the user. */
    member: string | number;
    /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
    product?: string;
    /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
    device?: string;
    signal?: AbortSignal;
  }): Promise<Answer<Rights>>;
  /** GET /workspaces/{workspace}/api-users/{api_user}/device-rights: List the rights of an API user on devices. Of every device of the workspace that you see, oldest first. Takes the workspace permission "members". */
  listApiUserDeviceRights(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the API user. */
    api_user: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
    product?: string;
    /** In id, name, serial or location, upper or lower case. */
    search?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: DeviceRights[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /workspaces/{workspace}/members/{member}/device-rights: List the rights of a member on devices. Of every device of the workspace that you see, oldest first. Yourself, or with the workspace permission "members" anybody. */
  listMemberDeviceRights(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the user. */
    member: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
    product?: string;
    /** In id, name, serial or location, upper or lower case. */
    search?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: DeviceRights[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /access: Check what you may do on a topic. Asks the server's own rules what a publish or a SUBSCRIBE would be answered, by which rights, and which topic would work instead. Nothing is recorded.  */
  checkOwnAccess(parameters: {
    action: "publish" | "subscribe";
    /** A topic name to publish on, or a filter to subscribe to. */
    topic: string;
    signal?: AbortSignal;
  }): Promise<Answer<Access>>;
  /** GET /workspaces/{workspace}/api-users/{api_user}/access: Check what an API user may do on a topic. Asks the server's own rules what a publish or a SUBSCRIBE would be answered, by which rights, and which topic would work instead. Nothing is recorded. Takes the workspace permission "members". */
  checkApiUserAccess(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the API user. */
    api_user: string | number;
    action: "publish" | "subscribe";
    /** A topic name to publish on, or a filter to subscribe to. */
    topic: string;
    signal?: AbortSignal;
  }): Promise<Answer<Access>>;
  /** GET /workspaces/{workspace}/members/{member}/access: Check what a member may do on a topic. Asks the server's own rules what a publish or a SUBSCRIBE would be answered, by which rights, and which topic would work instead. Nothing is recorded. Topics of this workspace's products. Yourself, or with the workspace permission "members" anybody. */
  checkMemberAccess(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the user. */
    member: string | number;
    action: "publish" | "subscribe";
    /** A topic name to publish on, or a filter to subscribe to. */
    topic: string;
    signal?: AbortSignal;
  }): Promise<Answer<Access>>;
  /** GET /products: List products. Those of which you may see something, oldest first. */
  listProducts(parameters?: {
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
    workspace?: string;
    /** In slug or name, upper or lower case. */
    search?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Product[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** POST /workspaces/{workspace}/products: Create a product. Takes the workspace permission "devices". Without a slug, one is made from the name. */
  createProduct(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** 1 to 200 characters without control characters */
      name: string;
      /** Current values are retained MQTT messages. */
      retain_last_values?: boolean;
      /** Measurements older than the current value are published, too. */
      publish_backfill?: boolean;
      /** How true and false are written over MQTT: "true", or "True" with a capital (then "False", too). */
      bool_text?: string;
      /** A device counts as online for so many seconds after its last measurement. null: as its product says, or else the instance (40 minutes). a whole number of seconds from 10 to 31536000 (a year). */
      online_timeout?: number | null;
      /** Name of the workspace's network that takes downlinks to its devices; null: none does. */
      network?: string | null;
      /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
      slug?: string;
      /** A UUID that programs elsewhere hold on to already; a random one when absent. */
      uuid?: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Product>>;
  /** GET /products/{product}: Get a product. */
  getProduct(parameters: {
    /** Slug of the product. */
    product: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<Product>>;
  /** PATCH /products/{product}: Update a product. Takes "edit_product" on all of the product, or the workspace permission "devices". The slug never changes. */
  updateProduct(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      /** 1 to 200 characters without control characters */
      name?: string;
      /** Current values are retained MQTT messages. */
      retain_last_values?: boolean;
      /** Measurements older than the current value are published, too. */
      publish_backfill?: boolean;
      /** How true and false are written over MQTT: "true", or "True" with a capital (then "False", too). */
      bool_text?: string;
      /** A device counts as online for so many seconds after its last measurement. null: as its product says, or else the instance (40 minutes). a whole number of seconds from 10 to 31536000 (a year). */
      online_timeout?: number | null;
      /** Name of the workspace's network that takes downlinks to its devices; null: none does. */
      network?: string | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Product>>;
  /** DELETE /products/{product}: Delete a product. With its devices and everything that they measured. Takes the workspace permission "devices", and the slug once more as `confirm`. With dry_run=true it only tells what would go. */
  deleteProduct(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** true: nothing is changed; the answer tells what would go. */
    dry_run?: boolean;
    /** The slug once more. Without it nothing is deleted, so that no address that was cut off deletes. */
    confirm?: string;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    dry_run: boolean;
    takes: {
      products: number;
      fields: number;
      devices: number;
      /** Fields of devices that were ever measured. */
      series: number;
      /** As history shows them; those that only rollups keep do not count. */
      measurements: number;
      /** Grants that name it. */
      grants: number;
      api_users: number;
      tokens: number;
      /** MQTT sessions that end. */
      sessions: number;
    };
  }>>;
  /** GET /products/{product}/fields: List fields. Those of a product, oldest first. */
  listFields(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    /** Only those that are (or are not) switched on. */
    active?: boolean;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Field[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** POST /products/{product}/fields: Create a field. Takes "edit_product" on all of the product, or the workspace permission "devices". */
  createField(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** 1 to 200 characters without control characters */
      name?: string;
      unit?: string | null;
      /** Digits after the point that people are shown: a whole number from 0 to 15; null: as many as there are. */
      decimals?: number | null;
      description?: string | null;
      /** What it is for its device; of each role a product has one field. */
      role?: "primary" | "secondary" | "device_location" | "device_signal" | "device_battery" | null;
      /** What it measures, in words that are the same in all products. */
      semantic?: "air_pollution" | "ambient_light" | "battery" | "co2" | "energy_consumption" | "fill_level" | "hours_until_maintenance" | "humidity" | "loudness" | "people_count" | "power" | "runtime_hours" | "signal" | "snr" | "soil_moisture" | "temperature" | "voc" | "water_consumption" | "water_depth" | "location" | "battery_low" | "button_pressed" | "desk_occupied" | "device_powered" | "door_opened" | "emergency_triggered" | "gas_leak_detected" | "hvac_active" | "light_on" | "maintenance_required" | "motion_detected" | "parking_occupied" | "power_outage_detected" | "rain_detected" | "room_occupied" | "smoke_detected" | "tamper_detected" | "valve_opened" | "water_leak_detected" | "window_opened" | null;
      /** Whether people and programs set it, like a switch or a set point, rather than devices measuring it: Home Assistant shows it so to those who may record. null: where it has neither a unit nor a semantic of something that is measured. */
      settable?: boolean | null;
      /** Computes the field from others of its product, such as TEMPERATURE * 1.8 + 32 (docs/formulas.md). It takes no measurements from anybody then. null: it is measured. */
      formula?: string | null;
      /** false: it takes no measurements; what it has stays readable. */
      active?: boolean;
      /** a letter or digit, then letters, digits or _, at most 64 characters (like TEMPERATURE); stored in upper case. */
      id: string;
      type: "NUMERIC" | "INT" | "BOOL" | "STRING" | "GEO" | "COUNTER";
      /** A UUID that programs elsewhere hold on to already; a random one when absent. */
      uuid?: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Field>>;
  /** POST /products/{product}/formulas/try: Try a formula. Computes it over what is recorded of a device, as if it had been there. Nothing is stored. Takes "edit_product" on all of the product, or the workspace permission "devices"; measurements come only of a device that may be viewed. */
  tryFormula(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      formula: string;
      /** The field that would get it; it may be new. Then a circle is found, too. */
      field?: string;
      /** The type of a new field. Without: any kind of value will do. */
      type?: "NUMERIC" | "INT" | "BOOL" | "STRING" | "GEO" | "COUNTER";
      /** Id or serial: over whose measurements. Without: a device of the product that may be seen and has some. */
      device?: string;
      /** So many, up to the newest value of the formula's fields, at most 744. */
      hours?: number;
      /** The last so many are shown. */
      limit?: number;
    };
    signal?: AbortSignal;
  }): Promise<Answer<TriedFormula>>;
  /** GET /products/{product}/fields/{field}: Get a field. */
  getField(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Identifier of the field; upper or lower case. */
    field: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<Field>>;
  /** PATCH /products/{product}/fields/{field}: Update a field. Takes "edit_product" on all of the product, or the workspace permission "devices". Identifier and type never change. */
  updateField(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Identifier of the field; upper or lower case. */
    field: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      /** 1 to 200 characters without control characters */
      name?: string;
      unit?: string | null;
      /** Digits after the point that people are shown: a whole number from 0 to 15; null: as many as there are. */
      decimals?: number | null;
      description?: string | null;
      /** What it is for its device; of each role a product has one field. */
      role?: "primary" | "secondary" | "device_location" | "device_signal" | "device_battery" | null;
      /** What it measures, in words that are the same in all products. */
      semantic?: "air_pollution" | "ambient_light" | "battery" | "co2" | "energy_consumption" | "fill_level" | "hours_until_maintenance" | "humidity" | "loudness" | "people_count" | "power" | "runtime_hours" | "signal" | "snr" | "soil_moisture" | "temperature" | "voc" | "water_consumption" | "water_depth" | "location" | "battery_low" | "button_pressed" | "desk_occupied" | "device_powered" | "door_opened" | "emergency_triggered" | "gas_leak_detected" | "hvac_active" | "light_on" | "maintenance_required" | "motion_detected" | "parking_occupied" | "power_outage_detected" | "rain_detected" | "room_occupied" | "smoke_detected" | "tamper_detected" | "valve_opened" | "water_leak_detected" | "window_opened" | null;
      /** Whether people and programs set it, like a switch or a set point, rather than devices measuring it: Home Assistant shows it so to those who may record. null: where it has neither a unit nor a semantic of something that is measured. */
      settable?: boolean | null;
      /** Computes the field from others of its product, such as TEMPERATURE * 1.8 + 32 (docs/formulas.md). It takes no measurements from anybody then. null: it is measured. */
      formula?: string | null;
      /** false: it takes no measurements; what it has stays readable. */
      active?: boolean;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Field>>;
  /** DELETE /products/{product}/fields/{field}: Delete a field. With everything that was measured in it. Takes "edit_product" on all of the product, or the workspace permission "devices". With dry_run=true it only tells what would go. */
  deleteField(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Identifier of the field; upper or lower case. */
    field: string | number;
    /** true: nothing is changed; the answer tells what would go. */
    dry_run?: boolean;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    dry_run: boolean;
    takes: {
      products: number;
      fields: number;
      devices: number;
      /** Fields of devices that were ever measured. */
      series: number;
      /** As history shows them; those that only rollups keep do not count. */
      measurements: number;
      /** Grants that name it. */
      grants: number;
      api_users: number;
      tokens: number;
      /** MQTT sessions that end. */
      sessions: number;
    };
  }>>;
  /** GET /workspaces/{workspace}/fields: List the field names of a workspace. Identifiers of the fields of its products, as far as you may see them; what most products have comes first. */
  listFieldNames(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A part of it, upper or lower case. */
    search?: string;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** Only of these: slugs with commas between. */
    products?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: FieldName[];
  }>>;
  /** GET /workspaces/{workspace}/tags: List the tags of a workspace. Those of its devices, as far as you may see them; what most devices have comes first. */
  listTags(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A part of it, upper or lower case. */
    search?: string;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: TagName[];
  }>>;
  /** POST /products/{product}/decoder/try: Try a decoder. The one in force, a version, or code that is none yet: with an uplink, a request or a message that is given, or with what came last, the version in force beside it. Nothing is stored. Takes "edit_product" on all of the product, or the workspace permission "devices". */
  tryDecoder(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** The script, in JavaScript. */
      code?: string;
      /** The function that is called; null: the first that the script has, in the order that docs/decoders.md says. */
      function?: "decodeUplink" | "normalizeUplink" | "encodeDownlink" | "decodeDownlink" | "Decoder" | "Encoder" | "Decode" | "Encode" | null;
      /** This version. Without code and version: the one in force. */
      version?: number;
      /** A LoRaWAN uplink. */
      uplink?: {
        hex?: string;
        base64?: string;
        port?: number;
        /** What the network sends: `rawPayload` of scripts. */
        raw?: unknown;
      };
      /** A request at the HTTP integration. */
      request?: {
        method?: string;
        path?: string;
        query?: Record<string, string>;
        headers?: Record<string, string>;
        body?: string;
      };
      /** A message of another broker. */
      message?: {
        topic: string;
        payload?: string;
      };
      /** The last so many inputs that came, at most 20. */
      recorded?: number;
      /** Id or serial: whose uplink it is, or of which what came is tried. */
      device?: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<DecoderTryOut>>;
  /** GET /products/{product}/decoder: Get the decoder in force. Takes "edit_product" on all of the product, or the workspace permission "devices". */
  getDecoder(parameters: {
    /** Slug of the product. */
    product: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<DecoderInForce>>;
  /** PUT /products/{product}/decoder: Put a decoder version in force. An older one to roll back; null switches the decoder off, and its versions stay. Takes "edit_product" on all of the product, or the workspace permission "devices". */
  useDecoderVersion(parameters: {
    /** Slug of the product. */
    product: string | number;
    body: {
      number: number | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<DecoderInForce>>;
  /** GET /products/{product}/decoders: List decoder versions. Oldest first, without their code. The last hundred are kept. Takes "edit_product" on all of the product, or the workspace permission "devices". */
  listDecoderVersions(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: DecoderVersion[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** POST /products/{product}/decoders: Set the decoder. Puts code in force. Code that a version has already, with the same function, puts that version in force; other code becomes a new version. The code has to be JavaScript, and is not run: try it before, with tryDecoder. Takes "edit_product" on all of the product, or the workspace permission "devices". */
  setDecoder(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** The script, in JavaScript. */
      code: string;
      /** The function that is called; null: the first that the script has, in the order that docs/decoders.md says. */
      function?: "decodeUplink" | "normalizeUplink" | "encodeDownlink" | "decodeDownlink" | "Decoder" | "Encoder" | "Decode" | "Encode" | null;
      /** Why, for people. */
      note?: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<DecoderVersionWithCode>>;
  /** GET /products/{product}/decoders/{version}: Get a decoder version. With its code. Takes "edit_product" on all of the product, or the workspace permission "devices". */
  getDecoderVersion(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Number of the decoder version. */
    version: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<DecoderVersionWithCode>>;
  /** GET /products/{product}/configuration: List configuration fields. Those of a product, oldest first. */
  listConfigurationFields(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: ConfigurationField[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** POST /products/{product}/configuration: Create a configuration field. Takes "edit_product" on all of the product, or the workspace permission "devices". */
  createConfigurationField(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** 1 to 200 characters without control characters */
      name?: string;
      /** What holds where a device has no value of its own; null: nothing. */
      default?: number | boolean | string | null;
      unit?: string | null;
      description?: string | null;
      /** a letter, then letters, digits or _, at most 64 characters (like sensorDepth); stays as it is written. */
      id: string;
      type: "number" | "text" | "boolean";
    };
    signal?: AbortSignal;
  }): Promise<Answer<ConfigurationField>>;
  /** GET /products/{product}/configuration/{configuration_field}: Get a configuration field. */
  getConfigurationField(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Identifier of the configuration field, in its own upper and lower case. */
    configuration_field: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<ConfigurationField>>;
  /** PATCH /products/{product}/configuration/{configuration_field}: Update a configuration field. Identifier and type never change. Takes "edit_product" on all of the product, or the workspace permission "devices". */
  updateConfigurationField(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Identifier of the configuration field, in its own upper and lower case. */
    configuration_field: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      /** 1 to 200 characters without control characters */
      name?: string;
      /** What holds where a device has no value of its own; null: nothing. */
      default?: number | boolean | string | null;
      unit?: string | null;
      description?: string | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<ConfigurationField>>;
  /** DELETE /products/{product}/configuration/{configuration_field}: Delete a configuration field. With the values that devices have in it. Takes "edit_product" on all of the product, or the workspace permission "devices". */
  deleteConfigurationField(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Identifier of the configuration field, in its own upper and lower case. */
    configuration_field: string | number;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    ok: true;
  }>>;
  /** GET /products/{product}/integration: Get the integration of a product. Takes "edit_product" on all of the product, or the workspace permission "integrations" or "devices". */
  getIntegration(parameters: {
    /** Slug of the product. */
    product: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<Integration>>;
  /** PATCH /products/{product}/integration: Update the integration of a product. Takes "edit_product" on all of the product, or the workspace permission "integrations" or "devices". */
  updateIntegration(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      /** The HTTP integration takes the product's UUID, beside its key. */
      accepts_product_uuid?: boolean;
      /** A LoRaWAN network has to send an access token. */
      network_token_needed?: boolean;
      /** Unknown serials make devices by themselves until the product has so many; 0: they are suggested. a whole number from 0 to 100000. */
      creates_devices?: number;
      /** Unknown identifiers make fields by themselves until the product has so many; 0: they are suggested. a whole number from 0 to 1000. */
      creates_fields?: number;
      /** A UUID that programs elsewhere hold on to already; a random one when absent. */
      integration_key?: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Integration>>;
  /** POST /products/{product}/integration/rotate-key: Rotate the integration key of a product. Makes another key. The old one stays good for the grace period, so that senders can be changed meanwhile. Takes "edit_product" on all of the product, or the workspace permission "integrations" or "devices". */
  rotateIntegrationKey(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** How long the old key stays good; 0: it ends at once. A day when absent. */
      grace_seconds?: number;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Integration>>;
  /** DELETE /products/{product}/integration/old-key: Revoke the old integration key of a product. Ends the grace period of the key of before; where there is none, nothing changes. Takes "edit_product" on all of the product, or the workspace permission "integrations" or "devices". */
  revokeOldIntegrationKey(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<Integration>>;
  /** GET /products/{product}/passes: List passes of a product. The last hundred, newest first. Takes "edit_product" on all of the product, or the workspace permission "integrations" or "devices"; what was sent is shown to those who may read the devices that it concerns. */
  listProductPasses(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Pass[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /products/{product}/devices/{device}/passes: List passes of a device. The last hundred, newest first. Takes "edit_product" on all of the product, or the workspace permission "integrations" or "devices"; what was sent is shown to those who may read the devices that it concerns. */
  listDevicePasses(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Id of the device, or its serial. */
    device: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Pass[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /workspaces/{workspace}/passes: List passes of no product. What an account of the workspace sent and no product took: events of devices that nobody knows, bodies that cannot be read. Takes the workspace permission "integrations". */
  listWorkspacePasses(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Pass[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /products/{product}/suggestions: List suggestions of a product. Serials and fields that came and are not there, the one that came last first; at most 200. */
  listProductSuggestions(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Both when absent. */
    state?: "open" | "ignored";
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Suggestion[];
  }>>;
  /** POST /products/{product}/suggestions/ignore: Ignore suggestions of a product. They are counted on, and not listed among those that are open; `ignored: false` brings them back. */
  ignoreProductSuggestions(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      suggestions?: ({
        kind: "device" | "field";
        /** The serial, or the identifier of the field. */
        name: string;
        /** Of a field; the guessed type when absent. */
        type?: "NUMERIC" | "INT" | "BOOL" | "STRING" | "GEO" | "COUNTER";
        /** The name for people; the suggested one when absent. */
        label?: string;
      })[];
      /** All that are open. */
      all?: true;
      /** With `all`: of this kind alone. */
      kind?: "device" | "field";
      ignored?: boolean;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Suggestion[];
  }>>;
  /** POST /products/{product}/suggestions/create: Create what is suggested. Makes the devices and fields, all or none. Fields take "edit_product" on all of the product, devices the workspace permission "devices". What comes next is stored. */
  createSuggested(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      suggestions?: ({
        kind: "device" | "field";
        /** The serial, or the identifier of the field. */
        name: string;
        /** Of a field; the guessed type when absent. */
        type?: "NUMERIC" | "INT" | "BOOL" | "STRING" | "GEO" | "COUNTER";
        /** The name for people; the suggested one when absent. */
        label?: string;
      })[];
      /** All that are open. */
      all?: true;
      /** With `all`: of this kind alone. */
      kind?: "device" | "field";
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    /** What is there now. */
    items: ({
      kind: "device" | "field";
      name: string;
    })[];
  }>>;
  /** GET /workspaces/{workspace}/suggestions: List suggestions of no product. Serials and fields that came and are not there, the one that came last first; at most 200. */
  listWorkspaceSuggestions(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Both when absent. */
    state?: "open" | "ignored";
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Suggestion[];
  }>>;
  /** POST /workspaces/{workspace}/suggestions/ignore: Ignore suggestions of no product. They are counted on, and not listed among those that are open; `ignored: false` brings them back. */
  ignoreWorkspaceSuggestions(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      suggestions?: ({
        kind: "device" | "field";
        /** The serial, or the identifier of the field. */
        name: string;
        /** Of a field; the guessed type when absent. */
        type?: "NUMERIC" | "INT" | "BOOL" | "STRING" | "GEO" | "COUNTER";
        /** The name for people; the suggested one when absent. */
        label?: string;
      })[];
      /** All that are open. */
      all?: true;
      /** With `all`: of this kind alone. */
      kind?: "device" | "field";
      ignored?: boolean;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Suggestion[];
  }>>;
  /** POST /workspaces/{workspace}/suggestions/create: Create devices of no product yet. Makes devices that a network named, in a product. Takes the workspace permissions "integrations" and "devices". */
  createSuggestedDevices(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      suggestions?: ({
        kind: "device" | "field";
        /** The serial, or the identifier of the field. */
        name: string;
        /** Of a field; the guessed type when absent. */
        type?: "NUMERIC" | "INT" | "BOOL" | "STRING" | "GEO" | "COUNTER";
        /** The name for people; the suggested one when absent. */
        label?: string;
      })[];
      /** All that are open. */
      all?: true;
      /** With `all`: of this kind alone. */
      kind?: "device" | "field";
      /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
      product: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    /** What is there now. */
    items: ({
      kind: "device" | "field";
      name: string;
    })[];
  }>>;
  /** GET /workspaces/{workspace}/webhooks: List webhooks. Those of a workspace, oldest first. Takes the workspace permission "integrations". */
  listWebhooks(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Webhook[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** POST /workspaces/{workspace}/webhooks: Create a webhook. It has the rights of who creates it, unless `account` names another. Nobody sends what they may not read: its account has no more rights than who sets it up. Takes the workspace permission "integrations". */
  createWebhook(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** 1 to 200 characters without control characters */
      name: string;
      /** an address that begins with https:// or http://, at most 2048 characters, without a user name */
      url: string;
      description?: string | null;
      events: ("device_measurement" | "decoder_output" | "downlink" | "device_online" | "device_offline")[];
      /** Which events it gets: those that fulfil every list that is not empty. Fields count for measurements alone. */
      filter?: {
        products?: string[];
        devices?: {
          /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
          product: string;
          /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
          device: string;
        }[];
        tags?: string[];
        fields?: string[];
      };
      /** Headers of its requests. Values may be secret and are never shown: answers have null, and null in a change keeps what is there. */
      headers?: Record<string, string | null>;
      /** What a request holds. original: one event; ndjson: events, one a line; array: a JSON array of events; influx: line protocol of InfluxDB; template: what `template` makes of it. */
      form?: "original" | "ndjson" | "array" | "influx" | "template";
      /** Of the form "template": text with {{ device.name }}, {{ value | round: 1 }}. */
      template?: string | null;
      /** Most events of a request, and seconds that one waits for others. `original` sends one each. */
      batch?: {
        max: number;
        wait: number;
      };
      /** Requests are signed by Standard Webhooks; github: with X-Hub-Signature-256 beside it. */
      signature?: "standard" | "github";
      /** Whose rights it has: an e-mail address, or an API user as name@workspace. What that may not view is not sent. */
      account?: string | null;
      /** false: nothing is sent, and nothing kept for it. */
      active?: boolean;
      secret?: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<NewWebhook>>;
  /** GET /workspaces/{workspace}/webhooks/{webhook}: Get a webhook. Takes the workspace permission "integrations". */
  getWebhook(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the webhook. */
    webhook: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<Webhook>>;
  /** PATCH /workspaces/{workspace}/webhooks/{webhook}: Update a webhook. What was not sent yet goes as the new one says. Nobody sends what they may not read: its account has no more rights than who sets it up. Takes the workspace permission "integrations". */
  updateWebhook(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the webhook. */
    webhook: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      /** 1 to 200 characters without control characters */
      name?: string;
      /** an address that begins with https:// or http://, at most 2048 characters, without a user name */
      url?: string;
      description?: string | null;
      events?: ("device_measurement" | "decoder_output" | "downlink" | "device_online" | "device_offline")[];
      /** Which events it gets: those that fulfil every list that is not empty. Fields count for measurements alone. */
      filter?: {
        products?: string[];
        devices?: {
          /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
          product: string;
          /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
          device: string;
        }[];
        tags?: string[];
        fields?: string[];
      };
      /** Headers of its requests. Values may be secret and are never shown: answers have null, and null in a change keeps what is there. */
      headers?: Record<string, string | null>;
      /** What a request holds. original: one event; ndjson: events, one a line; array: a JSON array of events; influx: line protocol of InfluxDB; template: what `template` makes of it. */
      form?: "original" | "ndjson" | "array" | "influx" | "template";
      /** Of the form "template": text with {{ device.name }}, {{ value | round: 1 }}. */
      template?: string | null;
      /** Most events of a request, and seconds that one waits for others. `original` sends one each. */
      batch?: {
        max: number;
        wait: number;
      };
      /** Requests are signed by Standard Webhooks; github: with X-Hub-Signature-256 beside it. */
      signature?: "standard" | "github";
      /** Whose rights it has: an e-mail address, or an API user as name@workspace. What that may not view is not sent. */
      account?: string | null;
      /** false: nothing is sent, and nothing kept for it. */
      active?: boolean;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Webhook>>;
  /** DELETE /workspaces/{workspace}/webhooks/{webhook}: Delete a webhook. With its log and its dead letters. Takes the workspace permission "integrations". */
  deleteWebhook(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the webhook. */
    webhook: string | number;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<Webhook>>;
  /** POST /workspaces/{workspace}/webhooks/preview: Preview a webhook. What a request would hold, with the newest measurement that it would tell of where there is one. Nothing is sent or kept. Takes the workspace permission "integrations". */
  previewWebhook(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** 1 to 200 characters without control characters */
      name?: string;
      /** an address that begins with https:// or http://, at most 2048 characters, without a user name */
      url?: string;
      description?: string | null;
      events?: ("device_measurement" | "decoder_output" | "downlink" | "device_online" | "device_offline")[];
      /** Which events it gets: those that fulfil every list that is not empty. Fields count for measurements alone. */
      filter?: {
        products?: string[];
        devices?: {
          /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
          product: string;
          /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
          device: string;
        }[];
        tags?: string[];
        fields?: string[];
      };
      /** Headers of its requests. Values may be secret and are never shown: answers have null, and null in a change keeps what is there. */
      headers?: Record<string, string | null>;
      /** What a request holds. original: one event; ndjson: events, one a line; array: a JSON array of events; influx: line protocol of InfluxDB; template: what `template` makes of it. */
      form?: "original" | "ndjson" | "array" | "influx" | "template";
      /** Of the form "template": text with {{ device.name }}, {{ value | round: 1 }}. */
      template?: string | null;
      /** Most events of a request, and seconds that one waits for others. `original` sends one each. */
      batch?: {
        max: number;
        wait: number;
      };
      /** Requests are signed by Standard Webhooks; github: with X-Hub-Signature-256 beside it. */
      signature?: "standard" | "github";
      /** Whose rights it has: an e-mail address, or an API user as name@workspace. What that may not view is not sent. */
      account?: string | null;
      /** false: nothing is sent, and nothing kept for it. */
      active?: boolean;
      event?: "device_measurement" | "decoder_output" | "downlink" | "device_online" | "device_offline";
    };
    signal?: AbortSignal;
  }): Promise<Answer<WebhookPreview>>;
  /** POST /workspaces/{workspace}/webhooks/{webhook}/test: Test a webhook. Sends a sample once, of a device that it would tell of where there is one, whatever its state. Takes the workspace permission "integrations". */
  testWebhook(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the webhook. */
    webhook: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      event?: "device_measurement" | "decoder_output" | "downlink" | "device_online" | "device_offline";
    };
    signal?: AbortSignal;
  }): Promise<Answer<WebhookTest>>;
  /** POST /workspaces/{workspace}/webhooks/{webhook}/pause: Pause a webhook. Nothing is sent until it is resumed; what happens meanwhile is kept, as far as the log goes. Takes the workspace permission "integrations". */
  pauseWebhook(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the webhook. */
    webhook: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    signal?: AbortSignal;
  }): Promise<Answer<Webhook>>;
  /** POST /workspaces/{workspace}/webhooks/{webhook}/resume: Resume a webhook. It goes on where it was, with its next try at once. Takes the workspace permission "integrations". */
  resumeWebhook(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the webhook. */
    webhook: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    signal?: AbortSignal;
  }): Promise<Answer<Webhook>>;
  /** POST /workspaces/{workspace}/webhooks/{webhook}/rotate-secret: Rotate the secret of a webhook. Both sign for the grace period, so that receivers can be changed meanwhile. Takes the workspace permission "integrations". */
  rotateWebhookSecret(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the webhook. */
    webhook: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** Seconds that the old secret signs as well; 0: not at all. A day when absent. */
      grace_seconds?: number;
    };
    signal?: AbortSignal;
  }): Promise<Answer<NewWebhook>>;
  /** GET /workspaces/{workspace}/webhooks/{webhook}/calls: List calls of a webhook. The last hundred, newest first. Takes the workspace permission "integrations". */
  listWebhookCalls(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the webhook. */
    webhook: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: WebhookCall[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /workspaces/{workspace}/webhooks/{webhook}/dead-letters: List dead letters of a webhook. Newest first. Takes the workspace permission "integrations". */
  listWebhookDeadLetters(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the webhook. */
    webhook: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: WebhookDeadLetter[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** POST /workspaces/{workspace}/webhooks/{webhook}/dead-letters/replay: Send dead letters of a webhook again. Oldest first, until one is not accepted; the log tells of each. Takes the workspace permission "integrations". */
  replayWebhookDeadLetters(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the webhook. */
    webhook: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** One of them; absent: all. */
      letter?: number;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    letters: number;
  }>>;
  /** POST /workspaces/{workspace}/webhooks/{webhook}/dead-letters/discard: Discard dead letters of a webhook. Takes the workspace permission "integrations". */
  discardWebhookDeadLetters(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the webhook. */
    webhook: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** One of them; absent: all. */
      letter?: number;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    letters: number;
  }>>;
  /** GET /workspaces/{workspace}/alerts: List alerts. Of a workspace: those that are not closed, unless `state` says otherwise. Who may view a device sees its alerts; those of no device are for who belongs to the workspace. */
  listAlerts(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    /** active: open or acknowledged. */
    state?: "active" | "open" | "acknowledged" | "closed" | "all";
    /** None that is less bad. */
    severity?: "info" | "warning" | "error" | "critical";
    /** severity: the worst first, of one severity the newest; of alerts that are not closed. */
    order?: "newest" | "severity";
    /** ISO 8601: opened at this time, or later. */
    from?: string;
    /** ISO 8601: opened before this time. */
    to?: string;
    /** Number of a rule: only its alerts. */
    rule?: number;
    /** `product/device`: only its alerts. */
    device?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Alert[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /workspaces/{workspace}/alerts/counts: Count alerts. How many of a workspace are open and acknowledged, by severity. Who may view a device sees its alerts; those of no device are for who belongs to the workspace. */
  countAlerts(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<AlertCounts>>;
  /** GET /workspaces/{workspace}/alerts/{alert}: Get an alert. Who may view a device sees its alerts; those of no device are for who belongs to the workspace. */
  getAlert(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the alert. */
    alert: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<Alert>>;
  /** POST /workspaces/{workspace}/alerts/{alert}/acknowledge: Acknowledge an alert. You look after it: its rule tells of it no more while it is true. Takes "record_measurements" (or "record_only") on the device, or the workspace permission "rules". */
  acknowledgeAlert(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the alert. */
    alert: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** What you say to it; null: nothing. */
      note?: string | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Alert>>;
  /** POST /workspaces/{workspace}/alerts/{alert}/close: Close an alert. It is over. When the rule fires again it opens another one. Takes "record_measurements" (or "record_only") on the device, or the workspace permission "rules". */
  closeAlert(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the alert. */
    alert: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** What you say to it; null: nothing. */
      note?: string | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Alert>>;
  /** GET /products/{product}/devices/{device}/alerts: List a device's alerts. Newest first; closed ones, too, unless `state` says otherwise. */
  listDeviceAlerts(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Id of the device, or its serial. */
    device: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    /** active: open or acknowledged. */
    state?: "active" | "open" | "acknowledged" | "closed" | "all";
    /** None that is less bad. */
    severity?: "info" | "warning" | "error" | "critical";
    /** severity: the worst first, of one severity the newest; of alerts that are not closed. */
    order?: "newest" | "severity";
    /** ISO 8601: opened at this time, or later. */
    from?: string;
    /** ISO 8601: opened before this time. */
    to?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Alert[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /workspaces/{workspace}/notifications: List notifications. What rules told people in the console, newest first; the last 500 of a workspace. Who may view the device sees it. */
  listNotifications(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Notification[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /workspaces/{workspace}/rules: List rules. Those of a workspace, oldest first. Takes the workspace permission "rules". */
  listRules(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Rule[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** POST /workspaces/{workspace}/rules: Create a rule. It has the rights of who creates it, unless `account` names another. Its account has no more rights than who sets it up. It is looked at from the next measurement on. Takes the workspace permission "rules". */
  createRule(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** 1 to 200 characters without control characters */
      name: string;
      description?: string | null;
      /** Which devices it is about: those of the workspace that fulfil every list that is not empty, as far as its account may view them. */
      scope?: {
        products?: string[];
        devices?: {
          /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
          product: string;
          /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
          device: string;
        }[];
        tags?: string[];
      };
      /** What the rule is looked at for. */
      trigger: {
        type: "measurement";
        fields: string[];
      } | {
        type: "silence";
        timeout?: string | null;
      } | {
        type: "schedule";
        cron: string;
        zone?: string;
      } | {
        type: "geofence";
        field: string;
        lat: number;
        lng: number;
        radius: number;
        event: "enter" | "leave";
      };
      /** What must hold: a comparison {field, operator, value}, or {"all": […]}, {"any": […]}, {"not": …} of conditions. A comparison may compare a figure of a field (`figure`, `over`) or a configuration field (`configuration`) with a number, text, true or false, another field ({"field": …}), a configuration field ({"configuration": …}) or a circle, with a `hysteresis`. Null: what triggers the rule is enough. */
      condition?: Record<string, unknown> | null;
      /** It must hold for so long before the rule fires. Null: it fires at once. */
      for?: string | null;
      /** While it holds the rule tells so again, with this pause. Null: it tells once. */
      repeat?: string | null;
      /** It holds only on these days at these hours. Null: always. */
      hours?: {
        zone?: string;
        days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
        from?: string;
        to?: string;
      } | null;
      /** How often an hour its actions run at most, over all devices. Null: any number of times. */
      limit?: number | null;
      /** Measurements older than this when they come raise nothing; any: they do, however late. 1h when absent. */
      max_age?: string | "any";
      actions?: ({
        type: "email";
        on?: ("fired" | "repeated" | "cleared")[];
        to: string[];
        subject?: string;
        text?: string;
        /** A mail gathers what happens for so many seconds: a whole number of seconds from 0 (each has a mail of its own) to 86400 (a day). */
        digest?: number;
      } | {
        type: "webhook";
        on?: ("fired" | "repeated" | "cleared")[];
        url: string;
        headers?: Record<string, string | null>;
        /** A template; null: what templates know, as JSON. */
        body?: string | null;
        /** whsec_… signs requests by Standard Webhooks. Answers have "…" for one that is there; a change with that keeps it. */
        secret?: "…" | string | null;
      } | {
        type: "message";
        on?: ("fired" | "repeated" | "cleared")[];
        topic: string;
        payload?: string;
        retain?: boolean;
      } | {
        type: "field";
        on?: ("fired" | "repeated" | "cleared")[];
        /** `product/device`; null: the device that the rule fires for. */
        device?: string | null;
        field: string;
        value: string;
      } | {
        type: "downlink";
        on?: ("fired" | "repeated" | "cleared")[];
        /** `product/device`; null: the device that the rule fires for. */
        device?: string | null;
        downlink: string;
        values?: Record<string, string>;
      } | {
        type: "notification";
        on?: ("fired" | "repeated" | "cleared")[];
        text?: string;
      })[];
      /** The alert that it opens; null: none. */
      alert?: {
        severity?: "info" | "warning" | "error" | "critical";
        text?: string;
        /** It closes by itself when the rule is true no more. */
        closes?: boolean;
      } | null;
      /** Whose rights it has: an e-mail address, or an API user as name@workspace. What that may not view it does not see, and it does nothing that this may not. */
      account?: string | null;
      /** false: it is not looked at, and remembers nothing. */
      active?: boolean;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Rule>>;
  /** GET /workspaces/{workspace}/rules/{rule}: Get a rule. Takes the workspace permission "rules". */
  getRule(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the rule. */
    rule: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<Rule>>;
  /** PATCH /workspaces/{workspace}/rules/{rule}: Update a rule. When what it looks at changes (trigger, condition, for, hours, scope) it begins anew: what it had fired for is over. Its account has no more rights than who sets it up. Takes the workspace permission "rules". */
  updateRule(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the rule. */
    rule: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      /** 1 to 200 characters without control characters */
      name?: string;
      description?: string | null;
      /** Which devices it is about: those of the workspace that fulfil every list that is not empty, as far as its account may view them. */
      scope?: {
        products?: string[];
        devices?: {
          /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
          product: string;
          /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
          device: string;
        }[];
        tags?: string[];
      };
      /** What the rule is looked at for. */
      trigger?: {
        type: "measurement";
        fields: string[];
      } | {
        type: "silence";
        timeout?: string | null;
      } | {
        type: "schedule";
        cron: string;
        zone?: string;
      } | {
        type: "geofence";
        field: string;
        lat: number;
        lng: number;
        radius: number;
        event: "enter" | "leave";
      };
      /** What must hold: a comparison {field, operator, value}, or {"all": […]}, {"any": […]}, {"not": …} of conditions. A comparison may compare a figure of a field (`figure`, `over`) or a configuration field (`configuration`) with a number, text, true or false, another field ({"field": …}), a configuration field ({"configuration": …}) or a circle, with a `hysteresis`. Null: what triggers the rule is enough. */
      condition?: Record<string, unknown> | null;
      /** It must hold for so long before the rule fires. Null: it fires at once. */
      for?: string | null;
      /** While it holds the rule tells so again, with this pause. Null: it tells once. */
      repeat?: string | null;
      /** It holds only on these days at these hours. Null: always. */
      hours?: {
        zone?: string;
        days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
        from?: string;
        to?: string;
      } | null;
      /** How often an hour its actions run at most, over all devices. Null: any number of times. */
      limit?: number | null;
      /** Measurements older than this when they come raise nothing; any: they do, however late. 1h when absent. */
      max_age?: string | "any";
      actions?: ({
        type: "email";
        on?: ("fired" | "repeated" | "cleared")[];
        to: string[];
        subject?: string;
        text?: string;
        /** A mail gathers what happens for so many seconds: a whole number of seconds from 0 (each has a mail of its own) to 86400 (a day). */
        digest?: number;
      } | {
        type: "webhook";
        on?: ("fired" | "repeated" | "cleared")[];
        url: string;
        headers?: Record<string, string | null>;
        /** A template; null: what templates know, as JSON. */
        body?: string | null;
        /** whsec_… signs requests by Standard Webhooks. Answers have "…" for one that is there; a change with that keeps it. */
        secret?: "…" | string | null;
      } | {
        type: "message";
        on?: ("fired" | "repeated" | "cleared")[];
        topic: string;
        payload?: string;
        retain?: boolean;
      } | {
        type: "field";
        on?: ("fired" | "repeated" | "cleared")[];
        /** `product/device`; null: the device that the rule fires for. */
        device?: string | null;
        field: string;
        value: string;
      } | {
        type: "downlink";
        on?: ("fired" | "repeated" | "cleared")[];
        /** `product/device`; null: the device that the rule fires for. */
        device?: string | null;
        downlink: string;
        values?: Record<string, string>;
      } | {
        type: "notification";
        on?: ("fired" | "repeated" | "cleared")[];
        text?: string;
      })[];
      /** The alert that it opens; null: none. */
      alert?: {
        severity?: "info" | "warning" | "error" | "critical";
        text?: string;
        /** It closes by itself when the rule is true no more. */
        closes?: boolean;
      } | null;
      /** Whose rights it has: an e-mail address, or an API user as name@workspace. What that may not view it does not see, and it does nothing that this may not. */
      account?: string | null;
      /** false: it is not looked at, and remembers nothing. */
      active?: boolean;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Rule>>;
  /** DELETE /workspaces/{workspace}/rules/{rule}: Delete a rule. With its log and its state. Takes the workspace permission "rules". */
  deleteRule(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the rule. */
    rule: string | number;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<Rule>>;
  /** POST /workspaces/{workspace}/rules/{rule}/snooze: Snooze a rule. Until then its actions do not run; it is looked at all the same, and its log goes on. Takes the workspace permission "rules". */
  snoozeRule(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the rule. */
    rule: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** RFC 3339, or a time from now like 30m, 8h or 2d; null: its actions run again. */
      until: string | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Rule>>;
  /** POST /workspaces/{workspace}/rules/dry-run: Try a rule. What it would have done over recorded history, with the times and the values. Nothing is stored or sent; its limit and snoozing are not looked at. Of one that is not saved. Takes the workspace permission "rules". */
  tryRule(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** Which devices it is about: those of the workspace that fulfil every list that is not empty, as far as its account may view them. */
      scope?: {
        products?: string[];
        devices?: {
          /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
          product: string;
          /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
          device: string;
        }[];
        tags?: string[];
      };
      /** What the rule is looked at for. */
      trigger?: {
        type: "measurement";
        fields: string[];
      } | {
        type: "silence";
        timeout?: string | null;
      } | {
        type: "schedule";
        cron: string;
        zone?: string;
      } | {
        type: "geofence";
        field: string;
        lat: number;
        lng: number;
        radius: number;
        event: "enter" | "leave";
      };
      /** What must hold: a comparison {field, operator, value}, or {"all": […]}, {"any": […]}, {"not": …} of conditions. A comparison may compare a figure of a field (`figure`, `over`) or a configuration field (`configuration`) with a number, text, true or false, another field ({"field": …}), a configuration field ({"configuration": …}) or a circle, with a `hysteresis`. Null: what triggers the rule is enough. */
      condition?: Record<string, unknown> | null;
      /** It must hold for so long before the rule fires. Null: it fires at once. */
      for?: string | null;
      /** While it holds the rule tells so again, with this pause. Null: it tells once. */
      repeat?: string | null;
      /** It holds only on these days at these hours. Null: always. */
      hours?: {
        zone?: string;
        days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
        from?: string;
        to?: string;
      } | null;
      /** RFC 3339. Seven days up to now when absent; at most 31 days. */
      from?: string;
      /** RFC 3339. Seven days up to now when absent; at most 31 days. */
      to?: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<RuleDryRun>>;
  /** POST /workspaces/{workspace}/rules/{rule}/dry-run: Dry run a rule. What it would have done over recorded history, with the times and the values. Nothing is stored or sent; its limit and snoozing are not looked at. What the body says takes the place of what the rule says. Takes the workspace permission "rules". */
  dryRunRule(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the rule. */
    rule: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** Which devices it is about: those of the workspace that fulfil every list that is not empty, as far as its account may view them. */
      scope?: {
        products?: string[];
        devices?: {
          /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
          product: string;
          /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
          device: string;
        }[];
        tags?: string[];
      };
      /** What the rule is looked at for. */
      trigger?: {
        type: "measurement";
        fields: string[];
      } | {
        type: "silence";
        timeout?: string | null;
      } | {
        type: "schedule";
        cron: string;
        zone?: string;
      } | {
        type: "geofence";
        field: string;
        lat: number;
        lng: number;
        radius: number;
        event: "enter" | "leave";
      };
      /** What must hold: a comparison {field, operator, value}, or {"all": […]}, {"any": […]}, {"not": …} of conditions. A comparison may compare a figure of a field (`figure`, `over`) or a configuration field (`configuration`) with a number, text, true or false, another field ({"field": …}), a configuration field ({"configuration": …}) or a circle, with a `hysteresis`. Null: what triggers the rule is enough. */
      condition?: Record<string, unknown> | null;
      /** It must hold for so long before the rule fires. Null: it fires at once. */
      for?: string | null;
      /** While it holds the rule tells so again, with this pause. Null: it tells once. */
      repeat?: string | null;
      /** It holds only on these days at these hours. Null: always. */
      hours?: {
        zone?: string;
        days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
        from?: string;
        to?: string;
      } | null;
      /** RFC 3339. Seven days up to now when absent; at most 31 days. */
      from?: string;
      /** RFC 3339. Seven days up to now when absent; at most 31 days. */
      to?: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<RuleDryRun>>;
  /** GET /workspaces/{workspace}/rules/{rule}/log: List the log of a rule. The last two hundred changes, newest first, each with the values that were looked at. Takes the workspace permission "rules". */
  listRuleLog(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the rule. */
    rule: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: RuleLogLine[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /workspaces/{workspace}/rules/{rule}/states: List the devices of a rule. Of those for which it has fired, or waits: its state. At most 1000, those first for which it holds. Takes the workspace permission "rules". */
  listRuleStates(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the rule. */
    rule: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: RuleState[];
  }>>;
  /** POST /workspaces/{workspace}/rules/test-action: Test an action of a rule. Does it once, as if the rule had just fired for the device with the values that this has: a mail is sent, a field is written. No alert is opened, and what fails is not tried again. With `dry_run` it only says what it would be. Takes the workspace permission "rules". */
  testRuleAction(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** Number of the rule whose account, alert and secrets it has; null: of none, with the rights of who asks. */
      rule?: number | null;
      /** Its place in the rule's list, from 0 on; or an action that is not saved yet. */
      action: number | {
        type: "email";
        on?: ("fired" | "repeated" | "cleared")[];
        to: string[];
        subject?: string;
        text?: string;
        /** A mail gathers what happens for so many seconds: a whole number of seconds from 0 (each has a mail of its own) to 86400 (a day). */
        digest?: number;
      } | {
        type: "webhook";
        on?: ("fired" | "repeated" | "cleared")[];
        url: string;
        headers?: Record<string, string | null>;
        /** A template; null: what templates know, as JSON. */
        body?: string | null;
        /** whsec_… signs requests by Standard Webhooks. Answers have "…" for one that is there; a change with that keeps it. */
        secret?: "…" | string | null;
      } | {
        type: "message";
        on?: ("fired" | "repeated" | "cleared")[];
        topic: string;
        payload?: string;
        retain?: boolean;
      } | {
        type: "field";
        on?: ("fired" | "repeated" | "cleared")[];
        /** `product/device`; null: the device that the rule fires for. */
        device?: string | null;
        field: string;
        value: string;
      } | {
        type: "downlink";
        on?: ("fired" | "repeated" | "cleared")[];
        /** `product/device`; null: the device that the rule fires for. */
        device?: string | null;
        downlink: string;
        values?: Record<string, string>;
      } | {
        type: "notification";
        on?: ("fired" | "repeated" | "cleared")[];
        text?: string;
      };
      /** For which device it is as if the rule had fired; null: none. */
      device?: {
        /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
        product: string;
        /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
        device: string;
      } | null;
      /** Only say what it would be. */
      dry_run?: boolean;
    };
    signal?: AbortSignal;
  }): Promise<Answer<TestedAction>>;
  /** GET /workspaces/{workspace}/dashboards: List dashboards. Those of a workspace and of its products, oldest first, without their widgets. */
  listDashboards(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    /** Only those of this product. */
    product?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: DashboardSummary[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** POST /workspaces/{workspace}/dashboards: Create or import a dashboard. Takes what `exportDashboard` gives. What its content names and is not here is refused, each with its place. Takes the workspace permission "dashboards". */
  createDashboard(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** 1 to 200 characters without control characters */
      name: string;
      description?: string | null;
      content: {
        version: 1;
        /** How far back its widgets look that have no range of their own. */
        range?: "1h" | "6h" | "24h" | "7d" | "30d" | "1y";
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
        phone?: {
          id: string;
          h?: number;
          hidden?: boolean;
        }[] | null;
      };
      /** A dashboard of a product is one layout for all its devices; null: it is of the workspace. */
      product?: string | null;
      /** true: what the content names and is not here (yet) is no reason to refuse; `missing` of the answer names it. */
      allow_missing?: boolean;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Dashboard>>;
  /** GET /workspaces/{workspace}/dashboards/{dashboard}: Get a dashboard. Whole. Who may not change it is not shown what it names of devices that they may not see. */
  getDashboard(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the dashboard. */
    dashboard: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<Dashboard>>;
  /** PATCH /workspaces/{workspace}/dashboards/{dashboard}: Update a dashboard. Its content is replaced whole. Takes the workspace permission "dashboards". */
  updateDashboard(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the dashboard. */
    dashboard: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      /** 1 to 200 characters without control characters */
      name?: string;
      description?: string | null;
      content?: {
        version: 1;
        /** How far back its widgets look that have no range of their own. */
        range?: "1h" | "6h" | "24h" | "7d" | "30d" | "1y";
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
        phone?: {
          id: string;
          h?: number;
          hidden?: boolean;
        }[] | null;
      };
      /** true: what the content names and is not here (yet) is no reason to refuse; `missing` of the answer names it. */
      allow_missing?: boolean;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Dashboard>>;
  /** DELETE /workspaces/{workspace}/dashboards/{dashboard}: Delete a dashboard. With the links that show it. Takes the workspace permission "dashboards". */
  deleteDashboard(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the dashboard. */
    dashboard: string | number;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<Dashboard>>;
  /** GET /workspaces/{workspace}/dashboards/{dashboard}/export: Export a dashboard. As a file that `createDashboard` takes, here or on another instance. */
  exportDashboard(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the dashboard. */
    dashboard: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<DashboardExport>>;
  /** GET /workspaces/{workspace}/dashboards/{dashboard}/shares: List the links that show a dashboard. Takes the workspace permission "dashboards". */
  listDashboardShares(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the dashboard. */
    dashboard: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: DashboardShare[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** POST /workspaces/{workspace}/dashboards/{dashboard}/shares: Make a link that shows a dashboard. Whoever has it sees what the dashboard shows, as far as who makes it may view that at that moment, and nothing else; it changes nothing. Takes the workspace permission "dashboards". */
  createDashboardShare(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the dashboard. */
    dashboard: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** For whom it is, for people. */
      name?: string | null;
      /** The device that it shows, of a product's dashboard; a dashboard of the workspace takes none. */
      device?: string | null;
      /** Seconds that it works; 30 days when absent, null: until it is revoked. */
      expires_in?: number | null;
      /** What is asked of who opens it; null: nothing. */
      password?: string | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<NewDashboardShare>>;
  /** DELETE /workspaces/{workspace}/dashboards/{dashboard}/shares/{share}: Revoke a link that shows a dashboard. It opens nothing any more, at once. Takes the workspace permission "dashboards". */
  revokeDashboardShare(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the dashboard. */
    dashboard: string | number;
    /** Number of the link. */
    share: string | number;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<DashboardShare>>;
  /** GET /workspaces/{workspace}/brokers: List external brokers. Those of a workspace, oldest first. Takes the workspace permission "integrations". */
  listBrokers(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: ExternalBroker[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** POST /workspaces/{workspace}/brokers: Create an external broker. It is connected at once. It acts as an API user that may no more than who sets it up. Takes the workspace permission "integrations". */
  createBroker(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** 1 to 200 characters without control characters */
      name: string;
      /** Tried in turn; the first one is gone back to. */
      addresses: string[];
      /** Name of the API user of the workspace as which it acts: what that may not do, it does not do either. */
      account: string;
      /** 1 to 2000 characters without control characters but line breaks */
      description?: string;
      /** auto: MQTT 5, or 3.1.1 with a broker that does not speak it. */
      protocol?: "5" | "auto" | "3.1.1" | "3.1";
      username?: string | null;
      /** PEM: who signs its certificate; null: those that the system trusts. */
      ca?: string | null;
      /** PEM: the certificate that is shown to it. */
      certificate?: string | null;
      /** The name that its certificate is for (SNI); null: that of the address. */
      server_name?: string | null;
      /** 1 to 200 letters, digits or . _ : ~ - */
      client_id?: string;
      /** Seconds; a broken connection is noticed within one and a half of it. */
      keep_alive?: number;
      /** Seconds that it keeps our session while we are away. */
      session_expiry?: number;
      /** A forwarded message that came through so many brokers is not forwarded to this one. 1: what came from another broker is not passed on. */
      hops?: number;
      paused?: boolean;
      /** What is carried between it and us. */
      routes?: ({
        direction: "in";
        /** a topic filter (like plant/+/state or #); of a route that comes in a level may have a name (plant/{serial}/+, {rest#}) */
        filter: string;
        /** QoS on the remote's side: 0, 1 or 2. */
        qos?: 0 | 1 | 2;
        map: RouteMap;
      } | {
        direction: "out";
        /** a topic filter (like plant/+/state or #); of a route that comes in a level may have a name (plant/{serial}/+, {rest#}) */
        filter: string;
        /** QoS on the remote's side: 0, 1 or 2. */
        qos?: 0 | 1 | 2;
        /** a template of a topic without + and #, like plant/{{ device.id }}/{{ field | downcase }} */
        topic: string;
        payload?: "value" | "json" | "template" | "encoder";
        /** The template of the payload, or the script with an Encoder; null with the others. */
        template?: string | null;
        retain?: boolean;
        /** Seconds after which the remote drops it (MQTT 5); null: never. */
        expiry?: number | null;
        /** Seconds after which it is not sent any more; null: it always is. */
        max_age?: number | null;
      } | {
        direction: "forward";
        /** a topic filter (like plant/+/state or #); of a route that comes in a level may have a name (plant/{serial}/+, {rest#}) */
        pattern: string;
        way: "in" | "out" | "both";
        /** QoS on the remote's side: 0, 1 or 2. */
        qos?: 0 | 1 | 2;
        /** nothing, or the beginning of a topic, without + and # */
        local_prefix?: string;
        /** nothing, or the beginning of a topic, without + and # */
        remote_prefix?: string;
      })[];
      /** Or a token. Never shown again. */
      password?: string | null;
      /** PEM: the key of the certificate. Never shown again. */
      key?: string | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<ExternalBroker>>;
  /** GET /workspaces/{workspace}/brokers/{broker}: Get an external broker. With how its connection is. Takes the workspace permission "integrations". */
  getBroker(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the external broker. */
    broker: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<ExternalBroker>>;
  /** PATCH /workspaces/{workspace}/brokers/{broker}: Update an external broker. null takes a setting away; `paused` disconnects it, and what is to be sent waits. It acts as an API user that may no more than who sets it up. Takes the workspace permission "integrations". */
  updateBroker(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the external broker. */
    broker: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      /** 1 to 200 characters without control characters */
      name?: string;
      /** 1 to 2000 characters without control characters but line breaks */
      description?: string;
      /** Tried in turn; the first one is gone back to. */
      addresses?: string[];
      /** auto: MQTT 5, or 3.1.1 with a broker that does not speak it. */
      protocol?: "5" | "auto" | "3.1.1" | "3.1";
      username?: string | null;
      /** PEM: who signs its certificate; null: those that the system trusts. */
      ca?: string | null;
      /** PEM: the certificate that is shown to it. */
      certificate?: string | null;
      /** The name that its certificate is for (SNI); null: that of the address. */
      server_name?: string | null;
      /** 1 to 200 letters, digits or . _ : ~ - */
      client_id?: string;
      /** Seconds; a broken connection is noticed within one and a half of it. */
      keep_alive?: number;
      /** Seconds that it keeps our session while we are away. */
      session_expiry?: number;
      /** A forwarded message that came through so many brokers is not forwarded to this one. 1: what came from another broker is not passed on. */
      hops?: number;
      /** Name of the API user of the workspace as which it acts: what that may not do, it does not do either. */
      account?: string;
      paused?: boolean;
      /** What is carried between it and us. */
      routes?: ({
        direction: "in";
        /** a topic filter (like plant/+/state or #); of a route that comes in a level may have a name (plant/{serial}/+, {rest#}) */
        filter: string;
        /** QoS on the remote's side: 0, 1 or 2. */
        qos?: 0 | 1 | 2;
        map: RouteMap;
      } | {
        direction: "out";
        /** a topic filter (like plant/+/state or #); of a route that comes in a level may have a name (plant/{serial}/+, {rest#}) */
        filter: string;
        /** QoS on the remote's side: 0, 1 or 2. */
        qos?: 0 | 1 | 2;
        /** a template of a topic without + and #, like plant/{{ device.id }}/{{ field | downcase }} */
        topic: string;
        payload?: "value" | "json" | "template" | "encoder";
        /** The template of the payload, or the script with an Encoder; null with the others. */
        template?: string | null;
        retain?: boolean;
        /** Seconds after which the remote drops it (MQTT 5); null: never. */
        expiry?: number | null;
        /** Seconds after which it is not sent any more; null: it always is. */
        max_age?: number | null;
      } | {
        direction: "forward";
        /** a topic filter (like plant/+/state or #); of a route that comes in a level may have a name (plant/{serial}/+, {rest#}) */
        pattern: string;
        way: "in" | "out" | "both";
        /** QoS on the remote's side: 0, 1 or 2. */
        qos?: 0 | 1 | 2;
        /** nothing, or the beginning of a topic, without + and # */
        local_prefix?: string;
        /** nothing, or the beginning of a topic, without + and # */
        remote_prefix?: string;
      })[];
      /** Or a token. Never shown again. */
      password?: string | null;
      /** PEM: the key of the certificate. Never shown again. */
      key?: string | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<ExternalBroker>>;
  /** DELETE /workspaces/{workspace}/brokers/{broker}: Delete an external broker. With its log, and what was not sent yet. Takes the workspace permission "integrations". */
  deleteBroker(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the external broker. */
    broker: string | number;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<ExternalBroker>>;
  /** POST /workspaces/{workspace}/brokers/{broker}/test: Test an external broker. Tries its addresses once, beside the connection that there is, and says which step failed. Takes the workspace permission "integrations". */
  testBroker(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the external broker. */
    broker: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    signal?: AbortSignal;
  }): Promise<Answer<ExternalBrokerTest>>;
  /** GET /workspaces/{workspace}/brokers/{broker}/events: List what happened to an external broker. Newest first: connections, errors, messages that were not taken. Takes the workspace permission "integrations". */
  listBrokerEvents(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Number of the external broker. */
    broker: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: ExternalBrokerEvent[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /workspaces/{workspace}/maps: List ready-made maps. The families of senders whose messages are understood, and what to subscribe to. Takes the workspace permission "integrations". */
  listMaps(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: ReadyMap[];
  }>>;
  /** POST /workspaces/{workspace}/maps/try: Try a map. What a route with this filter and map would make of a message. Nothing is stored. What a map learns from other messages it does not know here. Takes the workspace permission "integrations". With the decoder of a product also "edit_product" on all of it, or "devices". */
  tryMap(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** Of the route: with named parts, or without. */
      filter: string;
      map: RouteMap;
      topic: string;
      payload?: string;
      /** Instead of `payload`, for what is no text. */
      payload_base64?: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<TriedMap>>;
  /** GET /products/{product}/retention: Get the retention of a product. */
  getProductRetention(parameters: {
    /** Slug of the product. */
    product: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<Retention>>;
  /** PATCH /products/{product}/retention: Update the retention of a product. Takes "edit_product" on all of the product, or the workspace permission "devices". null takes back what was said. What is older than a shorter time goes with the next sweep, and does not come back. */
  updateProductRetention(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      retention?: string | null;
      rollups?: {
        /** a number of days, weeks or years like 90d, 12w or 5y (365 days each), or forever */
        "1m"?: string;
        /** a number of days, weeks or years like 90d, 12w or 5y (365 days each), or forever */
        "1h"?: string;
        /** a number of days, weeks or years like 90d, 12w or 5y (365 days each), or forever */
        "1d"?: string;
      } | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Retention>>;
  /** GET /products/{product}/fields/{field}/retention: Get the retention of a field. */
  getFieldRetention(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Identifier of the field; upper or lower case. */
    field: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<Retention>>;
  /** PATCH /products/{product}/fields/{field}/retention: Update the retention of a field. Takes "edit_product" on all of the product, or the workspace permission "devices". null takes back what was said. What is older than a shorter time goes with the next sweep, and does not come back. */
  updateFieldRetention(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Identifier of the field; upper or lower case. */
    field: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      retention?: string | null;
      rollups?: {
        /** a number of days, weeks or years like 90d, 12w or 5y (365 days each), or forever */
        "1m"?: string;
        /** a number of days, weeks or years like 90d, 12w or 5y (365 days each), or forever */
        "1h"?: string;
        /** a number of days, weeks or years like 90d, 12w or 5y (365 days each), or forever */
        "1d"?: string;
      } | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Retention>>;
  /** GET /devices: List devices. Those that you may see, oldest first or as `sort` says. */
  listDevices(parameters?: {
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
    workspace?: string;
    /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
    product?: string;
    /** 1 to 64 characters without control characters */
    tag?: string;
    /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
    serial?: string;
    online?: boolean;
    /** In id, name, serial, location, tags or the name of the product, upper or lower case. */
    search?: string;
    /** By name, or by when it was heard last; with `-` downward; never heard ones last. Absent: oldest first. With it the answer says in `total` how many there are. */
    sort?: "name" | "-name" | "heard" | "-heard";
    /** true: each has its current `values`, where you may read them. */
    values?: boolean;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: ListedDevice[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
    /** How many there are, with `sort`. */
    total?: number;
  }>>;
  /** GET /device-counts: Count devices. Those that you may see, by whether they were heard within their timeout, as far as you may read them. */
  countDevices(parameters?: {
    /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
    workspace?: string;
    /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
    product?: string;
    /** 1 to 64 characters without control characters */
    tag?: string;
    /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
    serial?: string;
    online?: boolean;
    /** In id, name, serial, location, tags or the name of the product, upper or lower case. */
    search?: string;
    signal?: AbortSignal;
  }): Promise<Answer<DeviceCounts>>;
  /** POST /products/{product}/devices: Create a device. Takes the workspace permission "devices". */
  createDevice(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** 1 to 200 characters without control characters */
      name?: string;
      serial?: string | null;
      tags?: string[];
      location?: string | null;
      /** Anything of your own: a group of keys with values, at most 16384 characters as JSON, at most 16 levels deep. */
      metadata?: Record<string, unknown>;
      /** A device counts as online for so many seconds after its last measurement. null: as its product says, or else the instance (40 minutes). a whole number of seconds from 10 to 31536000 (a year). */
      online_timeout?: number | null;
      /** A random UUID when absent. */
      id?: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Device>>;
  /** POST /products/{product}/devices/import: Import devices. Creates many devices from a table, or none. Takes the workspace permission "devices". CSV whose first line names the columns: id, name, serial, tags, location, metadata, online_timeout, each at will. Tags are separated by semicolons, metadata is JSON. All rows are looked at first; one bad row, and nothing is created: the answer names every bad one. With dry_run=true nothing is created. */
  importDevices(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** true: nothing is changed; the answer tells what would go. */
    dry_run?: boolean;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    dry_run: boolean;
    created: number;
    ids: string[];
  }>>;
  /** POST /products/{product}/devices/rename: Rename a device. Gives it another id. Takes the workspace permission "devices". What was measured stays with the device, and so do its rights, tags and log; topics bear the new id from now on. Who subscribes to the old id by name, and devices that publish on it, must be told. The device stands in the body, since earlier versions took ids that cannot stand in an address (`.` and `..`). */
  renameDevice(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** Its present id, or its serial. */
      device: string;
      /** 1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd) */
      id: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Device>>;
  /** GET /products/{product}/devices/{device}: Get a device. By its id or its serial. */
  getDevice(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Id of the device, or its serial. */
    device: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<Device>>;
  /** PATCH /products/{product}/devices/{device}: Update a device. Takes "edit_basics" on the device, or the workspace permission "devices". The id is changed by renaming alone. Tags that rights are given on take "members", or every right on the device. */
  updateDevice(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Id of the device, or its serial. */
    device: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      /** 1 to 200 characters without control characters */
      name?: string;
      serial?: string | null;
      tags?: string[];
      location?: string | null;
      /** Anything of your own: a group of keys with values, at most 16384 characters as JSON, at most 16 levels deep. */
      metadata?: Record<string, unknown>;
      /** A device counts as online for so many seconds after its last measurement. null: as its product says, or else the instance (40 minutes). a whole number of seconds from 10 to 31536000 (a year). */
      online_timeout?: number | null;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Device>>;
  /** DELETE /products/{product}/devices/{device}: Delete a device. With everything that it measured. Takes the workspace permission "devices". With dry_run=true it only tells what would go. */
  deleteDevice(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Id of the device, or its serial. */
    device: string | number;
    /** true: nothing is changed; the answer tells what would go. */
    dry_run?: boolean;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    dry_run: boolean;
    takes: {
      products: number;
      fields: number;
      devices: number;
      /** Fields of devices that were ever measured. */
      series: number;
      /** As history shows them; those that only rollups keep do not count. */
      measurements: number;
      /** Grants that name it. */
      grants: number;
      api_users: number;
      tokens: number;
      /** MQTT sessions that end. */
      sessions: number;
    };
  }>>;
  /** GET /products/{product}/devices/{device}/configuration: Get the configuration of a device. */
  getDeviceConfiguration(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Id of the device, or its serial. */
    device: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<DeviceConfiguration>>;
  /** PATCH /products/{product}/devices/{device}/configuration: Update the configuration of a device. null takes a value back, so that the product's default holds. Takes "edit_basics" on the device, or the workspace permission "devices". */
  updateDeviceConfiguration(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Id of the device, or its serial. */
    device: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      values: Record<string, number | boolean | string | null>;
    };
    signal?: AbortSignal;
  }): Promise<Answer<DeviceConfiguration>>;
  /** GET /workspaces/{workspace}/sparkplug: Get the Sparkplug host. Takes the workspace permission "integrations". */
  getSparkplug(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<SparkplugHost>>;
  /** PUT /workspaces/{workspace}/sparkplug: Make the workspace a Sparkplug host. What edge nodes publish on the workspace's free topics becomes devices, fields and measurements. Takes the workspace permission "integrations". */
  setSparkplug(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    body: {
      /** Its Sparkplug host id: by it nodes find spBv1.0/STATE/<host>. */
      host: string;
      /** Name of the API user of the workspace in whose name it hears, records and sends commands. */
      account: string;
      /** The first that matches counts. */
      products: {
        /** Which nodes and devices: a filter over group/node/device like plant-1/# or +/gateway/+. */
        nodes: string;
        /** Slug of the product that they become devices of. */
        product: string;
      }[];
      /** Milliseconds that a missing message is waited for; 5000 when absent. */
      reorder?: number;
      /** Whether it asks nodes for their births when it cannot follow them; true when absent. */
      rebirth?: boolean;
      /** Whether it is switched on; true when absent. */
      active?: boolean;
    };
    signal?: AbortSignal;
  }): Promise<Answer<SparkplugHost>>;
  /** DELETE /workspaces/{workspace}/sparkplug: Delete the Sparkplug host. Its devices and what was measured stay. Takes the workspace permission "integrations". */
  deleteSparkplug(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    deleted: string;
  }>>;
  /** GET /workspaces/{workspace}/sparkplug/nodes: List edge nodes and their devices. In the order of their paths, with the host; where the workspace is none, nothing. Takes the workspace permission "integrations". */
  listSparkplugNodes(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<{
    host: SparkplugHost | null;
    items: SparkplugNode[];
  }>>;
  /** POST /workspaces/{workspace}/sparkplug/rebirth: Ask an edge node for its births. Takes the workspace permission "integrations". */
  askSparkplugRebirth(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** `group/node` */
      node: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    /** `group/node` */
    node: string;
  }>>;
  /** POST /workspaces/{workspace}/sparkplug/forget: Forget an edge node that is gone. Only one that is offline; its devices and what was measured stay. Takes the workspace permission "integrations". */
  forgetSparkplugNode(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** `group/node` */
      node: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<{
    /** `group/node` */
    node: string;
  }>>;
  /** GET /workspaces/{workspace}/networks: List networks. Those of a workspace, oldest first. Takes the workspace permission "integrations". */
  listNetworks(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Network[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** POST /workspaces/{workspace}/networks: Create a network. Which settings it needs depends on its type. Takes the workspace permission "integrations". */
  createNetwork(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** Where it is reached: an address like https://eu1.cloud.thethings.network, without a user name, ? or #. */
      server?: string | null;
      /** Its name of the application: the application id of The Things Stack, LORIOT's appid, Actility's AS_ID. */
      application?: string | null;
      /** The Things Stack: id of the webhook in whose name downlinks are sent. */
      webhook?: string | null;
      /** What requests are authorised with; it is never shown again. */
      key?: string | null;
      /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
      name: string;
      type: "tti" | "chirpstack" | "chirpstack_rest" | "chirpstack_v3" | "helium" | "loriot" | "actility" | "http";
    };
    signal?: AbortSignal;
  }): Promise<Answer<Network>>;
  /** GET /workspaces/{workspace}/networks/{network}: Get a network. Takes the workspace permission "integrations". */
  getNetwork(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Name of the network. */
    network: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<Network>>;
  /** PATCH /workspaces/{workspace}/networks/{network}: Update a network. null takes a setting away. The name never changes. Takes the workspace permission "integrations". */
  updateNetwork(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Name of the network. */
    network: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      /** Where it is reached: an address like https://eu1.cloud.thethings.network, without a user name, ? or #. */
      server?: string | null;
      /** Its name of the application: the application id of The Things Stack, LORIOT's appid, Actility's AS_ID. */
      application?: string | null;
      /** The Things Stack: id of the webhook in whose name downlinks are sent. */
      webhook?: string | null;
      /** What requests are authorised with; it is never shown again. */
      key?: string | null;
      type?: "tti" | "chirpstack" | "chirpstack_rest" | "chirpstack_v3" | "helium" | "loriot" | "actility" | "http";
    };
    signal?: AbortSignal;
  }): Promise<Answer<Network>>;
  /** DELETE /workspaces/{workspace}/networks/{network}: Delete a network. One that no product uses. Takes the workspace permission "integrations". */
  deleteNetwork(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Name of the network. */
    network: string | number;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    deleted: string;
  }>>;
  /** GET /workspaces/{workspace}/networks/{network}/sample: Get a sample of what a network sends. An uplink as the network writes it, of a device, with what that sent last. Takes the workspace permission "integrations". */
  getNetworkSample(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Name of the network. */
    network: string | number;
    /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
    product?: string;
    /** Whose uplink it is; without it that of the first one there is. */
    device?: string;
    signal?: AbortSignal;
  }): Promise<Answer<NetworkSample>>;
  /** POST /workspaces/{workspace}/networks/{network}/test: Test a network with an uplink. What becomes of what a network sends: which device it is of, what its decoder makes of it, and what of that is stored, refused or suggested. Nothing is stored, unless `record` is true: then it goes the whole way as if it had come from the network, with your rights. Takes the workspace permission "integrations". With `record` also "record_measurements" on its devices. */
  testNetwork(parameters: {
    /** Slug of the workspace. */
    workspace: string | number;
    /** Name of the network. */
    network: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** What the network sends: JSON. `getNetworkSample` makes one. */
      body: string;
      /** Of a network of type `http`: at whose HTTP integration it comes in; otherwise one that uses the network. */
      product?: string;
      /** It goes the whole way as if it had come, and is stored, published and told of. */
      record?: boolean;
    };
    signal?: AbortSignal;
  }): Promise<Answer<NetworkTest>>;
  /** GET /products/{product}/downlinks: List a product's downlinks. */
  listDownlinks(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Downlink[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** POST /products/{product}/downlinks: Create a downlink of a product. It is made by one of encoder, field, hex and text. Takes "edit_product" on all of the product, or the workspace permission "devices". */
  createDownlink(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** For people; may be empty. */
      description?: string;
      /** `network`: the product's network; `broker`: a message to an external broker; `field`: values written to fields of the device itself; `sparkplug`: values written to metrics, by a command to the edge node. */
      sent_by?: "network" | "broker" | "field" | "sparkplug";
      /** A script that makes it: Encoder(measurements, port) or encodeDownlink(input) for LoRaWAN, Encoder(device, measurements) for everything else. */
      encoder?: string;
      /** In place of an encoder: the field that holds the bytes, in hexadecimal digits or base64. */
      field?: string;
      /** In place of an encoder: always the same bytes, in hexadecimal digits. */
      hex?: string;
      /** In place of an encoder: always the same text. */
      text?: string;
      /** Sent by `field` or `sparkplug`: the field that is written; null: the encoder names them. */
      target?: string | null;
      /** LoRaWAN: the port. */
      port?: number;
      /** LoRaWAN: the device is to confirm it. */
      confirmed?: boolean;
      /** LoRaWAN: in place of what the network has queued for the device. */
      replace?: boolean;
      /** The fields that it is made of. */
      fields?: string[];
      /** The fields whose changes send it. */
      triggers?: string[];
      /** false: changes of the fields do not send it. */
      active?: boolean;
      /** Seconds that it may wait to be sent; then it is given up. */
      wait?: number;
      /** lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product) */
      name: string;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Downlink>>;
  /** GET /products/{product}/downlinks/{downlink}: Get a downlink of a product. */
  getDownlink(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Name of the product's downlink. */
    downlink: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<Downlink>>;
  /** PATCH /products/{product}/downlinks/{downlink}: Update a downlink of a product. The name never changes. Takes "edit_product" on all of the product, or the workspace permission "devices". */
  updateDownlink(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Name of the product's downlink. */
    downlink: string | number;
    /** The ETag of the state that is changed; `*`: whatever there is. */
    if_match: string;
    body: {
      /** For people; may be empty. */
      description?: string;
      /** `network`: the product's network; `broker`: a message to an external broker; `field`: values written to fields of the device itself; `sparkplug`: values written to metrics, by a command to the edge node. */
      sent_by?: "network" | "broker" | "field" | "sparkplug";
      /** A script that makes it: Encoder(measurements, port) or encodeDownlink(input) for LoRaWAN, Encoder(device, measurements) for everything else. */
      encoder?: string;
      /** In place of an encoder: the field that holds the bytes, in hexadecimal digits or base64. */
      field?: string;
      /** In place of an encoder: always the same bytes, in hexadecimal digits. */
      hex?: string;
      /** In place of an encoder: always the same text. */
      text?: string;
      /** Sent by `field` or `sparkplug`: the field that is written; null: the encoder names them. */
      target?: string | null;
      /** LoRaWAN: the port. */
      port?: number;
      /** LoRaWAN: the device is to confirm it. */
      confirmed?: boolean;
      /** LoRaWAN: in place of what the network has queued for the device. */
      replace?: boolean;
      /** The fields that it is made of. */
      fields?: string[];
      /** The fields whose changes send it. */
      triggers?: string[];
      /** false: changes of the fields do not send it. */
      active?: boolean;
      /** Seconds that it may wait to be sent; then it is given up. */
      wait?: number;
    };
    signal?: AbortSignal;
  }): Promise<Answer<Downlink>>;
  /** DELETE /products/{product}/downlinks/{downlink}: Delete a downlink of a product. What is queued of it is not sent any more. Takes "edit_product" on all of the product, or the workspace permission "devices". */
  deleteDownlink(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Name of the product's downlink. */
    downlink: string | number;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    deleted: string;
  }>>;
  /** POST /products/{product}/devices/{device}/downlinks: Send a downlink to a device. A downlink of the product by its name, or bytes. It is queued when this answers, and its state tells what becomes of it. Takes "record_measurements" (or "record_only") on the device. */
  sendDownlink(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Id of the device, or its serial. */
    device: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** Name of the product's downlink. */
      downlink?: string;
      /** For the downlink's encoder: they take the place of the device's current values. */
      values?: Record<string, unknown>;
      /** In place of a downlink: bytes in hexadecimal digits. */
      hex?: string;
      /** The same in base64. */
      base64?: string;
      /** The same as text, in UTF-8. */
      text?: string;
      /** LoRaWAN: the port. */
      port?: number;
      confirmed?: boolean;
      replace?: boolean;
      /** Seconds that it may wait to be sent; then it is given up. */
      wait?: number;
      /** In place of a downlink, in a dry run: one that is not saved yet. Takes what changing the product's downlinks takes. */
      draft?: {
        /** For people; may be empty. */
        description?: string;
        /** `network`: the product's network; `broker`: a message to an external broker; `field`: values written to fields of the device itself; `sparkplug`: values written to metrics, by a command to the edge node. */
        sent_by?: "network" | "broker" | "field" | "sparkplug";
        /** A script that makes it: Encoder(measurements, port) or encodeDownlink(input) for LoRaWAN, Encoder(device, measurements) for everything else. */
        encoder?: string;
        /** In place of an encoder: the field that holds the bytes, in hexadecimal digits or base64. */
        field?: string;
        /** In place of an encoder: always the same bytes, in hexadecimal digits. */
        hex?: string;
        /** In place of an encoder: always the same text. */
        text?: string;
        /** Sent by `field` or `sparkplug`: the field that is written; null: the encoder names them. */
        target?: string | null;
        /** LoRaWAN: the port. */
        port?: number;
        /** LoRaWAN: the device is to confirm it. */
        confirmed?: boolean;
        /** LoRaWAN: in place of what the network has queued for the device. */
        replace?: boolean;
        /** The fields that it is made of. */
        fields?: string[];
        /** The fields whose changes send it. */
        triggers?: string[];
        /** false: changes of the fields do not send it. */
        active?: boolean;
        /** Seconds that it may wait to be sent; then it is given up. */
        wait?: number;
      };
      /** Nothing is sent: the answer tells what would be. */
      dry_run?: boolean;
    };
    signal?: AbortSignal;
  }): Promise<Answer<SentDownlink>>;
  /** GET /products/{product}/devices/{device}/downlinks: List a device's downlinks. Newest first: what is open, and about a hundred that are over. */
  listDeviceDownlinks(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Id of the device, or its serial. */
    device: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: DeviceDownlink[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /products/{product}/devices/{device}/downlinks/{device_downlink}: Get a downlink of a device. */
  getDeviceDownlink(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Id of the device, or its serial. */
    device: string | number;
    /** Id of the downlink, as the list has it. */
    device_downlink: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<DeviceDownlink>>;
  /** DELETE /products/{product}/devices/{device}/downlinks/{device_downlink}: Cancel a downlink of a device. One that is queued still. Takes "record_measurements" (or "record_only") on the device. */
  cancelDeviceDownlink(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Id of the device, or its serial. */
    device: string | number;
    /** Id of the downlink, as the list has it. */
    device_downlink: string | number;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<DeviceDownlink>>;
  /** GET /products/{product}/devices/{device}/values: Get a device's current values. */
  getDeviceValues(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Id of the device, or its serial. */
    device: string | number;
    /** Only these fields, with commas between. */
    fields?: string;
    signal?: AbortSignal;
  }): Promise<Answer<DeviceValues>>;
  /** DELETE /products/{product}/devices/{device}/history: Delete what a device measured in a range of time. Of all fields, or of those that are named; current values stay. Both ends must be said. It takes the workspace permission `devices`, and view on the device. */
  deleteDeviceHistory(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Id of the device, or its serial. */
    device: string | number;
    /** Only these fields, with commas between. */
    fields?: string;
    /** ISO 8601, belongs to the range. */
    from: string;
    /** ISO 8601, does not belong to the range. */
    to: string;
    /** IANA time zone of moments without an offset. */
    zone?: string;
    /** Only count what would go. */
    dry_run?: boolean;
    /** Only while it is in the state with this ETag. */
    if_match?: string;
    signal?: AbortSignal;
  }): Promise<Answer<HistoryDeletion>>;
  /** GET /products/{product}/values: List the current values of a product's devices. Those devices that you may read, a page of them at a time. */
  listDeviceValues(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    /** Only these fields, with commas between. */
    fields?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: DeviceValues[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /products/{product}/devices/{device}/refusals: List a device's refusals. What was refused for this device, newest first. */
  listDeviceRefusals(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Id of the device, or its serial. */
    device: string | number;
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Refusal[];
  }>>;
  /** GET /refusals: List your own refusals. What the account that asks was refused, newest first. */
  listRefusals(parameters?: {
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Refusal[];
  }>>;
  /** POST /import: Import measurements. A table as `exportMeasurements` gives it: time, product, device, field, value. Rows are stored with their times and not published; a bad row stops no other. Rows of the same series and time: the last counts, so importing twice changes nothing. It takes the right to record on each device. With dry_run=true nothing is stored: the answer tells what would be. */
  importMeasurements(parameters: {
    /** true: nothing is changed; the answer tells what would go. */
    dry_run?: boolean;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: string;
    signal?: AbortSignal;
  }): Promise<Answer<Import>>;
  /** GET /audit: List audit log entries. Who did what, newest first. Entries of a workspace are shown with its permission `members`, those of no workspace to the account that made them, all of them to those who may `operate`. */
  listAuditEntries(parameters?: {
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    /** Slug: only what concerns this workspace. */
    workspace?: string;
    /** The `actor.account` of an entry: only what this one did. */
    actor?: string;
    /** Like `api_user.delete`, which may be written `api-user delete`, too; `device` is everything done to devices. */
    action?: string;
    /** ISO 8601, belongs to the range. */
    from?: string;
    /** ISO 8601, does not belong to the range. */
    to?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: AuditEntry[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /inspect: List events. What clients and requests did, newest first, as far as it was kept. Refusals, logins refused, connections opened and closed. Events of a workspace are shown with its permission `devices`, those of the own account always, all of them to those who may `operate`. `/api/v1/inspect/live` tells the same as it comes, and what is accepted, as Server-Sent Events. */
  listEvents(parameters?: {
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before; absent: the first page. */
    cursor?: string;
    /** `<product>/<id or serial>`: only what concerns this device. */
    device?: string;
    /** Only what this account did: its name, or its key. */
    account?: string;
    kind?: "accepted" | "refused" | "login_refused" | "opened" | "closed" | "clock" | "subscribed" | "connection_refused" | "downlink" | "pass" | "webhook" | "broker";
    /** ISO 8601. */
    since?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Event[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /sessions: List sessions. Oldest first. All of the instance takes the instance permission `operate`; with `account` those of the own account, and of API users in workspaces in which you have the permission `devices`. */
  listSessions(parameters?: {
    /** How many at most, 1 to 1000; 100 when absent. */
    limit?: number;
    /** `next` of the page before. */
    cursor?: string;
    /** Only of this account: its name, or its key. */
    account?: string;
    /** Only with this client identifier. */
    client_id?: string;
    /** Only where the client identifier holds this text. */
    contains?: string;
    connected?: boolean;
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Session[];
    /** Cursor of the next page; null: this is the last. */
    next: string | null;
  }>>;
  /** GET /sessions/{client_session}: Get a session. */
  getSession(parameters: {
    /** Id of the MQTT session, as the list has it. */
    client_session: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<SessionDetails>>;
  /** POST /sessions/{client_session}/disconnect: Disconnect a session. Ends the connection of its client; its will is published, and the session stays as long as it is kept. */
  disconnectSession(parameters: {
    /** Id of the MQTT session, as the list has it. */
    client_session: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    signal?: AbortSignal;
  }): Promise<Answer<{
    /** false: it was not connected. */
    disconnected: boolean;
  }>>;
  /** GET /connection: Get how clients connect. Topics' prefix, and the listeners with their ports. The host is the one by which you reach this API. */
  getConnection(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<Connection>>;
  /** GET /instance: Get the instance. Version, health, listeners and the certificate. It takes the instance permission `operate`. */
  getInstance(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<Instance>>;
  /** GET /instance/figures: Get the instance's figures. The figures of /metrics as JSON: what is labelled is summed up. It takes the instance permission `operate`. */
  getFigures(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<Figures>>;
  /** GET /instance/day: Get the figures of the last day. A value a minute: rates a second (`…_rate`), and what was so at the minute's end. It takes the instance permission `operate`. */
  getDayOfFigures(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<DayOfFigures>>;
  /** GET /instance/settings: List the settings in force. Secrets are left out. It takes the instance permission `operate`. */
  listSettings(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Setting[];
  }>>;
  /** GET /instance/state: Get the state of a node. Checksums of what this server has made of the log: several servers that are at the same position have the same. It looks at everything there is at once, and serves nobody meanwhile. It takes the instance permission `operate`. */
  getNodeState(parameters?: {
    /** A position that is waited for, up to ten seconds. */
    at?: number;
    signal?: AbortSignal;
  }): Promise<Answer<NodeState>>;
  /** GET /instance/nodes: List nodes. The servers on one PostgreSQL: which are active, which stand by; none where the data is in the server's own folder. It takes the instance permission `operate`. */
  listNodes(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<Nodes>>;
  /** POST /instance/nodes/{node}/drain: Drain a node. Before one of several servers is stopped: from now on its `GET /healthz` is 503, it takes no connections, and after a few seconds it ends those that it has, within half a minute; their clients go to the others. It goes on with everything else until it is stopped. Any of the servers may be asked. It takes the instance permission `operate`. */
  drainNode(parameters: {
    /** Number of the node. */
    node: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    signal?: AbortSignal;
  }): Promise<Answer<ReadableStream<Uint8Array>>>;
  /** GET /instance/storage: Get what is stored. Sizes of the store, and the products, fields and devices with the most measurements. It takes the instance permission `operate`. */
  getStorage(parameters?: {
    /** How long each list is at most. */
    top?: number;
    signal?: AbortSignal;
  }): Promise<Answer<Storage>>;
  /** GET /products/{product}/storage: Get what a product stores. What the measurements of its devices that you may view take of the disk, and since when. */
  getProductStorage(parameters: {
    /** Slug of the product. */
    product: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<ProductStorage>>;
  /** GET /backups: List backups. Newest first. It takes the instance permission `operate`. */
  listBackups(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<{
    items: Backup[];
  }>>;
  /** POST /backups: Create a backup. Makes one now and verifies it; the answer comes when it is done. It takes the instance permission `operate`. */
  createBackup(parameters?: {
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    signal?: AbortSignal;
  }): Promise<Answer<Backup>>;
  /** POST /products/{product}/devices/{device}/measurements: Record measurements. The same as a publish: each is checked, stored durably, and published then. It takes the right to record on the device. */
  recordMeasurements(parameters: {
    /** Slug of the product. */
    product: string | number;
    /** Id of the device, or its serial. */
    device: string | number;
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: Rows;
    signal?: AbortSignal;
  }): Promise<Answer<Recorded>>;
  /** GET /history: Get the history of devices. The measurements of one device or of many, as they were or in buckets of time. Rows come device by device, in the order of time. JSON comes in pages, NDJSON and CSV as one stream to the end. docs/history.md has the words of the request. */
  getHistory(parameters?: {
    /** With commas between: slugs; all their devices that you may read, or those of `devices` */
    products?: string;
    /** With commas between: ids or serials */
    devices?: string;
    /** With commas between: FIELD or FIELD:AGGREGATION; all fields when there is none */
    fields?: string;
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
  }): Promise<Answer<History>>;
  /** POST /history: Get the history of many devices. The measurements of one device or of many, as they were or in buckets of time. Rows come device by device, in the order of time. JSON comes in pages, NDJSON and CSV as one stream to the end. docs/history.md has the words of the request. The same as `getHistory`, for lists that are too long for an address. */
  queryHistory(parameters: {
    /** A random text; a repeated request with it is answered, not repeated. */
    idempotency_key?: string;
    body: {
      /** slugs; all their devices that you may read, or those of `devices` */
      products?: string[];
      /** ids or serials */
      devices?: string[];
      /** FIELD or FIELD:AGGREGATION; all fields when there is none */
      fields?: string[];
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
    };
    signal?: AbortSignal;
  }): Promise<Answer<History>>;
  /** GET /export: Export measurements. Every measurement of the devices, one row each, as one stream to the end. It takes the workspace permission `exports`. */
  exportMeasurements(parameters?: {
    /** With commas between: slugs; all their devices that you may read, or those of `devices` */
    products?: string;
    /** With commas between: ids or serials */
    devices?: string;
    /** With commas between: all fields when there is none */
    fields?: string;
    /** ISO 8601, belongs to the range; the beginning by default */
    from?: string;
    /** ISO 8601, does not belong to the range; the end by default */
    to?: string;
    /** IANA time zone of moments without an offset */
    zone?: string;
    /** Parquet comes from the command line: it takes too long here */
    format?: "csv" | "ndjson";
    /** CSV: a ' before text that a spreadsheet would run as a formula */
    escape_formulas?: boolean;
    signal?: AbortSignal;
  }): Promise<Answer<ReadableStream<Uint8Array>>>;
  /** GET /live: Stream measurements as they come. Every measurement that is published from now on, or since the event that the header Last-Event-ID names, as Server-Sent Events. */
  streamMeasurements(parameters?: {
    /** With commas between: slugs; all their devices that you may read, or those of `devices` */
    products?: string;
    /** With commas between: ids or serials */
    devices?: string;
    /** With commas between: all fields when there is none */
    fields?: string;
    /** begins with the current values of `devices`, as measurements */
    current?: boolean;
    /** no measurements: only whether the server is there */
    idle?: boolean;
    /** as the header Last-Event-ID: goes on behind this event */
    last_event_id?: string;
    signal?: AbortSignal;
  }): Promise<Answer<ReadableStream<Uint8Array>>>;
  /** GET /inspect/live: Stream events as they come. The same as `listEvents` from now on, and what is accepted, as Server-Sent Events. */
  streamEvents(parameters?: {
    /** `<product>/<id or serial>`: only what concerns this device. */
    device?: string;
    /** Only what this account did: its name, or its key. */
    account?: string;
    kind?: "accepted" | "refused" | "login_refused" | "opened" | "closed" | "clock" | "subscribed" | "connection_refused" | "downlink" | "pass" | "webhook" | "broker";
    signal?: AbortSignal;
  }): Promise<Answer<ReadableStream<Uint8Array>>>;
  /** GET /topics/live: Stream free topics as they are used. The free topics that you may hear, as Server-Sent Events: `topics` with what is retained, then `retained`; from then on, once a second, `topics` with each that had messages: the last one (its first 2048 bytes), how many there were, and whether one is retained. `lost` says how many messages on too many topics were left out. */
  streamFreeTopics(parameters?: {
    /** topic filter, without $share; `#` is all of them */
    filter?: string;
    signal?: AbortSignal;
  }): Promise<Answer<ReadableStream<Uint8Array>>>;
  /** GET /connection/ca: Download the CA file. The certificate of the server's own authority, as PEM: what clients need to trust its listeners with TLS. There is none where an operator's certificate is used. */
  downloadCa(parameters?: {
    signal?: AbortSignal;
  }): Promise<Answer<ReadableStream<Uint8Array>>>;
  /** GET /backups/{backup}: Download a backup. The file itself: it holds everything, secrets too. It takes the instance permission `operate`. */
  downloadBackup(parameters: {
    /** Name of the backup, as the list has it. */
    backup: string | number;
    signal?: AbortSignal;
  }): Promise<Answer<ReadableStream<Uint8Array>>>;
  /** GET /sessions/{client_session}/trace: Trace a session. Its client's packets in both directions, with their facts, as Server-Sent Events: `packet`, `note` for what is no packet, `lost` with how many lines were too many for the reader, `end`. Never user names, passwords or tokens. The server has eight traces at most. */
  traceSession(parameters: {
    /** Id of the MQTT session, as the list has it. */
    client_session: string | number;
    /** it ends by itself after that */
    seconds?: number;
    /** also the first bytes of payloads and what user properties say; for the own account, and who may `operate` */
    payload?: "true" | "false";
    signal?: AbortSignal;
  }): Promise<Answer<ReadableStream<Uint8Array>>>;
  /** GET /alerts/live: Stream alerts as they come. Each change of an alert and each notification that you may see from now on, as Server-Sent Events: `alert` and `notification`, with what the lists have; `lost` with how many were too many for the reader. */
  streamAlerts(parameters?: {
    /** Slug: only of this workspace. */
    workspace?: string;
    signal?: AbortSignal;
  }): Promise<Answer<ReadableStream<Uint8Array>>>;
}
