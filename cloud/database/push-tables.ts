/** The tables of `cloud/notifications`. */
export interface PushTables {
  push_receipt: PushReceiptTable;
  secret: SecretTable;
  vapid_key: VapidKeyTable;
  push_endpoint: PushEndpointTable;
  broker_session: BrokerSessionTable;
  broker_packet: BrokerPacketTable;
}

/** An organisation's session with a broker elsewhere; `id` is its client id there. */
export interface BrokerSessionTable {
  id: string;
  organization_id: string;
  /** What tells the broker, and whom it knows us as, from others: SHA-256, hex. */
  broker: string;
  created_ms: number;
  /** Messages that may be seen twice because the broker had forgotten the session, and when last. */
  repeated: number;
  repeated_ms: number | null;
}

/** A packet id that a delivery went out with; it is taken over by the next that has it. */
export interface BrokerPacketTable {
  session_id: string;
  packet_id: number;
  /** In the order in which they went out. */
  turn: number;
  /** Of a delivery, or of a test. */
  delivery_id: string;
}

/** The private half is a secret. The newest is what browsers subscribe with now. */
export interface VapidKeyTable {
  id: string;
  /** Uncompressed P-256 point, base64url. */
  public_key: string;
  created_ms: number;
}

/** An address that was registered: of a person, of a device, or of nobody in particular. */
export interface PushEndpointTable {
  id: string;
  organization_id: string;
  platform: string;
  /** What makes it the same receiver: SHA-256, hex. */
  address_key: string;
  /** JSON. */
  address: string;
  user_id: string | null;
  device_id: string | null;
  label: string;
  vapid_key_id: string | null;
  created_ms: number;
  last_sent_ms: number | null;
  disabled_ms: number | null;
  disabled_reason: string | null;
}

/** Of `cloud/keys`. */
export interface SecretTable {
  /** An organisation's id, or `service`. */
  owner: string;
  purpose: string;
  /** Names the master key that `sealed_key` was sealed with. */
  master_key: string;
  sealed_key: Uint8Array;
  sealed: Uint8Array;
  updated_ms: number;
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
