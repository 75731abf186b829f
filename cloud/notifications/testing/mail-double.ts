import { startSmtp } from "../../testing/smtp-server.ts";
import type { Fault } from "./fault.ts";

/** A mail server that is ill when told to. */
export interface MailDouble extends AsyncDisposable {
  port: number;
  /** To whom, with which subject and Message-ID, in the order in which they were taken. */
  taken(): { to: string; subject: string; messageId: string | undefined }[];
  fault: Fault | undefined;
}

/** RFC 5321, 4.2.1: it may pass later. */
const LATER = { busy: "450 4.7.1 too many letters", broken: "451 4.3.0 out of order" };

export async function startMail(): Promise<MailDouble> {
  const server = await startSmtp({
    tls: "none",
    before: async () => {
      const { fault } = double;
      if (fault === "hang") await new Promise<void>(() => undefined);
      if (typeof fault === "object" && "afterMs" in fault) await Bun.sleep(fault.afterMs);
    },
    answer: (line) => {
      const { fault } = double;
      if (!line.startsWith("MAIL") || fault === undefined || fault === "hang") return null;
      if (fault === "reset") return "";
      if ("afterMs" in fault) return null;
      return fault.status === 429 ? LATER.busy : LATER.broken;
    },
  });
  const double: MailDouble = {
    port: server.port,
    taken: () =>
      server.letters.map(({ to, subject, headers }) => ({
        ...{ to: to.join(","), subject, messageId: headers["message-id"] },
      })),
    fault: undefined,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return double;
}
