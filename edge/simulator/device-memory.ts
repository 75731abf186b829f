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
  /** What its profile had when it measured last. Absent: it never did. */
  measured?: Measured;
}

export interface Measured {
  /** When, ms of the run. */
  atMs: number;
  /** As the profile has it. */
  state: unknown;
  /** Whether it has said an error that it has not taken back. */
  saidError: boolean;
}

/** Where memories are kept, by the devices' keys. */
export interface Memories {
  read(key: string): DeviceMemory;
  /** All of them or none. */
  write(memories: ReadonlyMap<string, DeviceMemory>): void;
}

/** Memories that end with the program. */
export function forgetfulMemories(): Memories {
  const kept = new Map<string, DeviceMemory>();
  return {
    read: (key) => kept.get(key) ?? {},
    write: (memories) => {
      for (const [key, memory] of memories) kept.set(key, memory);
    },
  };
}
