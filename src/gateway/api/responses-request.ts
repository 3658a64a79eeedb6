import type { JsonObject } from '../../engines/contract.ts';
import type { Failure } from '../../engines/failure.ts';
import { isObject } from '../../engines/json.ts';
import type { ApiRequest } from './endpoint.ts';
import { isFailure } from './endpoint.ts';
import { wrong } from './fields.ts';

/** Fields that need an API which remembers. */
const STATEFUL = ['previous_response_id', 'conversation', 'prompt', 'background'] as const;
const SENT_ALONG = ['temperature', 'top_p', 'parallel_tool_calls', 'stream', 'user'] as const;
/** Chat templates of open models know `system` and not `developer`. */
const ROLES: Readonly<Record<string, string>> = {
  user: 'user',
  assistant: 'assistant',
  system: 'system',
  developer: 'system',
};

type Found<T> = T | Failure;

function partToChat(part: unknown, param: string): Found<JsonObject> {
  if (!isObject(part)) return wrong(param, 'is not an object with a type');
  switch (part['type']) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return typeof part['text'] === 'string'
        ? { type: 'text', text: part['text'] }
        : wrong(`${param}.text`, 'is not text');
    case 'refusal':
      return { type: 'text', text: String(part['refusal']) };
    case 'input_image': {
      const url = part['image_url'];
      if (typeof url !== 'string') return wrong(`${param}.image_url`, 'is missing; files of the API are not kept here');
      const { detail } = part;
      return { type: 'image_url', image_url: { url, ...(typeof detail === 'string' ? { detail } : {}) } };
    }
    case 'input_audio':
      return { type: 'input_audio', input_audio: part['input_audio'] };
    case 'input_file': {
      if (typeof part['file_data'] !== 'string')
        return wrong(`${param}.file_data`, 'is missing; files are not kept here');
      return { type: 'file', file: { file_data: part['file_data'], filename: part['filename'] } };
    }
    default:
      return wrong(`${param}.type`, 'is not one that can be given to a chat model');
  }
}

/** Content of a message; what an assistant said is text alone, as most templates have it. */
function contentToChat(content: unknown, param: string, asText: boolean): Found<{ readonly value: unknown }> {
  if (typeof content === 'string') return { value: content };
  if (!Array.isArray(content)) return wrong(param, 'is neither text nor a list of parts');
  const parts: JsonObject[] = [];
  for (let i = 0; i < content.length; i++) {
    const part = partToChat(content[i], `${param}[${i}]`);
    if (isFailure(part)) return part;
    parts.push(part);
  }
  const isAllText = parts.every(({ type }) => type === 'text');
  if (isAllText && (asText || parts.length === 1)) return { value: parts.map((part) => part['text']).join('') };
  return { value: parts };
}

/** Adds a tool call to what the assistant said last; calls of one turn stand in one message. */
function addCall(messages: JsonObject[], item: JsonObject): void {
  const call = {
    id: item['call_id'],
    type: 'function',
    function: { name: item['name'], arguments: String(item['arguments'] ?? '') },
  };
  const last = messages.at(-1);
  if (last?.['role'] !== 'assistant') messages.push({ role: 'assistant', content: null, tool_calls: [call] });
  else if (Array.isArray(last['tool_calls'])) last['tool_calls'].push(call);
  else last['tool_calls'] = [call];
}

function addItem(messages: JsonObject[], item: unknown, param: string): Failure | null {
  if (!isObject(item)) return wrong(param, 'is not an object');
  switch (item['type'] ?? 'message') {
    case 'message': {
      const role = ROLES[String(item['role'])];
      if (role === undefined) return wrong(`${param}.role`, 'is not one of user, assistant, system, developer');
      const content = contentToChat(item['content'], `${param}.content`, role !== 'user');
      if (isFailure(content)) return content;
      messages.push({ role, content: content.value });
      return null;
    }
    case 'function_call':
      if (typeof item['call_id'] !== 'string' || typeof item['name'] !== 'string') {
        return wrong(param, 'has no call_id or no name');
      }
      addCall(messages, item);
      return null;
    case 'function_call_output': {
      if (typeof item['call_id'] !== 'string') return wrong(`${param}.call_id`, 'is missing');
      const content = contentToChat(item['output'], `${param}.output`, true);
      if (isFailure(content)) return content;
      messages.push({ role: 'tool', tool_call_id: item['call_id'], content: content.value });
      return null;
    }
    case 'reasoning':
      // What a model thought in an earlier turn is not given to it again
      return null;
    default:
      return wrong(`${param}.type`, 'is not one of message, function_call, function_call_output, reasoning');
  }
}

