import { migration001 } from "./001-init.ts";
import { migration003 } from "./003-journal.ts";
import { migration004 } from "./004-received.ts";
import { migration005 } from "./005-broker.ts";
import { migration006 } from "./006-device-certificates.ts";
import { migration007 } from "./007-steps.ts";
import { migration008 } from "./008-clock-steps.ts";
import { migration009 } from "./009-downlog-mark.ts";
import { migration010 } from "./010-session-step.ts";
import { migration011 } from "./011-device-topics.ts";
import { migration012 } from "./012-notifications.ts";
import { migration013 } from "./013-simulation.ts";
import { migration014 } from "./014-jobs.ts";
import { migration015 } from "./015-schedules.ts";
import { migration016 } from "./016-readers.ts";
import { migration017 } from "./017-passwords-told.ts";
import { migration018 } from "./018-unverified.ts";
import { migration019 } from "./019-conduct.ts";
import { migration020 } from "./020-put-aside.ts";

/** Every migration in order; the database's `user_version` is how many of them it has had. Only ever added to. */
export const migrations: readonly string[] = [
  migration001,
  migration003,
  migration004,
  migration005,
  migration006,
  migration007,
  migration008,
  migration009,
  migration010,
  migration011,
  migration012,
  migration013,
  migration014,
  migration015,
  migration016,
  migration017,
  migration018,
  migration019,
  migration020,
];
