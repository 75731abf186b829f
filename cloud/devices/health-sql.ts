import { type RawBuilder, sql } from "kysely";
import type { Health } from "../../protocol/devices/device.ts";
import { BATTERY_EMPTY, BATTERY_LOW, HEALTH_METRICS } from "./health-rules.ts";

/**
 * The health of the `device` row of a statement, as `healthOf` computes it, so that the database can filter and count
 * without the devices being loaded. Newest values are JSON texts; what `healthOf` takes for "no error" is listed as such.
 */
export function healthInSql(): RawBuilder<Health> {
  // Only what is a JSON number may be cast: PostgreSQL refuses the statement over any other text.
  const battery = sql`case
    when value like '"%' or value in ('true', 'false', 'null') then 100
    else cast(value as double precision) end`;
  return sql<Health>`case when device.last_seen_ms is null then 'unknown' else (
    select case max(case
        when metric = 'battery' then case
          when ${battery} < ${sql.lit(BATTERY_EMPTY)} then 2
          when ${battery} < ${sql.lit(BATTERY_LOW)} then 1
          else 0 end
        when value in ('0', 'false', '""', '"0"', '"none"') then 0
        else 2 end)
      when 2 then 'error' when 1 then 'warning' else 'healthy' end
    from device_metric
    where device_metric.device_id = device.id
      and metric in (${sql.join(HEALTH_METRICS.map((metric) => sql.lit(metric)))})
  ) end`;
}
