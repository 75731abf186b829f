import type { Me } from "../../protocol/accounts/account.ts";
import type { Scope } from "../accounts/scope.ts";

/** What middleware leaves for the handlers of every route. */
export interface AppEnv {
  Variables: {
    /** Of whoever sent the request; only behind `apiScope` and `pageScope`. */
    scope: Scope;
    me: Me;
    /** Of the session it came with. */
    sessionToken: string;
    /** Id of the event up to which a page will be complete: the newest when it began to be made. */
    after: string;
    /** Unread messages in the inbox of whoever asks for a page; not there where nobody looked. */
    unread: number;
    /** In every answer and every log line of the request. */
    requestId: string;
    /** Where what a route creates has its address, with the fields of the answer in braces. */
    createdAt: string;
    /** The theme the person chose; `system` follows the machine. */
    theme: "light" | "dark" | "system";
  };
  /** What only the server behind the app knows of a request. */
  Bindings: {
    /** Address of whoever sent the request, as far as it can be trusted. */
    clientAddress?: string;
  };
}
