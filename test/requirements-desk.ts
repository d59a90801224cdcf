/** The promises of `requirements.ts` that are about time: nothing that an agent sends costs people their page. */
export const DESK_REQUIREMENTS = {
  'desk.renders-aside':
    'The thread that serves renders nothing: a draft is read once, on another thread, after its caller was let pass.',
  'desk.bounded-work':
    'A draft that takes too much time or memory is not publishable, in words, and people are answered meanwhile.',
  'desk.fair-work': 'Clients take turns on that thread, and too much of one client is refused.',
  'desk.once': 'The same bytes are rendered once, and what was rendered is what people see and what is published.',
  'desk.public-reads': 'What everybody may read takes no lock that a change needs, and is limited for each address.',
  'desk.connections': 'Connections that say nothing make room for whoever asks, and people keep a share of them.',
} as const;
