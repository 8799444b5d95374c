ALTER TABLE password_reset ENABLE ROW LEVEL SECURITY;

-- The password of a person from now on. Whoever began to sign in with the old one begins anew, and every session but the one
-- to `keep` ends; answers those.
CREATE FUNCTION password_put(user_ uuid, password_hash_ text, keep text, at timestamptz) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE ended text[];
BEGIN
  INSERT INTO credential AS c (user_id, password_hash, changed_at) VALUES (user_, password_hash_, at)
  ON CONFLICT (user_id) DO UPDATE SET password_hash = excluded.password_hash, changed_at = excluded.changed_at;
  UPDATE sign_in_challenge SET closed_at = coalesce(closed_at, at), ticket_hash = NULL
   WHERE user_id = user_ AND (closed_at IS NULL OR ticket_hash IS NOT NULL);
  UPDATE password_reset SET closed_at = at WHERE user_id = user_ AND closed_at IS NULL;
  WITH gone AS (UPDATE user_session SET ended_at = at WHERE user_id = user_ AND ended_at IS NULL AND token_hash <> keep
                RETURNING token_hash)
  SELECT coalesce(array_agg(token_hash), '{}') INTO ended FROM gone;
  RETURN ended;
END $$;

-- What a signed-in person's password is compared with, and what it must not be made of. No row: the session has ended.
CREATE FUNCTION session_credential(token_hash_ text, OUT password_hash text, OUT name text, OUT email text, OUT mobile text,
                                   OUT language text)
RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.password_hash, u.name, u.email, u.mobile, u.language FROM users u JOIN credential c ON c.user_id = u.id
   WHERE u.id = session_user_of(token_hash_) $$;

-- A new password in the place of `old_hash`; answers the ended sessions, NULL where it was changed meanwhile.
CREATE FUNCTION session_set_password(token_hash_ text, old_hash text, new_hash text, at timestamptz) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me uuid := session_user_of(token_hash_);
BEGIN
  PERFORM 1 FROM credential c WHERE c.user_id = me AND c.password_hash = old_hash FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  RETURN password_put(me, new_hash, token_hash_, at);
END $$;

-- Ends one other session of the person whose session this is, by the short name that `session_account` readers know it by.
CREATE FUNCTION session_end_one(token_hash_ text, short text, at timestamptz) RETURNS SETOF text
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE user_session SET ended_at = at
   WHERE user_id = session_user_of(token_hash_) AND ended_at IS NULL AND left(token_hash, 8) = short RETURNING token_hash $$;

-- A patient who signs in with that name and was born that day. Who works at a practice is none here: they see other people's
-- charts, so a phone and a date must not be enough.
CREATE FUNCTION reset_find(name_ text, born date, OUT user_id uuid, OUT mobile text, OUT language text)
RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT u.id, u.mobile, u.language FROM users u
   WHERE (u.email = name_ OR u.mobile = name_) AND u.suspended_at IS NULL AND u.mobile IS NOT NULL
     AND EXISTS (SELECT 1 FROM patient p WHERE p.user_id = u.id AND p.birth_date = born)
     AND NOT EXISTS (SELECT 1 FROM staff_member m WHERE m.user_id = u.id) LIMIT 1 $$;

