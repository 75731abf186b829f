import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { PageKey } from "../../protocol/api/page-key.ts";
import { type Conduct, conductSeverity } from "../../protocol/devices/conduct.ts";
import {
  CONNECTIVITIES,
  type DeviceQuery,
  HEALTHS,
  type Health,
  LIFECYCLES,
  PROVENANCES,
} from "../../protocol/devices/device.ts";
import type { DeviceCounts } from "../../protocol/sites/site.ts";
import type { CloudDatabase } from "../database/database.ts";
import { eachPage } from "../database/paging.ts";
import { openSqlite } from "../database/sqlite.ts";
import { findNeedy } from "./attention.ts";
import { countByProvenance, countBySite, noDevices } from "./counts.ts";
import { healthOf } from "./health-rules.ts";
import { countDevices, keyIn, selectDevices } from "./store.ts";

/** Any writes of devices, their values and sites, against what a look at every device says in the end. */

const directory = mkdtempSync(join(tmpdir(), "homepot-triggers-"));
let db: CloudDatabase;
let raw: Database;
beforeAll(async () => {
  db = await openSqlite(join(directory, "cloud.db"));
  raw = new Database(join(directory, "cloud.db"));
  raw.run("PRAGMA synchronous = OFF");
});
afterAll(async () => {
  raw.close();
  await db.close();
  rmSync(directory, { recursive: true });
});

const SITES = 3;
const device = fc.nat(7);
const text = fc.constantFrom("Till", "TILL 12", "kiosk", "thermostat", 'a "b" c', "50%_off", "Ärmel", "x");
const values = fc.constantFrom<[string, ...unknown[]]>(
  ["battery", 80, 12, 3, "3", null],
  ["errorCode", 0, 17, "none", "E17"],
  ["fault", false, true, ""],
);
const change = fc.oneof(
  fc.record({ lifecycle: fc.constantFrom(...LIFECYCLES) }),
  fc.record({ connectivity: fc.constantFrom(...CONNECTIVITIES) }),
  fc.record({ provenance: fc.constantFrom(...PROVENANCES) }),
  fc.record({ last_seen_ms: fc.constantFrom(null, 5, 6) }),
  fc.record({ name: text }),
  fc.record({ type: text }),
  fc.record({ attributes: text.map((model) => JSON.stringify({ model })) }),
  fc.record({ site: fc.nat(SITES - 1) }),
);
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ device, add: fc.record({ site: fc.nat(SITES - 1), name: text }) }) },
    { weight: 6, arbitrary: fc.record({ device, change }) },
    { weight: 4, arbitrary: fc.record({ device, value: values, at: fc.nat(4) }) },
    { weight: 1, arbitrary: fc.record({ device, forget: values }) },
    { weight: 2, arbitrary: fc.record({ device, conduct: fc.constantFrom(null, "slow", "refused") }) },
    { weight: 1, arbitrary: fc.record({ device, remove: fc.constant(true) }) },
    { weight: 1, arbitrary: fc.record({ renamed: fc.nat(SITES - 1), name: text }) },
  ),
  { maxLength: 40, size: "max" },
);
const CONDUCTS = {
  slow: { slow: { tookMs: 4_000, expectedMs: 1_000, answered: true } },
  refused: { refused: { count: 20, of: 20, code: "payload.invalid", reason: "r", topic: "t" } },
};
type Step = {
  device?: number;
  add?: { site: number; name: string };
  change?: Record<string, string | number | null>;
  value?: [string, ...unknown[]];
  at?: number;
  forget?: [string, ...unknown[]];
  conduct?: keyof typeof CONDUCTS | null;
  remove?: true;
  renamed?: number;
  name?: string;
};

let organizations = 0;

