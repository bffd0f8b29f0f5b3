import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the service gives to an external mailer. */
export interface Letter {
  /** where the mail goes */
  address: string;
  /** what the link names, when that is another address */
  account?: string;
  token: string;
  purpose: string;
}

/** An external mailer (`NOTARY_CONFIRMATION_URI`) that keeps what it is given. */
export class Mailbox {
  readonly letters: Letter[] = [];
  readonly #server: Server;
  readonly #waiting: { fits: (letter: Letter) => boolean; take: (letter: Letter) => void }[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<Mailbox> {
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      mailbox.#receive(JSON.parse(body));
      response.writeHead(204).end();
    });
    const mailbox = new Mailbox(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return mailbox;
  }

  get uri(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/mail`;
  }

  /** Takes the first letter of a purpose to an address, now or when it comes. */
  take(purpose: string, address: string): Promise<Letter> {
    const fits = (letter: Letter) => letter.purpose === purpose && letter.address === address;
    const at = this.letters.findIndex(fits);
    if (at >= 0) return Promise.resolve(this.letters.splice(at, 1)[0] as Letter);
    return new Promise((take) => this.#waiting.push({ fits, take }));
  }

  close(): Promise<void> {
    return new Promise((done) => this.#server.close(() => done()));
  }

  #receive(letter: Letter): void {
    const at = this.#waiting.findIndex(({ fits }) => fits(letter));
    if (at >= 0) this.#waiting.splice(at, 1)[0]?.take(letter);
    else this.letters.push(letter);
  }
}

/** The link of a letter, as the service's own mails write it. */
export function linkOf(origin: string, { token, account, address, purpose }: Letter): string {
  const fragment = new URLSearchParams({ token, address: account ?? address, purpose });
  return `${origin}/confirm#${fragment}`;
}
