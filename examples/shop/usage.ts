/** What to try, once the shop is open. */
export function usage(framework: string, port: number, folder: string): string {
  const url = `http://127.0.0.1:${port}`;
  const json = `-H 'content-type: application/json'`;
  return `The shop is open, on ${framework}: ${url}
Its database, pictures and mails are in ${folder}

Try, in another terminal:
  curl ${url}/sign-up ${json} -d '{"name":"Ada","email":"ada@example.com"}'
  curl ${url}/products/teapot
  curl ${url}/products/teapot/picture -H 'content-type: image/png' --data-binary @picture.png
  curl ${url}/orders ${json} -d '{"email":"ada@example.com","product":"teapot","quantity":2}'
  curl ${url}/webhooks/payments ${json} -H 'authorization: Bearer of-the-bank' -d '{"order":1}'
  curl ${url}/analytics

Ctrl-C closes it, when all tasks are done.
`;
}
