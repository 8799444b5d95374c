-- As before, and now nobody is sent more than so many notices and campaigns in a day and a week, from whatever practices.
DROP FUNCTION text_withheld(uuid[], uuid[], timestamptz);

CREATE FUNCTION text_withheld(tenants uuid[], ids uuid[], at_ timestamptz, most_day integer, most_week integer)
RETURNS TABLE (tenant_id uuid, id uuid, why text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT w.tenant_id, w.id, w.why FROM (
    SELECT m.tenant_id, m.id, CASE
      WHEN starts_with(m.kind, 'reply.') THEN NULL
      WHEN NOT consent_holds(m.recipient, CASE WHEN m.urgency = 'code' THEN 'code' WHEN starts_with(m.kind, 'news.') THEN 'news' ELSE 'care' END)
        THEN 'stopped'
      WHEN m.visit_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM visit v WHERE v.tenant_id = m.tenant_id AND v.id = m.visit_id AND v.version = m.visit_version
           AND v.status = CASE m.kind WHEN 'visit.cancelled' THEN 'cancelled' ELSE 'booked' END AND v.starts_at > at_) THEN 'changed'
      WHEN m.urgency NOT IN ('notice', 'bulk') THEN NULL
      WHEN m.zone <> '' AND (at_ AT TIME ZONE m.zone)::time NOT BETWEEN time '08:00' AND time '20:59:59.999999' THEN 'quiet'
      WHEN (SELECT count(*) >= most_week OR count(*) FILTER (WHERE x.accepted_at > at_ - interval '1 day') >= most_day
              FROM text_message x
             WHERE x.recipient = m.recipient AND x.urgency IN ('notice', 'bulk') AND x.accepted_at > at_ - interval '7 days')
        THEN 'often' END AS why
    FROM text_message m JOIN unnest(tenants, ids) AS k(tenant_id, id) USING (tenant_id, id)) w
  WHERE w.why IS NOT NULL $$;

REVOKE EXECUTE ON FUNCTION text_withheld FROM PUBLIC;
GRANT EXECUTE ON FUNCTION text_withheld TO carelane_pump;
