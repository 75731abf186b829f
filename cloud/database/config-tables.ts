/** The tables of `cloud/config-layers`. */
export interface ConfigTables {
  config_layer: ConfigLayerTable;
  config_layer_version: ConfigLayerVersionTable;
  stale_config: StaleConfigTable;
  device_config: DeviceConfigTable;
  settings_schema: SettingsSchemaTable;
}

/** What settings the devices of a type have. `schema` is JSON; null where it was taken away. */
export interface SettingsSchemaTable {
  organization_id: string;
  type: string;
  version: number;
  schema: string | null;
  updated_ms: number;
}

/** `subject`: the id of the site or device, the name of the type; empty for the organisation. `config` is JSON. */
export interface ConfigLayerTable {
  organization_id: string;
  level: string;
  subject: string;
  version: number;
  config: string;
  updated_ms: number;
}

/** Each version of a layer that there ever was. */
export interface ConfigLayerVersionTable {
  organization_id: string;
  level: string;
  subject: string;
  version: number;
  config: string;
  revert_of: number | null;
  /** Null where a job set it. */
  author_id: string | null;
  made_ms: number;
}

/** Devices whose wanted configuration has to be computed anew. */
export interface StaleConfigTable {
  device_id: string;
}

/** What is wanted of a device in all, and what it reported. */
export interface DeviceConfigTable {
  device_id: string;
  desired_version: number | null;
  desired: string | null;
  reported_version: number | null;
  reported: string | null;
  updated_ms: number;
  /** Since when it has not reported what is wanted; null while it is as wanted. */
  drift_since_ms: number | null;
}