-- Opens a reset, unless the person's last one was sent within `quiet` seconds: then that one is answered. One person at a time.
CREATE FUNCTION reset_open(user_ uuid, id_ text, code_hash_ text, at timestamptz, lifetime integer, quiet integer,
                           OUT id text, OUT expires_at timestamptz, OUT opened boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM users u WHERE u.id = user_ FOR UPDATE;
  SELECT r.id, r.expires_at, false INTO id, expires_at, opened FROM password_reset r
   WHERE r.user_id = user_ AND r.closed_at IS NULL AND r.sent_at > at - make_interval(secs => quiet) AND r.sent_at <= at
   ORDER BY r.sent_at DESC LIMIT 1;
  IF FOUND THEN RETURN; END IF;
  UPDATE password_reset r SET closed_at = at WHERE r.user_id = user_ AND r.closed_at IS NULL;
  INSERT INTO password_reset AS r (id, user_id, code_hash, sent_at, expires_at, tries)
  VALUES (id_, user_, code_hash_, at, at + make_interval(secs => lifetime), 0)
  RETURNING r.id, r.expires_at, true INTO id, expires_at, opened;
END $$;

-- Counts a try at a reset's code and answers what to compare it with. No row: closed, unknown, or tried too often.
CREATE FUNCTION reset_try(id_ text, most integer, at timestamptz, OUT user_id uuid, OUT code_hash text, OUT name text, OUT email text,
                          OUT mobile text, OUT language text)
RETURNS SETOF record LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH tried AS (
    UPDATE password_reset r SET tries = r.tries + 1
     WHERE r.id = id_ AND r.closed_at IS NULL AND r.expires_at > at AND r.tries < most RETURNING r.user_id, r.code_hash)
  SELECT u.id, t.code_hash, u.name, u.email, u.mobile, u.language FROM tried t JOIN users u ON u.id = t.user_id
   WHERE u.suspended_at IS NULL $$;

-- The code was right: the new password, once. Answers the ended sessions, NULL where the reset is closed by now.
CREATE FUNCTION reset_finish(id_ text, code_hash_ text, password_hash_ text, at timestamptz) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who uuid;
BEGIN
  UPDATE password_reset r SET closed_at = at WHERE r.id = id_ AND r.code_hash = code_hash_ AND r.closed_at IS NULL
  RETURNING r.user_id INTO who;
  IF who IS NULL THEN RETURN NULL; END IF;
  RETURN password_put(who, password_hash_, '', at);
END $$;

CREATE OR REPLACE FUNCTION forget_old(at timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH t AS (DELETE FROM throttle WHERE key IN (
         SELECT key FROM throttle WHERE window_ends_at < at ORDER BY window_ends_at LIMIT 5000 FOR UPDATE SKIP LOCKED) RETURNING 1),
       c AS (DELETE FROM sign_in_challenge WHERE id IN (
         SELECT id FROM sign_in_challenge WHERE expires_at < at - interval '1 day' ORDER BY expires_at LIMIT 5000
         FOR UPDATE SKIP LOCKED) RETURNING 1),
       r AS (DELETE FROM password_reset WHERE id IN (
         SELECT id FROM password_reset WHERE expires_at < at - interval '1 day' ORDER BY expires_at LIMIT 5000
         FOR UPDATE SKIP LOCKED) RETURNING 1),
       s AS (DELETE FROM user_session WHERE token_hash IN (
         SELECT token_hash FROM user_session WHERE expires_at < at - interval '30 days' ORDER BY expires_at LIMIT 5000
         FOR UPDATE SKIP LOCKED) RETURNING 1),
       h AS (DELETE FROM visit WHERE (tenant_id, id) IN (
         SELECT tenant_id, id FROM visit WHERE status = 'held' AND hold_expires_at < at - interval '1 hour'
         ORDER BY hold_expires_at LIMIT 5000 FOR UPDATE SKIP LOCKED) RETURNING 1)
  SELECT (SELECT count(*) FROM t) + (SELECT count(*) FROM c) + (SELECT count(*) FROM r) + (SELECT count(*) FROM s)
       + (SELECT count(*) FROM h) $$;

-- What no practice holds on a person, as JSON: at most a thousand rows of each kind, the newest.
CREATE OR REPLACE FUNCTION session_data(token_hash_ text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object(
    'person', (SELECT jsonb_agg(jsonb_build_object('name', u.name, 'preferred_name', u.preferred_name, 'email', u.email,
        'mobile', u.mobile, 'language', u.language, 'theme', u.theme, 'text_size', u.text_size, 'created_at', u.created_at,
        'suspended_at', u.suspended_at, 'password_changed_at', c.changed_at))
      FROM users u LEFT JOIN credential c ON c.user_id = u.id WHERE u.id = me.id),
    'contact_preferences', (SELECT jsonb_agg(to_jsonb(c) - 'user_id' ORDER BY c.purpose) FROM contact_preference c WHERE c.user_id = me.id),
    'sign_ins', (SELECT jsonb_agg(to_jsonb(s) - 'token_hash' - 'user_id' ORDER BY s.started_at) FROM (
      SELECT * FROM user_session x WHERE x.user_id = me.id ORDER BY x.started_at DESC LIMIT 1000) s),
    'consents', (SELECT jsonb_agg(to_jsonb(e) - 'id' ORDER BY e.id) FROM (
      SELECT * FROM consent_event x WHERE x.mobile = me.mobile ORDER BY x.id DESC LIMIT 1000) e),
    'replies', (SELECT jsonb_agg(to_jsonb(r) - 'sid' ORDER BY r.at) FROM (
      SELECT * FROM text_reply x WHERE x.mobile = me.mobile ORDER BY x.at DESC LIMIT 1000) r),
    'unreachable', (SELECT jsonb_agg(to_jsonb(n)) FROM unreachable_mobile n WHERE n.mobile = me.mobile),
    'codes', (SELECT jsonb_agg(jsonb_build_object('sent_at', c.sent_at, 'expires_at', c.expires_at, 'tries', c.tries,
        'sends', c.sends, 'closed_at', c.closed_at) ORDER BY c.sent_at) FROM (
      SELECT * FROM sign_in_challenge x WHERE x.user_id = me.id ORDER BY x.sent_at DESC LIMIT 1000) c),
    'password_resets', (SELECT jsonb_agg(jsonb_build_object('sent_at', r.sent_at, 'expires_at', r.expires_at, 'tries', r.tries,
        'closed_at', r.closed_at) ORDER BY r.sent_at) FROM (
      SELECT * FROM password_reset x WHERE x.user_id = me.id ORDER BY x.sent_at DESC LIMIT 1000) r),
    'account_events', (SELECT jsonb_agg(jsonb_build_object('at', e.at, 'action', e.action, 'details', e.details,
        'transaction_id', e.transaction_id) ORDER BY e.id) FROM (
      SELECT * FROM audit_event x WHERE x.tenant_id = '00000000-0000-0000-0000-000000000000' AND x.user_id = me.id
       ORDER BY x.id DESC LIMIT 1000) e))
  FROM users me WHERE me.id = session_user_of(token_hash_) $$;

REVOKE EXECUTE ON FUNCTION password_put, session_credential, session_set_password, session_end_one, reset_find, reset_open, reset_try,
  reset_finish FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_credential, session_set_password, session_end_one, reset_find, reset_open, reset_try, reset_finish
  TO carelane_app;
