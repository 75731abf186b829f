import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import { type KeyedCertificate, makeLocalCertificate } from "./local-certificate.ts";
import { type ReceivedLetter, readLetter } from "./smtp-letter.ts";

/**
 * A mail server on a real socket (RFC 5321, 3207, 4954): takes letters as others do, and misbehaves when told to.
 * It never sends them on.
 */
export interface TestSmtp extends AsyncDisposable {
  port: number;
  /** Its certificate signs itself: this is the authority to trust. */
  authority: string;
  /** Letters that were taken, the oldest first. */
  letters: ReceivedLetter[];
  /** Every line a client said, but the letters' own. */
  lines: string[];
  /** The letter that was taken as number `count`, once it is there. */
  letter(count?: number): Promise<ReceivedLetter>;
  /** Resolves when `lines` holds one that begins like this as number `count`. */
  heard(begin: string, count?: number): Promise<void>;
}

export interface TestSmtpOptions {
  /** What it offers; `starttls` when nothing is said. */
  tls?: "starttls" | "implicit" | "none";
  /** Lets in this one only. */
  login?: { user: string; password: string };
  /** What it answers to a line instead of the usual; null for the usual. "" for "hangs up". */
  answer?: (line: string) => string | null;
  /** Waited for before every answer: for ever, when it never ends. */
  before?: () => Promise<void>;
}

export async function startSmtp(options: TestSmtpOptions = {}): Promise<TestSmtp> {
  const certificate = await makeLocalCertificate();
  const letters: ReceivedLetter[] = [];
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  let waiting: (() => void)[] = [];
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const wake = (): void => {
    for (const resolve of waiting.splice(0)) resolve();
  };

  const greet = (socket: Socket, encrypted: boolean): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A client that hangs up in the middle is what some tests are about.
    socket.on("error", () => undefined);
    const talk = new Talk(socket, encrypted, certificate, options, {
      said: (line) => {
        lines.push(line);
        wake();
      },
      took: (letter) => {
        letters.push(letter);
        wake();
      },
    });
    talk.begin();
  };
  const server: Server =
    options.tls === "implicit"
      ? createTlsServer({ key: certificate.key, cert: certificate.certificate }, (socket) =>
          greet(socket, true),
        )
      : createServer((socket) => greet(socket, false));
  // A refused handshake is an error of one client.
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    port: (server.address() as AddressInfo).port,
    authority: certificate.certificate,
    letters,
    lines,
    async letter(count = 1) {
      await until(() => letters.length >= count);
      return letters[count - 1]!;
    },
    heard: (begin, count = 1) => until(() => lines.filter((line) => line.startsWith(begin)).length >= count),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      waiting = [];
    },
  };
}

interface Heard {
  said(line: string): void;
  took(letter: ReceivedLetter): void;
}

/** One connection. */
class Talk {
  #socket: Socket;
  #encrypted: boolean;
  #buffer = "";
  /** Lines of the letter that is coming; null outside of one. */
  #data: string[] | null = null;
  #from = "";
  #to: string[] = [];
  #isLoggedIn: boolean;
  readonly #certificate: KeyedCertificate;
  readonly #options: TestSmtpOptions;
  readonly #heard: Heard;
  readonly #commands: Record<string, (line: string) => void> = {
    EHLO: (line) => this.#answer(line, this.#greeting()),
    STARTTLS: (line) =>
      this.#offersTls()
        ? this.#answer(line, "220 go on", () => this.#encrypt())
        : this.#answer(line, "502 5.5.1 what?"),
    AUTH: (line) => this.#login(line),
    MAIL: (line) => {
      this.#from = addressIn(line);
      this.#to = [];
      this.#answer(line, this.#isLoggedIn ? "250 ok" : "530 5.7.0 authentication required");
    },
    RCPT: (line) => this.#answer(line, "250 ok", () => this.#to.push(addressIn(line))),
    DATA: (line) =>
      this.#answer(line, "354 go on", () => {
        this.#data = [];
      }),
    QUIT: () => void this.#socket.end("221 bye\r\n"),
  };

  constructor(
    socket: Socket,
    encrypted: boolean,
    certificate: KeyedCertificate,
    options: TestSmtpOptions,
    heard: Heard,
  ) {
    this.#socket = socket;
    this.#encrypted = encrypted;
    this.#certificate = certificate;
    this.#options = options;
    this.#heard = heard;
    this.#isLoggedIn = options.login === undefined;
  }

  begin(): void {
    this.#answer("", "220 test ESMTP");
    this.#listen();
  }

  #listen(): void {
    this.#socket.on("data", (bytes: Buffer) => {
      this.#buffer += bytes.toString("latin1");
      for (let end = this.#buffer.indexOf("\r\n"); end >= 0; end = this.#buffer.indexOf("\r\n")) {
        const line = this.#buffer.slice(0, end);
        this.#buffer = this.#buffer.slice(end + 2);
        if (this.#data === null) this.#command(line);
        else this.#dataLine(line, this.#data);
      }
    });
  }

  #command(line: string): void {
    this.#heard.said(line);
    const verb = (line.split(" ")[0] ?? "").toUpperCase();
    const act = this.#commands[verb] ?? (() => this.#answer(line, "502 5.5.1 what?"));
    act(line);
  }

  #offersTls(): boolean {
    return !this.#encrypted && this.#options.tls !== "none";
  }

  #greeting(): string {
    const offers = ["test"];
    if (this.#offersTls()) offers.push("STARTTLS");
    if (this.#options.login !== undefined) offers.push("AUTH PLAIN");
    return offers.map((offer, index) => `250${index === offers.length - 1 ? " " : "-"}${offer}`).join("\r\n");
  }

  #login(line: string): void {
    const { user, password } = this.#options.login ?? { user: "", password: "" };
    const wanted = Buffer.from(`\0${user}\0${password}`).toString("base64");
    const isGood = line === `AUTH PLAIN ${wanted}`;
    this.#answer(line, isGood ? "235 welcome" : "535 5.7.8 bad credentials", () => {
      this.#isLoggedIn = isGood;
    });
  }

  #encrypt(): void {
    this.#socket.removeAllListeners("data");
    const { key, certificate } = this.#certificate;
    this.#socket = new TLSSocket(this.#socket, { isServer: true, key, cert: certificate });
    // A client that does not trust the certificate hangs up.
    this.#socket.on("error", () => undefined);
    this.#encrypted = true;
    this.#listen();
  }

  #dataLine(line: string, data: string[]): void {
    if (line !== ".") {
      // RFC 5321, 4.5.2: a dot at the beginning was doubled.
      data.push(line.replace(/^\./, ""));
      return;
    }
    this.#data = null;
    const letter = { from: this.#from, to: this.#to, encrypted: this.#encrypted };
    this.#answer(".", "250 taken", () => this.#heard.took({ ...letter, ...readLetter(data.join("\r\n")) }));
  }

  /** Says the usual and does what belongs to it, or what the test wants instead. */
  #answer(line: string, usual: string, then: () => unknown = () => undefined): void {
    const { before } = this.#options;
    if (before === undefined) this.#say(line, usual, then);
    else void before().then(() => this.#say(line, usual, then));
  }

  #say(line: string, usual: string, then: () => unknown): void {
    const told = this.#options.answer?.(line) ?? null;
    if (told === "") this.#socket.destroy();
    else this.#socket.write(`${told ?? usual}\r\n`);
    if (told === null) then();
  }
}

function addressIn(line: string): string {
  return /<(.*?)>/.exec(line)?.[1] ?? "";
}
