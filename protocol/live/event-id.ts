/**
 * The id of an event, `epoch:seq`: the epoch is that of one organisation's log in one process of the cloud and never
 * comes again, `seq` counts up in it. What has the last id it saw can ask for what came after.
 */
export interface EventId {
  epoch: string;
  seq: number;
}

export const EVENT_ID = /^([0-9a-f]{16}):(\d{1,15})$/;

export function formatEventId({ epoch, seq }: EventId): string {
  return `${epoch}:${seq}`;
}

export function parseEventId(text: string): EventId | null {
  const [, epoch, seq] = EVENT_ID.exec(text) ?? [];
  return epoch === undefined ? null : { epoch, seq: Number(seq) };
}
