import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

interface MailServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A mail server for this shop alone: it speaks SMTP, and keeps each mail as a file. */
export async function startMailServer(folder: string): Promise<MailServer> {
  const mails = join(folder, 'mails');
  mkdirSync(mails);
  let count = 0;
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    async onData(stream, { envelope }, done) {
      const mail = await text(stream);
      writeFileSync(join(mails, `${++count}.eml`), mail);
      const [, subject] = mail.match(/^Subject: (.*)\r$/m) ?? [];
      console.log(`mail to ${envelope.rcptTo.map(({ address }) => address)}: ${subject}`);
      done();
    },
  });
  const listener = server.listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  return {
    port: (listener.address() as AddressInfo).port, // it listens on a port
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
