import type { ComponentChild } from "preact";

/** A place in a sentence for something that is no plain text: a time that moves on, a link, a name in bold. */
export type Slot = ComponentChild;

/** A sentence with such places, in the order the language wants. */
export type Rich = Slot[];
