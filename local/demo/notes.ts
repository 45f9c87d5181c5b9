/** The tools of the notes example that the demonstration calls. */
export const NOTES = {
  list: 'list_notes',
  search: 'search_notes',
  add: 'add_note',
  remove: 'delete_note',
} as const;

/** What the demonstration writes, and must not find again in the audit log. */
export const NOTE = { title: 'Written in the demonstration', text: 'Hello from the local platform.' } as const;

/** Of any other server the demonstration shows what is listed and calls nothing: it cannot know what a call does. */
export function servesNotes(tools: readonly string[]): boolean {
  return tools.includes(NOTES.list) && tools.includes(NOTES.search);
}
