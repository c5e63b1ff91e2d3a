import { type Background, inject } from 'offstage';

async function sendEmail(to: string) {
  console.log(`email ${to}`);
}
async function processPayment(id: number) {
  console.log(`payment ${id}`);
}
async function updateCache(key: string) {
  console.log(`cache ${key}`);
}

await inject(async (bg: Background) => {
  await bg.add(sendEmail, 'user1@example.com');
  await bg.add(sendEmail, 'user2@example.com');
  await bg.add(processPayment, 123);
  await bg.add(updateCache, 'cache_key');
})();
