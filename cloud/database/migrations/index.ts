import type { Migration } from "kysely/migration";
import type { Dialect } from "../database.ts";
import { migration001 } from "./001-init.ts";
import { migration002 } from "./002-accounts.ts";
import { migration003 } from "./003-digests.ts";
import { migration006 } from "./006-audit.ts";
import { migration007 } from "./007-set-aside.ts";
import { migration008 } from "./008-dropped.ts";
import { migration009 } from "./009-clock-skew.ts";
import { migration010 } from "./010-idempotency.ts";
import { migration011 } from "./011-restored.ts";
import { migration012 } from "./012-labels.ts";
import { migration013 } from "./013-custom-roles.ts";
import { migration016 } from "./016-search.ts";
import { migration017 } from "./017-tours.ts";
import { migration018 } from "./018-bulk.ts";
import { migration019 } from "./019-lookups.ts";
import { migration023 } from "./023-activity.ts";
import { migration025 } from "./025-device-counts.ts";
import { migration026 } from "./026-device-texts.ts";
import { migration027 } from "./027-device-troubles.ts";
import { migration028 } from "./028-deletion.ts";
import { migration030 } from "./030-jobs.ts";
import { migration031 } from "./031-job-status.ts";
import { migration032 } from "./032-firmware.ts";
import { migration033 } from "./033-job-retention.ts";
import { migration034 } from "./034-unreached-devices.ts";
import { migration035 } from "./035-execution-states.ts";
import { migration040 } from "./040-config-layers.ts";
import { migration041 } from "./041-settings-schemas.ts";
import { migration042 } from "./042-firmware-deletion.ts";
import { migration043 } from "./043-simulated-executions.ts";
import { migration045 } from "./045-simulation.ts";
import { migration046 } from "./046-device-conduct.ts";
import { migration048 } from "./048-executions-of-a-device.ts";
import { migration050 } from "./050-push.ts";
import { migration051 } from "./051-secrets.ts";
import { migration052 } from "./052-push-endpoints.ts";
import { migration053 } from "./053-notifications.ts";
import { migration054 } from "./054-inbox.ts";
import { migration055 } from "./055-delivery-ends.ts";
import { migration056 } from "./056-simulated-deliveries.ts";
import { migration057 } from "./057-broker-packets.ts";
import { migration058 } from "./058-audit-append-only.ts";
import { migration060 } from "./060-gateway-updates.ts";
import { migration065 } from "./065-site-lookups.ts";
import { migration066 } from "./066-fewer-pages-for-a-command.ts";
import { migration067 } from "./067-site-counts.ts";
import { migration068 } from "./068-clones.ts";
import { migration069 } from "./069-replacement.ts";
import { migration070 } from "./070-key-rotation.ts";
import { migration071 } from "./071-tables-that-are-keys.ts";

/** Every migration, by name, in order. A list and not a folder scan, so that the compiled binary has them too. */
export function migrations(dialect: Dialect): Record<string, Migration> {
  return {
    "001-init": migration001(dialect),
    "002-accounts": migration002(dialect),
    "003-digests": migration003(dialect),
    "006-audit": migration006(dialect),
    "007-set-aside": migration007(dialect),
    "008-dropped": migration008(dialect),
    "009-clock-skew": migration009(dialect),
    "010-idempotency": migration010(dialect),
    "011-restored": migration011(dialect),
    "012-labels": migration012(dialect),
    "013-custom-roles": migration013(dialect),
    "016-search": migration016(dialect),
    "017-tours": migration017(),
    "018-bulk": migration018(),
    "019-lookups": migration019(),
    "023-activity": migration023(dialect),
    "025-device-counts": migration025(dialect),
    "026-device-texts": migration026(dialect),
    "027-device-troubles": migration027(dialect),
    "028-deletion": migration028(),
    "030-jobs": migration030(dialect),
    "031-job-status": migration031(),
    "032-firmware": migration032(),
    "033-job-retention": migration033(),
    "034-unreached-devices": migration034(),
    "035-execution-states": migration035(),
    "040-config-layers": migration040(dialect),
    "041-settings-schemas": migration041(),
    "042-firmware-deletion": migration042(),
    "043-simulated-executions": migration043(),
    "045-simulation": migration045(),
    "046-device-conduct": migration046(dialect),
    "048-executions-of-a-device": migration048(),
    "050-push": migration050(),
    "051-secrets": migration051(dialect),
    "052-push-endpoints": migration052(),
    "053-notifications": migration053(dialect),
    "054-inbox": migration054(),
    "055-delivery-ends": migration055(),
    "056-simulated-deliveries": migration056(),
    "057-broker-packets": migration057(),
    "058-audit-append-only": migration058(dialect),
    "060-gateway-updates": migration060(),
    "065-site-lookups": migration065(),
    "066-fewer-pages-for-a-command": migration066(dialect),
    "067-site-counts": migration067(dialect),
    "068-clones": migration068(),
    "069-replacement": migration069(),
    "070-key-rotation": migration070(),
    "071-tables-that-are-keys": migration071(dialect),
  };
}
