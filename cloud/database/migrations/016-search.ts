import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Dialect } from "../database.ts";

/**
 * What can be found by its name: a row for each site that is not deleted and each device that is not retired, kept by
 * triggers, so that whoever writes those need not think of it. The words are in a full-text index of SQLite's, whose rows
 * are those of a table with numbers of its own: VACUUM gives other tables new ones. PostgreSQL's is another, and is made
 * with the rest of what runs on it.
 */
export const migration016 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    if (dialect === "postgres") return;
    const statements = [
      ...[...indexed("site"), ...SITE_TRIGGERS, SITES],
      ...[...indexed("device"), ...DEVICE_TRIGGERS, DEVICES],
    ];
    for (const statement of statements) await statement.execute(db);
  },
});

/**
 * The rows of a kind and the index of their words. An organisation is a word too, with a letter before it that nobody
 * types (U+E000), so that a search looks through its own rows. Without places in the text the index is half as large.
 */
function indexed(kind: "site" | "device"): RawBuilder<unknown>[] {
  const [entry, index] = [sql.raw(`${kind}_entry`), sql.raw(`${kind}_index`)];
  return [
    sql`create table ${entry} (
      id integer primary key,
      record_id text not null unique,
      organization_id text not null,
      organization text not null generated always as (char(0xe000) || replace(organization_id, '-', '')) stored,
      name text not null,
      more text not null
    )`,
    sql`create index ${sql.raw(`${kind}_entry_name`)} on ${entry} (organization_id, name collate nocase)`,
    sql`create virtual table ${index} using fts5 (
      organization, name, more, content = ${entry}, content_rowid = 'id',
      detail = none, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2'
    )`,
    sql`create trigger ${sql.raw(`${kind}_entry_insert`)} after insert on ${entry} begin
      insert into ${index} (rowid, organization, name, more) values (new.id, new.organization, new.name, new.more);
    end`,
    sql`create trigger ${sql.raw(`${kind}_entry_delete`)} after delete on ${entry} begin
      insert into ${index} (${index}, rowid, organization, name, more)
        values ('delete', old.id, old.organization, old.name, old.more);
    end`,
  ];
}

const SITES = sql`insert into site_entry (record_id, organization_id, name, more)
  select site.id, site.organization_id, site.name, site.address from site where site.deleted_ms is null`;

// A device is found by the name of its site too.
const DEVICES = sql`insert into device_entry (record_id, organization_id, name, more)
  select device.id, device.organization_id, device.name, device.key || ' ' || device.type || ' ' || site.name
  from device join site on site.id = device.site_id where device.lifecycle <> 'retired'`;

const SITE_TRIGGERS: RawBuilder<unknown>[] = [
  sql`create trigger site_search_insert after insert on site begin ${SITES} and site.id = new.id; end`,
  sql`create trigger site_search_update after update of name, address, deleted_ms on site
    when old.name <> new.name or old.address <> new.address or old.deleted_ms is not new.deleted_ms
  begin
    delete from site_entry where record_id = new.id;
    ${SITES} and site.id = new.id;
  end`,
  sql`create trigger site_search_delete after delete on site begin
    delete from site_entry where record_id = old.id;
  end`,
];

const DEVICE_TRIGGERS: RawBuilder<unknown>[] = [
  sql`create trigger device_search_insert after insert on device begin ${DEVICES} and device.id = new.id; end`,
  sql`create trigger device_search_update after update of name, type, lifecycle, site_id on device
    when old.name <> new.name or old.type <> new.type or old.site_id <> new.site_id
      or (old.lifecycle = 'retired') <> (new.lifecycle = 'retired')
  begin
    delete from device_entry where record_id = new.id;
    ${DEVICES} and device.id = new.id;
  end`,
  sql`create trigger device_search_delete after delete on device begin
    delete from device_entry where record_id = old.id;
  end`,
  // Of a site that is deleted no device is found: they are retired with it.
  sql`create trigger device_search_rename after update of name on site
    when old.name <> new.name and new.deleted_ms is null
  begin
    delete from device_entry where record_id in (select id from device where site_id = new.id);
    ${DEVICES} and site.id = new.id;
  end`,
];
