-- Who may see what, by the database itself.

-- The practices of whoever acts, as unit_of_work set them; NULL, and so no row at all, where nobody did.
CREATE FUNCTION current_tenants() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT string_to_array(nullif(current_setting('carelane.tenants', true), ''), ',')::uuid[] $$;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['location', 'clinician', 'staff_member', 'patient', 'visit_type', 'schedule', 'visit',
                              'text_message', 'audit_event'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON %I TO carelane_app USING (tenant_id = ANY ((SELECT current_tenants())::uuid[]))', name);
  END LOOP;
END $$;
ALTER TABLE practice ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON practice TO carelane_app USING (id = ANY ((SELECT current_tenants())::uuid[]));
-- Without a policy for the application nothing of these is visible; they are reached through the functions below.
ALTER TABLE organization ENABLE ROW LEVEL SECURITY;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE credential ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in_challenge ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_session ENABLE ROW LEVEL SECURITY;
ALTER TABLE throttle ENABLE ROW LEVEL SECURITY;
CREATE POLICY pump ON text_message TO carelane_pump USING (true);

GRANT USAGE ON SCHEMA public TO carelane_app, carelane_pump;
GRANT SELECT ON practice, location, clinician, staff_member, patient, visit_type, schedule TO carelane_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON visit TO carelane_app;
GRANT SELECT, INSERT, UPDATE ON text_message TO carelane_app;
GRANT SELECT, INSERT ON audit_event TO carelane_app;
GRANT SELECT, UPDATE ON text_message TO carelane_pump;

-- What belongs to no practice has a tenant of its own.
INSERT INTO organization (id, name, created_at) VALUES ('00000000-0000-0000-0000-000000000000', 'Platform', now());
INSERT INTO practice (id, organization_id, name, phone, cancel_notice_minutes, created_at)
VALUES ('00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', 'Platform', '', 0, now());

-- ---------------------------------------------------------------- signing in
-- Every function runs as the owner and takes the moment from its caller, so that a test can set the clock.

-- Counts one try of `key`; answers the tries in its window, and when that ends.
CREATE FUNCTION throttle_hit(key_ text, seconds integer, at timestamptz, OUT count integer, OUT ends_at timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO throttle AS t (key, count, window_ends_at) VALUES (key_, 1, at + make_interval(secs => seconds))
  ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN t.window_ends_at <= at THEN 1 ELSE t.count + 1 END,
    window_ends_at = CASE WHEN t.window_ends_at <= at THEN excluded.window_ends_at ELSE t.window_ends_at END
  RETURNING t.count, t.window_ends_at $$;

-- Takes one counted try back: it was none of those that are limited.
CREATE FUNCTION throttle_take_back(key_ text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ UPDATE throttle SET count = greatest(count - 1, 0) WHERE key = key_ $$;

CREATE FUNCTION throttle_clear(key_ text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$ DELETE FROM throttle WHERE key = key_ $$;

-- The user of a sign-in name (e-mail in lower case, or mobile in E.164) with what a sign-in needs to know.
CREATE FUNCTION sign_in_find(name_ text, OUT user_id uuid, OUT password_hash text, OUT mobile text, OUT language text, OUT suspended boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT u.id, c.password_hash, u.mobile, u.language, u.suspended_at IS NOT NULL
  FROM users u JOIN credential c ON c.user_id = u.id WHERE u.email = name_ OR u.mobile = name_ LIMIT 1 $$;

-- Opens a challenge, unless the user's last one was sent within `quiet` seconds and is still open: then that one
-- is answered and `opened` is false, so that asking again sends nothing. One user at a time.
CREATE FUNCTION sign_in_open(user_ uuid, id_ text, code_hash_ text, at timestamptz, lifetime integer, quiet integer,
                             OUT id text, OUT sent_at timestamptz, OUT expires_at timestamptz, OUT opened boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM users u WHERE u.id = user_ FOR UPDATE;
  SELECT c.id, c.sent_at, c.expires_at, false INTO id, sent_at, expires_at, opened FROM sign_in_challenge c
   WHERE c.user_id = user_ AND c.closed_at IS NULL AND c.sent_at > at - make_interval(secs => quiet)
   ORDER BY c.sent_at DESC LIMIT 1;
  IF FOUND THEN RETURN; END IF;
  UPDATE sign_in_challenge c SET closed_at = at WHERE c.user_id = user_ AND c.closed_at IS NULL;
  INSERT INTO sign_in_challenge AS c (id, user_id, code_hash, sent_at, expires_at, tries, sends)
  VALUES (id_, user_, code_hash_, at, at + make_interval(secs => lifetime), 0, 1)
  RETURNING c.id, c.sent_at, c.expires_at, true INTO id, sent_at, expires_at, opened;
END $$;

-- A fresh code for an open challenge. No row: it is closed or unknown. `sent` false: too early, nothing changed.
CREATE FUNCTION sign_in_resend(id_ text, code_hash_ text, at timestamptz, lifetime integer, quiet integer,
                               OUT user_id uuid, OUT mobile text, OUT language text, OUT sent_at timestamptz,
                               OUT expires_at timestamptz, OUT sends integer, OUT sent boolean)
RETURNS SETOF record LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE row_ sign_in_challenge;
BEGIN
  SELECT * INTO row_ FROM sign_in_challenge c WHERE c.id = id_ AND c.closed_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  sent := row_.sent_at <= at - make_interval(secs => quiet);
  IF sent THEN
    UPDATE sign_in_challenge c SET code_hash = code_hash_, sent_at = at, sends = c.sends + 1, tries = 0,
           expires_at = at + make_interval(secs => lifetime) WHERE c.id = id_ RETURNING * INTO row_;
  END IF;
  SELECT u.id, u.mobile, u.language INTO user_id, mobile, language FROM users u WHERE u.id = row_.user_id;
  sent_at := row_.sent_at; expires_at := row_.expires_at; sends := row_.sends;
  RETURN NEXT;
END $$;

-- Counts a try at a challenge's code and answers what to compare it with. No row: closed or unknown.
CREATE FUNCTION sign_in_try(id_ text, OUT user_id uuid, OUT code_hash text, OUT expires_at timestamptz, OUT tries integer)
RETURNS SETOF record LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE sign_in_challenge c SET tries = c.tries + 1 WHERE c.id = id_ AND c.closed_at IS NULL
  RETURNING c.user_id, c.code_hash, c.expires_at, c.tries $$;

-- The code was right: closes the challenge and leaves a ticket for one session.
CREATE FUNCTION sign_in_pass(id_ text, ticket_hash_ text, at timestamptz, ticket_lifetime integer) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH passed AS (
    UPDATE sign_in_challenge SET closed_at = at, ticket_hash = ticket_hash_,
           ticket_expires_at = at + make_interval(secs => ticket_lifetime)
    WHERE id = id_ AND closed_at IS NULL RETURNING 1)
  SELECT EXISTS (SELECT 1 FROM passed) $$;

-- Spends the ticket and opens a session. NULL where the ticket is unknown, spent or late.
CREATE FUNCTION session_open(ticket_hash_ text, token_hash_ text, at timestamptz, lifetime integer, device_ text, address_ text)
RETURNS uuid LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH spent AS (
    UPDATE sign_in_challenge SET ticket_hash = NULL WHERE ticket_hash = ticket_hash_ AND ticket_expires_at > at RETURNING user_id)
  INSERT INTO user_session (token_hash, user_id, device, address, started_at, last_seen_at, expires_at)
  SELECT token_hash_, user_id, device_, address_, at, at, at + make_interval(secs => lifetime) FROM spent
  RETURNING user_id $$;

-- Who a session belongs to, with charts and roles, as JSON; NULL where it has ended, run out, lain idle, or the user
-- is suspended. Notes that it was seen, once a minute at the most.
CREATE FUNCTION session_actor(token_hash_ text, at timestamptz, idle integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE s user_session; answer jsonb;
BEGIN
  SELECT * INTO s FROM user_session WHERE token_hash = token_hash_ AND ended_at IS NULL AND expires_at > at
     AND last_seen_at > at - make_interval(secs => idle);
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF s.last_seen_at < at - interval '1 minute' THEN
    UPDATE user_session SET last_seen_at = at WHERE token_hash = token_hash_ AND last_seen_at < at;
  END IF;
  SELECT jsonb_build_object('user_id', u.id, 'name', u.name, 'language', u.language,
    'charts', coalesce((SELECT jsonb_agg(jsonb_build_array(p.tenant_id, p.id) ORDER BY p.created_at, p.id) FROM patient p WHERE p.user_id = u.id), '[]'),
    'roles', coalesce((SELECT jsonb_agg(jsonb_build_array(m.tenant_id, m.role) ORDER BY m.created_at, m.id) FROM staff_member m WHERE m.user_id = u.id AND m.suspended_at IS NULL), '[]'))
  INTO answer FROM users u WHERE u.id = s.user_id AND u.suspended_at IS NULL;
  RETURN answer;
END $$;

-- Ends one session; answers its user, or NULL where there was nothing to end.
CREATE FUNCTION session_end(token_hash_ text, at timestamptz) RETURNS uuid
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE user_session SET ended_at = at WHERE token_hash = token_hash_ AND ended_at IS NULL RETURNING user_id $$;

-- Ends every session of the user whose session this is; answers the ended ones.
CREATE FUNCTION session_end_all(token_hash_ text, at timestamptz) RETURNS SETOF text
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE user_session SET ended_at = at
   WHERE ended_at IS NULL AND user_id = (SELECT user_id FROM user_session WHERE token_hash = token_hash_ AND ended_at IS NULL)
  RETURNING token_hash $$;

-- A signed-in person's own account and open sessions, as JSON.
CREATE FUNCTION session_account(token_hash_ text, at timestamptz, idle integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object('name', u.name, 'email', u.email, 'mobile', u.mobile, 'language', u.language, 'sessions', (
    SELECT jsonb_agg(jsonb_build_object('token_hash', o.token_hash, 'device', o.device, 'started_at', o.started_at,
                                        'last_seen_at', o.last_seen_at) ORDER BY o.last_seen_at DESC)
    FROM (SELECT * FROM user_session x WHERE x.user_id = u.id AND x.ended_at IS NULL AND x.expires_at > at
            AND x.last_seen_at > at - make_interval(secs => idle) ORDER BY x.last_seen_at DESC LIMIT 20) o))
  FROM user_session s JOIN users u ON u.id = s.user_id WHERE s.token_hash = token_hash_ AND s.ended_at IS NULL $$;

-- What nobody can need any more; answers how many rows went.
CREATE FUNCTION forget_old(at timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH t AS (DELETE FROM throttle WHERE window_ends_at < at RETURNING 1),
       c AS (DELETE FROM sign_in_challenge WHERE expires_at < at - interval '1 day' RETURNING 1),
       s AS (DELETE FROM user_session WHERE expires_at < at - interval '30 days' RETURNING 1),
       h AS (DELETE FROM visit WHERE status = 'held' AND hold_expires_at < at - interval '1 hour' RETURNING 1)
  SELECT (SELECT count(*) FROM t) + (SELECT count(*) FROM c) + (SELECT count(*) FROM s) + (SELECT count(*) FROM h) $$;

REVOKE EXECUTE ON FUNCTION current_tenants, forget_old, throttle_hit, throttle_take_back, throttle_clear, sign_in_find, sign_in_open, sign_in_resend, sign_in_try, sign_in_pass,
  session_open, session_actor, session_end, session_end_all, session_account FROM PUBLIC;
GRANT EXECUTE ON FUNCTION current_tenants() TO carelane_app, carelane_pump;
GRANT EXECUTE ON FUNCTION throttle_hit, throttle_take_back, throttle_clear, sign_in_find, sign_in_open, sign_in_resend, sign_in_try, sign_in_pass,
  session_open, session_actor, session_end, session_end_all, session_account TO carelane_app;
GRANT EXECUTE ON FUNCTION forget_old TO carelane_pump;
