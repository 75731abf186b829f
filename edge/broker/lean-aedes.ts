import { Aedes } from "aedes";
import { writeToStream } from "mqtt-packet";
import { DAY } from "../../protocol/units.ts";
import type { Persistence } from "./persistence/persistence.ts";

/** aedes without the bounds and the caches of its own: what is before it and behind it sees to the first. */
export function createAedes(persistence: Persistence): Promise<Aedes> {
  // Otherwise each number of two bytes is made a buffer before the first CONNACK is written: 10 ms, and 8 MB for ever.
  writeToStream.cacheNumbers = false;
  return Aedes.createBroker({
    persistence,
    // What a subscriber leaves unread is bounded by its session; a limit here would make one hold up the others.
    concurrency: 0,
    drainTimeout: 0,
    // Sessions see to both.
    connectTimeout: DAY,
    keepaliveLimit: 0,
    // MQTT 3.1 allows 23 characters, but the device's name is put before them.
    maxClientsIdLength: 65_535,
  });
}
