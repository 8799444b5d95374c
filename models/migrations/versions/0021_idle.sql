-- As before, but a session is only seen where its person is `active`: what the portal itself wakes keeps nobody signed in.
DROP FUNCTION session_actor(text, timestamptz, integer);
CREATE FUNCTION session_actor(token_hash_ text, at timestamptz, idle integer, active boolean) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE s user_session; answer jsonb;
BEGIN
  SELECT * INTO s FROM user_session WHERE token_hash = token_hash_ AND ended_at IS NULL AND expires_at > at
     AND last_seen_at > at - make_interval(secs => idle);
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF active AND s.last_seen_at < at - interval '1 minute' THEN
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

REVOKE EXECUTE ON FUNCTION session_actor FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_actor TO carelane_app;
