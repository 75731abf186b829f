import { assertNever, type ErrorCode, type Refusal } from "../../protocol/errors.ts";
import { decodeFrame, encodeFrame, type Frame } from "../../protocol/frames/frame.ts";
import { packFrame, readsPacked, unpackFrame } from "../../protocol/frames/packed.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Seq, UplogStream } from "../../protocol/log/cursor.ts";
import { unreachable } from "../clock/unreachable.ts";
import { watchNeighbours } from "../database/neighbours.ts";
import type { Identity } from "../enrolment/enrolment.ts";
import { CloudClock } from "./cloud-clock.ts";
import { Downlog } from "./downlog.ts";
import { answerChallenge, judgeWelcome } from "./greeting.ts";
import { CLOSE_NORMAL, CLOSE_POLICY, gatewayUrl, type Line } from "./line.ts";
import { type Obstacle, obstacleOf, obstacleOfRefuse } from "./obstacle.ts";
import type { UplinkParts } from "./parts.ts";
import { Retries } from "./retries.ts";
import { isTalk, OpenSession } from "./session.ts";
import { eventOf, next, type SessionAct, type SessionEvent, type SessionState } from "./session-machine.ts";
import { DEAD_AFTER_MS, Silence } from "./silence.ts";
import { StatusBoard, type StatusSource, type UplinkStatus } from "./status.ts";

export { type Connect, connectThrough, connectWebSocket } from "./line.ts";
export type { Obstacle } from "./obstacle.ts";

/** What the cloud says to a key that is not, or no more, this gateway's. */
const KEY_UNKNOWN: ReadonlySet<string> = new Set<ErrorCode>(["gateway.bad-signature", "gateway.replaced"]);

/** What can wait is sent so much later at the latest. */
const CAN_WAIT_MS = 20;

/** Frames that tell nothing of what the database holds; a line is closed right after the last. */
const SAYS_NOTHING_KEPT: ReadonlySet<Frame["type"]> = new Set(["ping", "pong", "refuse"]);

/**
 * Does what the session machine says: holds the one line there is, and feeds the machine with what happens to it.
 * Everything that is called from outside goes through `#guard`.
 */
export class UplinkDriver implements StatusSource {
  readonly #parts: UplinkParts;
  readonly #downlog: Downlog;
  readonly #silence: Silence;
  readonly #retries: Retries;
  readonly #board: StatusBoard;
  readonly #cloudClock: CloudClock;
  #state: SessionState = "stopped";
  #identity: Identity | null = null;
  #obstacle: Obstacle | null = null;
  #line: Line | null = null;
  #session: OpenSession | null = null;
  /** Whether the cloud at the other end reads packed frames. */
  #packs = false;
  #pumpQueued = false;
  #cancelLater: (() => void) | null = null;
  #unsubscribe: (() => void)[] = [];

