/** `delivery.queue`: in no line; ready; waits until `due_ms`; in somebody's hand, until `due_ms` at most. */
export const NOWHERE = 0;
export const READY = 1;
export const WAITING = 2;
export const IN_HAND = 3;
