import { z } from 'zod';
import { fail } from '../../errors/error.ts';
import type { Call, Handlers } from './adminCall.ts';
import { list, made, ok, timeText, wrongField } from './adminCall.ts';
import { label, type Organisation, organisationSchema, type Project, projectSchema, slug } from './objects.ts';
import { SITE_ORGANISATION } from './principal.ts';
import { seesAll } from './roles.ts';

const newOrganisation = z.strictObject({
  id: slug,
  name: label.optional(),
  residency: organisationSchema.shape.residency.default(null),
  share: organisationSchema.shape.share,
});
const changedOrganisation = z.strictObject({
  name: label.optional(),
  residency: organisationSchema.shape.residency.optional(),
  share: organisationSchema.shape.share.unwrap().optional(),
  closed: z.boolean().optional(),
});
const newProject = z.strictObject({
  id: slug,
  organisation: slug,
  name: label.optional(),
  residency: projectSchema.shape.residency.default(null),
  models: projectSchema.shape.models.default(null),
  classes: projectSchema.shape.classes.default(null),
});
const changedProject = z.strictObject({
  name: label.optional(),
  residency: projectSchema.shape.residency.optional(),
  models: projectSchema.shape.models.optional(),
  classes: projectSchema.shape.classes.optional(),
  closed: z.boolean().optional(),
});

/** The organisation of an id. Throws JW_TENANT_UNKNOWN. */
export function organisationOf({ parts }: Call, id: string): Organisation {
  return parts.registry.organisations.get(id) ?? fail('JW_TENANT_UNKNOWN', { what: 'organisation', id });
}

/** The project of an id. Throws JW_TENANT_UNKNOWN; to callers who see one organisation only, others' projects do not exist. */
export function projectOf({ parts, principal }: Call, id: string): Project {
  const project = parts.registry.projects.get(id);
  if (project !== undefined && (seesAll(principal) || project.organisation === principal.organisation)) return project;
  return fail('JW_TENANT_UNKNOWN', { what: 'project', id });
}

const organisationView = (o: Organisation) => ({
  object: 'organisation',
  id: o.id,
  name: o.name,
  residency: o.residency,
  share: o.share,
  closed: o.closed,
  created: timeText(o.createdMs),
});

const projectView = (p: Project) => ({
  object: 'project',
  id: p.id,
  organisation: p.organisation,
  name: p.name,
  residency: p.residency,
  models: p.models,
  classes: p.classes,
  closed: p.closed,
  created: timeText(p.createdMs),
});

/** The fields that a change gives, as the trail tells them. */
const given = (fields: object) => JSON.parse(JSON.stringify(fields));

export const tenantHandlers: Handlers = {
  'GET /organisations': (call) => {
    call.allow('tenants.read');
    const all = [...call.parts.registry.organisations.values()];
    const seen = all.filter(({ id }) => seesAll(call.principal) || id === call.principal.organisation);
    return list(seen.map(organisationView));
  },
  'POST /organisations': async (call) => {
    call.allow('organisations.write');
    const fields = call.read(newOrganisation);
    const { id, residency, share } = fields;
    if (call.parts.registry.organisations.has(id)) return fail('JW_TENANT_EXISTS', { what: 'organisation', id });
    const createdMs = call.parts.registry.nowMs();
    const object: Organisation = { id, name: fields.name ?? id, residency, closed: false, share, createdMs };
    const why = {
      action: 'organisation.create',
      target: `organisation ${id}`,
      organisation: id,
      detail: given(fields),
    };
    await call.change(why, [{ kind: 'organisation', object }]);
    return made(organisationView(object));
  },
  'PATCH /organisations/:id': async (call) => {
    call.allow('organisations.write', call.id);
    const was = organisationOf(call, call.id);
    const fields = call.read(changedOrganisation);
    if (fields.closed === true && was.id === SITE_ORGANISATION) {
      return fail('JW_TENANT_KEPT', { what: 'the site’s own organisation', action: 'closed' });
    }
    const object = organisationSchema.parse({ ...was, ...fields });
    const why = { action: 'organisation.change', target: `organisation ${was.id}`, organisation: was.id };
    await call.change({ ...why, detail: given(fields) }, [{ kind: 'organisation', object }]);
    return ok(organisationView(object));
  },
  'GET /projects': (call) => {
    call.allow('tenants.read');
    const asked = call.query.get('organisation');
    const all = [...call.parts.registry.projects.values()];
    const own = seesAll(call.principal) ? asked : call.principal.organisation;
    return list(all.filter((p) => own === null || p.organisation === own).map(projectView));
  },
  'POST /projects': async (call) => {
    const fields = call.read(newProject);
    call.allow('projects.write', fields.organisation);
    const organisation = organisationOf(call, fields.organisation);
    if (organisation.closed) wrongField('organisation', 'is closed');
    const { id } = fields;
    if (call.parts.registry.projects.has(id)) return fail('JW_TENANT_EXISTS', { what: 'project', id });
    const object: Project = {
      ...fields,
      name: fields.name ?? id,
      closed: false,
      createdMs: call.parts.registry.nowMs(),
    };
    const why = { action: 'project.create', target: `project ${id}`, organisation: organisation.id };
    await call.change({ ...why, detail: given(fields) }, [{ kind: 'project', object }]);
    return made(projectView(object));
  },
  'PATCH /projects/:id': async (call) => {
    call.allow('projects.write');
    const was = projectOf(call, call.id);
    call.allow('projects.write', was.organisation);
    const fields = call.read(changedProject);
    if (fields.closed === true && was.id === SITE_ORGANISATION) {
      return fail('JW_TENANT_KEPT', { what: 'the site’s own project', action: 'closed' });
    }
    const object = projectSchema.parse({ ...was, ...fields });
    const why = { action: 'project.change', target: `project ${was.id}`, organisation: was.organisation };
    await call.change({ ...why, detail: given(fields) }, [{ kind: 'project', object }]);
    return ok(projectView(object));
  },
};
