import { Buffer } from 'node:buffer';
import type { Places } from '../source/places.js';
import type { Inserted } from './insertions.js';

const digits = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
/** More than one segment takes. */
const room = 64;

/**
 * The mappings of a source map, for a text that others were put into: where each line begins, and each place that is
 * to be told apart.
 */
export function mappingsOf(code: string, inserted: readonly Inserted[], places: Places): string {
  const written = new Mappings();
  let start = 0;
  for (const [at, text] of inserted) {
    written.keep(code, start, at, places);
    written.insert(text);
    start = at;
  }
  written.keep(code, start, code.length, places);
  return written.toString();
}

/** As differences to what is before, in base 64. Bytes, since so many strings would have to be collected again. */
class Mappings {
  #bytes = Buffer.allocUnsafe(16_384);
  #length = 0;
  #line = 0;
  #lineStart = 0;
  /** Where in its line the text goes on. */
  #column = 0;
  #last = { column: 0, line: 0, sourceColumn: 0 };
  #lineIsEmpty = true;

  keep(code: string, start: number, end: number, places: Places): void {
    for (let at = start; at < end; ) {
      const newline = code.indexOf('\n', at);
      const stop = newline === -1 || newline > end ? end : newline;
      if (stop > at) {
        this.#segment(this.#column, at - this.#lineStart);
        for (let place = places.from(at + 1); place < stop; place = places.from(place + 1))
          this.#segment(this.#column + place - at, place - this.#lineStart);
        this.#column += stop - at;
      }
      if (stop === end) return;
      this.#line++;
      this.#lineStart = stop + 1;
      this.#nextLine();
      at = stop + 1;
    }
  }

  insert(text: string): void {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#nextLine();
    this.#column += text.length - text.lastIndexOf('\n') - 1;
  }

  toString(): string {
    return this.#bytes.toString('latin1', 0, this.#length);
  }

  #segment(column: number, sourceColumn: number): void {
    this.#makeRoom();
    if (!this.#lineIsEmpty) this.#bytes[this.#length++] = 44; // ,
    this.#lineIsEmpty = false;
    const last = this.#last;
    this.#write(column - last.column);
    this.#write(0); // the same source
    this.#write(this.#line - last.line);
    this.#write(sourceColumn - last.sourceColumn);
    last.column = column;
    last.line = this.#line;
    last.sourceColumn = sourceColumn;
  }

  #nextLine(): void {
    this.#makeRoom();
    this.#bytes[this.#length++] = 59; // ;
    this.#lineIsEmpty = true;
    this.#column = 0;
    this.#last.column = 0;
  }

  #makeRoom(): void {
    if (this.#bytes.length - this.#length < room)
      this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
  }

  /** Five bits at a time; the lowest bit of all is the sign. */
  #write(value: number): void {
    let rest = value < 0 ? (-value << 1) | 1 : value << 1;
    do {
      const more = rest > 31 ? 32 : 0;
      this.#bytes[this.#length++] = digits[(rest & 31) | more] ?? 0;
      rest >>>= 5;
    } while (rest > 0);
  }
}
