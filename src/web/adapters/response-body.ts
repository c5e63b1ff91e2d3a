import { setTimeout } from '../../timers.js';
import type { WebRequest } from '../web-request.js';

/**
 * The same response, whose body is read in the flow of its request. It tells when that has been read to its end, or nobody
 * reads it any more.
 */
export function followBody(response: Response, request: WebRequest, ended: () => void): Response {
  if (!response.body || response.body.locked || response.bodyUsed) {
    // Nothing of it can be read. The caller is given the response first.
    setTimeout(ended);
    return response;
  }
  const reader = response.body.getReader();
  const read = () => reader.read();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await request.run(read);
        if (!done) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      setTimeout(ended);
    },
    async cancel(reason) {
      await request.run(() => reader.cancel(reason)).finally(ended);
    },
  });
  return new Response(body, response);
}
