/** A contract as small as one can be that still shows the parts: an operation received, one sent, a policy. */
export function starterDocument(): string {
  return `asyncapi: 3.0.0
info:
  title: Mailer
  version: 1.0.0
  description: Sends the e-mails that other services ask for.

channels:
  emails:
    address: emails
    description: E-mails to be sent.
    messages:
      email:
        payload: { $ref: '#/components/schemas/Email' }
    # How many are worked on at once, and what happens when one fails.
    x-fs-concurrency:
      maxWorkers: 10
    x-fs-retry:
      maxAttempts: 5
  deliveries:
    address: deliveries
    description: What became of them.
    messages:
      delivery:
        payload: { $ref: '#/components/schemas/Delivery' }

operations:
  sendEmail:
    action: receive
    channel: { $ref: '#/channels/emails' }
  reportDelivery:
    action: send
    channel: { $ref: '#/channels/deliveries' }

components:
  schemas:
    Email:
      type: object
      required: [to, subject, body]
      properties:
        to: { type: string, format: email }
        subject: { type: string, maxLength: 200 }
        body: { type: string }
    Delivery:
      type: object
      required: [to, status]
      properties:
        to: { type: string, format: email }
        status: { enum: [delivered, refused] }
`;
}

/** @param document path as seen from the config */
export function starterConfig(document: string): string {
  const path = document.replaceAll('\\', '/').replaceAll("'", "\\'");
  return `import { defineConfig } from 'fs-gen';

export default defineConfig({
  documents: [{ document: '${path}', out: 'src/generated' }],
});
`;
}
