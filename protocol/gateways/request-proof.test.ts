import { expect, test } from "bun:test";
import { formatChallenge, formatProof, parseChallenge, parseProof } from "./request-proof.ts";

const PROOF = {
  gateway: "0192f0c1-2345-7abc-8def-000000000001",
  nonce: "1764352800000.q-_8",
  signature: "abcDEF-_0",
};

test("what is written is read back", () => {
  expect(parseProof(formatProof(PROOF))).toEqual(PROOF);
  expect(parseChallenge(formatChallenge(PROOF.nonce))).toBe(PROOF.nonce);
});

test.each(["", "Bearer abc", `${formatProof(PROOF)} `, formatProof({ ...PROOF, nonce: 'a"b' })])(
  "%j is no proof",
  (header) => {
    expect(parseProof(header)).toBeNull();
    expect(parseChallenge(header)).toBeNull();
  },
);
