/** Values that examples share, so that they tell one story. */
export const EXAMPLE = {
  planId: '2f1c6a52-8f0e-4c3b-9d57-6a1b0e4f7c21',
  planDigest: 'sha-256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  contentDigest: 'sha-256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  auditId: '5a0c1d1e-6b5f-4a57-8a2e-3c9d0f1b2a34',
  approvalUrl: 'http://localhost:4181/plans/2f1c6a52-8f0e-4c3b-9d57-6a1b0e4f7c21',
  committedAt: '2026-04-18T10:04:00.000Z',
  expiresAt: '2026-04-18T10:30:00.000Z',
} as const;
