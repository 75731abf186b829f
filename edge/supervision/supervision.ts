/**
 * Whether the gateway gets on with its work, told to systemd (`protocol/supervision`): the broker takes connections and
 * the database commits. A full disk is no reason for a restart, which would make no room. It decides nothing else.
 */
export { sendDatagram } from "./datagram.ts";
export { brokerAnswers, databaseTakesWrites } from "./vital-signs.ts";
