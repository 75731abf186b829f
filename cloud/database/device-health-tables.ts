/** How devices are, to be looked up and counted; the first two are kept by triggers. */
export interface DeviceHealthTables {
  device_count: DeviceCountTable;
  device_trouble: DeviceTroubleTable;
  device_conduct: DeviceConductTable;
}

/** Of the devices of a site and provenance that are not retired. */
export interface DeviceCountTable {
  organization_id: string;
  site_id: string;
  provenance: string;
  devices: number;
  online: number;
  late: number;
  offline: number;
  never: number;
  /** Never heard. */
  unseen: number;
  warnings: number;
  errors: number;
}

export interface DeviceTroubleTable {
  organization_id: string;
  site_id: string;
  device_id: string;
  /** 1 a warning, 2 an error. */
  severity: number;
  provenance: string;
  name: string;
}

/** How it behaves towards its gateway; who behaves well is not in it. */
export interface DeviceConductTable {
  device_id: string;
  /** A `Conduct` as JSON. */
  conduct: string;
  /** As of {@link DeviceTroubleTable}. */
  severity: number;
}
