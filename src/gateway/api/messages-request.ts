import type { JsonObject } from '../../engines/contract.ts';
import type { Failure } from '../../engines/failure.ts';
import { isObject } from '../../engines/json.ts';
import { type ApiRequest, isFailure } from './endpoint.ts';
import { wrong } from './fields.ts';

type Found<T> = T | Failure;

function imageUrl(source: unknown, param: string): Found<{ readonly url: string }> {
  if (!isObject(source)) return wrong(`${param}.source`, 'is missing');
  if (source['type'] === 'url' && typeof source['url'] === 'string') return { url: source['url'] };
  const { media_type: type, data } = source;
  if (source['type'] !== 'base64' || typeof type !== 'string' || typeof data !== 'string') {
    return wrong(`${param}.source`, 'is neither base64 nor a url; files of the API are not kept here');
  }
  return { url: `data:${type};base64,${data}` };
}

/** Text and pictures of blocks; text alone becomes one text, as most templates have it. */
function contentToChat(content: unknown, param: string): Found<{ readonly value: unknown }> {
  if (content === undefined || typeof content === 'string') return { value: content ?? '' };
  if (!Array.isArray(content)) return wrong(param, 'is neither text nor a list of blocks');
  const parts: JsonObject[] = [];
  for (let i = 0; i < content.length; i++) {
    const block: unknown = content[i];
    if (!isObject(block)) return wrong(`${param}[${i}]`, 'is not an object');
    if (block['type'] === 'text') parts.push({ type: 'text', text: String(block['text'] ?? '') });
    else if (block['type'] === 'image') {
      const image = imageUrl(block['source'], `${param}[${i}]`);
      if (isFailure(image)) return image;
      parts.push({ type: 'image_url', image_url: image });
    } else if (block['type'] === 'document' && isObject(block['source']) && block['source']['type'] === 'text') {
      parts.push({ type: 'text', text: String(block['source']['data'] ?? '') });
    } else return wrong(`${param}[${i}].type`, 'is not one that can be given to a chat model');
  }
  if (parts.every(({ type }) => type === 'text')) return { value: parts.map((part) => part['text']).join('\n') };
  return { value: parts };
}

/** A user's turn: results of tools become messages of their own, before whatever else was said. */
function addUser(messages: JsonObject[], content: readonly unknown[], param: string): Failure | null {
  const rest: unknown[] = [];
  for (let i = 0; i < content.length; i++) {
    const block: unknown = content[i];
    if (!isObject(block) || block['type'] !== 'tool_result') {
      rest.push(block);
      continue;
    }
    const said = contentToChat(block['content'], `${param}[${i}].content`);
    if (isFailure(said)) return said;
    const value = block['is_error'] === true && typeof said.value === 'string' ? `Error: ${said.value}` : said.value;
    messages.push({ role: 'tool', tool_call_id: String(block['tool_use_id']), content: value });
  }
  if (rest.length === 0) return null;
  const said = contentToChat(rest, param);
  if (isFailure(said)) return said;
  messages.push({ role: 'user', content: said.value });
  return null;
}

/** An assistant's turn; what it thought is not given to it again. */
function addAssistant(messages: JsonObject[], content: readonly unknown[], param: string): Failure | null {
  const calls: JsonObject[] = [];
  let text = '';
  for (let i = 0; i < content.length; i++) {
    const block: unknown = content[i];
    if (!isObject(block)) return wrong(`${param}[${i}]`, 'is not an object');
    switch (block['type']) {
      case 'text':
        text += String(block['text'] ?? '');
        break;
      case 'tool_use': {
        const called = { name: block['name'], arguments: JSON.stringify(block['input'] ?? {}) };
        calls.push({ id: block['id'], type: 'function', function: called });
        break;
      }
      case 'thinking':
      case 'redacted_thinking':
        break;
      default:
        return wrong(`${param}[${i}].type`, 'is not one of text, tool_use, thinking');
    }
  }
  const said = { role: 'assistant', content: text === '' ? null : text };
  messages.push(calls.length === 0 ? said : { ...said, tool_calls: calls });
  return null;
}

