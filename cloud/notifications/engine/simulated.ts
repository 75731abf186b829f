import type { Transaction } from "kysely";
import { sql } from "kysely";
import { IDS_AT_ONCE, inGroups } from "../../database/in-groups.ts";
import type { Tables } from "../../database/tables.ts";
import type { DeliveryRow } from "./spec.ts";

type Marked = Pick<DeliveryRow, "recipient_kind" | "recipient_id" | "simulated">;

/** Marks, before they are written, the new deliveries that go to simulated devices, or to what is registered for one. */
export async function markSimulated(trx: Transaction<Tables>, rows: readonly Marked[]): Promise<void> {
  const of = (kind: string) => rows.filter((row) => row.recipient_kind === kind && row.recipient_id !== null);
  const [devices, endpoints] = [of("device"), of("endpoint")];
  for (const some of inGroups(devices, IDS_AT_ONCE)) {
    const found = await trx
      .selectFrom("device")
      .select("id")
      .where("id", "in", idsOf(some))
      .where("provenance", "=", sql.lit("simulated"))
      .execute();
    mark(some, found);
  }
  for (const some of inGroups(endpoints, IDS_AT_ONCE)) {
    const found = await trx
      .selectFrom("push_endpoint")
      .innerJoin("device", "device.id", "push_endpoint.device_id")
      .select("push_endpoint.id")
      .where("push_endpoint.id", "in", idsOf(some))
      .where("device.provenance", "=", sql.lit("simulated"))
      .execute();
    mark(some, found);
  }
}

function mark(rows: readonly Marked[], found: readonly { id: string }[]): void {
  if (found.length === 0) return;
  const simulated = new Set(found.map(({ id }) => id));
  for (const row of rows) if (simulated.has(row.recipient_id ?? "")) row.simulated = 1;
}

const idsOf = (rows: readonly Marked[]): string[] => [
  ...new Set(rows.map(({ recipient_id }) => recipient_id ?? "")),
];
