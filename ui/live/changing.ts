import { useLayoutEffect, useReducer } from "preact/hooks";

/** A value that changes by itself, and who wants to hear of it. Being set to what it is changes nothing. */
export class Changing<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener(value);
  }

  /** Calls `listener` with every new value. Gives what ends that. */
  hear(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Renders the component again whenever one of these changes. On the server nothing does. */
export function useChanging(values: readonly Pick<Changing<unknown>, "hear">[]): void {
  const [, again] = useReducer<number, void>((count) => count + 1, 0);
  // At once, so that no change falls between what was rendered and the listening.
  useLayoutEffect(() => {
    const ends = values.map((value) => value.hear(() => again()));
    return () => {
      for (const end of ends) end();
    };
  }, [...values]);
}
