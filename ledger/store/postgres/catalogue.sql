-- (kind, name, definition) of everything in the schema, and what else may act on it; the search path is pg_catalog.
SELECT 'table' AS kind, c.relname::text AS name, concat_ws(' ', c.relkind, c.relpersistence, c.relrowsecurity,
    c.relforcerowsecurity, c.relispartition, pg_get_userbyid(c.relowner) = pg_get_userbyid((SELECT nspowner FROM
    pg_namespace
  WHERE nspname = 'zeren')), (SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
    a.attnotnull, l.collname, pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum)
  FROM pg_attribute a LEFT JOIN pg_collation l ON l.oid = a.attcollation LEFT JOIN pg_attrdef d ON d.adrelid =
    a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)) AS sql
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'zeren'
  WHERE c.relkind NOT IN ('i', 'I', 't')
UNION ALL
SELECT 'index', c.relname::text, concat_ws(' ', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisready,
    i.indislive)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'zeren'
UNION ALL
SELECT 'constraint', k.conname::text, concat_ws(' ', k.conrelid::regclass, pg_get_constraintdef(k.oid),
    k.convalidated)
  FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace AND n.nspname = 'zeren'
  WHERE k.contype <> 'n'
UNION ALL
SELECT 'trigger', concat(g.tgrelid::regclass, ' ', g.tgname), concat_ws(' ', pg_get_triggerdef(g.oid), g.tgenabled)
  FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'zeren'
  WHERE NOT g.tgisinternal
UNION ALL
SELECT 'function', p.oid::regprocedure::text, concat_ws(' ', p.prosrc, p.prosecdef, p.provolatile, p.prokind,
    p.proconfig::text, pg_get_function_result(p.oid), (SELECT lanname FROM pg_language
  WHERE oid = p.prolang), pg_get_userbyid(p.proowner) = pg_get_userbyid((SELECT nspowner FROM pg_namespace
  WHERE nspname = 'zeren')))
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'zeren'
UNION ALL
SELECT 'policy', concat(o.polrelid::regclass, ' ', o.polname), concat_ws(' ', o.polcmd, o.polpermissive,
    pg_get_expr(o.polqual, o.polrelid), pg_get_expr(o.polwithcheck, o.polrelid), o.polroles::text)
  FROM pg_policy o JOIN pg_class c ON c.oid = o.polrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'zeren'
UNION ALL
SELECT 'event trigger', v.evtname::text, concat_ws(' ', v.evtevent, v.evtfoid::regprocedure, v.evtenabled) FROM
    pg_event_trigger v
UNION ALL
SELECT 'rule', concat(r.ev_class::regclass, ' ', r.rulename), pg_get_ruledef(r.oid)
  FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'zeren'
UNION ALL
SELECT 'grant', concat(c.relname, ' ', a.grantee::regrole), string_agg(a.privilege_type, ' ' ORDER BY
    a.privilege_type)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'zeren'
  CROSS JOIN LATERAL aclexplode(c.relacl) a
  WHERE a.grantee <> c.relowner
  GROUP BY c.relname, a.grantee
UNION ALL
SELECT 'grant', concat(p.oid::regprocedure, ' ', a.grantee::regrole), string_agg(a.privilege_type, ' ' ORDER BY
    a.privilege_type)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'zeren'
  CROSS JOIN LATERAL aclexplode(p.proacl) a
  WHERE a.grantee <> p.proowner
  GROUP BY p.oid, a.grantee