/** An organisation of its own for each run, with sites and a gateway. */
function begin(): string {
  organizations += 1;
  const organization = `o${organizations}`;
  for (let site = 0; site < SITES; site += 1) {
    raw.run(
      `INSERT INTO site (id, organization_id, name, description, address, time_zone, created_ms, updated_ms)
       VALUES (?, ?, ?, '', '', 'UTC', 0, 0)`,
      [`${organization}-s${site}`, organization, `Site ${site}`],
    );
  }
  raw.run(
    `INSERT INTO gateway (id, organization_id, site_id, name, public_key, created_ms, downlog_epoch)
     VALUES (?, ?, ?, 'g', '', 0, 'e')`,
    [`${organization}-g`, organization, `${organization}-s0`],
  );
  return organization;
}

function take(organization: string, step: Step): void {
  const id = `${organization}-d${step.device}`;
  if (step.add !== undefined) {
    raw.run(
      `INSERT OR IGNORE INTO device (id, organization_id, site_id, gateway_id, key, name, type, provenance, lifecycle,
         connectivity, attributes, created_ms, updated_ms)
       VALUES (?, ?, ?, ?, ?, ?, 'kiosk', 'real', 'active', 'online', '{}', 0, 0)`,
      [id, organization, `${organization}-s${step.add.site}`, `${organization}-g`, id, step.add.name],
    );
  } else if (step.change !== undefined) {
    for (const [column, to] of Object.entries(step.change)) {
      const isSite = column === "site";
      const value = isSite ? `${organization}-s${to}` : to;
      raw.run(`UPDATE device SET ${isSite ? "site_id" : column} = ? WHERE id = ?`, [value, id]);
    }
  } else if (step.value !== undefined) {
    const [metric, ...possible] = step.value;
    raw.run(
      `INSERT INTO device_metric (device_id, metric, value, at_ms)
       SELECT id, ?, ?, 0 FROM device WHERE id = ?
       ON CONFLICT (device_id, metric) DO UPDATE SET value = excluded.value`,
      [metric, JSON.stringify(possible[(step.at ?? 0) % possible.length]), id],
    );
  } else if (step.forget !== undefined) {
    raw.run("DELETE FROM device_metric WHERE device_id = ? AND metric = ?", [id, step.forget[0]]);
  } else if (step.conduct === null) {
    raw.run("DELETE FROM device_conduct WHERE device_id = ?", [id]);
  } else if (step.conduct !== undefined) {
    const conduct = CONDUCTS[step.conduct];
    raw.run(
      `INSERT INTO device_conduct (device_id, conduct, severity) SELECT id, ?1, ?2 FROM device WHERE id = ?3
       ON CONFLICT DO UPDATE SET conduct = ?1, severity = ?2`,
      [JSON.stringify(conduct), conductSeverity(conduct), id],
    );
  } else if (step.remove) {
    raw.run("DELETE FROM device_conduct WHERE device_id = ?", [id]);
    raw.run("DELETE FROM device_metric WHERE device_id = ?", [id]);
    raw.run("DELETE FROM device WHERE id = ?", [id]);
  } else {
    const name = `${step.name} ${step.renamed}`;
    raw.run("UPDATE site SET name = ? WHERE id = ?", [name, `${organization}-s${step.renamed}`]);
  }
}

interface Row {
  id: string;
  site_id: string;
  site_name: string;
  name: string;
  key: string;
  type: string;
  attributes: string;
  lifecycle: string;
  connectivity: string;
  provenance: string;
  last_seen_ms: number | null;
}

const devicesOf = (organization: string) =>
  raw
    .query<Row, [string]>(
      `SELECT device.*, site.name AS site_name FROM device JOIN site ON site.id = site_id
       WHERE device.organization_id = ? AND lifecycle <> 'retired' ORDER BY device.id`,
    )
    .all(organization);

const sameFor = (check: (organization: string) => Promise<void> | void, numRuns = 40) =>
  fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const organization = raw.transaction(() => {
        const made = begin();
        for (const step of taken as Step[]) take(made, step);
        return made;
      })();
      await check(organization);
    }),
    { numRuns },
  );

