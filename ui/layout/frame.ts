import type { ComponentChildren } from "preact";
import type { Me } from "../../protocol/accounts/account.ts";
import type { EntryFiles } from "../assets.ts";
import type { Words } from "../words/catalogues.ts";
import type { ListsView } from "./lists.tsx";
import type { Notice } from "./notices.ts";

export type Theme = "system" | "light" | "dark";
export const THEME_COOKIE = "theme";

/** The theme a `Cookie` header asks for; anything unknown is the system's. */
export function themeOf(cookieHeader: string | null | undefined): Theme {
  const found = /(?:^|;\s*)(?:__Host-)?theme=(light|dark)(?:;|$)/.exec(cookieHeader ?? "");
  return (found?.[1] as Theme | undefined) ?? "system";
}

/** What surrounds a page and is the same for every page of a request. */
export interface Frame {
  theme: Theme;
  /** Of the language the page is shown in. */
  words: Words;
  /** Who is logged in; null on the pages before that, which have no navigation and no live connection. */
  me: Me | null;
  /** Id of the event up to which the page is complete; null where there is no live connection, or nobody knows. */
  after: string | null;
  /** Time zone of the reader; null when it is not known yet. */
  timeZone: string | null;
  /** Server time, ms since 1970. */
  nowMs: number;
  /** How the reader likes lists. */
  lists: ListsView;
  /** Whether single keys are shortcuts. */
  shortcuts: boolean;
  /** Whether the keyboard is a Mac's. */
  mac: boolean;
  /** How many messages of the reader's inbox are unread; null when they have none, or nobody asked. */
  unread: number | null;
  /** What was just done, for the person who did it. */
  notice: Notice | null;
  /** Path and query of the page, for the parts of it that ask for themselves again. */
  url: string;
  /** Addresses of the built style sheet and script. */
  assets: EntryFiles;
}

export type Section =
  | "overview"
  | "sites"
  | "devices"
  | "jobs"
  | "notifications"
  | "gateways"
  | "simulation"
  | "settings";

/** A page, ready to be put into a frame. `title` is what the tab says. */
export interface View {
  title: string;
  section: Section | null;
  /** From the section down to this page; the last one is the page itself. */
  crumbs: readonly { label: string; href?: string }[];
  /** Fills the screen of a wall by itself, with no navigation around it. */
  onWall?: boolean;
  body: ComponentChildren;
  /** The body as HTML that was made before, in place of `body`. */
  markup?: string;
}

/** A page in every language. */
export type LocalView = (words: Words) => View;
