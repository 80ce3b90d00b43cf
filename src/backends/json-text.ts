import type { Views } from '../buffer/segment.ts';
import {
  TAG_ARRAY,
  TAG_FALSE,
  TAG_INT,
  TAG_NULL,
  TAG_NUMBER,
  TAG_OBJECT,
  TAG_TEXT,
  TAG_TRUE,
  TAG_UNDEFINED,
} from '../buffer/tags.ts';
import { text } from './commit.ts';

/** Makes JSON text of the values that `Arena.json` wrote, as `JSON.stringify` would have. */
export class JsonReader {
  readonly #shapes: (readonly string[])[] = [];
  #views!: Views;
  #at = 0;

  /** Keys of shape `number`, in order. */
  addShape(number: number, keys: readonly string[]): void {
    this.#shapes[number] = keys.map((key) => `${JSON.stringify(key)}:`);
  }

  read(views: Views, at: number): string {
    this.#views = views;
    this.#at = at;
    return this.#value() ?? 'null';
  }

  #value(): string | undefined {
    const { U8, data } = this.#views;
    const at = this.#at;
    this.#at = at + 1;
    switch (U8[at]) {
      case TAG_UNDEFINED:
        return undefined;
      case TAG_NULL:
        return 'null';
      case TAG_FALSE:
        return 'false';
      case TAG_TRUE:
        return 'true';
      case TAG_INT:
        this.#at = at + 5;
        return String(data.getInt32(at + 1, true));
      case TAG_NUMBER: {
        this.#at = at + 9;
        const number = data.getFloat64(at + 1, true);
        return Number.isFinite(number) ? String(number) : 'null';
      }
      case TAG_TEXT:
        return JSON.stringify(this.#text());
      case TAG_ARRAY:
        return this.#array();
      case TAG_OBJECT:
        return this.#object();
      default: // TAG_BIGINT and TAG_RAW stand as they go into the text
        return this.#text();
    }
  }

  #length(): number {
    const length = this.#views.data.getUint32(this.#at, true);
    this.#at += 4;
    return length;
  }

  #text(): string {
    const length = this.#length();
    this.#at += length;
    return text(this.#views, this.#at - length, length);
  }

  #array(): string {
    const count = this.#length();
    let json = '[';
    for (let i = 0; i < count; i++) json += `${i === 0 ? '' : ','}${this.#value() ?? 'null'}`;
    return `${json}]`;
  }

  #object(): string {
    const keys = this.#shapes[this.#length()]!;
    let json = '';
    for (const key of keys) {
      const value = this.#value();
      if (value !== undefined) json += `${json === '' ? '' : ','}${key}${value}`;
    }
    return `{${json}}`;
  }
}