function toolsToChat(tools: unknown): Found<{ readonly list: JsonObject[] | undefined }> {
  if (tools === undefined || tools === null) return { list: undefined };
  if (!Array.isArray(tools)) return wrong('tools', 'is not a list');
  const list: JsonObject[] = [];
  for (let i = 0; i < tools.length; i++) {
    const tool: unknown = tools[i];
    if (!isObject(tool)) return wrong(`tools[${i}]`, 'is not an object');
    if (tool['type'] !== 'function') return wrong(`tools[${i}].type`, 'is not function; the site runs no tools itself');
    const { name, description, parameters, strict } = tool;
    if (typeof name !== 'string') return wrong(`tools[${i}].name`, 'is missing');
    const called: JsonObject = { name };
    if (typeof description === 'string') called['description'] = description;
    if (isObject(parameters)) called['parameters'] = parameters;
    if (typeof strict === 'boolean') called['strict'] = strict;
    list.push({ type: 'function', function: called });
  }
  return { list: list.length === 0 ? undefined : list };
}

function choiceToChat(choice: unknown): Found<{ readonly value: unknown }> {
  if (choice === undefined || choice === null || typeof choice === 'string') return { value: choice ?? undefined };
  if (isObject(choice) && choice['type'] === 'function') {
    return { value: { type: 'function', function: { name: choice['name'] } } };
  }
  return wrong('tool_choice', 'is not one of auto, none, required, or a function');
}

function formatToChat(text: unknown): Found<{ readonly value: JsonObject | undefined }> {
  const format = isObject(text) ? (text['format'] ?? null) : null;
  if (format === null) return { value: undefined };
  if (!isObject(format)) return wrong('text.format', 'is not an object');
  const { type, ...schema } = format;
  if (type === 'text') return { value: undefined };
  if (type === 'json_object') return { value: { type } };
  if (type === 'json_schema') return { value: { type, json_schema: schema } };
  return wrong('text.format.type', 'is not one of text, json_object, json_schema');
}

/**
 * A responses request as a chat request. What needs memory (earlier responses, conversations, stored prompts, background work)
 * or tools that the API itself runs is refused with the field's name: a model behind chat completions has none of it.
 */
export function toChat({ body, model }: ApiRequest): Found<{ readonly chat: JsonObject }> {
  for (const field of STATEFUL) {
    const value = body[field];
    if (value !== undefined && value !== null && value !== false) {
      return wrong(field, 'is not served by this model’s engine; send the whole conversation as input');
    }
  }
  const { input, instructions } = body;
  const messages: JsonObject[] = [];
  if (typeof instructions === 'string') messages.push({ role: 'system', content: instructions });
  if (Array.isArray(input)) {
    for (let i = 0; i < input.length; i++) {
      const found = addItem(messages, input[i], `input[${i}]`);
      if (found !== null) return found;
    }
  } else messages.push({ role: 'user', content: input });
  const tools = toolsToChat(body['tools']);
  if (isFailure(tools)) return tools;
  const choice = choiceToChat(body['tool_choice']);
  if (isFailure(choice)) return choice;
  const format = formatToChat(body['text']);
  if (isFailure(format)) return format;
  const chat: JsonObject = { model, messages };
  for (const key of SENT_ALONG) if (body[key] !== undefined && body[key] !== null) chat[key] = body[key];
  if (typeof body['max_output_tokens'] === 'number') chat['max_tokens'] = body['max_output_tokens'];
  if (tools.list !== undefined) chat['tools'] = tools.list;
  if (choice.value !== undefined && tools.list !== undefined) chat['tool_choice'] = choice.value;
  if (format.value !== undefined) chat['response_format'] = format.value;
  const effort = isObject(body['reasoning']) ? body['reasoning']['effort'] : undefined;
  if (typeof effort === 'string') chat['reasoning_effort'] = effort;
  return { chat };
}
