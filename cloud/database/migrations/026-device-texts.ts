import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Dialect } from "../database.ts";

/**
 * Any part of a device's texts finds it, without the other devices being read: an index of all their three letters in a
 * row, of the devices that are not retired, by the numbers that migration 016 gave them. The texts themselves are not kept
 * a second time. Each organisation has a word of three letters that nobody types (from U+E000), so that a search looks
 * through its own devices.
 */
export const migration026 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const some = sql`create index device_simulated on device (organization_id, name, id)
      where provenance = 'simulated' and lifecycle <> 'retired'`;
    await some.execute(db);
    if (dialect === "postgres") return;
    for (const statement of [ORGANIZATIONS, TEXTS, ...TRIGGERS, NUMBERED, FILLED])
      await statement.execute(db);
  },
});

const LETTERS = sql.lit(6_400);
const letter = (place: RawBuilder<unknown>) => sql`char(${sql.lit(0xe000)} + ${place} % ${LETTERS})`;

const ORGANIZATIONS = sql`create table device_text_organization (
  id integer primary key,
  organization_id text not null unique,
  word text not null generated always as
    (${letter(sql`id / ${LETTERS} / ${LETTERS}`)} || ${letter(sql`id / ${LETTERS}`)} || ${letter(sql`id`)}) stored
)`;

const TEXTS = sql`create virtual table device_text using fts5 (
  organization, name, key, type, site, attributes,
  content = '', contentless_delete = 1, tokenize = 'trigram'
)`;

/** The texts of the devices that have an entry; `where` says of which. */
const FILLED = sql`insert into device_text (rowid, organization, name, key, type, site, attributes)
  select device_entry.id, device_text_organization.word, device.name, device.key, device.type, site.name,
    device.attributes
  from device_entry
    join device on device.id = device_entry.record_id
    join site on site.id = device.site_id
    join device_text_organization on device_text_organization.organization_id = device.organization_id`;

const NUMBERED = sql`insert or ignore into device_text_organization (organization_id)
  select distinct organization_id from device_entry`;

const TRIGGERS: RawBuilder<unknown>[] = [
  sql`create trigger device_text_insert after insert on device_entry begin
    insert or ignore into device_text_organization (organization_id) values (new.organization_id);
    ${FILLED} where device_entry.id = new.id;
  end`,
  sql`create trigger device_text_delete after delete on device_entry begin
    delete from device_text where rowid = old.id;
  end`,
  // Its name, type and place have it entered anew (migration 016).
  sql`create trigger device_text_update after update of attributes on device
    when old.attributes <> new.attributes
  begin
    delete from device_text where rowid = (select id from device_entry where record_id = new.id);
    ${FILLED} where device_entry.record_id = new.id;
  end`,
];