test("the kept counts are what counting every device gives", () =>
  sameFor(async (organization) => {
    const scope = { organizationId: organization, userId: "u", role: "owner", permissions: [] };
    const devices = devicesOf(organization).map((row) => ({ ...row, health: healthNow(row) }));
    const of = (query: { site?: string; provenance?: string; connectivity?: string; health?: Health }) =>
      devices.filter(
        (row) =>
          [row.site_id, undefined].includes(query.site) &&
          [row.provenance, undefined].includes(query.provenance) &&
          [row.connectivity, undefined].includes(query.connectivity) &&
          [row.health, undefined].includes(query.health),
      ).length;
    const countsOf = (query: { site?: string; provenance?: string }): DeviceCounts => ({
      total: of(query),
      simulated: query.provenance === "real" ? 0 : of({ ...query, provenance: "simulated" }),
      connectivity: Object.fromEntries(
        CONNECTIVITIES.map((connectivity) => [connectivity, of({ ...query, connectivity })]),
      ) as DeviceCounts["connectivity"],
      health: Object.fromEntries(
        HEALTHS.map((health) => [health, of({ ...query, health })]),
      ) as DeviceCounts["health"],
    });
    const sites = [...new Set(devices.map((row) => row.site_id))];
    for (const provenance of [undefined, ...PROVENANCES]) {
      const kept = await countBySite(db.read, organization, undefined, provenance);
      const some = await countBySite(db.read, organization, sites.slice(0, 1), provenance);
      const only = provenance === undefined ? {} : { provenance };
      for (const site of sites) {
        const counted = countsOf({ site, ...only });
        expect(kept.get(site) ?? noDevices()).toEqual(counted);
        if (site === sites[0]) expect(some.get(site) ?? noDevices()).toEqual(counted);
      }
      expect([...kept.keys(), ...some.keys()].filter((site) => !sites.includes(site))).toEqual([]);
      for (const health of HEALTHS) {
        const query = { limit: 1, health, ...only };
        expect(await countDevices(db.read, scope, query)).toBe(of({ health, ...only }));
        if (sites[0] === undefined) continue;
        const there = of({ health, ...only, site: sites[0] });
        expect(await countDevices(db.read, scope, { ...query, site: sites[0] })).toBe(there);
      }
    }
    for (const [provenance, counts] of await countByProvenance(db.read, organization)) {
      expect(counts).toEqual(countsOf({ provenance }));
    }
    expect(await countDevices(db.read, scope, { limit: 1, health: "error", connectivity: "offline" })).toBe(
      of({ health: "error", connectivity: "offline" }),
    );
  }));

/** Computed from its newest values and its conduct. */
function healthNow({ id, last_seen_ms }: Row): Health {
  const latest = raw
    .query<{ metric: string; value: string }, [string]>(
      "SELECT metric, value FROM device_metric WHERE device_id = ?",
    )
    .all(id);
  const newest = new Map(latest.map(({ metric, value }) => [metric, JSON.parse(value) as unknown]));
  const conduct = raw
    .query<{ conduct: string }, [string]>("SELECT conduct FROM device_conduct WHERE device_id = ?")
    .get(id);
  const behaves = conduct === null ? {} : (JSON.parse(conduct.conduct) as Conduct);
  return healthOf(newest, last_seen_ms !== null, behaves).health;
}

test("the kept troubles are those of each device's health", () =>
  sameFor(async (organization) => {
    const troubles = devicesOf(organization).flatMap((row) => {
      const severity = { error: 2, warning: 1 }[healthNow(row) as string];
      const { id: device_id, site_id, provenance, name } = row;
      return severity === undefined ? [] : [{ site_id, device_id, severity, provenance, name }];
    });
    const kept = raw
      .query(
        `SELECT site_id, device_id, severity, provenance, name FROM device_trouble WHERE organization_id = ?
         ORDER BY device_id`,
      )
      .all(organization);
    expect(kept as object[]).toEqual(troubles);
    const scope = { organizationId: organization, userId: "u", role: "owner", permissions: [] };
    for (const [health, severity] of [
      ["warning", 1],
      ["error", 2],
    ] as const) {
      const expected = troubles.filter((trouble) => trouble.severity === severity);
      for (const descending of [false, true]) {
        const walked: string[] = [];
        const order = { column: "device.name", descending } as const;
        const select = (cursor?: PageKey) =>
          selectDevices(db.read, scope, { health, limit: 2, cursor }, order);
        for await (const rows of eachPage(select, 2, keyIn(order))) walked.push(...rows.map(({ id }) => id));
        const sorted = expected
          .toSorted((a, b) => (`${a.name}\0${a.device_id}` < `${b.name}\0${b.device_id}` ? -1 : 1))
          .map(({ device_id }) => device_id);
        expect(walked).toEqual(descending ? sorted.reverse() : sorted);
      }
    }
  }));

