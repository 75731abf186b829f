/**
 * What one client, one device or one address may have at most. Promises that each limit is a small thing without
 * sockets or timers, which counts what it is told of; who asks does what it answers. 0 always sets no limit.
 */
export { type ConnectionBounds, ConnectionLimits } from "./connection-limits.ts";
export { DeviceConnections } from "./device-connections.ts";
export { LogThrottle } from "./log-throttle.ts";
export { MessageRate } from "./message-rate.ts";
