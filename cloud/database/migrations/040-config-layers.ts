import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Dialect } from "../database.ts";

/**
 * Configuration in layers with the history of each, the devices whose wanted configuration has to be computed anew, and
 * since when a device has not been as it is wanted. What was wanted of each device until now is its own layer.
 */
export const migration040 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of [...TABLES, ...FILLED]) await statement.execute(db);
    // PostgreSQL's triggers are another language, and come with what runs on it.
    if (dialect === "postgres") return;
    for (const trigger of TRIGGERS) await trigger.execute(db);
  },
});

const TABLES: RawBuilder<unknown>[] = [
  sql`create table config_layer (
    organization_id text not null,
    level text not null,
    subject text not null,
    version integer not null,
    config text not null,
    updated_ms bigint not null,
    primary key (organization_id, level, subject)
  )`,
  sql`create table config_layer_version (
    organization_id text not null,
    level text not null,
    subject text not null,
    version integer not null,
    config text not null,
    revert_of integer,
    author_id text,
    made_ms bigint not null,
    primary key (organization_id, level, subject, version)
  )`,
  sql`create index config_layer_subject on config_layer (subject)`,
  sql`create index config_layer_version_subject on config_layer_version (subject)`,
  sql`create table stale_config (device_id text not null primary key)`,
  sql`alter table device_config add column drift_since_ms bigint`,
  sql`create index device_config_drift on device_config (drift_since_ms)`,
];

const FILLED: RawBuilder<unknown>[] = [
  sql`insert into config_layer (organization_id, level, subject, version, config, updated_ms)
    select device.organization_id, 'device', device.id, 1, device_config.desired, device_config.updated_ms
    from device_config join device on device.id = device_config.device_id where desired is not null`,
  sql`insert into config_layer_version (organization_id, level, subject, version, config, made_ms)
    select organization_id, level, subject, version, config, updated_ms from config_layer`,
  sql`update device_config set drift_since_ms = updated_ms
    where desired is not null and (reported_version is null or reported_version <> desired_version)`,
];

/** Where only devices have something wanted of them, one that is new or changes its type has nothing to inherit. */
const HAS_LAYERS = sql`exists (select 1 from config_layer
  where organization_id = new.organization_id and level in ('organization', 'site', 'type'))`;

const TRIGGERS: RawBuilder<unknown>[] = [
  sql`create trigger stale_config_insert after insert on device when ${HAS_LAYERS}
  begin
    insert into stale_config (device_id) values (new.id) on conflict do nothing;
  end`,
  sql`create trigger stale_config_update after update of type, site_id, lifecycle on device
    when (old.type <> new.type or old.site_id <> new.site_id
      or (old.lifecycle = 'retired' and new.lifecycle <> 'retired')) and ${HAS_LAYERS}
  begin
    insert into stale_config (device_id) values (new.id) on conflict do nothing;
  end`,
];
