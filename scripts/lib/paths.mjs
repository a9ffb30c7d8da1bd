/** Where things are in the checkout. Everything that a script installs or keeps lies in `.cache`, everything it makes in `dist` and `out`. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const cache = join(root, '.cache');
export const dist = join(root, 'dist');
export const out = join(root, 'out');
