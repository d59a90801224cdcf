import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Problem } from '@narrow-deputies/contracts';

/** Some hosts show a model only the text, others only the structured part: both carry the same JSON. */
const both = (content: Record<string, unknown>): CallToolResult => ({
  content: [{ type: 'text', text: JSON.stringify(content) }],
  structuredContent: content,
});

/** A tool's answer. */
export const answerResult = (answer: Record<string, unknown>): CallToolResult => both(answer);

/** A refusal or failure, as the model reads it. */
export const problemResult = (problem: Problem): CallToolResult => ({ ...both({ ...problem }), isError: true });
