/** A row of the error table. `{name}` in message and hint is filled from the fault's details. */
export interface ErrorRow {
  readonly message: string;
  /** What to do next; empty only when the message says it. */
  readonly hint: string;
  /** Exit code of a command (sysexits.h: 64 usage, 65 data, 66 no input, 69 unavailable, 70 internal, 73 cannot create, 75 try again, 78 configuration). */
  readonly exit: number;
  /** HTTP status when the error answers a request. */
  readonly http: number;
}

function row(message: string, hint: string, exit: number, http = 500): ErrorRow {
  return { message, hint, exit, http };
}

/**
 * Every error the product can report, by its stable code. Codes are never reused or renamed once released;
 * docs/reference/errors.md is made from this table (`npm run build` writes it, a test holds it current).
 * Keep the groups apart by room and add new codes at the end of their group.
 */
export const TABLE = {
  // the command line
  JW_USAGE: row('{reason}', 'see `joulewright {command} --help`', 64),
  JW_INTERNAL: row(
    'internal error: {reason}',
    'this is a defect of Joulewright; please report it with the lines above',
    70,
  ),
  JW_SOLVER: row(
    'the solver has ended: {reason}',
    'run it again; if it happens again, export the problem with --export-mps and report it',
    70,
  ),
  JW_PLAN_NONE: row(
    'no plan was found in {seconds} s',
    'give it more time: --time-limit, or leave it running; fewer free sizes and one weather year are faster',
    75,
  ),
  JW_PERIOD: row('{reason}', 'for example {example}', 64),
  JW_NO_SERVICE: row('the site has no service "{service}"; it has {services}', 'name one of them before the "="', 64),
  JW_NO_POLICY: row('there is no policy "{policy}"; there is {policies}', 'choose with --policy', 64),
  JW_DEMAND_SHARE: row(
    'the installed replicas of {deployment} cannot serve any of its demand within the latency targets',
    'raise replicas or relax ttft and tpot of its services; without --demand-share the demand stays as it is',
    65,
  ),
  JW_DETAIL_CHOICE: row(
    'service {service} is served by several deployments ({deployments}); single requests are followed on one',
    'give it one deployment, or simulate without following single requests',
    65,
  ),
  JW_NO_DEPLOYMENT: row(
    'the site has no deployment "{deployment}"; it has {names}',
    'name one of them with --deployment',
    64,
  ),
  JW_DEPLOYMENT_CHOICE: row('the site has several deployments: {names}', 'choose one with --deployment', 64),
  JW_REPLAY_SETUP: row('{reason}', '{hint}', 64),
  JW_DETAIL_LONG: row(
    '{requests} requests come in this window, more than the {most} that are followed; it would take about {time} of CPU',
    'shorten it with --days or --to, or let it run with --most-requests {requests}',
    64,
  ),
  JW_DETAIL_NONE: row('no request comes in this window', 'choose another --from or a longer window', 64),
  JW_FILE_EXISTS: row('{file} is there already', 'choose another name, or --force to overwrite it', 73),
  JW_NODE_TOO_OLD: row(
    'Node.js 24 or newer is needed; this is {version} on {platform}',
    'install it from https://nodejs.org or with your package manager, and run the command again',
    69,
  ),
  JW_EVENT: row(
    '"{text}" is not a grid event: {reason}',
    'write start, length, cut and notice: "2025-01-14T18:00 3h -25% notice=30m"',
    64,
    400,
  ),
  JW_NODE_START: row(
    'cannot start {node}: {reason}',
    'install Node.js 24 or newer from https://nodejs.org or with your package manager',
    69,
  ),

  // files
  JW_FILE_MISSING: row('there is no file {file}', 'check the path; relative paths start at the current folder', 66),
  JW_FILE_UNREADABLE: row('cannot read {file}: {reason}', 'check that it exists and that you may read it', 66),
  JW_FILE_UNWRITABLE: row('cannot write {file}: {reason}', 'choose another place, or free space and rights there', 73),
  JW_FILE_GZIP: row(
    '{file} is not a whole gzip file: {reason}',
    'it was cut short or is something else; download or pack it again, or give it without .gz if it is not packed',
    65,
  ),
  JW_CSV_HEADER: row(
    '{file} has no column {column}; it has {columns}',
    'add the column, or rename the one that is meant',
    65,
  ),
  JW_CSV_VALUE: row('{file}:{line}: {column} is "{value}", not a number', 'correct the cell or leave it out', 65),

  // formulas
  JW_DOMAIN: row('{formula}: {name} = {value} is outside its domain', 'it must be {range}', 65, 400),
  JW_FORMULA_INPUT: row('{formula}: {reason}', 'see `joulewright calc {formula}`', 64, 400),
  JW_FORMULA_UNKNOWN: row('there is no formula "{name}"', '{hint}', 64, 404),
  JW_FORMULA_JSON: row(
    '{file} is not JSON that calc takes: {reason}',
    'inputs are one object, cases an array of objects with function and inputs; see `joulewright calc --help`',
    65,
    400,
  ),

  // quantities
  JW_QUANTITY: row('"{text}" is not a {dimension}', 'write it like {example}', 65, 400),

  // the database (src/store)
  JW_STORE_FOLDER: row(
    'cannot create the folder {folder}: {reason}',
    'choose another data folder, or give yourself the right to write there',
    73,
  ),
  JW_STORE_OPEN: row(
    'cannot open the database {file}: {reason}',
    'check that you may read and write the file and its folder',
    73,
  ),
  JW_STORE_FOREIGN: row(
    '{file} is not a Joulewright database',
    'nothing was changed in it; name another data folder, or move that file away and start again',
    65,
  ),
  JW_STORE_CORRUPT: row(
    'the database {file} is damaged: {reason}',
    'nothing was deleted; stop, move the file and its -wal and -shm files to a safe place, copy the latest backup to {file}, and start again (without a backup a new, empty file is made)',
    65,
  ),
  JW_STORE_LOCKED: row(
    'the database {file} is in use by {holder}',
    'stop that one first, or give this one a data folder of its own',
    69,
    503,
  ),
  JW_STORE_NEWER: row(
    'the database {file} has format {found}; this version of Joulewright knows formats up to {known}',
    'install the newer Joulewright that wrote it, or start with another data folder',
    65,
  ),
  JW_STORE_FULL: row(
    'no space is left for the database {file}',
    'free space on that disk; what was acknowledged is safe, what was not must be sent again',
    73,
    503,
  ),
  JW_STORE_WRITE: row(
    'cannot use the database {file}: {reason}',
    'what was acknowledged is safe; check the disk and start again',
    73,
    503,
  ),
  JW_STORE_ROW: row('a row for {table} cannot be stored: {reason}', 'the other rows were stored', 70, 400),
  JW_STORE_BUSY: row(
    '{waiting} rows wait for the disk, more than {limit}; this one was refused',
    'the disk is slower than the data; use a faster one, or send less',
    69,
    503,
  ),
  JW_STORE_CLOSED: row('the database {file} is closed: {reason}', 'open it again', 69, 503),
  JW_STORE_RANGE: row(
    'cannot read {from} to {to} in steps of {step} ms',
    'steps are whole milliseconds, and there are at most {limit} of them',
    64,
    400,
  ),
  JW_STORE_BACKUP: row(
    'cannot write the backup {file}: {reason}',
    'choose a new file on a disk with room; the database itself is untouched',
    73,
  ),
  JW_BACKUP_NOTHING: row(
    'there is no data of a site in {folder}',
    'name the data folder with --data, or the site file with --site',
    66,
  ),
  JW_BACKUP_BROKEN: row('the backup {folder} cannot be used: {reason}', 'nothing was changed; take another backup', 65),
  JW_RESTORE_OCCUPIED: row(
    'the folder {folder} holds the data of a site already',
    'give --force to move it aside, or name another folder with --data',
    73,
  ),
  JW_RESTORE_FAILED: row(
    'the data in {folder} could not be put in place: {reason}',
    'what was there lies in its folder before-restore-...; see to the disk and restore again',
    73,
  ),

  // engines and gateway
  JW_ENGINE_DOWN: row('engine {engine} does not answer: {reason}', 'try again shortly; check that it runs', 69, 503),
  JW_ENGINE_CONNECT_TIMEOUT: row(
    'engine {engine} could not be connected within {seconds} s',
    'try again shortly; check its address and network',
    69,
    503,
  ),
  JW_ENGINE_FIRST_BYTE: row(
    'engine {engine} sent nothing within {seconds} s',
    'shorten the input, or raise first_byte (streams) or answer (others) of the engine in the site file',
    69,
    504,
  ),
  JW_ENGINE_STALLED: row(
    'engine {engine} stopped sending for {seconds} s in the middle of its answer',
    'try again; raise idle of the engine in the site file if it is slow by nature',
    69,
    504,
  ),
  JW_ENGINE_DIED: row(
    'engine {engine} broke off its answer: {reason}',
    'try again; see the log of the engine',
    69,
    502,
  ),
  JW_ENGINE_GARBAGE: row(
    'engine {engine} sent what is not an answer: {reason}',
    'check that its address is that of an OpenAI-compatible API',
    69,
    502,
  ),
  JW_ENGINE_ENDLESS: row(
    'engine {engine} did not come to an end within {limit}',
    'ask for fewer tokens with max_tokens; see the log of the engine',
    69,
    504,
  ),
  JW_ENGINE_LACKS: row(
    'engine {engine} does not serve this: {reason}',
    'check the path and the model; another model here may serve it',
    69,
    404,
  ),
  JW_ENGINE_REJECTED: row('engine {engine} rejected the request: {reason}', 'correct the request', 69, 400),
  JW_ENGINE_FAILED: row('engine {engine} failed with status {status}: {reason}', 'see the log of the engine', 69, 502),
  JW_ENGINE_BUSY: row('engine {engine} has no room: {reason}', 'try again shortly', 69, 429),
  JW_ENGINE_KEY: row(
    'engine {engine} refuses the key of this site',
    'check the engine’s api_key in the site file and the environment variable that it names',
    78,
    502,
  ),
  JW_ENGINE_CONFIG: row('engine {engine}: {reason}', 'correct the engine in the site file', 78),
  JW_LLAMA_MISSING: row(
    'the built-in engine needs the package node-llama-cpp, and it is not installed',
    'npm install node-llama-cpp, beside joulewright; or serve the model by another engine and name its url in a site file',
    78,
    503,
  ),
  JW_LLAMA_LOAD: row(
    'the built-in engine cannot load {what}: {reason}',
    'check that it is a GGUF model file, that it fits the memory, and that there is a build of node-llama-cpp for this machine',
    65,
    503,
  ),
  JW_ENGINE_SLEEP: row(
    'engine {engine} did not {what}: {reason}',
    'see what its kind needs for sleeping in docs/guide/engines.md; it is left as it is and asked again',
    69,
    502,
  ),
  JW_ENGINE_OFF: row('engine {engine} is {state} now, by order of the site', 'try again in {seconds} s', 69, 503),
  JW_CONTEXT_LENGTH: row(
    'the input of about {tokens} tokens is longer than the {limit} that the model takes',
    'shorten messages',
    65,
    400,
  ),
  JW_CLASS_CLOSED: row(
    'the site serves no {class} requests now',
    'wait for more power, or use service_tier "default"',
    69,
    429,
  ),
  JW_CLASS_RATE: row(
    'the site starts {rate} {class} requests per second now',
    'slow down, or wait for more power',
    69,
    429,
  ),
  JW_CLASS_POWER: row('{class} requests have used their {watts} W', 'slow down, or wait for more power', 69, 429),
  JW_OVERLOADED: row(
    'a request for {model} would wait for {seconds} s and more',
    'try again later; callers with service_tier "flex" may wait for longer',
    69,
    429,
  ),
  JW_NO_ENGINE: row(
    'no engine may serve {model} for this caller',
    'try again shortly, or ask for another model',
    69,
    503,
  ),
  JW_SAFE_FLOOR: row(
    'the site has no valid directive and serves one request at a time per engine; {engine} is busy',
    'try again shortly; check the controller',
    69,
    503,
  ),
  JW_REQUEST_JSON: row('the body is not JSON: {reason}', 'send one JSON object', 65, 400),
  JW_REQUEST_DEEP: row('the body is nested deeper than {limit} levels', 'send a flatter one', 65, 400),
  JW_REQUEST_TYPE: row('the content type is {type}', 'send application/json', 65, 415),
  JW_REQUEST_TOO_LARGE: row('the body is larger than {limit} bytes', 'send less', 65, 413),
  JW_REQUEST_HEADERS: row('the headers are larger than {limit} bytes', 'send fewer or shorter ones', 65, 431),
  JW_REQUEST_SLOW: row('the request did not come whole within {seconds} s', 'send it faster', 65, 408),
  JW_REQUEST_FIELD: row('{param}: {reason}', 'see the reference of this endpoint', 65, 400),
  JW_REQUEST_BROKEN: row('the request is not HTTP that can be read: {reason}', 'check the client', 65, 400),
  JW_MODEL_UNKNOWN: row('there is no model "{model}"', 'models here: {models}', 65, 404),
  JW_ROUTE_UNKNOWN: row('there is no {method} {path}', 'the API lies under /v1', 65, 404),
  JW_METHOD: row('{path} does not take {method}', 'use {allow}', 65, 405),
  JW_KEY_MISSING: row('no API key was sent', 'send the header "Authorization: Bearer KEY"', 77, 401),
  JW_KEY_WRONG: row('this API key is not known here', 'check the key', 77, 401),
  JW_KEY_SHUT: row('this API key {why}', 'ask whoever administers your organisation for a new one', 77, 401),
  JW_KEY_GUESSING: row('too many wrong API keys came from this address', 'wait, then send a right one', 77, 429),
  JW_FORBIDDEN: row('{reason}', 'ask whoever administers your organisation', 77, 403),
  JW_RESIDENCY: row(
    'the data of project {project} may lie at sites labelled {sites} only; this site is {labels}',
    'send the request to one of those sites',
    77,
    403,
  ),
  JW_LIMIT: row(
    '{owner} may use {amount} {metric} per {window}; it has used {used}, and this request is taken to need {wanted}',
    'the {window} is over in {seconds} s',
    75,
    429,
  ),
  JW_BUDGET: row(
    'the budget of {owner}, {amount} {metric} per {window}, is used up: {used}',
    'wait for the next {window}, or ask for a larger budget',
    75,
    429,
  ),
  JW_HOST: row(
    'this site does not answer to the name {host}',
    'use its address, or list the name under gateway.hosts in the site file',
    77,
    421,
  ),
  JW_MEDIA_URL: row(
    'the address in {key} {reason}: it is not fetched',
    'send the content itself as a data: address, or ask the operator to list the host under gateway.media_hosts',
    65,
    400,
  ),
  JW_ORIGIN: row(
    'a page of {origin} may not ask this site',
    'open the control room at the site’s own address',
    77,
    403,
  ),
  JW_TENANT_FIELD: row('{param}: {reason}', 'see the reference of the HTTP API', 65, 400),
  JW_TENANT_UNKNOWN: row('there is no {what} "{id}"', 'list them first', 66, 404),
  JW_TENANT_EXISTS: row(
    '{what} "{id}" is there already',
    'choose another id, or change the one that is there',
    65,
    409,
  ),
  JW_TENANT_KEPT: row('{what} cannot be {action}', 'make another one first', 65, 409),
  JW_USAGE_UNKNOWN: row(
    'there is no request {id} of this project',
    'take the id from x-request-id of an answer',
    66,
    404,
  ),
  JW_FILE_UNKNOWN: row('there is no file {id} of this project', 'list them: GET /v1/files', 66, 404),
  JW_FILE_BUSY: row(
    'file {id} is the input of a batch that is not over',
    'cancel the batch, or wait for its end',
    65,
    409,
  ),
  JW_UPLOAD: row('{reason}', 'send multipart/form-data with the fields purpose and file', 65, 400),
  JW_UPLOAD_TOO_LARGE: row('the file is larger than {limit} bytes', 'cut it into several batches', 65, 413),
  JW_BATCH_UNKNOWN: row('there is no batch {id} of this project', 'list them: GET /v1/batches', 66, 404),
  JW_BATCH_OVER: row('batch {id} is {status} and can no longer be cancelled', 'fetch its output file', 65, 409),
  JW_BATCH_QUOTA: row('project {project} has {what}, which is the most that it may have', '{advice}', 75, 429),
  JW_BATCH_DISK: row(
    'the site cannot store this now: {reason}',
    'nothing was accepted; try again later, and tell whoever runs the site',
    74,
    507,
  ),
  JW_TRAIL_BROKEN: row(
    'the audit trail is broken at entry {seq}: {reason}',
    'do not trust entries from there on; compare with a backup of usage.db',
    65,
  ),
  JW_SITE_SILENT: row(
    'the site at {url} does not answer: {reason}',
    'check that it runs, or name its --site to work on the data of a stopped one',
    69,
  ),
  JW_SITE_REFUSED: row('the site answered {status}: {reason}', 'see the reference of errors for {code}', 77),
  JW_NOTHING_YET: row('there is no {what} yet', 'the controller sends it within a few seconds of its start', 69, 404),
  JW_STOPPING: row('the gateway is stopping', 'try again shortly', 69, 503),
  JW_PORT_TAKEN: row(
    'port {port} of {host} is taken by another program',
    'choose another with --port, or gateway.port in the site file',
    69,
  ),
  JW_LISTEN: row('cannot listen on {host}:{port}: {reason}', 'choose another address or port', 69),
  JW_TLS_FILE: row(
    'cannot read {file}, which TLS needs: {reason}',
    'check gateway.tls in the site file, and that the user who runs the site may read it',
    66,
  ),
  JW_TLS_CERT: row(
    '{file} has no certificate: {reason}',
    'gateway.tls.cert names a PEM file that begins with the certificate of the site, followed by those that lead to a root',
    78,
  ),
  JW_TLS_KEY: row(
    '{file} has no private key that can be read: {reason}',
    'gateway.tls.key names a PEM file with the key of the certificate, without a passphrase',
    78,
  ),
  JW_TLS_PAIR: row(
    'the key {key} does not belong to the certificate {cert}',
    'name the two that were made together; where a chain is in the file, the certificate of the site comes first',
    78,
  ),
  JW_TLS_EXPIRED: row(
    'the certificate {file} is valid from {from} to {until} only',
    'renew it, or check the clock of this machine',
    78,
  ),

  // demand (src/workload)
  JW_TRACE_COLUMNS: row(
    '{file} has no columns {wanted}; it has {columns}',
    'a trace has t_s,input_tokens,output_tokens (or TIMESTAMP,ContextTokens,GeneratedTokens); a rate series has t_s and rps or requests_per_min',
    65,
  ),
  JW_TRACE_NUMBER: row(
    '{file}:{line}: {column} is "{value}", not a number',
    'correct the cell or leave out the row',
    65,
  ),
  JW_TRACE_NEGATIVE: row('{file}:{line}: {column} is {value}, below zero', 'correct the cell or leave out the row', 65),
  JW_TRACE_BACKWARDS: row(
    '{file}:{line}: time goes back, {column} is {value} after {previous}',
    'sort the rows by time',
    65,
  ),
  JW_TRACE_LONG: row(
    '{file}:{line}: {column} is {value}, more than the {limit} tokens that any request has',
    'correct the cell or leave out the row',
    65,
  ),
  JW_TRACE_SHORT: row('{file} has {rows} rows; at least {needed} are needed', 'give a longer recording', 65),
  JW_SERIES_STEP: row(
    '{file}:{line}: the step changes from {step} s to {other} s',
    'a rate series has equal steps; resample it or fill the gap',
    65,
  ),
  JW_SERIES_SPAN: row('{file} covers {hours} h; at least a whole day is needed', 'give a longer series', 65),
  JW_SERIES_CHOICE: row(
    '{file} holds several series: {names}',
    'choose one, for example {service}={file},series={first}',
    64,
  ),
  JW_SERIES_UNKNOWN: row('{file} has no series "{series}"; it holds {names}', 'choose one of these with series=', 64),
  JW_SERIES_EMPTY: row('{file} is zero everywhere, so it cannot be scaled', 'give a series with requests in it', 65),
  JW_DEMAND_OPTION: row('"{text}": {reason}', 'write it like {example}', 64),

  // finance
  JW_FINANCE: row('{name} is {value}; it must be {rule}', 'correct the discount rate, the years or the life', 65, 400),
  JW_RELIABILITY: row(
    '{name}: {value}; it must be {rule}',
    'correct the generators, the battery, the series or the target',
    65,
    400,
  ),

  // the catalogue
  JW_MODEL_CONFIG: row(
    'the model configuration {name}: {reason}',
    'give the config.json that the model is published with; or give its figures in the site file, see "model" in the guide',
    65,
  ),
  JW_CALIBRATION_FILE: row(
    '{file} is no calibration: {reason}',
    'make one with `joulewright calibrate MEASURED.csv`',
    65,
  ),
  JW_CALIBRATION_ROWS: row('{file}: {reason}', 'see `joulewright calibrate --help` for the columns', 65),
  JW_CATALOG_NAME: row('{reason}', '{hint}', 64),
  JW_CATALOG: row('{reason}', 'correct the row; the keys are described in src/catalog/catalog.ts', 65),

  // the site file (src/site)
  JW_SITE_YAML: row('this is not YAML: {reason}', 'check indentation, quotes and colons', 65),
  JW_SITE_VERSION: row('{reason}', '{hint}', 65),
  JW_SITE_KEY: row('there is no key "{key}" here', '{hint}', 65),
  JW_SITE_MISSING: row('"{key}" is missing{about}', 'add it{example}', 65),
  JW_SITE_VALUE: row('{reason}', '{hint}', 65),
  JW_SITE_TWICE: row('the {what} id "{id}" is used twice', 'give each its own; the first is at {first}', 65),
  JW_SITE_REFERENCE: row('there is no {what} "{id}"', '{hint}', 65),
  JW_SITE_PROCUREMENT: row(
    '{accelerator} may not be bought here: {reason}',
    'take an accelerator that may, or correct "procurement" ({source})',
    65,
  ),
  JW_SITE_CAPACITY: row(
    'the deployments of pool "{pool}" need {needed} accelerators; it has {count}',
    'lower replicas or tensor_parallel ({uses}), or raise count',
    65,
  ),
  JW_SITE_MODELS: row(
    'service "{service}" is served by {first} with {model} and by {other} with {own}',
    'let deployments with the same model serve it, or make it two services',
    65,
  ),
  JW_SITE_CURRENCY: row('{text} is in {found}; this site counts in {currency}', '{hint}', 65),
  JW_SITE_DEVICE: row('{reason}', '{hint}', 65),
  JW_SITE_WARNING: row('{reason}', '{hint}', 65),
  JW_SITE_FREE: row('{reason}', '{hint}', 65),
  JW_PLAN_MODEL: row(
    'the balance of the site cannot be solved: {reason}',
    'correct the site file where it names a device or service; otherwise report it with the file',
    65,
  ),
  JW_PLAN_LIMIT: row('{reason}', '{hint}', 65),
  JW_PLAN_TARGETS: row(
    '{service}: no load of {deployment}, {model} on {perReplica} {chip}, keeps {targets}',
    'give a replica more of them (tensor_parallel), take a faster accelerator or a smaller model or precision, or relax the targets',
    65,
  ),
  JW_FREE_SIZES: row(
    'the site leaves {count} to the planner',
    '`joulewright plan {file} --out DIR` chooses them and writes DIR/design.yaml, which has every size',
    65,
  ),
  JW_SECRET_UNSET: row('the environment variable {name} is not set', 'set it to the secret before you start', 78),

  // weather files (src/weather)
  JW_WEATHER_FORMAT: row(
    '{file} is no weather file that is known: EPW, TMY3, PVGIS, Open-Meteo, NASA POWER, or an hourly table',
    'an hourly table starts with day_of_year,hour,temp_c,dew_c,rh_pct,ghi_wm2,dni_wm2,dhi_wm2,wind10_ms; for another CSV say its columns with --map or weather.map',
    65,
  ),
  JW_WEATHER_HEADER: row('the header of {file} is wrong: {reason}', '{hint}', 65),
  JW_WEATHER_ROWS: row('{file} has {count} hours; a year has 8760', 'give every hour of one year once; {hint}', 65),
  JW_WEATHER_GAP: row('{reason}', 'fill the gap from a neighbouring hour or another source', 65),
  JW_WEATHER_UNIT: row('{column} looks like {found}; it must be in {unit}', '{hint}', 65),
  JW_WEATHER_RANGE: row('{column} is {value} {unit}; possible is {min} to {max}', 'correct the cell', 65),
  JW_WEATHER_DEW: row(
    'the dew point {dew} °C is above the dry bulb {temp} °C ({count} such hours)',
    'check whether the two columns are exchanged',
    65,
  ),
  JW_WEATHER_NIGHT: row(
    'irradiance of {value} W/m2 while the sun is {depth}° below the horizon ({count} such hours)',
    'check position, clock and the order of the rows',
    65,
  ),
  JW_WEATHER_CLOCK: row(
    'the irradiance is centred {shift} h {side} solar noon{when}',
    'rows must be in local standard time (here UTC{offset}) and name the start of the hour; shift the rows if the file has another clock',
    65,
  ),
  JW_WEATHER_DAYS: row(
    '{file} holds no whole calendar year ({span})',
    'give every day of at least one year, from 1 January to 31 December',
    65,
  ),
  JW_WEATHER_JSON: row('{file} is not JSON that can be read: {reason}', 'it was cut short; fetch it again', 65),
  JW_WEATHER_MAP: row('the map of the weather file: {reason}', 'write it like {example}', 64),
  JW_FETCH: row('{source} did not answer: {reason}', '{hint}', 69),

  // price, carbon and outage files of the grid (src/components/grid)
  JW_GRID_SERIES: row('{file}:{line}: {reason}', 'correct the row; the keys of the grid say what the file holds', 65),

  // forecasts (src/forecast)
  JW_FORECAST: row(
    'no forecast: {reason}',
    'ask for rising edges from now to 48 h ahead, over a history in steps that divide an hour',
    65,
    400,
  ),
  JW_LEVER: row(
    'this lever cannot be pulled: {reason}',
    'joulewright operate list shows what the site has and what is pulled',
    65,
    400,
  ),
} as const satisfies Record<string, ErrorRow>;

/** A stable error code. */
export type ErrorCode = keyof typeof TABLE;
