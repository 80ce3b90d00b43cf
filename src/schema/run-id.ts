/** Ids of runs: names that are a file's or a folder's too, and never a path. */
export const RUN_ID: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
