import type { Generated } from "kysely";

/** The tables of notifications and of what becomes of them (`cloud/notifications`). */
export interface NotificationTables {
  notification: NotificationTable;
  notification_run: NotificationRunTable;
  delivery: DeliveryTable;
  delivery_event: DeliveryEventTable;
  notification_count: NotificationCountTable;
  delivery_day: DeliveryDayTable;
  delivery_reason: DeliveryReasonTable;
  inbox_item: InboxItemTable;
  notification_setting: NotificationSettingTable;
  topic_subscription: TopicSubscriptionTable;
  notification_fallback: NotificationFallbackTable;
  notification_template: NotificationTemplateTable;
}

export interface NotificationTable {
  id: string;
  organization_id: string;
  name: string;
  /** JSON: what it was made with, its wording among it. */
  spec: string;
  status: string;
  dedupe_key: string | null;
  /** When it is due next; null when it will not be. */
  next_ms: number | null;
  created_ms: number;
  created_by: string | null;
  created_name: string;
  cancelled_ms: number | null;
}

/** One time a notification is sent. `slot_ms`: when it was due. */
export interface NotificationRunTable {
  notification_id: string;
  slot_ms: number;
  organization_id: string;
  /** Which kind of recipients is being looked up, and the last one that was; null when all are. */
  stage: string | null;
  cursor: string;
  recipients: number;
  started_ms: number;
  ended_ms: number | null;
}

/** One message to one address. */
export interface DeliveryTable {
  id: string;
  organization_id: string;
  notification_id: string;
  slot_ms: number;
  channel: string;
  /** The line it stands in; those who stand in different lines never wait for one another. */
  lane: string;
  /** 0 before 1 before 2; among equals the lower turn goes first. */
  urgency: number;
  turn: number;
  /** 0: in no line; 1: ready; 2: waits until `due_ms`; 3: somebody has it in hand, until `due_ms` at most. */
  queue: number;
  due_ms: number;
  state: string;
  reason: string | null;
  attempts: number;
  recipient_kind: string;
  recipient_id: string | null;
  recipient_name: string;
  /** 1: to a simulated device, or something that is registered for one. */
  simulated: number;
  /** As `push_endpoint.address_key`. Null where the same address may be sent to twice. */
  address_key: string | null;
  endpoint_id: string | null;
  /** JSON, where there is no endpoint. */
  address: string | null;
  language: string | null;
  /** What the places in its message are filled with, JSON; null when it has none. */
  variables: string | null;
  collapse_key: string | null;
  created_ms: number;
  expires_ms: number;
  sent_ms: number | null;
  delivered_ms: number | null;
  opened_ms: number | null;
  dismissed_ms: number | null;
}

export interface DeliveryEventTable {
  id: Generated<number>;
  delivery_id: string;
  organization_id: string;
  at_ms: number;
  event: string;
  /** After it. */
  state: string;
  detail: string | null;
}

/** How many deliveries of a run are in a state. */
export interface NotificationCountTable {
  notification_id: string;
  slot_ms: number;
  channel: string;
  state: string;
  organization_id: string;
  deliveries: number;
}

/** How often something happened on a day. `day`: days since 1970, UTC. */
export interface DeliveryDayTable {
  organization_id: string;
  day: number;
  channel: string;
  event: string;
  /** As of the delivery. */
  simulated: number;
  deliveries: number;
}

export interface DeliveryReasonTable {
  organization_id: string;
  day: number;
  notification_id: string;
  channel: string;
  event: string;
  reason: string;
  simulated: number;
  deliveries: number;
}

export interface InboxItemTable {
  id: string;
  organization_id: string;
  user_id: string;
  notification_id: string;
  slot_ms: number;
  /** JSON, its places filled. Title, priority and category once more, to look for. */
  message: string;
  title: string;
  priority: string;
  category: string | null;
  at_ms: number;
  read_ms: number | null;
}

/** How a member wants to be told. `quiet_hours` is JSON; `email` 0: no letters. */
export interface NotificationSettingTable {
  organization_id: string;
  user_id: string;
  language: string | null;
  quiet_hours: string | null;
  email: number;
}

export interface TopicSubscriptionTable {
  organization_id: string;
  topic: string;
  user_id: string;
  since_ms: number;
}

/** Somebody who is tried to be reached one way after the other: which way it is now, and until when. */
export interface NotificationFallbackTable {
  notification_id: string;
  slot_ms: number;
  user_id: string;
  organization_id: string;
  step: number;
  due_ms: number;
}

export interface NotificationTemplateTable {
  id: string;
  organization_id: string;
  name: string;
  /** JSON */
  spec: string;
  created_ms: number;
  updated_ms: number;
}
