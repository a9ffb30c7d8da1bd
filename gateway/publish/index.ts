/** Live events, and how to find who sends them. */
export { answers, defaultStateFolder, findGateway, readDiscovery, removeDiscovery, writeDiscovery } from './discovery.ts';
export { follow } from './follow.ts';
export { EventPublisher, type PublisherOptions } from './publisher.ts';
export { listenOn, socketPath } from './socket.ts';
export { midnightIn, startingState } from './state.ts';
export * from './types.ts';
