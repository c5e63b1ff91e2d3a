import { runAsWorker } from 'synckit';

let total = 0;
runAsWorker((n) => {
  total += n;
  return total;
});
