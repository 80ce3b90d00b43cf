/** Where each lane of a stress test says how far it has come; it survives the lane's thread. */
export const AGENT = 0; // id of the lane's row of `agent`, 0 before it is published
export const STATES = 1; // rows of `state` whose frame has ended
export const NOTES = 2; // rows of `note`
export const STEPS = 3; // steps
export const OPERATIONS = 4; // of its schedule
const WORDS = 8;
export const LANES = 16;
export const BOARD_BYTES: number = LANES * WORDS * 4;

/** The words of one lane. */
export function wordsOf(board: SharedArrayBuffer, lane: number): Int32Array {
  return new Int32Array(board, lane * WORDS * 4, WORDS);
}
