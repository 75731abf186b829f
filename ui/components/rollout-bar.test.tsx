import { expect, test } from "bun:test";
import { renderToString } from "preact-render-to-string";
import { wordsOf } from "../words/catalogues.ts";
import { RolloutBar } from "./rollout-bar.tsx";

test("a bar is filled from one end to the other, however many targets it has", () => {
  for (const total of [1, 2, 15, 83, 84, 500]) {
    const segments = Array.from({ length: total }, (_, index) => ({
      ...{ id: String(index), name: `till-${index}`, state: "succeeded", percent: null },
    })) as Parameters<typeof RolloutBar>[0]["segments"];
    const bar = { segments, total, counts: {}, label: "", words: wordsOf("en").jobs.states };
    const rects = [...renderToString(<RolloutBar {...bar} />).matchAll(/ x="([^"]+)" .*? width="([^"]+)"/g)];
    const ends = rects.map(([, x, width]) => Number(x) + Number(width));
    expect([rects.length, rects[0]?.[1]]).toEqual([total, "0"]);
    expect(ends.at(-1)).toBeCloseTo(1_000);
  }
});