  constructor(parts: UplinkParts) {
    const { clock, clockSteps } = parts;
    this.#parts = parts;
    this.#cloudClock = new CloudClock(clock, clockSteps);
    this.#downlog = new Downlog(parts);
    this.#board = new StatusBoard(clock);
    this.#retries = new Retries(parts, () => this.#guard(() => this.#feed("due")));
    this.#silence = new Silence(clock, {
      ask: () => this.#send({ type: "ping", nowMs: this.#cloudClock.ask() }),
      dead: () => this.#die(),
    });
  }

  start(): void {
    if (this.#state !== "stopped") return;
    const { db, uplog, clock, clockSteps, onReadings } = this.#parts;
    this.#unsubscribe = [
      uplog.onAppended((canWait) => (canWait ? this.#pumpLater() : this.#pumpSoon())),
      clockSteps.onStep((byMs) => this.#guard(() => this.#clockWasSet(byMs))),
      onReadings((device, readings) => this.#guard(() => this.#session?.offer(device, readings))),
      watchNeighbours(db, clock, () => this.#guard(() => this.#lookAround())),
    ];
    this.#guard(() => this.#meet(this.#parts.identity.read()));
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.#cancelLater?.();
    this.#cancelLater = null;
    this.#obstacle = null;
    this.#feed("stop");
  }

  reopen(): void {
    // Not within what the session is doing now, which goes on to acknowledge.
    queueMicrotask(() =>
      this.#guard(() => {
        if (this.#state !== "stopped") this.#meet(this.#parts.identity.read());
      }),
    );
  }

  status(): UplinkStatus {
    return this.#board.read();
  }

  behind(): Record<UplogStream, number> {
    const { uplog } = this.#parts;
    return { urgent: uplog.waiting("urgent"), bulk: uplog.waiting("bulk") };
  }

  onStatus(listener: () => void): () => void {
    return this.#board.subscribe(listener);
  }

  /** Another process has committed: `device add` has appended to the uplog, or `enroll` has changed who we are. */
  #lookAround(): void {
    const identity = this.#parts.identity.read();
    const same =
      identity?.gatewayId === this.#identity?.gatewayId && identity?.cloudUrl === this.#identity?.cloudUrl;
    if (same) this.#pumpSoon();
    else this.#meet(identity);
  }

  #meet(identity: Identity | null): void {
    this.#identity = identity;
    this.#obstacle = null;
    this.#retries.forget();
    this.#feed(identity === null ? "absent" : "enrolled");
  }

  /** The machine says what follows; `frame` is the word of the cloud's that the event is, when it is one. */
  #feed(event: SessionEvent, frame?: Frame): void {
    const step = next(this.#state, event);
    if (!step.ok) {
      this.#fault({
        code: "frame.invalid",
        detail: `unexpected: ${frame?.type ?? event} while ${this.#state}`,
      });
      return;
    }
    if (this.#state === "open" && step.to !== "open") this.#retries.sessionEnded(event === "lost");
    this.#state = step.to;
    for (const act of step.acts) this.#do(act, frame);
    this.#board.post(this.#state, this.#obstacle);
  }

  #do(act: SessionAct, frame: Frame | undefined): void {
    switch (act) {
      case "hang-up":
        this.#hangUp();
        break;
      case "wait":
        this.#retries.wait(this.#obstacle);
        break;
      case "dial":
        this.#dial();
        break;
      case "hello":
        if (frame?.type === "challenge") this.#hello(frame);
        break;
      case "begin":
        if (frame?.type === "welcome") this.#begin(frame);
        break;
      default:
        assertNever(act);
    }
  }

  #dial(): void {
    const { connect, log } = this.#parts;
    const url = gatewayUrl(this.#identity!.cloudUrl);
    log.debug("connecting to the cloud", { url });
    // What a line says after it was given up means nothing any more.
    const whileCurrent =
      <Args extends unknown[]>(run: (...args: Args) => void) =>
      (...args: Args): void => {
        if (this.#line === line) this.#guard(() => run(...args));
      };
    const line = connect(url, {
      opened: whileCurrent(() => this.#feed("opened")),
      message: whileCurrent((data) => this.#hear(data)),
      lost: whileCurrent((reason) => {
        this.#obstacle = obstacleOf(unreachable(url, reason, this.#parts.clock.nowMs()));
        this.#feed("lost");
      }),
    });
    this.#line = line;
    this.#silence.start();
  }

  #hear(data: Uint8Array | string): void {
    this.#silence.heard();
    if (typeof data === "string") {
      this.#fault({ code: "frame.invalid", detail: "a text message" });
      return;
    }
    const bytes = unpackFrame(data, this.#parts.compressor);
    const read = bytes.ok ? decodeFrame(bytes.value) : bytes;
    if (!read.ok) {
      this.#fault(read.refusal);
      return;
    }
    const frame = read.value;
    const event = eventOf(frame);
    if (frame.type === "ping") this.#send({ type: "pong", nowMs: this.#cloudClock.tell() });
    if (frame.type === "pong" || frame.type === "welcome") {
      const aheadMs = this.#cloudClock.answered(frame.nowMs);
      if (aheadMs !== null) this.#board.measured(aheadMs);
    }
    if (event === null) return;
    if (event === "fault") {
      this.#fault({
        code: "frame.invalid",
        detail: `unexpected: ${frame.type}, which is not the cloud's word`,
      });
      return;
    }
    if (frame.type === "refuse") {
      this.#obstacle = obstacleOfRefuse(frame);
      if (KEY_UNKNOWN.has(frame.code)) this.#parts.identity.keyRefused();
    }
    this.#feed(event, frame);
    if (event === "talked") this.#talk(frame);
  }

  #talk(frame: Frame): void {
    if (!isTalk(frame)) return;
    const handled = this.#session?.handle(frame);
    if (handled?.ok === false) this.#fault(handled.refusal);
  }

  #hello(challenge: Frame & { type: "challenge" }): void {
    const { uplog, identity, version, run } = this.#parts;
    const hello = answerChallenge(challenge, {
      gatewayId: this.#identity!.gatewayId,
      epoch: uplog.epoch,
      heads: this.#heads(),
      downlog: this.#downlog.cursor(),
      sign: (text) => identity.sign(text),
      ...{ version, run },
      nowMs: this.#cloudClock.ask(),
    });
    this.#packs = readsPacked(challenge.packing);
    if (hello.ok) this.#send({ type: "hello", ...hello.value });
    else this.#fault(hello.refusal);
  }

  #begin(welcome: Frame & { type: "welcome" }): void {
    const { uplog, random, clock, clockSteps, log } = this.#parts;
    this.#retries.sessionBegan();
    this.#parts.identity.keyWelcomed();
    const entryAt = (stream: UplogStream, seq: Seq) => {
      const [entry] = uplog.read(stream, seq - 1, 0);
      return entry?.seq === seq ? entry : null;
    };
    const judged = judgeWelcome(welcome, this.#heads(), entryAt);
    if (!judged.ok) {
      this.#fault(judged.refusal);
      return;
    }
    if (judged.value !== "go on") {
      // Telemetry that was in the backup and is applied; states may well be told twice, and the last word counts.
      const appliedBulk = Math.min(welcome.uplog.bulk, clockSteps.bulkAtFirstStartSince());
      uplog.rotate(makeId(clock.nowMs(), random), { appliedBulk });
      log.warn("this gateway's log goes on under a new identity", { because: judged.value });
      this.#fault({ code: "log.gap", detail: "the cloud has applied another log than this gateway holds" });
      return;
    }
    const line = this.#line;
    this.#session = new OpenSession(
      {
        ...this.#parts,
        downlog: this.#downlog,
        send: (frame) => this.#send(frame),
        gaveUp: (why) => (why instanceof Error ? this.#failed(why) : this.#fault(why)),
        bufferedAmount: () => line?.bufferedAmount() ?? 0,
      },
      welcome,
    );
    this.#obstacle = null;
    log.info("connected to the cloud", { uplog: welcome.uplog, downlog: welcome.downlog });
    this.#session.begin(welcome);
  }

  /** The session cannot go on: the cloud hears why, as far as it can hear, and we try again later. */
  #fault(refusal: Refusal): void {
    const obstacle = obstacleOf(refusal);
    this.#obstacle = obstacle;
    const { code, hint } = obstacle;
    this.#send({ type: "refuse", code, detail: refusal.detail.slice(0, 1_000), hint });
    this.#feed("fault");
  }

  #die(): void {
    const detail = `no word from the cloud for ${DEAD_AFTER_MS / 1_000} s`;
    this.#obstacle = obstacleOf({ code: "cloud.unreachable", detail });
    this.#line?.cut();
    this.#feed("fault");
  }

  #hangUp(): void {
    this.#retries.cancel();
    this.#silence.stop();
    const line = this.#line;
    this.#line = null;
    this.#session?.stop();
    this.#session = null;
    if (this.#obstacle === null) line?.close(CLOSE_NORMAL, "done");
    else line?.close(CLOSE_POLICY, "the session cannot go on");
  }

  #clockWasSet(byMs: number): void {
    this.#session?.tellClock();
    const aheadMs = this.#cloudClock.ownWasSet(byMs);
    if (aheadMs !== null) this.#board.measured(aheadMs);
  }

  #heads(): Record<UplogStream, Seq> {
    const { uplog } = this.#parts;
    return { urgent: uplog.head("urgent"), bulk: uplog.head("bulk") };
  }

  /** What a frame tells has been read, and leaves when it is on the disk: the cloud acts on it, and forgets what we have. */
  #send(frame: Exclude<Frame, { type: "ignorable" }>): void {
    this.#silence.said();
    const bytes = encodeFrame(frame);
    const isLong = frame.type === "entries" || frame.type === "live";
    const packed = isLong && this.#packs ? packFrame(bytes, this.#parts.compressor) : bytes;
    const line = this.#line;
    if (SAYS_NOTHING_KEPT.has(frame.type)) line?.send(packed);
    else this.#parts.db.whenDurable(() => line?.send(packed));
  }

  /** One look for many appends. */
  #pumpSoon(): void {
    if (this.#pumpQueued || this.#session === null) return;
    this.#pumpQueued = true;
    queueMicrotask(() => {
      this.#pumpQueued = false;
      this.#cancelLater?.();
      this.#cancelLater = null;
      this.#guard(() => this.#session?.pump());
    });
  }

  /** What can wait goes with what cannot, and soon. */
  #pumpLater(): void {
    this.#cancelLater ??= this.#parts.clock.after(CAN_WAIT_MS, () => this.#pumpSoon());
  }

  /** A full disk or a fault of ours ends the session, never the gateway. Nothing is lost: the cursors stand. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#parts.log.error("the session with the cloud failed", { error });
    this.#fault({ code: "internal.error", detail: error instanceof Error ? error.message : String(error) });
  }
}
