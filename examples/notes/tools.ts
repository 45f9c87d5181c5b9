/** A notes server: an ordinary MCP server on the official SDK. How it learns who calls is up to who serves it. */
import { McpServer, ResourceTemplate, type ServerContext } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { addNote, deleteNote, type Note, noteOf, notesOf, updateNote } from './notes';

const id = z.string().max(64).describe('Id of the note, as list_notes gives it');
const title = z.string().min(1).max(200).describe('One line that says what the note is about');
const text = z.string().max(50_000).describe('The note itself');

const note = z.object({ id: z.string(), title: z.string(), text: z.string(), updated: z.string() });
const heading = note.omit({ text: true });

export interface NotesOptions {
  /** Whose notes a call is about. */
  readonly callerOf: (ctx: ServerContext) => string;
}

export function notesServer({ callerOf }: NotesOptions): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' }, { instructions: 'Keeps the notes of the caller.' });

  server.registerTool(
    'list_notes',
    {
      description: 'Lists your notes, most recently changed first, without their text.',
      inputSchema: z.object({}),
      outputSchema: z.object({ notes: z.array(heading) }),
      annotations: { readOnlyHint: true },
    },
    async (_args, ctx) => headings(await notesOf(callerOf(ctx))),
  );

  server.registerTool(
    'read_note',
    {
      description: 'Reads one of your notes.',
      inputSchema: z.object({ id }),
      outputSchema: note,
      annotations: { readOnlyHint: true },
    },
    async (args, ctx) => one(await noteOf(callerOf(ctx), args.id), args.id),
  );

  server.registerTool(
    'search_notes',
    {
      description: 'Finds your notes whose title or text contains all the given words.',
      inputSchema: z.object({ query: z.string().min(1).max(200).describe('Words to look for') }),
      outputSchema: z.object({ notes: z.array(heading) }),
      annotations: { readOnlyHint: true },
    },
    async ({ query }, ctx) => {
      const words = query.toLowerCase().split(/\s+/);
      const notes = await notesOf(callerOf(ctx));
      return headings(
        notes.filter((found) => words.every((word) => `${found.title} ${found.text}`.toLowerCase().includes(word))),
      );
    },
  );

  server.registerTool(
    'add_note',
    { description: 'Adds a note.', inputSchema: z.object({ title, text }), outputSchema: note },
    async (args, ctx) => one(await addNote(callerOf(ctx), args.title, args.text), ''),
  );

  server.registerTool(
    'update_note',
    {
      description: 'Changes the title or the text of one of your notes; what is left out stays.',
      inputSchema: z.object({ id, title: title.optional(), text: text.optional() }),
      outputSchema: note,
      annotations: { idempotentHint: true },
    },
    async (args, ctx) => one(await updateNote(callerOf(ctx), args.id, args), args.id),
  );

  server.registerTool(
    'delete_note',
    {
      description: 'Deletes one of your notes for good.',
      inputSchema: z.object({ id }),
      annotations: { destructiveHint: true },
    },
    async (args, ctx) =>
      (await deleteNote(callerOf(ctx), args.id))
        ? { content: [{ type: 'text', text: `Deleted note ${args.id}` }] }
        : toolError(noSuchNote(args.id)),
  );

  server.registerResource(
    'note',
    new ResourceTemplate('notes://note/{id}', {
      list: async (ctx) => ({
        resources: (await notesOf(callerOf(ctx))).map((found) => ({
          uri: `notes://note/${found.id}`,
          name: found.title,
          mimeType: 'text/plain',
        })),
      }),
    }),
    { title: 'Note', description: 'One of your notes as plain text', mimeType: 'text/plain' },
    async (uri, variables, ctx) => {
      const found = await noteOf(callerOf(ctx), String(variables.id));
      return { contents: found === undefined ? [] : [{ uri: uri.href, mimeType: 'text/plain', text: found.text }] };
    },
  );

  server.registerPrompt(
    'summarize_notes',
    {
      description: 'Asks for a summary of your notes on a subject.',
      argsSchema: z.object({ subject: z.string().max(200).describe('What the summary is about') }),
    },
    ({ subject }) => ({
      messages: [
        {
          role: 'user',
          content: {
            type: 'text',
            text: `Search my notes for "${subject}", read those that fit, and sum them up in five lines.`,
          },
        },
      ],
    }),
  );

  return server;
}

function headings(notes: readonly Note[]) {
  const listed = notes.map(({ id, title, updated }) => ({ id, title, updated }));
  const lines = listed.map((entry) => `${entry.id}  ${entry.title}`).join('\n');
  return {
    content: [{ type: 'text' as const, text: lines === '' ? 'No notes.' : lines }],
    structuredContent: { notes: listed },
  };
}

/** An error whose text is meant for the client: the guard puts an error id in the place of any other. */
function toolError(text: string) {
  return { isError: true, content: [{ type: 'text' as const, text }], _meta: { 'cdk-mcp/public-error': true } };
}

function one(found: Note | undefined, asked: string) {
  if (found === undefined) return toolError(noSuchNote(asked));
  return {
    content: [{ type: 'text' as const, text: `${found.title}\n\n${found.text}` }],
    structuredContent: { ...found },
  };
}

function noSuchNote(asked: string): string {
  return `There is no note ${asked}; list_notes shows the ids`;
}
