import { useEffect, useState } from 'react';

/** The example that works with this gateway, with one of the site's services as the model. */
export function exampleCurl(origin: string, model: string): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Assalomu alaykum!' }] });
  return `curl ${origin}/v1/chat/completions \\\n  -H "Content-Type: application/json" \\\n  -d '${body}'`;
}

/** Where programs connect, and an example to copy. */
export function Access({ model }: { model: string }) {
  const origin = location.origin;
  const curl = exampleCurl(origin, model);
  return (
    <>
      <p className="note">OpenAI-compatible. Give any client this base address; no key is asked for:</p>
      <Copyable name="base address" text={`${origin}/v1`} />
      <Copyable name="example" text={curl} />
    </>
  );
}

function Copyable({ name, text }: { name: string; text: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return;
    const timer = setTimeout(() => setSaid(''), 2_000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      // Browsers give the clipboard to secure pages only; a site on a local network often has no certificate.
      setSaid('Select and copy');
    }
  };
  return (
    <div className="copyable">
      <pre>
        <code>{text}</code>
      </pre>
      <button type="button" onClick={copy} aria-label={`Copy the ${name}`}>
        <span aria-live="polite">{said === '' ? 'Copy' : said}</span>
      </button>
    </div>
  );
}
