/**
 * The word by which a lane publishes a cut says in which of three slots it stands, and in which one the last cut of an
 * epoch before; the third slot is free for the next cut. The word of a lane that has published nothing is 0.
 *
 * Bits 0 and 1 are the slot; bit 2 says whether the earlier one is the second after it, or the first; the rest counts.
 */
const SLOTS = 3;
const COUNT_SHIFT = 3;

export function slotOf(word: number): number {
  return word & 3;
}

/** The slot of the last cut of an epoch before. */
export function earlierSlotOf(word: number): number {
  return (slotOf(word) + 1 + ((word >> 2) & 1)) % SLOTS;
}

/**
 * The word after this one, whose cut stands in the slot that was free.
 * @param sameEpoch whether the cut of this word is of the same epoch, so that it frees its slot
 */
export function nextWord(word: number, sameEpoch: boolean): number {
  const current = slotOf(word);
  const earlier = earlierSlotOf(word);
  const slot = SLOTS - current - earlier; // 0 + 1 + 2, less the other two
  const keep = sameEpoch ? earlier : current;
  const isSecond = keep === (slot + 2) % SLOTS ? 4 : 0;
  return (((word >> COUNT_SHIFT) + 1) << COUNT_SHIFT) | isSecond | slot;
}
