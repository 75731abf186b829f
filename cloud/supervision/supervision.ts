/**
 * Whether the cloud gets on with its work, told to systemd (`protocol/supervision`): it answers a request, and its
 * database answers too. It decides nothing else.
 */
export { sendDatagram } from "./datagram.ts";
export { answersReady } from "./vital-signs.ts";