test("a search finds the devices that have the text, whichever way it looks for them", () =>
  sameFor(async (organization) => {
    const devices = devicesOf(organization);
    for (const q of ["till", "LL 1", '"b"', "%_o", "armel", "ärmel", "Site 1", "osk", "ti", "O", "a AND b"]) {
      const has = ({ site_name, name, key, type, attributes }: Row) =>
        [site_name, name, key, type, attributes].some((one) => one.toLowerCase().includes(q.toLowerCase()));
      const expected = devices.filter(has).map(({ id }) => id);
      const scope = { organizationId: organization, userId: "u", role: "owner", permissions: [] };
      const query: DeviceQuery = { q, limit: 50 };
      const order = { column: "device.key", descending: false } as never;
      const total = await countDevices(db.read, scope, query);
      // As it is asked for when few are expected, and when many are.
      const found = [total, Number.POSITIVE_INFINITY].map((expectedTotal) =>
        selectDevices(db.read, scope, query, order, expectedTotal),
      );
      const ids = (await Promise.all(found)).map((rows) => rows.map(({ id }) => id));
      expect({ q, total, ids }).toEqual({ q, total: expected.length, ids: [expected, expected] });
    }
  }, 15));

test("sorted by connectivity, a list has each device once, page after page", () =>
  sameFor(async (organization) => {
    const devices = devicesOf(organization);
    const scope = { organizationId: organization, userId: "u", role: "owner", permissions: [] };
    for (const descending of [false, true]) {
      const walked: string[] = [];
      const order = { column: "device.connectivity", descending } as const;
      const select = (cursor?: PageKey) => selectDevices(db.read, scope, { limit: 2, cursor }, order);
      for await (const rows of eachPage(select, 2, keyIn(order))) walked.push(...rows.map(({ id }) => id));
      const sorted = devices
        .toSorted((a, b) => (`${a.connectivity} ${a.id}` < `${b.connectivity} ${b.id}` ? -1 : 1))
        .map(({ id }) => id);
      expect(walked).toEqual(descending ? sorted.reverse() : sorted);
    }
  }, 15));

test("the devices to look at are those in trouble or out of reach of the sites that are not away, worst first", () =>
  sameFor(async (organization) => {
    const counts = await countBySite(db.read, organization);
    for (const away of [new Set<string>(), new Set([`${organization}-s1`])]) {
      const found = await findNeedy(db.read, organization, counts, away, 3);
      const severities = new Map(
        raw
          .query<[string, number], [string]>(
            "SELECT device_id, severity FROM device_trouble WHERE organization_id = ?",
          )
          .values(organization) as [string, number][],
      );
      const badness = ({ id, connectivity }: Row): number =>
        [
          severities.get(id) === 2,
          connectivity === "offline",
          severities.get(id) === 1,
          connectivity === "late",
        ].indexOf(true);
      const needy = devicesOf(organization).filter((row) => !away.has(row.site_id) && badness(row) >= 0);
      expect(found.total).toBe(needy.length);
      const worst = needy.map(badness).sort();
      const byId = new Map(needy.map((row) => [row.id, badness(row)]));
      expect(found.ids.map((id) => byId.get(id))).toEqual(worst.slice(0, 3));
    }
  }));
