/**
 * What is kept of messages on their way to a broker at QoS 2: which packet id a delivery went out with is written down before it
 * does, so that whoever comes after a kill goes on with the same handshake. Of one organisation; the platform knows no
 * database.
 */
export interface BrokerSessions {
  /**
   * Takes up the session with a broker (`broker`: what tells it and whom it knows us as from others), or begins one. Waits until
   * whoever had it before has ended it: two of one would throw each other out.
   */
  open(broker: string): Promise<BrokerSession>;
}

export interface BrokerSession {
  /** What the broker knows us by. */
  readonly clientId: string;
  /** What was under way when it was last left, in the order in which it went out. */
  readonly left: readonly LeftPacket[];
  /** Resolves when it is durable. */
  keep(packets: readonly KeptPacket[]): Promise<void>;
  /** Those of these deliveries that are not sent any more: what became of them is written down. */
  settledOf(deliveries: readonly string[]): Promise<Set<string>>;
  /** Nothing is under way. */
  clear(): Promise<void>;
  /** So many more may be seen twice, because the broker had forgotten the session. */
  countRepeated(messages: number): Promise<void>;
  end(): void;
}

export interface KeptPacket {
  packetId: number;
  /** Of a delivery. */
  delivery: string;
}

export interface LeftPacket extends KeptPacket {
  /** What became of the delivery is written down: the broker is to hand it on. */
  isSettled: boolean;
}
