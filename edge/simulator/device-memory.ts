import type { DeviceConfig } from "../../protocol/config/device-config.ts";

/** What a device keeps through a restart of its own, and of whoever runs it. Absent means as it left the factory. */
export interface DeviceMemory {
  firmware?: string;
  /** The configuration it runs with. */
  config?: DeviceConfig;
  /** Version of the payment configuration it runs with. */
  paymentConfig?: string;
  /** Faults for which work of its has failed: it shows it as long as it has them. */
  sick?: readonly string[];
}

/** Where memories are kept, by the devices' keys. */
export interface Memories {
  read(key: string): DeviceMemory;
  write(key: string, memory: DeviceMemory): void;
}

/** Memories that end with the program. */
export function forgetfulMemories(): Memories {
  const kept = new Map<string, DeviceMemory>();
  return {
    read: (key) => kept.get(key) ?? {},
    write: (key, memory) => void kept.set(key, memory),
  };
}
