import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, inject } from 'offstage';
import { track } from './analytics.js';
import type { Database } from './database.js';
import { Refused } from './refused.js';
import type { Settings } from './settings.js';
import { makeThumbnail } from './thumbnail.js';

interface Product {
  readonly id: string;
  readonly price: number;
  readonly stock: number;
  readonly thumbnail: string | null;
}

export const findProduct = inject(async (db: Database, id: string) => {
  const product = db.get<Product>('select id, price, stock, thumbnail from products where id = ?', id);
  if (!product) throw new Refused(404, `there is no ${id}`);
  return product;
});

/** The product's page: that it was seen is counted afterwards. */
export async function showProduct(id: string): Promise<Product> {
  const product = await findProduct(id);
  after(track, `view of ${id}`);
  return product;
}

/** Keeps an uploaded picture; its thumbnail is made once the response is out. */
export const keepPicture = inject(async (settings: Settings, id: string, picture: Uint8Array) => {
  await findProduct(id);
  const path = join(settings.folder, `${id}.png`);
  await writeFile(path, picture);
  after(makeThumbnail, id, path);
  return { id, status: 'processing' };
});
