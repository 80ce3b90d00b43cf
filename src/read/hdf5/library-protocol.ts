import type { MessagePort } from 'node:worker_threads';
import type { PlainError } from '../../errors.ts';
import type { LocalH5File } from './local-file.ts';

/** Methods of a file that are called on the library's thread. */
export type FileMethod =
  | 'names'
  | 'attributes'
  | 'attribute'
  | 'isGroup'
  | 'shape'
  | 'filters'
  | 'read'
  | 'check'
  | 'decompressLzf'
  | 'close';

export type Request =
  | { readonly open: string }
  | {
      readonly file: number;
      readonly method: FileMethod;
      readonly args: Parameters<LocalH5File[FileMethod]>;
    };

export type Reply = { readonly value: unknown } | { readonly error: PlainError; readonly isDead: boolean };

export interface LibraryData {
  readonly port: MessagePort;
  /** Replies so far, which are waited for, since a reply is wanted at once; and 1 once the library is loaded, or is not. */
  readonly replies: Int32Array;
}
