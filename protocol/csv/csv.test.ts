import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { guardFormula, readRecords, readTable, unguardFormula, writeRecord } from "./csv.ts";

const cells = (text: string) => {
  const read = readRecords(text);
  return read.ok ? read.value.map((record) => record.cells) : read.refusal.detail;
};

describe("a file", () => {
  test.each([
    [
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,b\r\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,b\r1,2\r",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "\uFEFFa;b\n1,5;2",
      [
        ["a", "b"],
        ["1,5", "2"],
      ],
    ],
    [
      "a\tb\n1\t2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      '"a,x,y";b\n1;2',
      [
        ["a,x,y", "b"],
        ["1", "2"],
      ],
    ],
    [
      'a,b\n"x ""y""",""\n',
      [
        ["a", "b"],
        ['x "y"', ""],
      ],
    ],
    [
      'a,b\n"1\r\n2",3',
      [
        ["a", "b"],
        ["1\n2", "3"],
      ],
    ],
    [
      'a,b\n5" nail,2',
      [
        ["a", "b"],
        ['5" nail', "2"],
      ],
    ],
    [
      "a,b\n\n,\n1,2\n\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,b\n1,",
      [
        ["a", "b"],
        ["1", ""],
      ],
    ],
    ["", []],
  ])("%j is read", (text, expected) => expect(cells(text)).toEqual(expected));

  test.each([
    ['a,b\n1,"2', "line 2: a quote is opened and never closed"],
    ['a,b\n"1\n2" x,3', "line 3: there is text after the quote that ends a cell"],
  ])("%j is refused with its line", (text, detail) => expect(cells(text)).toBe(detail));

  test("says where each record begins, also after cells of several lines and empty ones", () => {
    const read = readRecords('a,b\n"1\n2",x\n\n3,4\r\n5,6');
    expect(read.ok && read.value.map(({ line }) => line)).toEqual([1, 2, 5, 6]);
  });

  test("that was written is read back as it was", () => {
    const cell = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."'\"=+-@,;\t\n 1.a＝") }));
    const property = fc.property(
      fc.array(
        fc.tuple(cell, cell).filter(([a]) => a !== ""),
        { minLength: 1 },
      ),
      (rows) => {
        const written = ["x,y\r\n", ...rows.map(writeRecord)].join("");
        const read = readRecords(written);
        expect(read.ok && read.value.slice(1).map((record) => record.cells.map(unguardFormula))).toEqual(
          rows.map((row) => row.map((text) => text.replaceAll(/\r\n?/g, "\n"))),
        );
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});

describe("a cell that a spreadsheet would run", () => {
  test.each(["=1+1", "+1", "-cmd", "@SUM(A1)", "\tx", "\rx", "\n=1", "'=1", "＝1"])(
    "%j becomes a text",
    (text) => {
      expect(guardFormula(text)).toBe(`'${text}`);
      expect(unguardFormula(guardFormula(text))).toBe(text);
    },
  );
  test.each(["-51.48", "0", "it's", "'quoted'", "a=b", ""])("%j stays as it is", (text) => {
    expect([guardFormula(text), unguardFormula(text)]).toEqual([text, text]);
  });
});

describe("a table", () => {
  const columns = { fields: ["id", "name", "timeZone"], passedOver: ["health"] };
  const table = (text: string, maxRows = 10) => {
    const read = readTable(text, columns, maxRows);
    return read.ok ? read.value : [read.refusal.code as string, read.refusal.detail];
  };

  test("finds its columns by name, passes over what nobody can change, and says which", () => {
    expect(table("Time zone;NAME;Attribute: Shelf no.;health;\n Europe/Rome ; Bay ;'=3;error;\n")).toEqual({
      columns: ["timeZone", "name", "attribute:Shelf no."],
      passedOver: ["health"],
      rows: [
        {
          line: 2,
          cells: new Map([
            ["timeZone", "Europe/Rome"],
            ["name", "Bay"],
            ["attribute:Shelf no.", "=3"],
          ]),
          errors: [],
        },
      ],
    });
  });

  test.each([
    ["", "csv.invalid", "empty"],
    ["name,colour\na,b", "csv.invalid", "no column colour"],
    ["name,Name\na,b", "csv.invalid", "names name twice"],
    [`name\n${"x\n".repeat(11)}`, "request.too-large", "11 lines"],
  ])("%j is refused", (text, code, part) => {
    const [refused, detail] = table(text) as [string, string];
    expect([refused, detail.includes(part)]).toEqual([code, true]);
  });

  test("says of a row that is shorter or longer than the head", () => {
    const read = table("id,name\n1\n1,2,3\n");
    expect("rows" in read && read.rows.map((row) => row.errors[0]?.message)).toEqual([
      "has 1 cells where the head has 2",
      "has 3 cells where the head has 2",
    ]);
  });
});
