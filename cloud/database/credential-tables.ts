/** By what gateways come to be let in, and what is over. */
export interface CredentialTables {
  gateway_claim: GatewayClaimTable;
  gateway_former_key: GatewayFormerKeyTable;
}

export interface GatewayClaimTable {
  /** SHA-256 of the normalised code, hex. */
  code_hash: string;
  organization_id: string;
  site_id: string;
  created_ms: number;
  expires_ms: number;
  used_ms: number | null;
  gateway_id: string | null;
  /** The gateway whose place is taken with it. */
  replaces: string | null;
}

/** A key whose place another one has taken. */
export interface GatewayFormerKeyTable {
  gateway_id: string;
  public_key: string;
  replaced_ms: number;
}
