import { connect } from "node:net";
import { connectPacket, type MqttLogin } from "../bench-start/connack.ts";

/** A device's connection that is there until the broker ends it. */
export class MqttSeat {
  /** When it was lost, as `performance.now()` tells. */
  readonly lost: Promise<number>;

  private constructor(lost: Promise<number>) {
    this.lost = lost;
  }

  static async take(port: number, login: MqttLogin): Promise<MqttSeat> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const lost = Promise.withResolvers<number>();
    socket.once("close", () => lost.resolve(performance.now()));
    // It is told by the close that follows.
    socket.on("error", () => undefined);
    const accepted = new Promise<void>((resolve) => socket.once("data", () => resolve()));
    // No keep-alive: nobody has to send anything for it to stay.
    socket.once("connect", () => socket.write(connectPacket(login, 0)));
    await accepted;
    return new MqttSeat(lost.promise);
  }
}
