import { expect, test } from "bun:test";
import { refuseWeak } from "./weak-passwords.ts";

const ANN = ["Ann Lee", "ann.lee@harbour-foods.example", "Harbour Foods"];
const messageOf = async (password: string) => {
  const checked = await refuseWeak(password, ANN);
  return checked.ok ? null : checked.refusal.errors?.[0];
};

test.each(["qwertyuiop", "1234567890", "PASSWORD123", "football123", "iloveyou12"])(
  "a password that was stolen often is none: %s",
  async (password) => {
    expect(await messageOf(password)).toEqual({
      path: "password",
      message: "is one of the passwords that are tried first; choose another",
    });
  },
);

test.each(["homepot2026", "Harbour-Foods!", "annlee1234", "admin@homepot", "Foods Harbour 7"])(
  "nor one that is little more than what is known of the person: %s",
  async (password) => {
    expect((await messageOf(password))?.message).toContain("everybody knows");
  },
);

test("nor the same few characters again and again", async () => {
  expect((await messageOf("aaaaaaaaaaaaaaa"))?.message).toContain("very few characters");
});

test.each(["correct horse battery", "harbour of silent ships", "a+b=c,d-e:f?", "ÄßéЖ漢字かな言葉の木"])(
  "any other is taken, whatever it is made of: %s",
  async (password) => {
    expect(await messageOf(password)).toBeNull();
  },
);
