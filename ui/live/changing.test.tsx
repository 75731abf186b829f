import { afterEach, describe, expect, test } from "bun:test";
import { render } from "preact";
import { Changing, useChanging } from "./changing.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
let rendered = 0;
function Sum({ of }: { of: Changing<number>[] }) {
  useChanging(of);
  rendered += 1;
  return <p>{of.reduce((sum, { value }) => sum + value, 0)}</p>;
}
afterEach(() => render(null, document.body));

describe("a value that changes by itself", () => {
  test("is heard with every new value, until one has enough, and not when it stays as it is", () => {
    const value = new Changing(1);
    const heard: number[] = [];
    const end = value.hear((now) => heard.push(now));
    value.value = 1;
    value.value = 2;
    value.value = 3;
    end();
    value.value = 4;
    expect([heard, value.value]).toEqual([[2, 3], 4]);
  });

  test("renders what shows it again, also when there are more of them, and nothing that is gone", async () => {
    const [one, two] = [new Changing(1), new Changing(10)];
    render(<Sum of={[one]} />, document.body);
    expect(document.body.textContent).toBe("1");
    render(<Sum of={[one, two]} />, document.body);
    two.value = 20;
    await turn();
    expect(document.body.textContent).toBe("21");
    render(<Sum of={[two]} />, document.body);
    const before = rendered;
    one.value = 5;
    await turn();
    expect(rendered).toBe(before);
    render(null, document.body);
    two.value = 30;
    await turn();
    expect(rendered).toBe(before);
  });
});
