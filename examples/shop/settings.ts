/** Where things are, as the main program has found out. */
export class Settings {
  readonly folder: string;
  readonly smtpPort: number;
  /** What the bank proves itself with. */
  readonly bankToken = 'of-the-bank';

  constructor(folder: string, smtpPort: number) {
    this.folder = folder;
    this.smtpPort = smtpPort;
  }
}
