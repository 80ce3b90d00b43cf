/** How a JSON value stands in an arena: a tag byte, then what the comment says, little-endian and unaligned. */
export const TAG_UNDEFINED = 0; // left out of objects, null in arrays, as JSON.stringify does
export const TAG_NULL = 1;
export const TAG_FALSE = 2;
export const TAG_TRUE = 3;
export const TAG_INT = 4; // i32
export const TAG_NUMBER = 5; // f64
export const TAG_TEXT = 6; // u32 byte length, UTF-8
export const TAG_BIGINT = 7; // u32 byte length, decimal digits
export const TAG_ARRAY = 8; // u32 element count, elements
export const TAG_OBJECT = 9; // u32 shape number, one value for each of the shape's keys
export const TAG_RAW = 10; // u32 byte length, JSON text
