/** The tables of `cloud/firmware`. */
export interface FirmwareTables {
  firmware: FirmwareTable;
}

export interface FirmwareTable {
  id: string;
  organization_id: string;
  name: string;
  version: string;
  /** Null: for any. */
  device_type: string | null;
  /** Hexadecimal; names the file with its bytes. */
  sha256: string;
  size_bytes: number;
  created_ms: number;
  created_by: string;
  created_name: string;
  /** Null while it is there. */
  deleted_ms: number | null;
}
