import workerpool from 'workerpool';
import { burn, size, tiny } from './functions.mjs';

workerpool.worker({ tiny, burn, size });
