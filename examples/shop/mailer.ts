import { createTransport, type Transporter } from 'nodemailer';
import { singleton } from 'offstage';
import type { Settings } from './settings.js';

@singleton
export class Mailer {
  readonly #transport: Transporter;

  constructor(settings: Settings) {
    this.#transport = createTransport({ host: '127.0.0.1', port: settings.smtpPort, ignoreTLS: true });
  }

  async send(to: string, subject: string, text: string): Promise<void> {
    await this.#transport.sendMail({ from: 'shop@example.com', to, subject, text });
  }
}
