import { FileObject, type Parent } from './file-object.ts';
import type { FileParts } from './file-parts.ts';
import type { Message } from './messages/object-header.ts';
import type { StoredHeader } from './reading/object-header.ts';

/** A dataset of a file that is continued, of which nothing but attributes changes. */
export class StoredObject extends FileObject {
  readonly header: StoredHeader;

  constructor(path: string, parent: Parent | null, parts: FileParts, header: StoredHeader) {
    super(path, parent, parts, header);
    this.header = header;
  }

  finish(): void {}

  protected messages(): Message[] {
    return [...this.header.messages];
  }
}
