-- What holds for a number and a purpose: the word that was recorded last, whatever the clocks of machines said.
CREATE OR REPLACE FUNCTION consent_holds(mobile_ text, purpose_ text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT c.allowed FROM consent_event c WHERE c.mobile = mobile_ AND c.purpose = purpose_
                   ORDER BY c.number DESC LIMIT 1), purpose_ <> 'news') $$;

-- As before, and a reminder of the same day waits for the end of the night, too.
CREATE OR REPLACE FUNCTION text_withheld(tenants uuid[], ids uuid[], at_ timestamptz, most_day integer, most_week integer)
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
      WHEN m.urgency NOT IN ('notice', 'bulk') AND m.kind <> 'visit.reminder' THEN NULL
      WHEN m.zone <> '' AND (at_ AT TIME ZONE m.zone)::time NOT BETWEEN time '08:00' AND time '20:59:59.999999' THEN 'quiet'
      WHEN m.urgency IN ('notice', 'bulk') AND (SELECT count(*) >= most_week OR count(*) FILTER (WHERE x.accepted_at > at_ - interval '1 day') >= most_day
              FROM text_message x
             WHERE x.recipient = m.recipient AND x.urgency IN ('notice', 'bulk') AND x.accepted_at > at_ - interval '7 days')
        THEN 'often' END AS why
    FROM text_message m JOIN unnest(tenants, ids) AS k(tenant_id, id) USING (tenant_id, id)) w
  WHERE w.why IS NOT NULL $$;

-- As before, without waiting for a message that a sender has in hand: that one it settles by the new clock.
CREATE OR REPLACE FUNCTION clock_mend_waiting(at_ timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH o AS (SELECT tenant_id, id FROM text_message WHERE status = 'waiting'
              AND urgency IN ('code', 'now', 'notice', 'bulk') AND due_at > at_
              AND created_at > at_ + interval '1 minute' AND due_at < created_at + interval '1 hour'
             ORDER BY urgency, due_at LIMIT 1000 FOR UPDATE SKIP LOCKED),
       m AS (UPDATE text_message t SET created_at = at_, due_at = at_, expires_at = at_ + (t.expires_at - t.due_at)
             FROM o WHERE t.tenant_id = o.tenant_id AND t.id = o.id RETURNING 1)
  SELECT count(*) FROM m $$;

CREATE OR REPLACE FUNCTION clock_mend_sending(at_ timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH o AS (SELECT tenant_id, id FROM text_message WHERE status = 'sending'
              AND (lease_until > at_ + interval '90 seconds' OR attempted_at > at_ + interval '1 minute')
             ORDER BY lease_until LIMIT 1000 FOR UPDATE SKIP LOCKED),
       m AS (UPDATE text_message t SET attempted_at = least(t.attempted_at, at_) - interval '10 minutes',
                    lease_until = least(t.lease_until, at_ + interval '30 seconds')
             FROM o WHERE t.tenant_id = o.tenant_id AND t.id = o.id RETURNING 1)
  SELECT count(*) FROM m $$;

-- The next stretch of time whose reminders are to be made, an hour at the most, ours until the transaction ends; no row where
-- another has it or there is none.
DROP FUNCTION reminder_sweep_begin(timestamptz);
CREATE FUNCTION reminder_sweep_begin(at_ timestamptz, OUT since timestamptz, OUT until timestamptz) RETURNS SETOF record
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO reminder_sweep (id, swept_to) VALUES (1, at_) ON CONFLICT DO NOTHING;
  SELECT s.swept_to, least(at_, s.swept_to + interval '1 hour') INTO since, until FROM reminder_sweep s
   WHERE s.id = 1 AND s.swept_to < at_ FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE reminder_sweep SET swept_to = until WHERE id = 1;
  RETURN NEXT;
END $$;

-- At most five thousand rows of each kind at a time; answers how many went, and is called until that is none.
CREATE OR REPLACE FUNCTION forget_old(at timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH t AS (DELETE FROM throttle WHERE key IN (
         SELECT key FROM throttle WHERE window_ends_at < at ORDER BY window_ends_at LIMIT 5000 FOR UPDATE SKIP LOCKED) RETURNING 1),
       c AS (DELETE FROM sign_in_challenge WHERE id IN (
         SELECT id FROM sign_in_challenge WHERE expires_at < at - interval '1 day' ORDER BY expires_at LIMIT 5000
         FOR UPDATE SKIP LOCKED) RETURNING 1),
       s AS (DELETE FROM user_session WHERE token_hash IN (
         SELECT token_hash FROM user_session WHERE expires_at < at - interval '30 days' ORDER BY expires_at LIMIT 5000
         FOR UPDATE SKIP LOCKED) RETURNING 1),
       h AS (DELETE FROM visit WHERE (tenant_id, id) IN (
         SELECT tenant_id, id FROM visit WHERE status = 'held' AND hold_expires_at < at - interval '1 hour'
         ORDER BY hold_expires_at LIMIT 5000 FOR UPDATE SKIP LOCKED) RETURNING 1)
  SELECT (SELECT count(*) FROM t) + (SELECT count(*) FROM c) + (SELECT count(*) FROM s) + (SELECT count(*) FROM h) $$;

-- As before, but a right date of birth costs no try.
DROP FUNCTION invitation_try(text, date, integer, timestamptz);
CREATE FUNCTION invitation_try(code_hash_ text, birth_date_ date, most integer, at timestamptz, OUT tenant_id uuid,
                               OUT practice text, OUT given_name text, OUT mobile text, OUT has_account boolean)
RETURNS SETOF record LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH tried AS (
    UPDATE invitation i SET tries = i.tries + CASE WHEN p.birth_date = birth_date_ THEN 0 ELSE 1 END
      FROM patient p
     WHERE i.code_hash = code_hash_ AND i.closed_at IS NULL AND i.expires_at > at AND i.tries < most
       AND p.tenant_id = i.tenant_id AND p.id = i.patient_id
    RETURNING i.tenant_id, i.patient_id)
  SELECT c.id, c.name, p.given_name, p.mobile, EXISTS (SELECT 1 FROM users u WHERE u.mobile = p.mobile)
    FROM tried t JOIN patient p ON p.tenant_id = t.tenant_id AND p.id = t.patient_id JOIN practice c ON c.id = t.tenant_id
   WHERE p.birth_date = birth_date_ AND p.user_id IS NULL $$;

REVOKE EXECUTE ON FUNCTION invitation_try, reminder_sweep_begin FROM PUBLIC;
GRANT EXECUTE ON FUNCTION invitation_try TO carelane_app;
GRANT EXECUTE ON FUNCTION reminder_sweep_begin TO carelane_pump;
