import { createPrivateKey } from 'node:crypto';
import { verifierOf, type NoteSigner } from '../../src/index.ts';

/** A signer from a fixed seed of 32 bytes (PKCS#8 of RFC 8410), so that every run signs alike. */
export function signerOf(name: string, seed: Uint8Array): NoteSigner {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return { name, privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) };
}

export const ORIGIN = 'deputies.example/audit';
export const signer = signerOf(ORIGIN, Buffer.alloc(32, 7));
export const verifier = verifierOf(signer);
export const otherSigner = signerOf(ORIGIN, Buffer.alloc(32, 8));
export const otherVerifier = verifierOf(otherSigner);
export const trust = { origin: ORIGIN, verifiers: [verifier] };
