import { readFileSync, writeFileSync } from 'node:fs';
import { PNG } from 'pngjs';
import type { Database } from './database.js';

/** The longer side of a thumbnail, in pixels. */
const longest = 64;

/** A sync function: it computes on a worker thread. The database stays on the main thread, and is called from here. */
export function makeThumbnail(db: Database, product: string, picture: string) {
  const small = scaled(PNG.sync.read(readFileSync(picture)));
  const path = picture.replace('.png', '.thumbnail.png');
  writeFileSync(path, PNG.sync.write(small));
  const { width, height } = small;
  db.run(
    'update products set thumbnail = ?, width = ?, height = ? where id = ?',
    path,
    width,
    height,
    product,
  );
}

/** Each pixel is the mean of those that it stands for. */
function scaled(from: PNG): PNG {
  const factor = Math.max(from.width, from.height, longest) / longest;
  const to = new PNG({
    width: Math.max(1, Math.round(from.width / factor)),
    height: Math.max(1, Math.round(from.height / factor)),
  });
  for (let y = 0; y < to.height; y++) {
    const [top, bottom] = covered(y, to.height, from.height);
    for (let x = 0; x < to.width; x++) {
      const [left, right] = covered(x, to.width, from.width);
      for (let channel = 0; channel < 4; channel++) {
        let sum = 0;
        for (let row = top; row < bottom; row++)
          for (let column = left; column < right; column++)
            sum += from.data[(row * from.width + column) * 4 + channel] ?? 0;
        to.data[(y * to.width + x) * 4 + channel] = Math.round(sum / ((bottom - top) * (right - left)));
      }
    }
  }
  return to;
}

/** Which of the large picture's rows or columns one of the small picture's stands for. */
function covered(index: number, small: number, large: number): [from: number, to: number] {
  const from = Math.floor((index * large) / small);
  return [from, Math.max(from + 1, Math.floor(((index + 1) * large) / small))];
}
