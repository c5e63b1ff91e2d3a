import { rename, rm, writeFile } from 'node:fs/promises';
import { Resource, resource } from 'offstage';

/** A JSON-lines report that appears whole or not at all. */
@resource
export class Report {
  readonly path = 'digest.jsonl';
  readonly #draft = `${this.path}.${process.pid}.tmp`;
  #written = false;

  async write(lines: readonly string[]): Promise<void> {
    await writeFile(this.#draft, lines.map((line) => `${line}\n`).join(''));
    this.#written = true;
  }

  async [Resource.exit](error?: unknown): Promise<void> {
    if (this.#written && !error) await rename(this.#draft, this.path);
    else await rm(this.#draft, { force: true });
  }
}
