class Counter {
  total = 0;
}
const counter = new Counter();

const count = (n) => counter.total + n;
count(1);
