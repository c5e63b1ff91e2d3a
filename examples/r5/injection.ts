import { type Background, inject, singleton } from 'offstage';

@singleton
class Logger {
  log(message: string) {
    console.log(`[LOG] ${message}`);
  }
}

function backgroundTask(logger: Logger, itemId: number) {
  logger.log(`Processing item ${itemId}`);
}

await inject(async (bg: Background) => {
  await bg.add(backgroundTask, 42); // the Logger is injected
})();
