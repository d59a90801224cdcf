import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Problem } from '@narrow-deputies/contracts';
import { visibleJson } from './visible.ts';

/**
 * Some hosts show a model only the text, others only the structured part: both carry the same JSON. Nothing else leaves a
 * server, so that what a reader cannot see is made visible here, whatever it is part of.
 */
function both(content: object): CallToolResult & { structuredContent: Record<string, unknown> } {
  const text = visibleJson(content);
  const structuredContent = JSON.parse(text) as Record<string, unknown>;
  return { content: [{ type: 'text', text }], structuredContent };
}

/** A tool's answer. */
export const answerResult = (answer: Record<string, unknown>): CallToolResult => both(answer);

/** A refusal or failure, as the model reads it. */
export const problemResult = (problem: Problem): CallToolResult => ({ ...both(problem), isError: true });
