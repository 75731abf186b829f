/** The tables of `cloud/notifications`. */
export interface PushTables {
  push_receipt: PushReceiptTable;
}

/** What a receiver said of a notification; of each action once. `device_id` null: not by a gateway. */
export interface PushReceiptTable {
  /** The id it was sent with. */
  id: string;
  action: string;
  organization_id: string;
  device_id: string | null;
  at_ms: number;
}
