/** The account of the requests of a service that a deployment serves. */
export type RequestsOn = `requests of ${string} on ${string}`;

/** The account of a service on a deployment. */
export function requestsOn(service: string, deployment: string): RequestsOn {
  return `requests of ${service} on ${deployment}`;
}

/** Whether an account counts requests on a deployment. */
export function isRequests(account: string): account is RequestsOn {
  return account.startsWith('requests of ');
}