function toolsToChat(tools: unknown): Found<{ readonly list: JsonObject[] }> {
  if (tools === undefined || tools === null) return { list: [] };
  if (!Array.isArray(tools)) return wrong('tools', 'is not a list');
  const list: JsonObject[] = [];
  for (let i = 0; i < tools.length; i++) {
    const tool: unknown = tools[i];
    if (!isObject(tool)) return wrong(`tools[${i}]`, 'is not an object');
    const { type = 'custom', name, description, input_schema: parameters } = tool;
    if (type !== 'custom' && type !== null)
      return wrong(`tools[${i}].type`, 'is not custom; the site runs no tools itself');
    if (typeof name !== 'string') return wrong(`tools[${i}].name`, 'is missing');
    list.push({
      type: 'function',
      function: { name, ...(description === undefined ? {} : { description }), parameters },
    });
  }
  return { list };
}

const CHOICES: Readonly<Record<string, string>> = { auto: 'auto', any: 'required', none: 'none' };

function addChoice(chat: JsonObject, choice: unknown): Failure | null {
  if (choice === undefined || choice === null) return null;
  const type = isObject(choice) ? String(choice['type']) : '';
  if (!isObject(choice) || (type !== 'tool' && !Object.hasOwn(CHOICES, type))) {
    return wrong('tool_choice', 'is not one of auto, any, none, tool');
  }
  chat['tool_choice'] = type === 'tool' ? { type: 'function', function: { name: choice['name'] } } : CHOICES[type];
  if (choice['disable_parallel_tool_use'] === true) chat['parallel_tool_calls'] = false;
  return null;
}

function addMessages(messages: JsonObject[], given: readonly unknown[]): Failure | null {
  for (let i = 0; i < given.length; i++) {
    const message = given[i];
    if (!isObject(message)) return wrong(`messages[${i}]`, 'is not an object');
    const { role, content } = message;
    const param = `messages[${i}].content`;
    if (!Array.isArray(content)) {
      messages.push({ role, content });
      continue;
    }
    const add = role === 'assistant' ? addAssistant : addUser;
    const found = role === 'system' ? addSystem(messages, content, param) : add(messages, content, param);
    if (found !== null) return found;
  }
  return null;
}

function addSystem(messages: JsonObject[], content: unknown, param: string): Failure | null {
  const said = contentToChat(content, param);
  if (isFailure(said)) return said;
  if (said.value !== '') messages.push({ role: 'system', content: said.value });
  return null;
}

/** A messages request as a chat request; what a chat model cannot be given is refused with the field's name. */
export function toChat({ body, model }: ApiRequest): Found<{ readonly chat: JsonObject }> {
  const messages: JsonObject[] = [];
  const found = addSystem(messages, body['system'], 'system') ?? addMessages(messages, body['messages'] as unknown[]);
  if (found !== null) return found;
  const chat: JsonObject = { model, messages, max_tokens: body['max_tokens'] };
  for (const key of ['temperature', 'top_p', 'top_k', 'stream']) {
    if (body[key] !== undefined && body[key] !== null) chat[key] = body[key];
  }
  const stops = body['stop_sequences'];
  if (Array.isArray(stops) && stops.length > 0) chat['stop'] = stops;
  const tools = toolsToChat(body['tools']);
  if (isFailure(tools)) return tools;
  if (tools.list.length > 0) {
    chat['tools'] = tools.list;
    const wrongChoice = addChoice(chat, body['tool_choice']);
    if (wrongChoice !== null) return wrongChoice;
  }
  const config = body['output_config'];
  const format = isObject(config) ? config['format'] : undefined;
  if (isObject(format) && format['type'] === 'json_schema') {
    chat['response_format'] = {
      type: 'json_schema',
      json_schema: { name: 'answer', schema: format['schema'], strict: true },
    };
  }
  return { chat };
}
