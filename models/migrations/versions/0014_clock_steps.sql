-- Notes that it is `at_`. Where the mark is later by more than a minute, the clock has been set back: answers by how much, and
-- the mark stays until all is mended. Less is how far the clocks of two machines may be apart.
CREATE OR REPLACE FUNCTION clock_seen(at_ timestamptz) RETURNS interval
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO clock_mark AS m (id, at) VALUES (1, at_) ON CONFLICT (id) DO UPDATE SET at = greatest(m.at, at_)
  RETURNING CASE WHEN m.at > at_ + interval '1 minute' THEN m.at - at_ END $$;

-- All is mended.
CREATE FUNCTION clock_mended(at_ timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH m AS (UPDATE clock_mark SET at = at_ RETURNING 1) SELECT count(*) FROM m $$;

-- The steps. Each mends at most a thousand rows, answers how many, and leaves alone what it has mended: it is called until
-- nothing is left, each time in a transaction of its own. Nothing may last longer than the services that set it say, and what
-- is ahead by less than a minute is left as it is. ORDER BY keeps each to its index whatever the statistics say.

CREATE FUNCTION clock_mend_throttle(at_ timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH o AS (SELECT key FROM throttle WHERE window_ends_at > at_ + interval '61 minutes'
             ORDER BY window_ends_at LIMIT 1000 FOR UPDATE),
       m AS (DELETE FROM throttle t USING o WHERE t.key = o.key RETURNING 1)
  SELECT count(*) FROM m $$;

-- One that was sent or passed later than now has not run out: the index needs no more than that.
CREATE FUNCTION clock_mend_challenge(at_ timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH o AS (SELECT id FROM sign_in_challenge WHERE expires_at > at_
              AND (sent_at > at_ + interval '1 minute' OR ticket_expires_at > at_ + interval '2 minutes')
             ORDER BY expires_at LIMIT 1000 FOR UPDATE),
       m AS (UPDATE sign_in_challenge c SET sent_at = least(c.sent_at, at_),
                    expires_at = least(c.expires_at, at_ + interval '10 minutes'),
                    ticket_expires_at = least(c.ticket_expires_at, at_ + interval '1 minute')
             FROM o WHERE c.id = o.id RETURNING 1)
  SELECT count(*) FROM m $$;

CREATE FUNCTION clock_mend_session(at_ timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH o AS (SELECT token_hash FROM user_session WHERE ended_at IS NULL AND expires_at > at_
              AND (last_seen_at > at_ + interval '1 minute' OR expires_at > at_ + interval '12 hours 1 minute')
             ORDER BY expires_at DESC LIMIT 1000 FOR UPDATE),
       m AS (UPDATE user_session s SET last_seen_at = least(s.last_seen_at, at_),
                    expires_at = least(s.expires_at, at_ + interval '12 hours')
             FROM o WHERE s.token_hash = o.token_hash RETURNING 1)
  SELECT count(*) FROM m $$;

CREATE FUNCTION clock_mend_hold(at_ timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH o AS (SELECT tenant_id, id FROM visit WHERE status = 'held' AND hold_expires_at > at_ + interval '6 minutes'
             ORDER BY hold_expires_at LIMIT 1000 FOR UPDATE),
       m AS (UPDATE visit v SET created_at = least(v.created_at, at_), hold_expires_at = at_ + interval '5 minutes'
             FROM o WHERE v.tenant_id = o.tenant_id AND v.id = o.id RETURNING 1)
  SELECT count(*) FROM m $$;

CREATE FUNCTION clock_mend_cancel(at_ timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH o AS (SELECT tenant_id, id FROM visit WHERE status = 'cancelled' AND cancelled_at > at_ + interval '1 minute'
             ORDER BY cancelled_at LIMIT 1000 FOR UPDATE),
       m AS (UPDATE visit v SET cancelled_at = at_ - interval '1 hour'
             FROM o WHERE v.tenant_id = o.tenant_id AND v.id = o.id RETURNING 1)
  SELECT count(*) FROM m $$;

-- Messages that were to go at once go now; those for a certain moment keep it.
CREATE FUNCTION clock_mend_waiting(at_ timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH o AS (SELECT tenant_id, id FROM text_message WHERE status = 'waiting'
              AND urgency IN ('code', 'now', 'notice', 'bulk') AND due_at > at_
              AND created_at > at_ + interval '1 minute' AND due_at < created_at + interval '1 hour'
             ORDER BY urgency, due_at LIMIT 1000 FOR UPDATE),
       m AS (UPDATE text_message t SET created_at = at_, due_at = at_, expires_at = at_ + (t.expires_at - t.due_at)
             FROM o WHERE t.tenant_id = o.tenant_id AND t.id = o.id RETURNING 1)
  SELECT count(*) FROM m $$;

-- Of those on their way the provider is asked, from so early that it can't have taken them before.
CREATE FUNCTION clock_mend_sending(at_ timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH o AS (SELECT tenant_id, id FROM text_message WHERE status = 'sending'
              AND (lease_until > at_ + interval '90 seconds' OR attempted_at > at_ + interval '1 minute')
             ORDER BY lease_until LIMIT 1000 FOR UPDATE),
       m AS (UPDATE text_message t SET attempted_at = least(t.attempted_at, at_) - interval '10 minutes',
                    lease_until = least(t.lease_until, at_ + interval '30 seconds')
             FROM o WHERE t.tenant_id = o.tenant_id AND t.id = o.id RETURNING 1)
  SELECT count(*) FROM m $$;

-- One row. Each reminder has a key of its own: what was made meanwhile is not made again.
CREATE FUNCTION clock_mend_sweep(at_ timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH m AS (UPDATE reminder_sweep SET swept_to = at_ WHERE swept_to > at_ + interval '1 minute' RETURNING 1)
  SELECT count(*) FROM m $$;

REVOKE EXECUTE ON FUNCTION clock_mended, clock_mend_throttle, clock_mend_challenge, clock_mend_session, clock_mend_hold,
  clock_mend_cancel, clock_mend_waiting, clock_mend_sending, clock_mend_sweep FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clock_mended, clock_mend_throttle, clock_mend_challenge, clock_mend_session, clock_mend_hold,
  clock_mend_cancel, clock_mend_waiting, clock_mend_sending, clock_mend_sweep TO carelane_pump;
