import { ThreadWorker } from 'poolifier';
import { burn, size, tiny } from './functions.mjs';

export default new ThreadWorker({ tiny, burn, size });
