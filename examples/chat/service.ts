/** The chat service: `npx tsx examples/chat/service.ts`. Connects to REDIS_URL, else to redis://localhost:6379. */
import { createWorker } from './generated/index.js';
import { createHandlers } from './handlers/index.js';
import { simulatedModel } from './model.js';
import { createSession } from './session.js';

const worker = createWorker({ handlers: createHandlers(simulatedModel(), createSession()) });
await worker.run();
