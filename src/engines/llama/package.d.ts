/** An optional peer: whoever builds this need not have it. What is used of it is typed in `peer.ts`. */
declare module 'node-llama-cpp';
