-- Who a session belongs to, as before, and now with the versions of the person's profile.
CREATE OR REPLACE FUNCTION session_actor(token_hash_ text, at timestamptz, idle integer) RETURNS jsonb
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
    'profile', jsonb_build_object('preferred_name', u.preferred_name, 'theme', u.theme, 'text_size', u.text_size,
                                  'visit_texts', text_wanted(u.id, 'visits'),
                                  'reminder_texts', text_wanted(u.id, 'reminders'), 'name_version', u.name_version,
                                  'look_version', u.look_version, 'texts_version', u.texts_version),
    'charts', coalesce((SELECT jsonb_agg(jsonb_build_array(p.tenant_id, p.id) ORDER BY p.created_at, p.id) FROM patient p WHERE p.user_id = u.id), '[]'),
    'roles', coalesce((SELECT jsonb_agg(jsonb_build_array(m.tenant_id, m.role) ORDER BY m.created_at, m.id) FROM staff_member m WHERE m.user_id = u.id AND m.suspended_at IS NULL), '[]'))
  INTO answer FROM users u WHERE u.id = s.user_id AND u.suspended_at IS NULL;
  RETURN answer;
END $$;

-- Each answers the part's new version, 0 where it is no longer at `version_`, and NULL where the session has ended.
DROP FUNCTION session_set_name(text, text), session_set_look(text, text, text),
  session_set_contact(text, text[], boolean[], timestamptz);

CREATE FUNCTION session_set_name(token_hash_ text, version_ integer, name_ text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me uuid := session_user_of(token_hash_); now_ integer;
BEGIN
  UPDATE users SET preferred_name = name_, name_version = name_version + 1 WHERE id = me AND name_version = version_
  RETURNING name_version INTO now_;
  RETURN CASE WHEN me IS NOT NULL THEN coalesce(now_, 0) END;
END $$;

CREATE FUNCTION session_set_look(token_hash_ text, version_ integer, theme_ text, text_size_ text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me uuid := session_user_of(token_hash_); now_ integer;
BEGIN
  UPDATE users SET theme = theme_, text_size = text_size_, look_version = look_version + 1
   WHERE id = me AND look_version = version_ RETURNING look_version INTO now_;
  RETURN CASE WHEN me IS NOT NULL THEN coalesce(now_, 0) END;
END $$;

CREATE FUNCTION session_set_contact(token_hash_ text, version_ integer, purposes text[], wanted_ boolean[], at timestamptz)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me uuid := session_user_of(token_hash_); now_ integer;
BEGIN
  UPDATE users SET texts_version = texts_version + 1 WHERE id = me AND texts_version = version_ RETURNING texts_version INTO now_;
  INSERT INTO contact_preference AS c (user_id, purpose, wanted, changed_at)
  SELECT me, k.purpose, k.wanted, at FROM unnest(purposes, wanted_) AS k(purpose, wanted) WHERE now_ IS NOT NULL
  ON CONFLICT (user_id, purpose) DO UPDATE SET wanted = excluded.wanted, changed_at = excluded.changed_at;
  RETURN CASE WHEN me IS NOT NULL THEN coalesce(now_, 0) END;
END $$;

REVOKE EXECUTE ON FUNCTION session_set_name, session_set_look, session_set_contact FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_set_name, session_set_look, session_set_contact TO carelane_app;
