import { connect, type Socket } from 'node:net';
import { host } from './servers.js';

export interface Answered {
  /** All of them, with the one that was read first. */
  readonly answers: number;
  readonly perSecond: number;
}

/**
 * Asks as fast as it is answered, on kept connections. All answers have one length, so that it need not read them: the
 * server is what is measured.
 *
 * @param request as it goes over the wire
 */
export async function load(
  port: number,
  request: string,
  connections: number,
  milliseconds: number,
): Promise<Answered> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => connected(port)));
  const length = await lengthOfAnswer(sockets[0], request);
  let answers = 0;
  const began = performance.now();
  for (const socket of sockets) askAgain(socket, request, length, () => answers++);
  await spin(milliseconds);
  const seconds = (performance.now() - began) / 1_000;
  for (const socket of sockets) socket.destroy();
  return { answers: answers + 1, perSecond: answers / seconds };
}

/** Waits without ever sleeping: a server that has to wake its client pays for that, the more the slower it is. */
function spin(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  return new Promise((resolve) => {
    const again = () => (performance.now() < end ? setImmediate(again) : resolve());
    again();
  });
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host, noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Of the first answer, which says how long it is. */
function lengthOfAnswer(socket: Socket | undefined, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket?.on('data', function receive(chunk) {
      text += chunk;
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = /content-length: (\d+)/i.exec(text)?.[1];
      if (!length || !text.startsWith('HTTP/1.1 200 ')) {
        reject(new Error(`answered: ${text}`));
        return;
      }
      if (text.length < end + 4 + Number(length)) return;
      socket.off('data', receive);
      resolve(text.length);
    });
    socket?.write(request);
  });
}

function askAgain(socket: Socket, request: string, length: number, answered: () => void): void {
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
    if (received < length) return;
    received = 0;
    answered();
    socket.write(request);
  });
  socket.write(request);
}
