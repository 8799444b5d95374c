-- Messages that may still be sent, or sent again, learn their visit from the key of the first sending.
WITH RECURSIVE about AS (
  SELECT tenant_id, id, split_part(dedupe_key, ':', 2)::uuid AS visit_id, split_part(dedupe_key, ':', 3)::integer AS visit_version
  FROM text_message
  WHERE starts_with(dedupe_key, 'visit:') AND (status IN ('waiting', 'sending', 'failed', 'expired', 'unknown') OR reason = 'again')
  UNION ALL
  SELECT m.tenant_id, m.id, about.visit_id, about.visit_version
  FROM about JOIN text_message m ON m.tenant_id = about.tenant_id AND m.dedupe_key = 'again:' || about.id)
UPDATE text_message m SET visit_id = about.visit_id, visit_version = about.visit_version
FROM about WHERE m.tenant_id = about.tenant_id AND m.id = about.id AND m.visit_id IS NULL;

-- As before, and now for every message about a visit: one that tells of a cancelled visit wants it cancelled.
CREATE OR REPLACE FUNCTION text_withheld(tenants uuid[], ids uuid[], at_ timestamptz) RETURNS TABLE (tenant_id uuid, id uuid, why text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT w.tenant_id, w.id, w.why FROM (
    SELECT m.tenant_id, m.id, CASE
      WHEN starts_with(m.kind, 'reply.') THEN NULL
      WHEN NOT consent_holds(m.recipient, CASE WHEN m.urgency = 'code' THEN 'code' WHEN starts_with(m.kind, 'news.') THEN 'news' ELSE 'care' END)
        THEN 'stopped'
      WHEN m.visit_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM visit v WHERE v.tenant_id = m.tenant_id AND v.id = m.visit_id AND v.version = m.visit_version
           AND v.status = CASE m.kind WHEN 'visit.cancelled' THEN 'cancelled' ELSE 'booked' END AND v.starts_at > at_) THEN 'changed'
      WHEN m.urgency IN ('notice', 'bulk') AND m.zone <> ''
        AND (at_ AT TIME ZONE m.zone)::time NOT BETWEEN time '08:00' AND time '20:59:59.999999' THEN 'quiet' END AS why
    FROM text_message m JOIN unnest(tenants, ids) AS k(tenant_id, id) USING (tenant_id, id)) w
  WHERE w.why IS NOT NULL $$;
