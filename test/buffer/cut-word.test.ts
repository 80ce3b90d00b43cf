import { expect, test } from 'vitest';
import { earlierSlotOf, nextWord, slotOf } from '../../src/buffer/cut-word.ts';
import fc from '../support/fast-check.ts';

const INT32 = new Int32Array(1);

/** As the word comes back from shared memory. */
function stored(word: number): number {
  INT32[0] = word;
  return INT32[0]!;
}

test('a cut never goes into the slot of the cut before, nor of the last one of the epoch before', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (sameEpochs) => {
      let word = 0;
      let earlier = earlierSlotOf(word);
      for (const sameEpoch of sameEpochs) {
        const before = slotOf(word);
        if (!sameEpoch) earlier = before;
        const kept = earlierSlotOf(word);
        word = stored(nextWord(word, sameEpoch));
        expect([0, 1, 2]).toContain(slotOf(word));
        expect(slotOf(word)).not.toBe(before);
        // What the reader may still look at while this one is written.
        expect(slotOf(word)).not.toBe(kept);
        expect(earlierSlotOf(word)).toBe(earlier);
      }
    }),
  );
});

test('no two of a long row of cuts have one word, also where the count overflows', () => {
  let word = stored(0x7ffffff0);
  const seen = new Set<number>([word]);
  for (let i = 0; i < 1000; i++) {
    word = stored(nextWord(word, i % 3 === 0));
    expect(slotOf(word)).toBeLessThan(3);
    expect(seen.has(word)).toBe(false);
    seen.add(word);
  }
});
